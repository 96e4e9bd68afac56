"""What a program may not name: dotted names, each for itself and everything below, with `*` for a beginning."""

from agents.cluster.policy.modules import NETWORK, PARTS

DENIED = {
    "process": """subprocess pty commands popen2 os.system os.popen* os.exec* os.spawn* os.posix_spawn* os.fork*
        os.kill os.killpg os.startfile os.abort os.setsid os.setpgid os.setpgrp os.setuid os.setgid os.seteuid
        os.setegid os.setreuid os.setregid os.wait* os.login_tty os.openpty os.pidfd_open torch.distributed.run
        torch.distributed.launcher torch.distributed.elastic torch.distributed.launch asyncio.create_subprocess*
        asyncio.subprocess _posixsubprocess _multiprocessing _winapi posix nt webbrowser multiprocessing.Process
        multiprocessing.Pool multiprocessing.pool multiprocessing.process multiprocessing.context
        multiprocessing.get_context multiprocessing.set_start_method multiprocessing.popen* multiprocessing.util
        multiprocessing.spawn multiprocessing.forkserver concurrent.futures.ProcessPoolExecutor
        concurrent.futures.process torch.multiprocessing psutil.Popen psutil.Process().kill
        psutil.Process().terminate psutil.Process().send_signal psutil.Process().suspend
        psutil.Process().parent* psutil.Process().children psutil.process_iter().kill
        psutil.process_iter().terminate psutil.process_iter().send_signal psutil.process_iter().suspend
        psutil.process_iter().parent* numpy.distutils distutils setuptools pexpect plumbum invoke fabric
        delegator platform._syscmd* platform.popen uuid._popen pydoc.pipepager pydoc.pager signal.pthread_kill
        signal.pidfd_send_signal pandas.io.clipboard xdist crontab daemon sympy.preview sympy.printing.preview
        accelerate.notebook_launcher accelerate.debug_launcher accelerate.launchers deepspeed.launcher
        joblib.externals.loky torch.utils.collect_env""",
    "dynamic-code": """eval exec compile __import__ breakpoint builtins importlib.import_module importlib.reload
        importlib.machinery importlib.abc importlib._bootstrap* importlib.util.spec_from*
        importlib.util.module_from_spec importlib.util.LazyLoader importlib.__import__ importlib.resources imp
        runpy code codeop zipimport pkgutil marshal types.CodeType pip ensurepip venv site sysconfig bdb pdb
        ipdb pudb trace doctest pydoc compileall py_compile modulefinder rlcompleter idlelib lib2to3 antigravity
        IPython sys.path_hooks sys.meta_path sys.call_tracing sys.breakpointhook logging.config cProfile.run
        cProfile.runctx profile.run profile.runctx asteval numexpr pandas.eval pandas.core.computation
        numpy.testing.measure numpy.testing.rundocs numpy.testing.runstring numpy.f2py cython Cython pyximport
        torch.hub.load torch.hub.help torch.package unittest.mock ray.util.pdb ray.util.rpdb
        ray.util.ray_debugpy typing.ForwardRef pydantic.ImportString pydantic.types.ImportString
        pydantic.v1.PyObject pydantic.v1.types.PyObject pydantic.PyObject six.exec_ six.moves.builtins
        importlib.metadata.EntryPoint PIL.ImageMath sympy.utilities.autowrap debugpy cProfile.Profile().run
        cProfile.Profile().runctx profile.Profile().run profile.Profile().runctx""",
    "reflection": """__builtins__ __loader__ __spec__ sys.modules sys._getframe sys._current_frames sys.settrace
        sys.setprofile sys.addaudithook sys._current_exceptions inspect.currentframe inspect.stack inspect.trace
        inspect.getouterframes inspect.getinnerframes inspect.getframeinfo inspect.getmodule inspect.getclosurevars
        inspect.getmembers_static inspect.getattr_static gc.get_objects gc.get_referrers gc.get_referents
        threading.settrace threading.setprofile threading._ _thread _frozen_importlib _frozen_importlib_external
        _imp _ast opcode dis tracemalloc._ string.Formatter().get_field string.Formatter.get_field""",
    "native": """ctypes _ctypes cffi _cffi_backend numpy.ctypeslib cppyy torch.ops.load_library
        torch.classes.load_library torch.utils.cpp_extension ray.cross_language ray.java_* ray.cpp_* mmap
        sqlite3.dbapi2 tensorflow.load_op_library tensorflow.load_library pyarrow.cffi pyarrow._ llvmlite
        numba.pycc jax.ffi""",
    "unpickling": """pickle.load pickle.loads pickle.Unpickler _pickle cPickle pickle._ cloudpickle.load*
        dill.load* shelve dbm joblib.load ray.cloudpickle.load* ray.cloudpickle.cloudpickle pandas.read_pickle
        yaml.unsafe_load* yaml.full_load* yaml.UnsafeLoader yaml.FullLoader yaml.Loader yaml.CLoader
        yaml.CFullLoader yaml.CUnsafeLoader jsonpickle pickletools.genops pyarrow.deserialize*
        pyarrow.read_serialized polars.LazyFrame.deserialize polars.DataFrame.deserialize
        polars.Expr.deserialize sklearn.externals skops.io.load torch.serialization torch.jit.load
        numpy.core.multiarray._reconstruct copyreg.__newobj__ dill.source dill.detect
        pandas.compat.pickle_compat keras.src.legacy gensim.utils.unpickle statsmodels.api.load
        tracemalloc.Snapshot.load pyarrow.PyExtensionType pyarrow.UnknownExtensionType multiprocessing.reduction
        statsmodels.iolib.smpickle""",
    "deletion": """os.remove os.unlink os.rmdir os.removedirs os.truncate os.ftruncate os.chmod os.fchmod os.lchmod
        os.chown os.fchown os.lchown os.mkfifo os.mknod os.symlink os.link os.chroot shutil.rmtree shutil.move
        shutil.chown shutil.unpack_archive""",
    "ray-internals": """ray._private ray._raylet ray._common ray.core ray.worker ray.internal
        ray.experimental.internal_kv ray.experimental.gcs_utils ray.autoscaler ray.dashboard ray.scripts
        ray.gcs_utils ray.node ray.global_state ray.state ray.workers ray.services ray.remote_function""",
    "other-cluster": """ray.job_submission ray.client ray.ClientBuilder ray.client_builder ray.util.connect
        ray.util.disconnect ray.util.client ray.util.client_connect ray.job_config ray.JobConfig""",
    "secret": "keyring getpass.getpass pwd grp spwd crypt netrc botocore.credentials google.auth",
    "environment": "psutil.Process().environ psutil.process_iter().environ os.environb posix.environ "
    "dotenv decouple environs",
}
APPROVED = {
    "network": " ".join(NETWORK),
    "unlisted": """os.chdir os.fchdir sys.path signal.signal signal.alarm signal.setitimer signal.raise_signal
        typing.get_type_hints inspect.getmembers pydantic.create_model pydantic.validate_call pandas.read_hdf
        pandas.HDFStore pandas.io pandas.core pandas.test pandas.read_clipboard ray.experimental
        ray.data.read_webdataset ray.data.read_datasource keras.models.load_model
        tensorflow.keras.models.load_model tensorflow.saved_model atexit copyreg tkinter matplotlib.testing
        numpy.lib.format numpy.core numpy._core globals locals resource.setrlimit sys.excepthook
        threading.excepthook pytest.main unittest.main h5py.h5 dill cloudpickle.register_pickle_by_value
        types.FunctionType types.MethodType types.ModuleType keras.saving keras.models.model_from_json
        ray.rllib.utils.from_config tensorflow.io.gfile spacy.load nltk.data numba.extending numba.core
        keras.layers.deserialize keras.utils.deserialize_keras_object tensorflow.keras.layers.deserialize
        tensorflow.keras.utils.deserialize_keras_object asyncio.base_subprocess asyncio.unix_events
        torch.export.load ray.util.spark ray.util.dask""",
    "other-actors": """ray.util.list_named_actors ray.util.state.list_jobs ray.util.state.get_job
        ray.util.state.list_runtime_envs ray.util.state.api ray.util.state.get_log ray.util.state.list_logs
        ray.experimental.state.api""",
    "detached": "ray.serve.run ray.serve.start ray.serve.api ray.workflow",
    "data-source": """
        tensorflow_datasets gensim.downloader transformers.utils.hub
        transformers.pipeline transformers.pipelines sentence_transformers.SentenceTransformer
        sentence_transformers.CrossEncoder vllm.LLM tiktoken.get_encoding tiktoken.encoding_for_model""",
    "generated-code": "transformers.dynamic_module_utils",
}
_PLUMBING = frozenset("externals vendored vendor distutils cli cmdline scripts launcher launchers pycc".split())  # noqa: SIM905
"""What libraries have for themselves, whatever their names: other libraries, and ways to start programs."""
_ORDINARY = (
    "ray.experimental.tqdm_ray",
    "numba.core.errors",
    "numba.core.types",
    "os._exit",
    "torch._dynamo.config",
    "os.path",
)

METHODS = {
    "unlink": "deletion",
    "rmdir": "deletion",
    "rmtree": "deletion",
    "delete_dir": "deletion",
    "delete_dir_contents": "deletion",
    "delete_root_dir_contents": "deletion",
    "removedirs": "deletion",
    "subprocess_exec": "process",
    "subprocess_shell": "process",
    "create_subprocess_exec": "process",
    "create_subprocess_shell": "process",
    "popen": "process",
    "posix_spawn": "process",
    "load_extension": "native",
    "enable_load_extension": "native",
    "load_library": "native",
    "load_inline": "native",
    "ctypeslib": "native",
    "read_pickle": "unpickling",
    "find_class": "unpickling",
    "persistent_load": "unpickling",
    "unsafe_load": "unpickling",
    "import_module": "dynamic-code",
    "load_module": "dynamic-code",
    "exec_module": "dynamic-code",
    "runstring": "dynamic-code",
    "rundocs": "dynamic-code",
    "run_code": "dynamic-code",
    "unsafe_eval": "dynamic-code",
    "import_string": "dynamic-code",
    "import_from_string": "dynamic-code",
    "import_object": "dynamic-code",
    "import_required": "dynamic-code",
    "import_optional_dependency": "dynamic-code",
    "lazy_import": "dynamic-code",
    "resolve_name": "dynamic-code",
    "runcode": "dynamic-code",
    "runsource": "dynamic-code",
    "loadTestsFromName": "dynamic-code",
    "loadTestsFromNames": "dynamic-code",
    "core_worker": "ray-internals",
    "gcs_client": "ray-internals",
    "global_worker": "ray-internals",
    "load_from_checkpoint": "unlisted",
    "from_checkpoint": "unlisted",
    "__ray_call__": "unlisted",
    "symlink_to": "unlisted",
    "hardlink_to": "unlisted",
    "link_to": "unlisted",
    "chmod": "unlisted",
    "lchmod": "unlisted",
    "to_clipboard": "unlisted",
    "create_connection": "network",
    "create_unix_connection": "network",
    "create_server": "network",
    "create_unix_server": "network",
    "create_datagram_endpoint": "network",
    "sock_connect": "network",
    "from_pretrained": "data-source",
    "load_dataset": "data-source",
    "add_signal_handler": "unlisted",
}
"""Methods of whatever object: hardly anything else has them."""

REACH = frozenset(
    """__subclasses__ __globals__ __builtins__ __bases__ __base__ __mro__ mro __code__ __closure__ __getattribute__
        __loader__ __import__ __spec__ __self__ __reduce_ex__ __kwdefaults__ __objclass__ f_globals f_locals
        f_builtins f_back f_code tb_frame gi_frame cr_frame ag_frame gi_code cr_code ag_code co_code co_consts
        func_globals func_code load_module exec_module __thisclass__ __self_class__
    create_module cell_contents""".split()  # noqa: SIM905
)
"""Ways from any object to everything."""

SPECIAL = frozenset(
    """__name__ __init__ __len__ __getitem__ __setitem__ __delitem__ __call__ __iter__ __next__ __enter__ __exit__
        __aenter__ __aexit__ __repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __doc__ __version__
        __file__ __main__ __post_init__ __all__ __add__ __radd__ __iadd__ __sub__ __mul__ __rmul__ __truediv__
        __matmul__ __neg__ __abs__ __contains__ __anext__ __aiter__ __bool__ __int__ __float__ __index__ __module__
        __qualname__ __slots__ __cause__ __context__ __traceback__ __dict__ __class__ __new__ __init_subclass__
        __set_name__ __format__ __sizeof__ __copy__ __deepcopy__ __ray_terminate__ __ray_ready__ __stdout__
        __stderr__ __stdin__ __members__ __dataclass_fields__ __args__ __origin__ __array__ __array_interface__
        __notes__ __suppress_context__ __getstate__ __setstate__ __reduce__ __del__ __func__ __wrapped__
        __defaults__ __match_args__ __setattr__ __and__ __or__ __xor__ __invert__ __pow__ __mod__ __floordiv__
        __reversed__ __round__ __debug__ __get__ __set__ __getattr__ __await__ __test__""".split()  # noqa: SIM905
)
"""Special attributes that programs use for what they are meant for."""

BUILTINS = frozenset(
    """eval exec compile __import__ __builtins__ __loader__ __spec__ breakpoint globals locals vars getattr setattr
        delattr open print str bytes bytearray list tuple set sorted reversed enumerate zip map iter next
    chr dict""".split()  # noqa: SIM905
)
"""Names that mean something without an import."""


def _table(tables: dict[str, str]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    names = {name: rule for rule, text in tables.items() for name in text.split()}
    beginnings = tuple((name[:-1], rule) for name, rule in names.items() if name.endswith("*"))
    return {name: rule for name, rule in names.items() if not name.endswith("*")}, beginnings


_DENIED, _DENIED_BEGINNINGS = _table(DENIED)
_APPROVED, _APPROVED_BEGINNINGS = _table(APPROVED)
_EVERY_BEGINNING = tuple(each for each, _ in _DENIED_BEGINNINGS + _APPROVED_BEGINNINGS)


def denial_of(name: str) -> str | None:
    """The rule that denies a dotted name, if one does."""
    return _rule(name, _DENIED, _DENIED_BEGINNINGS)


def rule_of(name: str) -> str | None:
    """The strictest rule that a dotted name breaks, if it breaks one."""
    denied = denial_of(name)
    if denied or any(name == each or name.startswith(f"{each}.") for each in _ORDINARY):
        return denied
    return _rule(name, _APPROVED, _APPROVED_BEGINNINGS) or _part(name)


def _rule(name: str, names: dict[str, str], beginnings: tuple[tuple[str, str], ...]) -> str | None:
    prefix = name
    while prefix:
        if prefix in names:
            return names[prefix]
        prefix = prefix.rpartition(".")[0]
    if name.startswith(_EVERY_BEGINNING):
        return next((rule for beginning, rule in beginnings if name.startswith(beginning)), None)
    return None


def _part(name: str) -> str | None:
    """`unlisted` for what is not among a module's ordinary parts, and for what a module keeps to itself."""
    first, *rest = name.split(".")
    module = first
    for part in rest:
        if module in PARTS and part.removesuffix("()").removesuffix("[]") not in PARTS[module]:
            return "unlisted"
        if part in _PLUMBING or (part.startswith("_") and not part.startswith("__")):
            return "unlisted"
        module = f"{module}.{part}"
    return None
