"""Requests in the notation of pandas, Ray Data or SQL, put into the words that the recipes' phrases are made of."""

import re

QUOTED = r"\"([^\"\n]*)\"|“([^”\n]*)”|«([^»\n]*)»|`([^`\n]*)`|(?<!\w)['‘]([^'’\n]*)['’](?!\w)"
FILE = r"(?:[\w.~-]*/)*[\w.-]*\w\.(?:csv|tsv|parquet|jsonl?|txt|xlsx?|jpe?g|png|log|gz)(?![\w/])"
_NAME = r"[\"']?(\w+)[\"']?"
_FIGURE = r"(sum|mean|min|max|count|avg|SUM|AVG|MIN|MAX|COUNT)"
_TABLE = r"(?:\b(?:df|ds|dataset)|\b(?:pandas |pd\.)?read_csv\(([^()]*)\))"
_FILE = r"([\w./~-]+\.csv(?:\.gz)?)"
_IN_WORDS = {
    rf"(?:\b(?:df|ds)\.)?\bgroupby\({_NAME}\)\[{_NAME}\]\.{_FIGURE}\(\)": r" \3 of '\2' by '\1' ",
    rf"(?:\b(?:df|ds)\.)?\bgroupby\({_NAME}\)\.{_FIGURE}\({_NAME}\)": r" \2 of '\3' by '\1' ",
    rf"{_TABLE}\[[\"'](\w+)[\"']\]\.{_FIGURE}\(\)": r" \1 \3 of '\2' ",
    rf"{_TABLE}\[[\"'](\w+)[\"']\]\.describe\(\)": r" \1 summary of '\2' ",
    rf"\b(?:df|ds)\.{_FIGURE}\({_NAME}\)": r" \1 of '\2' ",
    r"\b(?:df\.)?resample\([\"']M[\"']\)\[[\"'](\w+)[\"']\]\.sum\(\)": r" sum of '\1' by month ",
    r"\b(?:df\.)?resample\([\"']M[\"']\)\.sum\(\)": " sum by month ",
    r"\b(?:df|ds)\.sort\([\"'](\w+)[\"'], descending=True\)\.take\((\d+)\)": r" top \2 by '\1' ",
    r"\b(?:heapq\.)?nsmallest\((\d+), [\"'](\w+)[\"']\)": r" smallest \1 by '\2' ",
    r"\b(?:heapq\.)?nlargest\((\d+), [\"'](\w+)[\"']\)": r" largest \1 by '\2' ",
    r"\b(?:df\.)?query\([\"'](\w+) ([<>]=?|==) (-?[\d.]+)[\"']\)": r" rows where \1 \2 \3 ",
    r"\[\{ ?[\"']CPU[\"']: ?([\d.]+) ?\}\] ?\* ?(\d+)": r" \2 bundles of \1 cpu ",
    r"\bdf\[df\.(\w+) ([<>]=?|==) (-?[\d.]+)\]": r" rows where \1 \2 \3 ",
    r"\b(?:df|ds)\.filter\(lambda (\w): \1\[[\"'](\w+)[\"']\] ([<>]=?|==) (-?[\d.]+)\)": r" rows where \2 \3 \4 ",
    rf"(?i)\bSELECT (\w+), {_FIGURE}\((\w+)\) FROM {_FILE} GROUP BY \1\b(?! *ORDER)": r" \2 of '\3' by '\1' in \4 ",
    rf"(?i)\bSELECT {_FIGURE}\((\w+)\) FROM {_FILE}(?! *(?:WHERE|GROUP))": r" \1 of '\2' in \3 ",
    rf"(?i)\bSELECT DISTINCT (\w+) FROM {_FILE}": r" distinct values of '\1' in \2 ",
    rf"(?i)\bSELECT \* FROM {_FILE} ORDER BY (\w+) DESC LIMIT (\d+)\b": r" top \3 of \1 by '\2' ",
    rf"(?i)\bSELECT \* FROM {_FILE} ORDER BY (\w+)(?: ASC)? LIMIT (\d+)\b": r" lowest \3 of \1 by '\2' ",
    rf"(?i)\bSELECT \* FROM {_FILE} WHERE (\w+ (?:[<>]=?|==) -?[\d.]+)(?! *(?:AND|OR)\b)": r" rows of \1 where \2 ",
    rf"(?i)\bSELECT \* FROM {_FILE} JOIN {_FILE} (?:USING ?\((\w+)\)|ON (\w+))(?!\.)": r" join \1 and \2 on '\3\4' ",
    r"(?i)\bx ?= ?(\w+),? (?:and )?y ?= ?((?:sum of |total |sum )\w+)": r" \2 by \1 ",
}
"""What is said otherwise in each notation. Only a whole statement is put into words: what goes beyond one stays."""
_LIBRARY = (
    r"(?<!use )(?<!using )(?<!with )(?<!import )(?<!run )(?<!call )"
    r"\b(?:pandas|numpy|scipy|sklearn|joblib|celery|asyncio|multiprocessing|dask|spark|airflow|hadoop|mpi)(?:['’]s\b|\b|(?=_))"
)
_LIKENESS = "|".join(
    [
        rf"(?<=like ){_LIBRARY}",
        rf"(?<=equivalent of ){_LIBRARY}",
        rf"{_LIBRARY}(?=[^;?!\n]{{0,60}}[ -](?:like|style|ish|equivalent|analog|analogue|ray version|ray flavou?r)\b)",
        rf"{_LIBRARY}(?=[^;?!\n]{{0,60}} but (?:on|with|across|ray|distributed|parallel)\b)",
        rf"{_LIBRARY}(?=[^;?!\n]{{0,60}} (?:the ray way|translated to ray)\b)",
        rf"{_LIBRARY}(?=\.\w[^;?!\n]{{0,60}} (?:on|in|across|with) ray)",
    ]
)
"""A library that a request is only likened to: "asyncio.Queue, ray flavour"; one that it uses stays, and counts."""


def in_words(request: str) -> str:
    """`request` with its statements about a file's columns put into words, but for those within a quoted text."""
    for statement, words in _IN_WORDS.items():
        if not (stated := list(re.finditer(statement, request))):
            continue
        quoted = [text.span() for text in re.finditer(QUOTED, request)]
        for found in reversed(stated):
            if not any(start < found.start() and found.end() < end for start, end in quoted):
                request = request[: found.start()] + found.expand(words) + request[found.end() :]
    return request


def without_likened(text: str) -> str:
    """`text`, which holds no quoted one, without the libraries that it likens something to."""
    return re.sub(_LIKENESS, "", text, flags=re.IGNORECASE)
