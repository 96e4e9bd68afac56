"""Lines as programs and their logs print them, with nothing secret in them, though much looks like it."""

import base64
import hashlib
import random
import uuid
from collections.abc import Iterator

_FIXED = """\
token count: 12345678
tokens: 12345678
max_tokens=4096, temperature=0.7, top_p=0.95
tokens_per_second=12345.678 (batch 32)
total_tokens: 1048576 | prompt_tokens: 123456 | completion_tokens: 98765432
tokenizer: bert-base-uncased-v2
tokenizer_name='distilbert-base-uncased-finetuned-sst-2-english'
TOKENIZERS_PARALLELISM=false
TOKENIZER=google/t5-v1_1-xxl
pad_token='<|endoftext|>', eos_token_id=50256, unk_token=[UNK]
bos_token: <s>, special_tokens_map={'mask_token': '[MASK]'}
next token: 'Paris' (logprob -0.0123)
SyntaxError: invalid token: line 12, column 17
json.decoder.JSONDecodeError: Unexpected token: line1:col20
secretary: 3
secretary=Johanna-1974-Meier
Secretary of State: Antony1962
password reset page views: 17
password_reset_emails: 12345678
password: None
password=None, token=None, api_key=None
password: ********
password=**********
"password": "required"
{"password": ["This field is required."]}
{"password": "must be at least 8 characters"}
password=$DB_PASSWORD
password=${DB_PASSWORD_2}
password={{ vault_password_1 }}
password=<your-password-1>
password: your-password-1
password=getpass.getpass()
password=os.environ["DB_PASSWORD_1"]
api_key=os.environ['OPENAI_API_KEY']
api_key=settings.api_key
api_key=your_api_key_123
token = load_token(path="/run/secrets/token1")
secret=SecretStr('**********')
secret_name: my-service-db-2024
secretName: prod-db-credentials-7
kubectl get secret: default/my-service-v2
secret: /run/secrets/db_password_1
token_file=/var/run/secrets/kubernetes.io/serviceaccount/token
tokenUrl: https://auth.example.com/oauth2/v2.0/token
credentials: file:/home/ray/.config/gcloud/application_default_credentials.json
password_file: /etc/raygen/password-2.txt
private_key_path=/home/ray/.ssh/id_ed25519
access_key_id_field: column_17
token_type: bearer
token_expires_at=2026-11-22T10:11:12Z
token_ttl: 86400s
secret_version: v12345678
api_key_count: 12
public_key=ssh-ed25519
primary_key=customer_id_2024, foreign_key=order_id_2024
partition_key: 2026-11-22/eu-central-1
cache_key=model-v2:batch-0012:shard-0034
sort key: created_at_2024
passed=12 failed=0 skipped=3 (bypass=false)
two-pass: 12/100 batches, first pass = 2.5 s
compass: north-by-northwest12
pass 3 of 12: shuffle2024
KeyError: 'customer_2024_q1'
key=value1234, other_key=value5678
monkey=banana12345678
keyboard: 105 keys, layout=de-latin1-nodeadkeys
Basic usage: ray job submit --address http://127.0.0.1:8265 -- python job.py
basic understanding_of_distributed_systems is assumed here
Bearer authentication-scheme is described in RFC 6750
the bearer responsibilities_of_the_worker are listed above
cookie: a small piece of data
cookies accepted: 12345678
author: Ada Lovelace 1815-1852
authorization: granted
Authorization required: ask whoever runs Raygen
signature: (self, batch_size: int = 32) -> None
def signature(x1, x2): ...
credential provider: InstanceMetadataFetcher2
https://docs.ray.io/en/latest/ray-core/walkthrough.html#id1
http://127.0.0.1:8265/#/jobs/raygen-5f1c2b9b6b0d4c8f8b1f0e7c5a4d3b2a
https://example.com/a/b?page=2&sort=name&q=ray+tasks
https://user.example.com:8443/path@2x.png
git@github.com:ray-project/ray.git
ssh://git@github.com/ray-project/ray.git
s3://bucket/prefix/date=2026-11-22/part-00000-of-00128.parquet
mailto:somebody@example.com
postgresql://db.internal:5432/ray
redis://cache:6379/0
postgresql://ray:***@db.internal/ray
postgresql://ray:${PGPASSWORD}@db.internal/ray
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
ValueError: expected a text that begins with -----BEGIN PRIVATE KEY-----
no "-----BEGIN RSA PRIVATE KEY-----" in the file, so it was left alone
------------------------------------------------------------
============================================================
+-----------------+-----------------+--------------------+
| trial           | status          |   validation/loss  |
|-----------------+-----------------+--------------------|
Traceback (most recent call last):
  File "/home/ray/anaconda3/lib/python3.11/site-packages/ray/_private/worker.py", line 2772, in get
    return fn(*args, **kwargs)
    conn = connect(user=user, password=password_value)
    client = Client(api_key=api_key, token=self.token_2)
ray.exceptions.RayTaskError(ValueError): ray::train() (pid=12345, ip=10.0.4.20)
ModuleNotFoundError: No module named 'sk-learn-contrib-lightning-module'
Successfully installed scikit-learn-1.5.2 huggingface-hub-0.26.2 pypi-simple-1.6.0
sk-learn-extensions-for-distributed-training
task-runner-for-very-long-names-of-things
risk-assessment-model-for-insurance-claims-2024
AKIAK is a village in Alaska with 346 people
hf_transfer: enabled, hf_home=/home/ray/.cache/huggingface
npm_config_cache=/root/.npm
pip install pypi-attestations-for-distribution-files
gh_pages_branch_with_a_long_name_2024
SGD.momentum_buffer.weight_decay_parameters_for_layers
patterns.matched_in_the_corpus_of_documents
Matthew.Robertson.and.his.distributed.dataframes
NotImplementedError.with_traceback.of_the_frame_that_raised_it
model.layers.11.self_attn.q_proj.weight torch.Size([4096, 4096])
eyJ is how a JSON web token begins
<ray.actor.ActorHandle object at 0x7f3a1b2c3d4e>
ObjectRef(00ffffffffffffffffffffffffffffffffffffff0100000001e1f505)
Actor(Counter, 3f8a2b7c9d0e1f2a3b4c5d6e01000000)
{'CPU': 8.0, 'memory': 34359738368.0, 'object_store_memory': 17179869184.0, 'node:10.0.4.20': 1.0}
   user_id   amount  country        created_at
0     1001   12.50       DE  2026-11-22 10:11:12
1     1002  199.99       FR  2026-11-22 10:11:13
[1000 rows x 12 columns]
dtype: float64
epoch 1, loss=0.123456789
loss: 1.2345678e-05 accuracy: 98.7654321%
100%|██████████| 1000/1000 [00:12<00:00, 81.23it/s]
Größe: 12.345.678 Zeilen, Fehler: keine — 日本語のログ出力
π ≈ 3.141592653589793238462643383279502884197
[[0.12345678 0.23456789 0.3456789 ] [0.456789   0.56789012 0.67890123]]
array([10234567, 20345678, 30456789, 40567890])
(raylet) [2026-11-22 10:11:12,345 I 1234 1234] (raylet) node_manager.cc:637: Sending heartbeat
INFO worker.py:1852 -- Connecting to existing Ray cluster at address: 10.0.4.20:6379...
"""


def ordinary() -> list[str]:
    """At least 300 lines, the same each time."""
    return [*_FIXED.splitlines(), *_drawn(random.Random(20261122))]  # noqa: S311 - the same lines each time


def _drawn(rng: random.Random) -> Iterator[str]:
    for index in range(20):
        content = rng.randbytes(24)
        sha1, sha256 = hashlib.sha1(content, usedforsecurity=False).hexdigest(), hashlib.sha256(content).hexdigest()
        name = uuid.UUID(bytes=content[:16], version=4)
        yield f"commit {sha1}"
        yield f"{sha1[:12]} Merge branch 'main' into feature-{index}"
        yield f"sha256:{sha256}"
        yield f"{sha256}  part-{index:05d}.parquet"
        yield f'md5={hashlib.md5(content, usedforsecurity=False).hexdigest()} etag="{sha1[:32]}-{index}"'
        yield f"run {name} finished in {rng.random() * 100:.3f} s"
        yield f"job raygen-{name.hex} SUCCEEDED"
        yield f"integrity sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
        yield f"{rng.getrandbits(64)} {rng.getrandbits(64)} {rng.random()} {rng.random():.17g}"
        yield f"{index:4d}  {rng.random():.6f}  {rng.randint(0, 10**9):>10d}  customer_{rng.randint(0, 9999):04d}"
        yield f"step={index * 1000} loss={rng.random():.8f} tokens={rng.randint(10**7, 10**8)}"
        yield f"WARNING 2026-11-22 10:11:{index:02d},{rng.randint(0, 999):03d} shard {content.hex()}"
