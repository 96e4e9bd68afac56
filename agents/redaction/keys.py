"""Keys that say whose they are: the prefixes that their issuers have published, and what follows them.

Every repetition is bounded or possessive, and none can begin again inside what it has just refused.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from agents.redaction.plain import Plain, Span, occurrences

_IN_RUNS = (
    rb"xoxe\.xox[bp]-[\w-]{10,400}+",  # Slack
    rb"xox[abcdeoprs]-[0-9A-Za-z-]{10,400}+",
    rb"xapp-\d-[0-9A-Za-z-]{20,400}+",
    rb"A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}(?![A-Za-z0-9])",  # AWS
    rb"gh[pousr]_[A-Za-z0-9]{30,255}+",  # GitHub
    rb"github_pat_\w{50,255}+",
    rb"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-[\w.-]{18,300}+",  # GitLab
    rb"sk-(?=[A-Za-z_-]{0,60}+\d)[\w-]{20,300}+",  # OpenAI, Anthropic and those that do as they do
    rb"hf_[A-Za-z0-9]{30,100}+",  # Hugging Face
    rb"api_org_[A-Za-z0-9]{30,100}+",
    rb"gsk_[A-Za-z0-9]{40,100}+",  # Groq, xAI, Perplexity, NVIDIA, Replicate, Anyscale, Weights & Biases
    rb"xai-[A-Za-z0-9]{40,120}+",
    rb"pplx-[A-Za-z0-9]{40,100}+",
    rb"nvapi-[\w-]{40,100}+",
    rb"r8_[A-Za-z0-9]{37}",
    rb"aph\d_[\w-]{20,120}+",
    rb"esecret_[A-Za-z0-9]{20,100}+",
    rb"wandb_v\d_[\w-]{40,120}+",
    rb"lsv2_[a-z]{2}_[0-9a-f]{32}_[0-9a-f]{10}",  # LangSmith
    rb"AIza[\w-]{35}",  # Google
    rb"GOCSPX-[\w-]{28}",
    rb"ya29\.[\w.-]{20,2000}+",
    rb"npm_[A-Za-z0-9]{30,100}+",  # package registries
    rb"pypi-AgE[\w-]{40,400}+",
    rb"rubygems_[0-9a-f]{48}",
    rb"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])",
    rb"xkeysib-[0-9a-f]{64}-\w{16}",  # Brevo
    rb"pcsk_[A-Za-z0-9_]{40,100}+",  # Pinecone
    rb"sk_[0-9a-f]{40,64}+",  # ElevenLabs
    rb"pnu_[A-Za-z0-9]{36}",  # Prefect
    rb"pat-[a-z]{2}\d-[0-9a-f-]{36}",  # HubSpot
    rb"access-(?:sandbox|development|production)-[0-9a-f-]{36}",  # Plaid
    rb"[sma](?:dk|ob|pi)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",  # LaunchDarkly
    rb"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}",  # Dynatrace
    rb"ph[cx]_[A-Za-z0-9]{40,60}+",  # PostHog
    rb"nfp_[A-Za-z0-9]{36,60}+",  # Netlify
    rb"napi_[A-Za-z0-9]{50,80}+",  # Neon
    rb"rnd_[A-Za-z0-9]{28,40}+",  # Render
    rb"sgp_[0-9A-Za-z_]{40,100}+",  # Sourcegraph
    rb"tfp_[\w-]{40,80}+",  # Typeform
    rb"CFPAT-[\w-]{40,50}+",  # Contentful
    rb"CCIPAT_[A-Za-z0-9]{20,24}_[0-9a-f]{40}",  # CircleCI
    rb"bkua_[0-9a-f]{40}",  # Buildkite
    rb"EZ[AT]K[A-Za-z0-9]{54}",  # EasyPost
    rb"AKCp[A-Za-z0-9]{60,80}+",  # JFrog
    rb"AKID[A-Za-z0-9]{32}",  # Tencent
    rb"LTAI[A-Za-z0-9]{12,24}+(?![\w-])",  # Alibaba
    rb"EAA[A-Za-z0-9]{80,300}+",  # Meta
    rb"AQVN[\w-]{35,50}+",  # Yandex
    rb"shippo_(?:live|test)_[0-9a-f]{40}",
    rb"aio_[A-Za-z0-9]{28}",  # Adafruit
    rb"dckr_[po]at_[\w-]{20,100}+",
    rb"[srp]k_(?:live|test|prod)_[A-Za-z0-9]{16,250}+",  # Stripe
    rb"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",  # Shopify
    rb"sq0[a-z]{3}-[\w-]{22,60}+",  # Square
    rb"SG\.[\w-]{16,32}\.[\w-]{30,64}+",  # SendGrid
    rb"key-[0-9a-f]{32}(?![0-9a-f])",  # Mailgun
    rb"SK[0-9a-f]{32}(?![0-9a-f])",  # Twilio
    rb"dapi[0-9a-f]{32}(?:-\d)?",  # Databricks
    rb"do[opr]_v1_[0-9a-f]{64}",  # DigitalOcean
    rb"hv[sbr]\.[\w-]{24,300}+",  # HashiCorp
    rb"gl(?:sa|c)_[A-Za-z0-9]{32}\w{0,200}+",  # Grafana
    rb"NRAK-[A-Z0-9]{27}",  # New Relic
    rb"sntry[su]_\w{40,300}+",  # Sentry
    rb"PMAK-[0-9a-f]{24}-[0-9a-f]{34}",  # Postman
    rb"lin_api_[A-Za-z0-9]{32,64}+",  # Linear
    rb"ntn_[A-Za-z0-9]{40,64}+",  # Notion
    rb"secret_[A-Za-z0-9]{40,64}+",
    rb"figd_[\w-]{40,64}+",  # Figma
    rb"pul-[0-9a-f]{40}",  # Pulumi
    rb"dp\.[a-z]{2}\.[\w.-]{40,120}+",  # Doppler
    rb"pscale_[a-z]{2,5}_[\w.-]{32,100}+",  # PlanetScale
    rb"sb(?:p|_secret)_[\w-]{20,100}+",  # Supabase
    rb"tskey-[a-z]{3,8}-[\w-]{16,100}+",  # Tailscale
    rb"HRKU-[\w-]{36,100}+",  # Heroku
    rb"ATATT3[\w-]{60,400}+",  # Atlassian
    rb"AGE-SECRET-KEY-1[0-9A-Z]{50,64}+",  # age
    rb"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}",  # Airtable
    rb"ops_eyJ[\w-]{40,2000}+",  # 1Password
    rb"[MNO][A-Za-z0-9_-]{23,25}\.[\w-]{6}\.(?=[A-Za-z_-]{0,40}+\d)[\w-]{27,40}+",  # Discord
)
_JWT = rb"eyJ(?:(?<![\w-]eyJ)|(?<=\\[nrt]eyJ)|(?<=%..eyJ))[\w-]{8,8000}+\.[\w-]{8,8000}+(?:\.[\w-]{0,8000}+){1,3}+"
_WORD_BEGINS = rb"(?:(?<![A-Za-z0-9].)|(?<=\\[nrt].)|(?<=%[0-9A-Fa-f]{2}.))"
"""A new word, also after an escape in a string that was printed as JSON or Python, or in an address."""
_FIRST = re.compile(rb"\[(\w+)\]|(\w)")


def _any_of(patterns: Iterable[bytes]) -> re.Pattern[bytes]:
    """One expression, ordered by first letters: so nothing but those is looked at closely, and each only once."""
    rests = defaultdict[int, list[bytes]](list)
    for pattern in patterns:
        first = _FIRST.match(pattern)
        if first is None:
            raise ValueError("A key's pattern begins with a letter or a set of letters.")
        for letter in first[1] or first[2]:
            rests[letter].append(pattern[first.end() :])
    return re.compile(b"|".join(b"%c%b(?:%b)" % (at, _WORD_BEGINS, b"|".join(rest)) for at, rest in rests.items()))


_KEYS = _any_of([*_IN_RUNS, _JWT])

_BASE64 = rb"[A-Za-z0-9+/_-]{40,4000}+=?=?"
_PASSWORD_HASH = (
    rb"\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"
    rb"|(?:[156y]|apr1)\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,24}+\$[./$A-Za-z0-9]{22,90}+"
    rb"|argon2[id]{1,2}\$[\w=,$]{1,60}+[\w+/$]{1,200}+)"
)
_ANCHORED = (
    (b"IQoJb3JpZ2lu", 0, _BASE64),  # AWS session tokens
    (b"FwoGZXIvYXdz", 0, _BASE64),
    (b"FQoGZXIvYXdz", 0, _BASE64),
    (b"whsec_", 0, rb"whsec_([A-Za-z0-9+/]{20,200}+=?=?)"),  # webhooks' signing keys
    (b":AA", 0, rb"(?<=\d{8}):(AA[\w-]{33})(?![\w-])"),  # Telegram
    (b".atlasv1.", 14, rb"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,100}+"),  # Terraform
    (b"-us", 32, rb"[0-9a-f]{32}-us\d{1,2}(?![\w-])"),  # Mailchimp
    (b"$", 0, _PASSWORD_HASH),
    (b"1//0", 0, rb"1//0[\w-]{40,200}+"),  # Google refresh tokens
    (b"8Q~", 0, rb"8Q~[\w~.-]{30,40}+"),  # Microsoft Entra
    (b"hooks.slack.com/", 0, rb"hooks\.slack\.com/((?:services|workflows|triggers)/[\w/-]{10,200}+)"),
    (b"/api/webhooks/", 0, rb"/api/webhooks/(\d{10,24}+/[\w-]{20,100}+)"),  # Discord
)
"""What stands in each, how many characters of it stand before that, and the whole; a group is the secret part."""
_COMPILED = tuple((anchor, before, re.compile(pattern)) for anchor, before, pattern in _ANCHORED)


def issued_keys(plain: Plain) -> Iterator[Span]:
    """Keys with a published prefix. Most cannot hold what ends a run, so they are looked for in runs alone."""
    for start, end in plain.runs():
        yield from (key.span() for key in _KEYS.finditer(plain.exact, start, end))
    for anchor, before, pattern in _COMPILED:
        yield from _anchored(plain.exact, anchor, before, pattern)


def _anchored(exact: bytes, anchor: bytes, before: int, pattern: re.Pattern[bytes]) -> Iterator[Span]:
    done = 0
    for at in occurrences(exact, anchor):
        key = pattern.match(exact, at - before) if at - before >= done else None
        if key:
            done = key.end()
            yield key.span(pattern.groups)
