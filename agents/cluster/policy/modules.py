"""Modules that programs import: known ones, those that reach the network, and those of which only a part is ordinary.

Dotted names stand for themselves and everything below them.
"""

STANDARD = frozenset(
    """__future__ abc argparse array ast asyncio base64 binascii bisect bz2 cProfile calendar cmath codecs
        collections colorsys concurrent configparser contextlib contextvars copy csv dataclasses datetime
        decimal difflib email enum errno faulthandler filecmp fnmatch fractions functools gc getpass glob
        graphlib gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json keyword
        linecache locale logging lzma math mimetypes multiprocessing numbers operator os pathlib pickle platform
        pprint profile pstats queue random re reprlib resource sched secrets shlex shutil signal socket sqlite3
        statistics string struct sys tarfile tempfile textwrap threading time timeit tkinter traceback
        tracemalloc types typing unicodedata unittest urllib uuid warnings wave weakref xml zipfile zlib
        zoneinfo""".split()  # noqa: SIM905  # a word list reads better than a hundred quoted lines
)
LIBRARIES = frozenset(
    """arviz astropy botorch bs4 charset_normalizer dateparser dowhy econml emcee fastparquet filterpy ftfy gpytorch
    hmmlearn humanize igraph implicit langdetect Levenshtein librosa lxml mapie missingno mlxtend numpyro ortools osqp
    pettingzoo pint pmdarima prettytable pycountry pygam pymannkendall pyod pyproj pyxlsb rapidfuzz ruptures sktime
    soundfile squarify statsforecast termcolor tslearn uncertainties unidecode wordcloud xlrd
    ConfigSpace PIL absl accelerate altair arch attr attrs ax bayes_opt bokeh catboost category_encoders
        cloudpickle colorama cupy cv2 cvxpy dask datasets dateutil deepspeed diffusers dill einops emoji evaluate
        faker filelock flax gensim geopandas gymnasium h5py holidays huggingface_hub hyperopt imageio imblearn jax
        jaxlib joblib keras lifelines lightgbm lightning lmfit matplotlib modin more_itertools mpmath msgpack
        nevergrad networkx nltk numba numpy openpyxl optax optuna orjson pandas patsy peft pingouin plotly polars
        prophet psutil pyarrow pydantic pymc pytest pytorch_lightning pytz ray regex rich safetensors scipy seaborn
        sentence_transformers shap shapely simpy six skimage sklearn skopt sortedcontainers spacy stable_baselines3
        statsmodels sympy tabulate tensorflow textblob tf_keras threadpoolctl tiktoken timm tokenizers toolz torch
        torch_geometric torchaudio torchmetrics torchvision tqdm transformers tree typing_extensions tzdata umap vllm
        xarray xgboost xlsxwriter yaml zarr""".split()  # noqa: SIM905
)
NETWORK = (
    *"""adlfs aioboto3 aiobotocore aiohttp asyncpg azure boto3 botocore cassandra confluent_kafka dns
        elasticsearch flask fastapi fsspec ftplib gcsfs google grpc anthropic cohere groq litellm mistralai
        openai http.client http.server httplib2 httpx imaplib kafka ldap3 mlflow motor mysql nntplib nats
        paramiko pika poplib psycopg psycopg2 pyarrow.flight pyarrow.fs pycurl pymongo pymysql pysftp redis
        requests s3fs scapy slack_sdk smbclient smtplib snowflake socketserver sqlalchemy ssl starlette
        telnetlib tornado trio twisted urllib.request urllib.robotparser urllib3 uvicorn wandb websocket
        websockets wsgiref xmlrpc zmq""".split(),  # noqa: SIM905
    "asyncio.open_connection",
    "bokeh.client",
    "bokeh.server",
    "dask.distributed",
    "distributed",
    "jax.distributed",
    "ray.air.integrations.comet",
    "ray.air.integrations.mlflow",
    "ray.air.integrations.wandb",
    "ray.data.read_iceberg",
    "tqdm.contrib.discord",
    "tqdm.contrib.slack",
    "tqdm.contrib.telegram",
    "asyncio.open_unix_connection",
    "asyncio.start_server",
    "asyncio.start_unix_server",
    "datasets.load_dataset",
    "huggingface_hub",
    "logging.handlers",
    "multiprocessing.connection",
    "multiprocessing.managers",
    "nltk.download",
    "numpy.DataSource",
    "pandas.read_gbq",
    "polars.read_database_uri",
    "pyarrow.hdfs",
    "ray.data.read_bigquery",
    "ray.data.read_clickhouse",
    "ray.data.read_databricks_tables",
    "ray.data.read_delta_sharing_tables",
    "ray.data.read_kafka",
    "ray.data.read_mongo",
    "ray.data.read_snowflake",
    "ray.data.read_unity_catalog",
    "spacy.cli",
    "torch.distributed.rpc",
    "torch.distributed.TCPStore",
    "torch.hub.download_url_to_file",
    "torch.hub.load_state_dict_from_url",
    "torch.utils.model_zoo",
)

PARTS: dict[str, frozenset[str]] = {
    module: frozenset(names.split())
    for module, names in {
        "cProfile": "Profile",
        "copyreg": "",
        "faulthandler": "enable disable dump_traceback is_enabled",
        "gc": "collect enable disable isenabled get_count get_stats get_threshold set_threshold freeze unfreeze",
        "http": "HTTPStatus HTTPMethod",
        "importlib": "metadata util",
        "importlib.metadata": "version PackageNotFoundError metadata",
        "importlib.util": "find_spec",
        "inspect": "signature Signature Parameter getsource getdoc isfunction isclass ismethod iscoroutine "
        "iscoroutinefunction isgenerator isgeneratorfunction isawaitable isabstract cleandoc getfullargspec "
        "isasyncgen isasyncgenfunction isbuiltin isroutine",
        "linecache": "checkcache",
        "logging.config": "",
        "multiprocessing": "cpu_count TimeoutError current_process",
        "os": "path sep linesep curdir pardir extsep altsep pathsep devnull name getpid getppid cpu_count "
        "process_cpu_count sched_getaffinity makedirs mkdir listdir scandir walk stat lstat access getcwd environ "
        "environb getenv urandom fspath fsencode fsdecode times getloadavg uname strerror error PathLike DirEntry "
        "write fsync isatty get_terminal_size terminal_size rename replace renames open close read fdopen utime "
        "O_RDONLY O_WRONLY O_CREAT O_RDWR O_APPEND O_TRUNC O_EXCL F_OK R_OK W_OK X_OK SEEK_SET SEEK_CUR SEEK_END "
        "_exit getuid getgid geteuid sysconf sched_yield nice stat_result times_result kill get_inheritable "
        "EX_OK statvfs disk_usage",
        "platform": "python_version python_implementation python_version_tuple system machine release version node "
        "platform processor uname architecture python_compiler python_build",
        "psutil": "virtual_memory swap_memory cpu_count cpu_percent cpu_times cpu_freq cpu_stats getloadavg disk_usage "
        "boot_time Process sensors_temperatures net_io_counters disk_io_counters NoSuchProcess",
        "psutil.Process()": "memory_info memory_full_info memory_percent cpu_percent cpu_times cpu_affinity cpu_num "
        "pid name num_threads create_time status io_counters num_ctx_switches oneshot num_fds threads ppid",
        "pickle": "dumps dump HIGHEST_PROTOCOL DEFAULT_PROTOCOL PicklingError PickleError UnpicklingError Pickler "
        "PickleBuffer load loads Unpickler",
        "resource": "getrusage RUSAGE_SELF RUSAGE_CHILDREN RUSAGE_THREAD getrlimit getpagesize RLIMIT_AS RLIMIT_NOFILE "
        "RLIMIT_DATA RLIMIT_CPU",
        "shutil": "copy copy2 copyfile copyfileobj copytree copymode copystat disk_usage get_terminal_size "
        "make_archive ignore_patterns which SameFileError Error",
        "signal": "SIGKILL SIGTERM SIGINT SIGALRM SIGUSR1 SIGUSR2 SIGHUP SIGABRT SIGSEGV Signals strsignal "
        "SIG_DFL SIG_IGN valid_signals",
        "socket": "gethostname getfqdn timeout error gaierror AF_INET SOCK_STREAM gethostbyname",
        "sys": "argv stdout stderr stdin exit version version_info maxsize float_info platform getsizeof path "
        "executable exc_info exception setrecursionlimit getrecursionlimit getrefcount byteorder flags implementation "
        "__stdout__ __stderr__ __stdin__ intern float_repr_style hash_info int_info getdefaultencoding "
        "getfilesystemencoding set_int_max_str_digits get_int_max_str_digits hexversion maxunicode thread_info "
        "getswitchinterval setswitchinterval prefix base_prefix copyright api_version is_finalizing excepthook "
        "displayhook ps1 dont_write_bytecode builtin_module_names stdlib_module_names orig_argv",
        "types": "SimpleNamespace MappingProxyType GeneratorType FunctionType LambdaType MethodType NoneType "
        "TracebackType UnionType GenericAlias ModuleType CoroutineType AsyncGeneratorType BuiltinFunctionType "
        "EllipsisType NotImplementedType DynamicClassAttribute",
        "unittest": "TestCase main TestSuite TestLoader TextTestRunner skip skipIf skipUnless expectedFailure "
        "IsolatedAsyncioTestCase TestResult defaultTestLoader",
        "urllib": "parse error",
        "xml": "etree dom",
    }.items()
}
"""Of these modules only the parts named here are ordinary; anything else of them is `unlisted`, if nothing stricter."""

GUARDED = frozenset(PARTS) | {"asyncio", "builtins", "concurrent", "ctypes", "posix", "ray", "subprocess", "pathlib"}
"""Modules that a program may name but not hand around: a function that got one could do with it whatever it likes."""

REACHED = frozenset(
    "builtins ctypes importlib multiprocessing nt os pickle posix pty runpy shutil socket subprocess sys".split()  # noqa: SIM905
)
"""Modules that other modules have imported: `random._os` is `os`."""
