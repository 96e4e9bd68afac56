"""The rules as tables: what a program may not name, and how a person is told.

A dotted name stands for itself and everything below it, a trailing `*` for every name that starts like it.
"""

import re

SENTENCES = {
    "process": "starts another process or a shell, which nobody on the cluster could follow or stop",
    "dynamic-code": "builds code while it runs, so nobody can see beforehand what it does",
    "reflection": "reaches into the interpreter's own objects, past what the code says",
    "native": "calls native code directly, past everything that Python checks",
    "deletion": "deletes or overwrites files that other programs may need",
    "ray-internals": "uses Ray's internals, with which it could disturb other people's jobs",
    "other-cluster": "talks to another Ray cluster than the one it was meant for",
    "metadata": "asks the cloud's metadata service, which hands out the machine's credentials",
    "secret": "reads a secret from the environment or from a file of credentials",
    "environment": "reads the whole environment of the machine, secrets included",
    "runtime-env": "has its workers started by a command or an image of its own",
    "too-deep": "is nested too deeply to be checked",
}
"""Each is preceded by «The program» or «Line 3»; see `Finding.sentence`."""

DENIED = {
    "process": (
        "subprocess",
        "pty",
        "commands",
        "os.system",
        "os.popen*",
        "os.exec*",
        "os.spawn*",
        "os.posix_spawn*",
        "os.fork*",
        "os.kill",
        "os.killpg",
        "asyncio.create_subprocess*",
        "asyncio.subprocess",
        "shlex.os",
        "_posixsubprocess",
        "posix",
        "webbrowser",
    ),
    "dynamic-code": (
        "eval",
        "exec",
        "compile",
        "__import__",
        "builtins",
        "importlib.import_module",
        "importlib.reload",
        "importlib.machinery",
        "importlib.abc",
        "importlib._bootstrap*",
        "importlib.util.spec_from*",
        "importlib.util.module_from_spec",
        "imp",
        "runpy",
        "code",
        "codeop",
        "zipimport",
        "pkgutil",
        "marshal",
        "types.CodeType",
        "types.FunctionType",
        "pickle.Unpickler.find_class",
        "pip",
        "ensurepip",
    ),
    "reflection": (
        "__builtins__",
        "__loader__",
        "__spec__",
        "sys.modules",
        "sys._getframe",
        "sys.settrace",
        "sys.setprofile",
        "sys.meta_path",
        "sys.path_hooks",
        "inspect.currentframe",
        "inspect.stack",
        "gc.get_objects",
        "gc.get_referrers",
    ),
    "native": ("ctypes", "_ctypes", "cffi", "numpy.ctypeslib"),
    "deletion": (
        "os.remove",
        "os.unlink",
        "os.rmdir",
        "os.removedirs",
        "os.truncate",
        "os.chmod",
        "os.chown",
        "shutil.rmtree",
        "shutil.move",
        "shutil.chown",
    ),
    "ray-internals": (
        "ray._private",
        "ray._raylet",
        "ray._common",
        "ray.core",
        "ray.worker",
        "ray.internal",
        "ray.experimental.internal_kv",
        "ray.autoscaler",
        "ray.dashboard",
        "ray.scripts",
        "ray.gcs_utils",
    ),
    "other-cluster": ("ray.job_submission", "ray.client", "ray.util.connect", "ray.util.client"),
}

BUILTINS = frozenset({"eval", "exec", "compile", "__import__", "__builtins__", "__loader__", "__spec__"})
"""What a bare name means without an import."""

METHODS = {"unlink": "deletion", "rmdir": "deletion", "rmtree": "deletion"}
"""Methods that delete, of whatever object: a path has them, hardly anything else does."""

ATTRIBUTES = frozenset(
    [
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__bases__",
        "__base__",
        "__mro__",
        "mro",
        "__code__",
        "__closure__",
        "__getattribute__",
        "__loader__",
        "__import__",
        "f_globals",
        "f_locals",
        "f_builtins",
        "f_back",
        "tb_frame",
        "gi_frame",
        "cr_frame",
        "ag_frame",
        "co_code",
        "func_globals",
        "load_module",
        "exec_module",
    ]
)
"""Ways from any object to everything."""

MODULES = frozenset(["os", "sys", "subprocess", "builtins", "importlib", "shutil", "ctypes", "posix", "pty"])
"""Modules that other modules have imported: `random._os` is `os`."""

RUNTIME_ENV = frozenset({"container", "image_uri", "py_executable", "java_jars", "mpi", "nsight", "_nsight"})
LOCAL_CLUSTERS = re.compile(r"auto|local|(?:ray://)?(?:127\.0\.0\.1|localhost)(?::\d+)?")
METADATA = re.compile(
    r"169\.254\.|\[?fd00:ec2:|metadata\.google|100\.100\.100\.200|instance-data\b|0xa9\.0xfe\."
    r"|\b(?:0x)?a9fea9fe\b|\b2852039166\b|\b0*251\.0*376\.0*251\.|::ffff:a9fe:",
    re.IGNORECASE,
)
METADATA_NUMBER = 0xA9FEA9FE
SECRET_NAME = re.compile(
    r"SECRET|TOKEN|PASSW|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|^AWS_|^SLACK_|DATABASE_URL|RAY_AUTH",
    re.IGNORECASE,
)
SECRET_FILE = re.compile(
    r"(?:^|/)(?:\.aws|\.ssh|\.kube|\.docker|\.gnupg)/|(?:^|/)(?:\.netrc|\.pypirc|\.git-credentials|id_rsa|id_ed25519)$"
    r"|^/etc/(?:shadow|passwd|sudoers)|^/proc/(?:self|\d+)/(?:environ|mem|maps|root)|^/(?:var/)?run/secrets"
    r"|\.ray/auth_token"
)
ENVIRONMENT_METHODS = frozenset({"get", "setdefault", "pop", "update", "keys"})
