import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.codegen.extract import extract_program
from agents.local.reading import ProgramReader

PROGRAM = 'import ray\n\n\nray.init()\nprint("1 2")\n'


def read(*pieces):
    reader = ProgramReader()
    return "".join([*map(reader.feed, pieces), reader.finish()])


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{PROGRAM}```",
        f"```python\n{PROGRAM}",  # the closing fence is where the server stops
        f"```py\n{PROGRAM}```\nIt prints two numbers.\n```python\nprint(3)\n```\n",
        f"Sure! Here it is:\n\n```\n{PROGRAM}```\n",
        f"First install Ray:\n```bash\npip install ray\n```\nThen:\n```python\n{PROGRAM}```\n",
        f"~~~python\n{PROGRAM}~~~\n",
        f"````python\n{PROGRAM}````\n",
        PROGRAM,
        f"{PROGRAM}```\nThat is all.\n",
        f"```python\n\n{PROGRAM}```",
    ],
)
def test_the_first_program_of_an_answer_is_read(answer):
    assert read(answer) == PROGRAM


@pytest.mark.parametrize("answer", ["", "I cannot do that.", "```bash\npip install ray\n```\n", "```python\n```\n"])
def test_an_answer_without_a_program_gives_none(answer):
    reader = ProgramReader()

    assert (reader.feed(answer) + reader.finish(), reader.begun) == ("", False)


def test_a_shorter_fence_inside_a_block_is_a_part_of_the_program():
    program = 'import ray\nprint("""\n```\n""")\n'

    assert read(f"````python\n{program}````\n") == program


def test_a_program_is_passed_on_line_by_line_while_it_comes():
    reader = ProgramReader()

    pieces = [reader.feed(piece) for piece in ("```py", "thon\nimport", " ray\nray.in", "it()\n``", "`\n")]

    assert pieces == ["", "", "import ray\n", "ray.init()\n", ""]


lines = st.lists(st.sampled_from(["```python", "```", "~~~", "import ray", "x = '`'", "", "words", "  indented"]))


@settings(deadline=None)
@given(lines, st.data())
def test_how_an_answer_is_cut_into_pieces_changes_nothing(chosen, data):
    answer = "\n".join(chosen)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=6)))
    ends = [*cuts, len(answer)]

    assert read(*(answer[a:b] for a, b in zip([0, *cuts], ends, strict=True))) == read(answer)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["x = 1", "", "print('é')", "    y = 2"]), min_size=1).filter(any))
def test_a_single_block_is_read_as_the_finished_answer_would_be(chosen):
    program = "\n".join(chosen).lstrip("\n") + "\n"
    answer = f"Here:\n```python\n{program}```\n"

    assert read(answer) == extract_program(answer)
