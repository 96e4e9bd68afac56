"""The rules: what each demands, and how a person is told what the program does and what to do instead."""

from typing import NamedTuple


class Sentence(NamedTuple):
    """«Line 3» goes before `what`; `what` and `instead` make a sentence."""

    what: str
    instead: str


DENIALS = {
    "process": Sentence(
        "starts or ends processes, which nobody on the cluster could follow or stop",
        "use Ray tasks or a Python library for the same work",
    ),
    "dynamic-code": Sentence(
        "runs code that is only made while the program runs, so that nobody can see beforehand what it does",
        "write that code into the program itself",
    ),
    "reflection": Sentence(
        "uses Python's inner workings, or takes one module out of another",
        "import what it needs, and use it by its ordinary name",
    ),
    "native": Sentence(
        "calls native code directly, past everything that Python checks",
        "use a library that does the same, such as NumPy or Numba",
    ),
    "unpickling": Sentence(
        "loads pickled data, which may run any code while it is loaded",
        "store data as JSON, Parquet, NumPy arrays or weights only (allow_pickle=False, weights_only=True)",
    ),
    "deletion": Sentence(
        "deletes or moves files, or changes whose they are",
        "leave files where they are; tempfile.TemporaryDirectory cleans up after itself",
    ),
    "ray-internals": Sentence(
        "uses Ray's internals, with which it could disturb other people's jobs",
        "use Ray's public interface",
    ),
    "other-cluster": Sentence(
        "talks to another Ray cluster than the one that it was meant for",
        "start with plain ray.init(), since the job already knows its cluster",
    ),
    "metadata": Sentence(
        "names the cloud's metadata service, which hands out the machine's credentials",
        "leave that address out",
    ),
    "secret": Sentence(
        "reads a secret, or a file that belongs to the system or holds credentials",
        "work without it; programs get no credentials",
    ),
    "environment": Sentence(
        "takes the whole environment of the machine, secrets included",
        "read the one variable that it needs by its name",
    ),
    "runtime-env": Sentence(
        "has its workers started by a command or an image of its own",
        "leave that out of the runtime_env",
    ),
    "encoding": Sentence(
        "declares another encoding than UTF-8, so that what runs is not what is read",
        "delete the coding line",
    ),
    "unreadable": Sentence("cannot be read by Python, so it cannot be checked", "correct its syntax"),
    "too-deep": Sentence(
        "is too deeply nested or too tangled to be checked",
        "flatten it, split long f-strings, and give each thing one name",
    ),
}
"""What nobody can allow."""

APPROVALS = {
    "network": Sentence(
        "uses the network, so that it could reach what its author may not, or carry data away",
        "read data with ray.data or pandas from a place that the operator has listed, or from a file",
    ),
    "data-source": Sentence(
        "reads data over the network from a place that the operator has not listed",
        "read from a listed place or from a relative path, or ask the operator for RAYGEN_POLICY_DATA_SOURCES",
    ),
    "network-write": Sentence(
        "writes data to somewhere on the network",
        "write into the directory that RAYGEN_OUT names, or print the result",
    ),
    "outside-path": Sentence(
        "reads or writes files outside its working directory",
        "use a relative path, the directory that RAYGEN_OUT names, or tempfile",
    ),
    "unknown-import": Sentence(
        "imports a module that the check does not know", "use one of the usual libraries, or write it out"
    ),
    "unlisted": Sentence(
        "uses an unusual or private part of a module or an object", "use the module's ordinary functions"
    ),
    "dynamic-attribute": Sentence(
        "uses attributes whose names it only makes while it runs",
        "write the attribute's name, or choose between functions in a dictionary",
    ),
    "expression": Sentence(
        "has a library evaluate an expression that cannot be read beforehand",
        "write the expression as one constant with @names for values, or as df[df.column > value]",
    ),
    "generated-code": Sentence(
        "writes a file of code or fetches code from elsewhere", "put all its code into this one program"
    ),
    "packages": Sentence(
        "has packages, modules or a hook installed into its workers", "use what is installed on the cluster"
    ),
    "worker-environment": Sentence(
        "changes environment variables that steer its processes or workers", "pass values as arguments"
    ),
    "environment-name": Sentence(
        "reads environment variables whose names it only makes while it runs", "write the variable's name"
    ),
    "splat": Sentence("passes options that cannot be read beforehand (**)", "write the options out, as num_cpus=1"),
    "detached": Sentence(
        "starts something that outlives the job, and that nothing here would end",
        'leave out lifetime="detached" and Ray Serve',
    ),
    "quota": Sentence(
        "asks for more CPUs, GPUs or memory than one task may have here", "ask for less, and use more tasks"
    ),
    "other-actors": Sentence(
        "looks for actors, jobs or logs of other programs",
        "use only the actors that it has started, without a namespace",
    ),
}
"""What somebody may allow: a second person, or the operator's settings."""

SENTENCES = DENIALS | APPROVALS


def sentence_of(rule: str, line: int, name: str) -> str:
    """A whole sentence for a person; `name` is what was found, empty where the line says it all."""
    what, instead = SENTENCES[rule]
    shown = f" ({name})" if name else ""
    return f"{f'Line {line}' if line else 'The program'}{shown} {what}: {instead}."
