"""Pure: what a cluster lacks for what waits in a run, in words that a user of Ray's understands."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from agents.cluster.state import Demand, DetachedActor, Resources

_MOST_TOLD = 3
_LONGEST_NAME = 60
_GIB = 2**30
_BYTES = frozenset({"memory", "object_store_memory"})
_ADVICE = "Stop it and have it ask for less, or ask the operator for a larger cluster."


def shortages(demands: Iterable[Demand], machines: Sequence[Resources]) -> tuple[str, ...]:
    """A sentence for each demand that no machine, as they are, can ever meet, and what to do; none if all can."""
    impossible = [demand for demand in demands if not any(_fits(demand, machine) for machine in machines)]
    counts = Counter(map(_subject, impossible))
    one_each = {_subject(demand): demand for demand in reversed(impossible)}
    told = [_lacking(one_each[subject], count, machines) for subject, count in counts.most_common(_MOST_TOLD)]
    return (f"It waits for what this cluster does not have: {'; '.join(told)}. {_ADVICE}",) if told and machines else ()


def queueing(demands: Sequence[Demand], machines: Sequence[Resources], held: Resources) -> tuple[str, ...]:
    """A sentence for demands that the cluster could meet if what they need were free."""
    if not demands:
        return ()
    demand = demands[0]
    own = {name: held[name] for name in demand.resources if name in held}
    by = f"the program's own actors keep {_amounts(own)}" if own else "other programs use it"
    total = {name: sum(machine.get(name, 0.0) for machine in machines) for name in demand.resources}
    asked = f"{_subject(demand)} asks for {_amounts(demand.resources)}"
    return (f"It waits for free resources: {asked}, the cluster has {_amounts(total)}, and {by}.",)


def not_started(demand: Demand | None, machines: Sequence[Resources], seconds: float) -> str:
    """Why a job has not started after so long."""
    for sentence in shortages([demand] if demand else [], machines):
        return sentence
    waits = f"It has been waiting for {seconds:.0f} s for the cluster to start it"
    if demand is not None and demand.resources:
        return f"{waits}: {_amounts(demand.resources)} must become free first."
    return f"{waits}: the head is busy, or still preparing its environment."


def left_behind(actors: Sequence[DetachedActor]) -> str:
    """That detached actors outlive the run, and how to end one."""
    names = ", ".join(_name(actor.name) for actor in actors[:_MOST_TOLD])
    more = f" and {len(actors) - _MOST_TOLD} more" if len(actors) > _MOST_TOLD else ""
    what = "A detached actor that it made lives" if len(actors) == 1 else "Detached actors that it made live"
    first = actors[0]
    end = f"ray.kill(ray.get_actor({_name(first.name)!r}, namespace={_name(first.namespace)!r}))"
    return f"{what} on: {names}{more}. A program ends one with {end}."


def _fits(demand: Demand, machine: Resources) -> bool:
    """Whether the machine has, in use or not, what the demand asks for."""
    return all(machine.get(name, 0.0) >= amount for name, amount in demand.resources.items())


def _lacking(demand: Demand, count: int, machines: Sequence[Resources]) -> str:
    most = {name: max((machine.get(name, 0.0) for machine in machines), default=0.0) for name in demand.resources}
    short = {name: most[name] for name, amount in demand.resources.items() if most[name] < amount}
    asked = {name: demand.resources[name] for name in short} or demand.resources
    times = f" ({count} times)" if count > 1 else ""
    return f"{_subject(demand)}{times} asks for {_amounts(asked)}, and {_there_is(short)}"


def _there_is(short: Resources) -> str:
    if not short:
        return "no single machine has all of that"
    nowhere = [name for name, amount in short.items() if not amount]
    if nowhere:
        return f"no machine has {'a GPU' if nowhere[0] == 'GPU' else _resource(nowhere[0])}"
    return f"the largest machine has {_amounts(short)}"


def _subject(demand: Demand) -> str:
    match demand.kind:
        case "program":
            return "its start"
        case "placement group":
            return "a placement group"
        case "actor" | "task":
            return f"the {demand.kind} {_name(demand.name)}"


def _amounts(resources: Resources) -> str:
    return " and ".join(_amount(name, amount) for name, amount in resources.items()) or "nothing"


def _amount(name: str, amount: float) -> str:
    if name in _BYTES:
        return f"{amount / _GIB:.3g} GiB of {_resource(name)}"
    if name in {"CPU", "GPU"}:
        return f"{amount:g} {name}{'' if amount == 1 else 's'}"
    return f"{amount:g} of {_resource(name)}"


def _resource(name: str) -> str:
    return {"CPU": "CPU", "memory": "memory", "object_store_memory": "object store"}.get(name) or f"«{_name(name)}»"


def _name(text: str) -> str:
    """A name out of the program, short and visible."""
    visible = "".join(character for character in text if not unicodedata.category(character).startswith(("C", "Z")))
    return visible[:_LONGEST_NAME] or "without a name"
