"""Reading a recipe's parameters out of a request: which tokens are the value of which constant."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from agents.cookbook.entries import named_entries
from agents.cookbook.program import Value
from agents.cookbook.recipe import Choice, Number, Numbers, Parameter, Recipe, Text
from agents.cookbook.tokens import Token, stems_of
from agents.cookbook.values import take
from agents.cookbook.wordings import SETS, wordings

_BRIDGES = frozenset({"=", ":", "(", ",", "-", "[", "]"})
"""Marks that may stand between a phrase's words, as in "tasks: 4", "fib(20)", "[0, 1]" and "5-fold"."""
_MAX_SKIPPED = 3
_LOOSE = frozenset({"over", "of", "in", "among", "from"})
"""Behind one of these alone, a number belongs to its own noun first: "spread over 8 tasks"."""


@dataclass(frozen=True)
class Reading:
    """What a request says about a recipe's parameters.

    `consumed`: the positions of the tokens that became values. `problems`: whole clauses for a person, such as
    "NUM_TASKS goes from 1 to 1,000"; with one of them the recipe does not fit.
    """

    values: dict[str, Value]
    consumed: frozenset[int]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Match:
    """One phrase found in a request: per constant its value, the tokens that hold them, and those of names.

    `skipped`: words, and commas, which part what they stand between: "20 tasks, 1000 points" is no "tasks 1000".
    `weak`: a name in it may be no name, since it is a word of the recipe's own or what the entries are called.
    """

    slots: dict[str, Value]
    positions: frozenset[int]
    names: frozenset[int]
    words: int
    skipped: int
    start: int
    weak: bool
    loose: bool

    @property
    def rank(self) -> tuple[bool, int, int, bool, int, int]:
        """The more constants, the fewer words skipped, the more words of its own, the better; weak ones come last."""
        return (self.weak, -len(self.slots), self.skipped, self.loose, -self.words, self.start)


@dataclass
class _Scan:
    """A phrase on its way through the tokens."""

    at: int
    slots: dict[str, Value] = field(default_factory=dict)
    positions: frozenset[int] = frozenset()
    skipped: int = 0
    names: frozenset[int] = frozenset()
    weak: bool = False


class PhraseReader:
    """Reads requests for one recipe.

    `skippable`: stems of the words that may stand between a phrase's words, as in "4 *parallel ray* tasks", and that
    are therefore no names, unless a phrase's own word introduces them directly, as in "by *team*". `never_names` are
    none even there.
    """

    def __init__(self, recipe: Recipe, skippable: frozenset[str], never_names: frozenset[str]) -> None:
        self._recipe = recipe
        self._parameters = recipe.parameters
        self._phrases = wordings(recipe.phrases)
        self._ways = {name: _ways(each) for name, each in recipe.parameters.items() if isinstance(each, Choice)}
        self._skippable = skippable
        self._no_names = skippable | never_names
        self._never_names = never_names

    def read(self, tokens: Sequence[Token]) -> Reading:
        """The values that `tokens` name for the recipe's parameters."""
        entries = named_entries(tokens)
        matches = _ranked(list(self._matches(tokens)), entries)
        values, consumed, problems = _settled(matches)
        consumed |= entries if self._recipe.strict else set()
        for name, parameter in self._parameters.items():
            if isinstance(parameter, Choice):
                found = _choices(tokens, self._ways[name], consumed)
                problems += [f"{name} can hold one value only"] if len(found) > 1 else []
                values |= dict.fromkeys([name] if found else [], next(iter(found), None))
            elif isinstance(parameter, Text) and name not in values:
                self._read_alone(tokens, name, parameter, values, consumed)
        problems += [problem for name in values for problem in _outside(name, values[name], self._parameters[name])]
        if rivals := self._recipe.rivals(values) & set(values):
            problems.append(f"{' and '.join(sorted(rivals))} exclude each other")
        return Reading(values, frozenset(consumed), tuple(problems))

    def _matches(self, tokens: Sequence[Token]) -> Iterator[_Match]:
        held = {_said(token) for token in tokens}
        for elements in self._phrases:
            if not held.issuperset(element for element in elements if not element.startswith("{")):
                continue
            for start in range(len(tokens)):
                scan = self._scanned(tokens, start, elements)
                if scan is not None and not _is_article(tokens, scan):
                    words = [element for element in elements if not element.startswith("{")]
                    loose = len(words) == 1 and elements[0] in _LOOSE
                    yield _Match(
                        scan.slots, scan.positions, scan.names, len(words), scan.skipped, start, scan.weak, loose
                    )

    def _scanned(self, tokens: Sequence[Token], start: int, elements: Sequence[str]) -> _Scan | None:
        """`elements` found from `start` on, with a few skippable words between them; None if they are not there."""
        scan = _Scan(start)
        for number, element in enumerate(elements):
            allowed = _MAX_SKIPPED if number else 0
            while not (self._step(tokens, element, scan, self._no_names) or self._weak_step(tokens, element, scan)):
                parted = number and elements[number - 1].startswith("{") and not element.startswith("{")
                if not allowed or scan.at >= len(tokens) or not self._may_skip(tokens[scan.at], parted=bool(parted)):
                    return None
                allowed -= 1
                scan.skipped += tokens[scan.at].kind != "mark" or tokens[scan.at].surface == ","
                scan.at += 1
        return scan

    def _may_skip(self, token: Token, *, parted: bool) -> bool:
        """`parted`: a value and its noun stand around `token`, so that a comma there ends what the value counts."""
        if token.kind == "mark":
            return token.surface in _BRIDGES and not (parted and token.surface == ",")
        return token.kind == "word" and token.stem in self._skippable

    def _step(self, tokens: Sequence[Token], element: str, scan: _Scan, no_names: frozenset[str]) -> bool:
        """Move `scan` past `element` if it stands there; a constant may stand in a phrase twice, with one value."""
        if not element.startswith("{"):
            found = scan.at < len(tokens) and _said(tokens[scan.at]) == element
            scan.at += found
            return found
        name = element.strip("{}")
        taken = take(tokens, scan.at, self._parameters[name], no_names)
        if taken is None or scan.slots.get(name, taken[0]) != taken[0]:
            return False
        value, length = taken
        scan.slots[name] = value
        held = set(range(scan.at, scan.at + length))
        scan.positions |= held
        scan.names |= held if isinstance(value, str) and tokens[scan.at].kind == "word" else set()
        scan.at += length
        return True

    def _weak_step(self, tokens: Sequence[Token], element: str, scan: _Scan) -> bool:
        """The same for a name that the recipe's own words would hide."""
        parameter = self._parameters.get(element.strip("{}"))
        if not isinstance(parameter, Text) or parameter.kind != "name" or scan.skipped:
            return False
        found = self._step(tokens, element, scan, self._never_names)
        scan.weak |= found
        return found

    def _read_alone(
        self, tokens: Sequence[Token], name: str, parameter: Text, values: dict[str, Value], consumed: set[int]
    ) -> None:
        """Add the first path, or text in quotes, that the request holds, whatever introduces it."""
        if parameter.kind not in {"path", "quoted"}:
            return
        for position, token in enumerate(tokens):
            taken = take(tokens, position, parameter, self._skippable)
            if taken is not None and token.kind in {"path", "text"} and position not in consumed:
                values[name] = taken[0]
                consumed.add(position)
                return


def _said(token: Token) -> str:
    """What a phrase calls `token` by."""
    return SETS if token.surface == SETS else token.stem


def _is_article(tokens: Sequence[Token], scan: _Scan) -> bool:
    """Whether the number of `scan` is a "one" that counts something else: "one task makes items", "read one array"."""
    ones = {at for at in scan.positions if tokens[at].stem == "one"}
    followed = scan.at - 1 in ones and [token.kind for token in tokens[scan.at : scan.at + 1]] == ["word"]
    return bool(ones) and len(scan.slots) == 1 and (followed or scan.skipped > 1)


def _settled(matches: Sequence[_Match]) -> tuple[dict[str, Value], set[int], list[str]]:
    """The best matches that share no token; a constant that is given two values is a problem."""
    values: dict[str, Value] = {}
    consumed: set[int] = set()
    problems: list[str] = []
    for match in matches:
        if match.positions & consumed:
            continue
        if match.weak and set(match.slots) & set(values):
            continue
        consumed |= match.positions
        for name, value in match.slots.items():
            if _same_name(values.setdefault(name, value), value):
                values[name] = min(values[name], value, key=lambda name: len(str(name)))
            elif values[name] != value:
                problems.append(f"{name} can hold one value only, not {values[name]} and {value}")
    return values, consumed, problems


def _ranked(matches: Sequence[_Match], entries: Collection[int]) -> list[_Match]:
    """The best first; what the entries are called comes last where something else is named for the same constant."""
    elsewhere = {name for match in matches if match.names.isdisjoint(entries) for name in match.slots}
    weakened = (
        replace(match, weak=True) if not match.names.isdisjoint(entries) and set(match.slots) <= elsewhere else match
        for match in matches
    )
    return sorted(weakened, key=lambda match: match.rank)


def _same_name(name: Value, other: Value) -> bool:
    """Whether two names are one word, as in "which countries, column country"."""
    return isinstance(name, str) and isinstance(other, str) and stems_of(name) == stems_of(other) != []


def _ways(parameter: Choice) -> list[tuple[str, list[str]]]:
    """Each option with the stems of a way to ask for it."""
    return [(value, stems_of(way)) for value, ways in parameter.options.items() for way in ways]


def _choices(tokens: Sequence[Token], ways: Sequence[tuple[str, list[str]]], consumed: set[int]) -> set[str]:
    """The options of which a word, or a run of words, stands among the tokens that are no other value.

    Of "pack" and "strict pack" the longer one counts.
    """
    stems = [token.stem for position, token in enumerate(tokens) if position not in consumed]
    found = [(value, way) for value, way in ways if _holds(stems, way)]
    return {value for value, way in found if not any(way != other and _holds(other, way) for _, other in found)}


def _holds(stems: Sequence[str], run: Sequence[str]) -> bool:
    return any(list(stems[at : at + len(run)]) == list(run) for at in range(len(stems) - len(run) + 1))


def _outside(name: str, value: Value, parameter: Parameter) -> Iterator[str]:
    """What is wrong with a number or a list of them, if anything is."""
    if not isinstance(parameter, Number | Numbers):
        return
    held = value if isinstance(value, list) else [value]
    if isinstance(parameter, Numbers) and len(held) > parameter.items:
        yield f"{name} holds at most {parameter.items} numbers"
    if any(isinstance(item, int | float) and not parameter.minimum <= item <= parameter.maximum for item in held):
        yield f"{name} goes from {parameter.minimum:,.12g} to {parameter.maximum:,.12g}"
