"""What a terminal would show."""

import pytest

from agents.cluster.terminal import as_shown, with_short_paths


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\nlines\n", "plain\nlines\n"),
        ("\r 10 %\r 20 %\n", " 20 %\n"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("\r\r\n", "\n"),
        ("done\r", "done"),
    ],
)
def test_a_carriage_return_overwrites_the_line(printed, shown):
    assert as_shown(printed) == shown


def test_files_of_a_traceback_lose_the_machines_directories():
    printed = (
        '  File "/opt/venv/lib/python3.11/site-packages/ray/_private/worker.py", line 7, in get\n'
        '  File "/tmp/ray/session_1/logs/raygen/raygen-run-1/work/program.py", line 3, in <module>\n'
    )

    assert with_short_paths(printed) == (
        '  File "ray/_private/worker.py", line 7, in get\n  File "program.py", line 3, in <module>\n'
    )


def test_a_crash_in_native_code_is_shown_with_the_programs_frames_alone():
    printed = (
        "Fatal Python error: Segmentation fault\n\nStack (most recent call first):\n"
        '  File "/tmp/ray/session_1/logs/raygen/raygen-run-1/work/program.py", line 3 in <module>\n'
        '  File "/tmp/ray/session_1/runtime_resources/_ray_pkg_1/raygen_driver/warmed.py", line 64 in become\n'
        '  File "/tmp/ray/session_1/runtime_resources/_ray_pkg_1/raygen_driver/warmed.py", line 91 in <module>\n'
    )

    assert with_short_paths(printed) == (
        "Fatal Python error: Segmentation fault\n\nStack (most recent call first):\n"
        '  File "program.py", line 3 in <module>\n'
    )


def test_paths_in_ordinary_lines_stay():
    printed = "see /opt/venv/lib/python3.11/site-packages/ray/worker.py\n"

    assert with_short_paths(printed) == printed


def test_a_warning_names_the_program_without_its_directories():
    place = "/ray/session_2026/logs/raygen/raygen-1/work/program.py"

    assert with_short_paths(f"{place}:3: UserWarning: careful\n") == "program.py:3: UserWarning: careful\n"
    assert with_short_paths(f"at {place}:3: UserWarning: said\n") == f"at {place}:3: UserWarning: said\n"
