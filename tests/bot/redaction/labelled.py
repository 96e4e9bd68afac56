"""Made-up secrets where programs print them; put together when a test runs, so that no scanner takes them for real."""

import base64
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS, UPPER, LOWER = string.digits, string.ascii_uppercase, string.ascii_lowercase
ALNUM = LOWER + UPPER + DIGITS
WORD = ALNUM + "_-"
HEX = DIGITS + "abcdef"
BASE32 = UPPER + "234567"
PASSWORD = ALNUM + "!@#$%^*+-_=~?./"


@dataclass(frozen=True)
class Labelled:
    """A text, the secret in it, and what it is called when a test fails."""

    kind: str
    text: str
    secret: str


_ISSUED = [
    ("slack-bot", "xox" + "b-", DIGITS, 12, "-", ALNUM, 24),
    ("slack-user", "xox" + "p-", DIGITS, 12, "-", HEX, 32),
    ("slack-refresh", "xox" + "e-1-", ALNUM, 100),
    ("slack-app", "xap" + "p-1-A0", UPPER + DIGITS, 9, "-", DIGITS, 13, "-", HEX, 64),
    ("aws-id", "AK" + "IA", BASE32, 16),
    ("aws-temporary-id", "AS" + "IA", BASE32, 16),
    ("aws-session", "IQoJb3" + "JpZ2lu", ALNUM + "+/", 300),
    ("github-personal", "gh" + "p_", ALNUM, 36),
    ("github-server", "gh" + "s_", ALNUM, 36),
    ("github-fine-grained", "github" + "_pat_", ALNUM, 22, "_", ALNUM, 59),
    ("gitlab", "gl" + "pat-", WORD, 20),
    ("gitlab-runner", "gl" + "rt-", WORD, 20),
    ("openai", "sk" + "-proj-", ALNUM, 48),
    ("openai-old", "sk" + "-", ALNUM, 48),
    ("anthropic", "sk" + "-ant-api03-", WORD, 90, "AA"),
    ("openrouter", "sk" + "-or-v1-", HEX, 64),
    ("hugging-face", "h" + "f_", ALNUM, 34),
    ("groq", "gs" + "k_", ALNUM, 52),
    ("xai", "xa" + "i-", ALNUM, 80),
    ("nvidia", "nv" + "api-", WORD, 64),
    ("replicate", "r" + "8_", ALNUM, 37),
    ("anyscale", "ap" + "h0_C", WORD, 60),
    ("langsmith", "ls" + "v2_pt_", HEX, 32, "_", HEX, 10),
    ("google", "AI" + "za", WORD, 35),
    ("google-oauth", "ya" + "29.a0", WORD, 120),
    ("google-client", "GOC" + "SPX-", WORD, 28),
    ("google-refresh", "1/" + "/0", WORD, 60),
    ("npm", "np" + "m_", ALNUM, 36),
    ("pypi", "py" + "pi-AgEIcHlwaS5vcmc", WORD, 120),
    ("rubygems", "ruby" + "gems_", HEX, 48),
    ("docker", "dc" + "kr_pat_", WORD, 27),
    ("stripe", "sk" + "_live_", ALNUM, 24),
    ("stripe-restricted", "rk" + "_test_", ALNUM, 90),
    ("shopify", "shp" + "at_", HEX, 32),
    ("square", "sq0" + "csp-", WORD, 43),
    ("sendgrid", "S" + "G.", WORD, 22, ".", WORD, 43),
    ("mailgun", "ke" + "y-", HEX, 32),
    ("twilio", "S" + "K", HEX, 32),
    ("databricks", "da" + "pi", HEX, 32),
    ("digitalocean", "do" + "p_v1_", HEX, 64),
    ("vault", "hv" + "s.", WORD, 90),
    ("terraform", ALNUM, 14, ".atl" + "asv1.", WORD, 66),
    ("grafana", "gl" + "sa_", ALNUM, 32, "_", HEX, 8),
    ("new-relic", "NR" + "AK-", UPPER + DIGITS, 27),
    ("sentry", "sn" + "tryu_", HEX, 64),
    ("postman", "PM" + "AK-", HEX, 24, "-", HEX, 34),
    ("linear", "lin" + "_api_", ALNUM, 40),
    ("notion", "nt" + "n_", ALNUM, 46),
    ("figma", "fi" + "gd_", WORD, 40),
    ("pulumi", "pu" + "l-", HEX, 40),
    ("doppler", "d" + "p.pt.", ALNUM, 43),
    ("planetscale", "psc" + "ale_tkn_", WORD, 43),
    ("supabase", "sb" + "p_", HEX, 40),
    ("tailscale", "tsk" + "ey-auth-", ALNUM, 17, "-", ALNUM, 32),
    ("heroku", "HR" + "KU-", HEX, 8, "-", HEX, 4, "-", HEX, 4, "-", HEX, 4, "-", HEX, 12),
    ("atlassian", "ATA" + "TT3xFfGF0", WORD, 180),
    ("age", "AGE-" + "SECRET-KEY-1", UPPER + DIGITS, 58),
    ("airtable", "pa" + "t", ALNUM, 14, ".", HEX, 64),
    ("discord", "MT" + "A", ALNUM, 21, ".", WORD, 6, ".", WORD, 38),
    ("webhook-signing", "wh" + "sec_", ALNUM + "+/", 32),
    ("entra", ALNUM, 3, "8" + "Q~", ALNUM + "_.~-", 34),
    ("jwt", "ey" + "JhbGciOiJIUzI1NiJ9.", WORD, 80, ".", WORD, 43),
]
"""Kind, then literal pieces, and alphabets with a length."""

_PLACES = ["{}", "token is {} now", "INFO fetched with '{}'", '{{"k": "{}"}}', "x={};", "line one\\n{}\\nline two"]

_NAMED = [
    "password={}",
    "PASSWORD: {}",
    "DB_PASSWORD={}",
    "export PGPASSWORD='{}'",
    '"password": "{}"',
    "{{'passwd': '{}', 'user': 'ray'}}",
    '{{\\"password\\": \\"{}\\"}}',
    "connect(user='ray', password='{}', host='db')",
    "Server=db;User Id=sa;Password={};Encrypt=yes",
    "mysql --user=ray --password={} -h db",
    "tool --password {} --verbose",
    "<password>{}</password>",
    "spring.datasource.password={}",
    "passphrase => {}",
    "DB_PASS={}",
    '"pass": "{}"',
    "spark.hadoop.fs.s3a.secret.key={}",
    "API Key: {}",
    "pwd:={}",
    "ADMIN_PASSWORD_PROD={}",
    "client_secret={}",
    "clientSecret: '{}'",
    "AWS_SECRET_ACCESS_KEY={}",
    "aws_secret_access_key = {}",
    "secret_key: {}",
    "SECRET={}",
    "api_key={}",
    "apiKey: {}",
    "X-Api-Key: {}",
    "OPENAI_API_KEY={}",
    "'api-key': '{}'",
    "private_key: {}",
    "AccountKey={};EndpointSuffix=core.windows.net",
    "SharedAccessKey={}",
    "auth_token={}",
    "accessToken: '{}'",
    'access_token="{}"',
    "GET /data?access_token={}&page=2 HTTP/1.1",
    "refresh_token: {}",
    "RAY_AUTH_TOKEN={}",
    "tool --token {} list",
    "tool --api-key={} list",
    "session_key={}",
    "signing_key: {}",
    "credential={}",
    "Authorization: token {}",
    "Authorization: {}",
    "Authorization: ApiKey {}",
    "X-Amz-Signature={}",
    "https://account.blob.core.windows.net/c?sv=2024&sig={}",
    "ValueError: bad connection (password={})",
    "env_vars={{'HF_TOKEN': '{}'}}",
    "TOKEN={} python train.py",
    "secret_v2={}",
]

_ADDRESSES = [
    "postgresql://ray:{}@db.internal/x",
    "redis://:{}@cache:6379/0",
    "https://robot:{}@git.example.com/project.git",
    "could not connect to amqp://guest:{}@queue:5672//: refused",
    "proxy = http://user:{}@10.0.0.1:3128",
    "mongodb+srv://app:{}@cluster0.example.net/?retryWrites=true",
    "git clone https://{}@github.com/owner/project",
]


def labelled() -> Iterator[Labelled]:
    """The same secrets each time."""
    rng = random.Random(20261122)  # noqa: S311 - the same made-up ones each time
    for index, (kind, *pieces) in enumerate(_ISSUED):
        secret = _made(rng, pieces)
        yield Labelled(kind, _PLACES[index % len(_PLACES)].format(secret), secret)
        yield Labelled(kind, _PLACES[(index + 3) % len(_PLACES)].format(secret), secret)
    for place in _NAMED:
        secret = _random(rng, ALNUM, 24 if "assw" not in place else 12)
        yield Labelled(place.format("…"), place.format(secret), secret)
    for place in _ADDRESSES:
        secret = _random(rng, ALNUM, 22)
        yield Labelled(place.format("…"), place.format(secret), secret)
    yield from _with_symbols(rng)
    yield from _carried(rng)


def _with_symbols(rng: random.Random) -> Iterator[Labelled]:
    for place in ("password='{}'", '"password": "{}"', "DB_PASSWORD={}", "secret_key={}", "password: {}"):
        for _ in range(4):
            secret = rng.choice(ALNUM) + _random(rng, PASSWORD, 14) + rng.choice(ALNUM)
            yield Labelled(f"{place.format('…')} with symbols", place.format(secret), secret)


def _carried(rng: random.Random) -> Iterator[Labelled]:
    bearer = _random(rng, ALNUM + "-._~", 40) + "7"
    yield Labelled("bearer", f"Authorization: Bearer {bearer}", bearer)
    yield Labelled("bearer", f"-H 'authorization: bearer {bearer}' https://api", bearer)
    basic = base64.b64encode(f"ray:{_random(rng, ALNUM, 12)}".encode()).decode()
    yield Labelled("basic", f"> Authorization: Basic {basic}", basic)
    telegram = "A" + "A" + _random(rng, WORD, 33)
    yield Labelled("telegram", f"GET https://api.telegram.org/bot4971113606:{telegram}/getMe", telegram)
    yield Labelled("mailchimp", "x " + (secret := _random(rng, HEX, 32) + "-us12"), secret)
    yield Labelled("netrc", f"machine x login ray password {(secret := _random(rng, ALNUM, 14))}", secret)
    yield Labelled("curl", f"curl -u ray:{(secret := _random(rng, ALNUM, 14))} https://x", secret)
    docker = base64.b64encode(f"ray:{_random(rng, ALNUM, 12)}".encode()).decode()
    yield Labelled("docker", f'{{"auths": {{"registry": {{"auth": "{docker}"}}}}}}', docker)
    shadow = f"${6}${_random(rng, ALNUM, 8)}${_random(rng, ALNUM + './', 86)}"
    yield Labelled("password hash", f"root:{shadow}:19000:0:99999:7:::", shadow)
    cookie = _random(rng, ALNUM, 32)
    yield Labelled("cookie", f"Set-Cookie: session={cookie}; Path=/; HttpOnly", cookie)
    secret = _random(rng, ALNUM + "+/", 38) + "a1"
    identity = "AK" + "IA" + _random(rng, BASE32, 16)
    yield Labelled("aws-pair", f"({identity!r}, {secret!r})", secret)
    yield Labelled("aws-pair", f"{identity}\n{secret}\n", secret)
    hook = "/".join(["services", "T" + _random(rng, UPPER, 8), "B" + _random(rng, UPPER, 8), _random(rng, ALNUM, 24)])
    yield Labelled("slack-webhook", f"POST https://hooks.slack.com/{hook} 200", hook)
    for name in ("RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""):
        body = "\n".join(_random(rng, ALNUM + "+/", 64) for _ in range(6))
        block = f"-----BEGIN {name}PRIV" + f"ATE KEY-----\n{body}\n-----END {name}PRIV" + "ATE KEY-----"
        yield Labelled(f"pem {name}", f"key:\n{block}\ndone", body)
        yield Labelled(f"pem {name}in JSON", f'{{"pem": "{block}"}}'.replace("\n", "\\n"), body.replace("\n", "\\n"))
        yield Labelled(f"pem {name}without its end", block[: block.index("-----END") - 100], body[:200])
        yield Labelled(f"pem {name}without its beginning", block[120:], body[120:])


def _made(rng: random.Random, pieces: list[str | int]) -> str:
    made = ""
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if isinstance(following, int):
            made += _random(rng, str(piece), following)
        elif isinstance(piece, str):
            made += piece
    return made


def _random(rng: random.Random, alphabet: str, length: int) -> str:
    """Characters of which at least one is a digit and one a letter, as nearly every secret has them."""
    drawn = [rng.choice(alphabet) for _ in range(length)]
    if length >= 12 and set(alphabet) >= {"7", "a"}:
        drawn[length // 2], drawn[length // 3] = "7", "a"
    return "".join(drawn)
