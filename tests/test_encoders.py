"""Code goes through every encoder between the model and the cluster, and comes out byte for byte."""

import hashlib
import io
import json
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.cluster.arguments import validate_call
from agents.cluster.package import PROGRAM, driver_package
from agents.sse import event_data, lines_of
from agents.wire import (
    PROGRESS,
    REQUEST,
    Envelope,
    Execute,
    Finished,
    GeneratedCode,
    ValidatedCode,
    decode_answer,
    sha256_of,
)
from bot.supervisor import generation_of
from tests.system.hostile import CODE

ANY_CODE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1) | st.text(
    alphabet="\\n\r\n\t\"'`$5{}%&;<>|é漢🚀\u2028\u202e", min_size=1
)


def through_the_codegen_runtime(code: str) -> str:
    """An envelope as its JSON answer, and once more as the JSON-encoded string that older runtimes send."""
    body = json.dumps(Envelope.success(GeneratedCode(code=code, title="t", model="m")).model_dump(mode="json"))
    twice = decode_answer(json.dumps(body).encode())
    assert twice == decode_answer(body.encode())
    return GeneratedCode.model_validate(Envelope.model_validate(twice).result).code


def through_the_supervisors_stream(code: str, cut: int) -> str:
    """A server-sent event, cut anywhere on its way."""
    result = ValidatedCode(
        code=code,
        code_sha256=sha256_of(code),
        title="t",
        model="m",
        ray_cluster_ip="10.0.0.1",
        output=code,
        seconds=1.0,
        attempts=(),
    )
    event = json.dumps(Finished(envelope=Envelope.success(result)).model_dump(mode="json"), ensure_ascii=False)
    sent = f"data: {event}\n\n".encode()
    (data,) = event_data(lines_of([sent[:cut], sent[cut:]]))
    finished = PROGRESS.validate_python(json.loads(data))
    received = generation_of(finished.envelope)
    assert received.output == code
    return received.code


def through_the_click(code: str) -> bytes:
    """The bot's request, the gateway's event, and the package that the cluster gets."""
    request = Execute(
        code=code, code_sha256=sha256_of(code), run_id="r1", session_id="s" * 33, ray_cluster_ip="10.0.0.1"
    )
    received = REQUEST.validate_python(json.loads(json.dumps(request.model_dump(mode="json"))))
    event = json.loads(json.dumps({"code": received.code, "ray_cluster_ip": received.ray_cluster_ip, "run_id": "r1"}))
    package = driver_package(validate_call(event).code.encode())
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        return archive.read(PROGRAM)


@settings(max_examples=200, deadline=None)
@given(ANY_CODE, st.integers(0, 400))
def test_any_code_arrives_on_the_cluster_as_the_model_wrote_it(code, cut):
    generated = through_the_codegen_runtime(code)
    shown = through_the_supervisors_stream(generated, cut)
    executed = through_the_click(shown)

    assert executed == code.encode()
    assert hashlib.sha256(executed).hexdigest() == sha256_of(code)


def test_the_program_full_of_traps_arrives_too():
    code = through_the_supervisors_stream(through_the_codegen_runtime(CODE), 100)

    assert through_the_click(code) == CODE.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_older_runtimes_plain_text_is_not_unescaped(text):
    decoded = decode_answer(json.dumps(f"x{text}").encode())

    assert decoded == f"x{text}"
