"""Files and data sources that are opened, read or written."""

import ast
import re
from collections.abc import Iterator

from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.places import looks_elsewhere, place_of, urls_in
from agents.cluster.policy.program import Call, Hit, Program
from agents.cluster.policy.tree import last_name

_OPENERS = frozenset(
    """open io.open io.FileIO io.open_code codecs.open gzip.open bz2.open lzma.open tarfile.open zipfile.ZipFile
        tarfile.TarFile sqlite3.connect os.open os.listdir os.scandir os.walk os.stat os.lstat os.mkdir os.makedirs
        os.rename os.replace os.renames os.access os.utime glob.glob glob.iglob pathlib.Path pathlib.PurePath
        pathlib.PosixPath shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.make_archive numpy.load
        numpy.save numpy.savez numpy.savez_compressed numpy.savetxt numpy.loadtxt numpy.genfromtxt numpy.fromfile
        numpy.memmap pyarrow.memory_map pyarrow.OSFile pyarrow.input_stream pyarrow.output_stream
        pyarrow.dataset.dataset h5py.File xarray.open_dataset linecache.getline linecache.getlines fileinput.input
        logging.FileHandler PIL.Image.open ray.timeline ray.tune.Tuner.restore argparse.FileType() torch.from_file
    torch.UntypedStorage.from_file pandas.ExcelFile pandas.ExcelWriter cv2.VideoCapture joblib.Memory
        filecmp.cmp filecmp.dircmp wave.open configparser.ConfigParser().read tempfile.NamedTemporaryFile
        tempfile.mkdtemp tempfile.TemporaryDirectory tempfile.mkstemp torch.save torch.load joblib.dump
        os.path.exists os.path.getsize os.path.isfile os.path.isdir numpy.lib.format.open_memmap
        xml.etree.ElementTree.parse lxml.etree.parse torch.utils.tensorboard.SummaryWriter pickle.Pickler
        ray.train.Checkpoint.from_directory pyarrow.parquet.ParquetFile openpyxl.load_workbook zarr.open cv2.imread
        cv2.imwrite matplotlib.image.imread""".split()  # noqa: SIM905
)
_READING = re.compile(
    r"(?:read|scan|open)_[a-z]\w*|load_(?!state_dict)\w+|imread|loadtxt|genfromtxt|fromfile|fromregex|loadmat"
)
_WRITING = re.compile(
    r"write_(?!text$|bytes$)[a-z]\w*|sink_[a-z]+|to_(?:csv|parquet|json|excel|feather|hdf|orc|pickle|stata|xml|html|sql|latex|"
    r"markdown|netcdf|zarr|gbq|delta|file|directory|png)|savefig|save|save_weights|save_to_disk|imsave|imwrite|tofile|save_model|save_pretrained|"
    r"write_html|write_image|from_directory"
)
_OF_PATHS = frozenset(
    "open read_text read_bytes write_text write_bytes iterdir glob rglob mkdir touch exists stat is_file is_dir".split()  # noqa: SIM905
)
_OF_MANY = frozenset({"Path", "PurePath", "PosixPath", "make_archive"})
_MOVING, _MATCHING = frozenset({"rename", "replace"}), frozenset({"glob", "rglob"})
_ABOUT_PATHS = _OF_PATHS | _MOVING | _MATCHING
_DIRECTORIES = frozenset(
    """storage_path local_dir data_dir cache_dir save_dir log_dir logdir root checkpoint_dir out_dir output_dir
        default_root_dir restore_path filename filepath filepath_or_buffer path_or_buf paths path fname file source
        storage_filesystem extract_dir dir root_dir base_dir init_method""".split()  # noqa: SIM905
)
_CODE = re.compile(r"\.(?:py|pyc|pyi|pyd|so|pth|sh|egg|whl)$")
_HIDING = frozenset(
    {
        "chr",
        "bytes",
        "bytearray",
        "bytes.fromhex",
        "base64.b64decode",
        "codecs.decode",
        "binascii.unhexlify",
        "zlib.decompress",
        "re.sub",
        "textwrap.dedent",
        "functools.reduce",
    }
)
_SPELLING = frozenset({"translate", "to_bytes"})


def opened(program: Program) -> Iterator[Hit]:
    """What is opened elsewhere; where a path is not known, whatever is written that looks elsewhere counts."""
    unknown = False
    matches: dict[str, tuple[bool, bool]] = {}
    for call in program.calls:
        if isinstance(call.node.func, ast.Attribute):
            yield from _of_path(program, call.node, call.node.func)
        reading, writing = _kind(call, matches)
        if not reading and not writing:
            continue
        for argument in _paths(call):
            for text in program.texts(argument):
                unknown = unknown or text.startswith(HOLE)
                yield from _place(program, argument, text, writing=writing)
    unknown = unknown or _handed_around(program)
    if unknown:
        yield from _elsewhere(program)


def _kind(call: Call, matches: dict[str, tuple[bool, bool]]) -> tuple[bool, bool]:
    """Whether a call reads or opens, and whether it writes; `matches` is what was found out about functions' names."""
    named = {each.arg for each in call.node.keywords}
    reading, writing = bool(call.functions & _OPENERS or named & _DIRECTORIES), "storage_path" in named
    for name in call.called:
        if name not in matches:
            matches[name] = bool(_READING.fullmatch(name)), bool(_WRITING.fullmatch(name))
        reads, writes = matches[name]
        reading, writing = reading or reads, writing or writes
    return reading, writing


def _of_path(program: Program, call: ast.Call, method: ast.Attribute) -> Iterator[Hit]:
    """`(Path.home() / "x").read_text()`, `path.glob("../*")`, `path.rename("/x")`; a text's `replace` takes two."""
    if method.attr not in _ABOUT_PATHS:
        return
    moves = method.attr in _MOVING and len(call.args) == 1
    paths = [method.value] if method.attr in _OF_PATHS or moves else []
    paths += call.args[:1] if method.attr in _MATCHING or moves else []
    for path in paths:
        if any(place_of(text) == "outside" for text in program.texts(path)):
            yield Hit(path, "outside-path")


def _paths(call: Call) -> Iterator[ast.expr]:
    by_position = call.node.args if call.called & _OF_MANY else call.node.args[:2]
    for argument in (*by_position, *(each.value for each in call.node.keywords if each.arg in _DIRECTORIES)):
        if isinstance(argument, ast.List | ast.Tuple):
            yield from argument.elts
        elif not isinstance(argument, ast.Constant) or isinstance(argument.value, str | bytes):
            yield argument


def _place(program: Program, node: ast.expr, text: str, *, writing: bool) -> Iterator[Hit]:
    place = place_of(text)
    if place == "network":
        if writing:
            yield Hit(node, "network-write")
        elif not all(program.allowances.readable(url, HOLE) for url in urls_in(text)):
            yield Hit(node, "data-source")
    elif place == "outside":
        yield Hit(node, "outside-path")
    elif _CODE.search(text) and not text.startswith(HOLE):
        yield Hit(node, "generated-code")
    elif place == "unknown" and _is_hidden(program, node):
        yield Hit(node, "outside-path")


def _is_hidden(program: Program, node: ast.expr) -> bool:
    """Whether a path is made out of codes, which nobody does who has nothing to hide."""
    found = [node, *(each for each in program.tree.bindings.get(last_name(node), [])[:8] if isinstance(each, ast.expr))]
    calls = [each for value in found for each in ast.walk(value) if isinstance(each, ast.Call | ast.Name)][:200]
    functions = [getattr(each, "func", each) for each in calls]
    return any(program.names(each) & _HIDING or last_name(each) in _SPELLING or _joins(each) for each in functions)


def _joins(function: ast.expr) -> bool:
    """`"".join(…)` of what is not written down."""
    return isinstance(function, ast.Attribute) and function.attr == "join" and getattr(function.value, "value", 0) == ""


def _handed_around(program: Program) -> bool:
    """Whether a function that opens files is passed on, so that its paths cannot be seen."""
    for node, names in program.mentions:
        if names.isdisjoint(_OPENERS):
            continue
        parent = program.tree.parent(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        if not called and not isinstance(parent, ast.Attribute):
            return True
    return False


def _elsewhere(program: Program) -> Iterator[Hit]:
    for node in program.tree.of(ast.Constant, ast.JoinedStr, ast.BinOp):
        if node in program.tree.documentation or (
            isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes)
        ):
            continue
        for text in program.texts(node):
            if looks_elsewhere(text):
                yield from _place(program, node, text, writing=False)
