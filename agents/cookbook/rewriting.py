"""A request with its signs, abbreviations and other notations put into the words that the recipes speak."""

import re

from agents.cookbook.notation import FILE, QUOTED, in_words, without_likened

_KEPT = re.compile(rf"{QUOTED}|\w+://\S+|{FILE}")
_REWRITTEN = {
    r"(?<![\w.])\.(?=\d)": "0.",
    r"(?<![\w.])(\d+)x(?![\w.])": r"\1 times",
    r"(?<![\w.])p(\d\d(?:\.\d+)?)(?![\w.])": r"percentile \1",
    r"(?i)\b(?:in|every|each) (?:one|a|1) sec(?:ond)?\b": "per second",
    r"(?i)\bminus (?=\d)": "-",
    r"(?i)\bminus (?:one |a )?half\b": "-0.5",
    r"(?i)\b(?:an?|one) quarter (?=(?:kept|of|for|to|as|goes|is|held)\b)": "25 percent ",
    r"(?i)\b(?:an?|one) fifth (?=(?:kept|of|for|to|as|goes|is|held)\b)": "20 percent ",
    r"(?i)\b(?:an?|one) tenth (?=(?:kept|of|for|to|as|goes|is|held)\b)": "10 percent ",
    r"(?i)\bcsv2(?=[a-z])": "csv to ",
    r"\b(read|write)_(csv|parquet)\b": r"\1 \2",
    r"\be(?:\^|\*\*)\(?x\b\)?": "exp",
    r"\+= ?1(?![\d.])": "plus one",
    r"\bnum_returns ?= ?1(?![\d.])": "",
    r"(?i)\bweekly\b|\b(?:per|by|each|every) week\b": "everyweek",
    r"(?i)\bpts\b": "points",
    r"(?i)\bcorr\b": "correlation",
    r"(?i)\biters?\b": "iterations",
    r"(?i)\bincrs?\b": "increments",
    r"(?i)\bparams?\b": "parameters",
    r" ?(?:->|=>|→) ?": " to ",
    r"(?i)\bhalf an? (?=million|billion|thousand|hundred|dozen)": "0.5 ",
    r"(?i)\bhalf an? (?=cpu|core|second)": "0.5 ",
    r"(?i)\b(by|adds?|adding|plus) 1(?![\d.,%]*\d)\b": r"\1 one",
    r"(?i)\bk ?- ?1\b": "the other",
    r"(?i)\bline[ -](?=charts?\b|graphs?\b|plots?\b|diagrams?\b)": "curve ",
    r"(?<=\d)(?:[-–]| [-–] )(?=\d)": " to ",
    r"(?<=\d)[x×](?=\d)": " x ",
    r"(?i)\b([xni]|zn?)(?: ?(?:\^|\*\*) ?2\b(?!\.)|²)": r"\1 squared",
    r"(?<![\w*^])([xi])\*\1(?! ?[*^]|\w)": r"\1 squared",
    r"\b10(?:\*\*|\^)(?=\d)": "1e",
    r"(?i)\bf(?:ib)?\(n ?- ?[12]\)": "previous",
    r"(?<!\d)(?<!\d, )(?:0,? )?1,? 1,? 2,? 3,? 5(?:,? 8)?(?:,? 13)?,? ?(?:\.\.\.|…)": "fibonacci",
    r"(?<![\d.])1, ?2, ?3,? ?(?:\.\.\.|…)(?!,? ?[\dn])": "numbers",
    r"(?<=\d) ?\.{2,3} ?(?=-?\d)": " to ",
    r"(?<=\w)\(\)": "",
    r"\bN\(0, ?1\)": "standard normal",
    r"(?i)\b1 (?=(?:producer|writer|sender|feeder)\b)": "one ",
    r"(?i)\bsmallest (?=(?:possible |stateful |working )?(?:example|class|program|demo|script|snippet)\b)": "tiny ",
    r"(?<=\w)/s(?:ec)?\b": " per second",
    r"(?i)\bw/(?=\s)": "with",
    r"(?i)\bcol(s?)\b": r"column\1",
    r"(?i)\bavg\b": "average",
    r"(?i)\bdupes\b": "duplicates",
    r"(?i)(?<=\dth )pct\b": "percentile",
    r"(?i)\bpct\b": "percent",
    r"(?i)\bapiece\b": "each",
    r"(?i)\brandom[ _]state\b": "seed",
    r"(?i)(?<![\w.])1 ?/ ?x\b": "reciprocal of x",
    r"(?i)\bone (?:after|by) (?:the other|another|one)\b": "successively",
    r"(?i)\b(?:each other|one another)\b": "mutually",
    r"(?i)\bleave[- ]one[- ]out\b": "leaveoneout",
    r"(?i)\bwhat (?:does|do) [\w.]+ (?:do|mean)\b": "explanationof",
}
"""What is said in several words or in signs: "1-100" is a range and no minus, "512x256" no word."""

_SHARES = re.compile(
    r"(?<![\w.])(?P<first>\d\d) ?(?:%|percent)?(?: (?:for |of )?(?:the )?(?:train|training)(?: data| set)?)?"
    r"(?: ?[/:] ?| and | to |, ?|-)(?P<second>\d\d)(?![\w.]) ?(?:%|percent)?(?P<of> (?:for |of )?test\w*)?"
)
_LISTED = re.compile(r"(?<![\w./-])\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?){2,}(?![\w/])")
"""Three numbers or more in a list, as "10/25/75"."""
_PERCENTILES = re.compile(r"(?<![\w.])p\d\d(?:\.\d+)?(?:(?:, ?| and |, and |/| )p\d\d(?:\.\d+)?)+(?![\w.])")
"""Two percentiles or more, as "p50, p90 and p99"."""
_WHOLE = 100
"""Two parts of a whole, as "80/20" or "75% training and 25% test"."""


def rewritten(request: str) -> str:
    """`request` in words, but for quoted texts and paths, which stay as they are."""
    request = in_words(request)
    words, end = "", 0
    for kept in _KEPT.finditer(request):
        words += _spoken(request[end : kept.start()]) + kept.group()
        end = kept.end()
    return words + _spoken(request[end:])


def _spoken(text: str) -> str:
    text = _PERCENTILES.sub(_named_percentiles, without_likened(text))
    for pattern, words in _REWRITTEN.items():
        text = re.sub(pattern, words, text)
    text = _LISTED.sub(lambda listed: listed.group().replace("/", ", "), text)
    return _SHARES.sub(_smaller_share, text)


def _named_percentiles(run: re.Match[str]) -> str:
    return f"percentiles {', '.join(re.findall(r'[0-9.]+', run.group()))}"


def _smaller_share(shares: re.Match[str]) -> str:
    """The part to test with, as of "80/20" the 20 percent; what does not make a hundred stays as it is."""
    parts = int(shares["first"]), int(shares["second"])
    return f"{min(parts)} percent {shares['of'] or ''}" if sum(parts) == _WHOLE else shares.group()
