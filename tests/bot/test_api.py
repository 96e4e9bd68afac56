import httpx
import pytest

from agents.wire import JobReport
from bot.api.server import build_api
from bot.errors import BadRequest, Busy, StoreUnavailable, SupervisorFailed
from bot.settings import Settings
from tests.fakes.supervisor import validated

JSON = {"Content-Type": "application/json"}


class Answers:
    """Stands where Direct stands: answers, or raises what it is given."""

    def __init__(self, error=None):
        self.error = error
        self.asked = []

    async def generate(self, prompt, session):
        return self._answer(validated(), prompt, session)

    async def execute(self, code, session):
        return self._answer(JobReport(status="succeeded", output="Hello\n"), code, session)

    def _answer(self, result, *asked):
        self.asked.append(asked)
        if self.error:
            raise self.error
        return result


@pytest.fixture
def client():
    clients = []

    def make(error=None, base="http://localhost:8000", ready=True, **settings):
        async def is_ready():
            return {"slack": ready}

        async def page():
            return b"raygen_rows 1"

        direct = Answers(error) if ready else None
        api = build_api(lambda: direct, Settings(cluster="10.0.0.1", **settings), is_ready, page)
        transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url=base))
        return clients[-1]

    return make


async def test_generate_and_execute_answer_in_one_shape(client):
    generated = (await client().post("/generate", json={"prompt": "hello", "session_id": "test"})).json()
    executed = (await client().post("/execute", json={"code": "print(1)", "session_id": "test"})).json()

    assert generated["result"]["code"] == validated().code
    assert executed["result"]["output"] == "Hello\n"
    assert generated["session_id"] == executed["session_id"]
    assert len(generated["session_id"]) >= 33


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequest("empty_code", "There is no code to run."), 400),
        (SupervisorFailed("runtime_unavailable", "The agent does not answer. Try again."), 502),
        (SupervisorFailed("gateway_timeout", "The gateway did not answer. Try again."), 504),
        (Busy("too_many_runs", "500 runs are waiting already."), 429),
        (StoreUnavailable(), 503),
    ],
)
async def test_an_anticipated_failure_speaks(client, error, status):
    answer = await client(error).post("/execute", json={"code": "print(1)"})

    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error": {"code": error.code, "message": error.sentence}}


async def test_a_crash_says_one_sentence_with_an_id_and_nothing_of_the_exception(client):
    answer = await client(RuntimeError("the password is hunter2")).post("/execute", json={"code": "print(1)"})

    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "Id " in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Length": "99999999999"}, 413),
    ],
)
async def test_what_a_web_page_could_send_is_refused(client, headers, status):
    answer = await client().post("/execute", content=b'{"code": "print(1)"}', headers=JSON | headers)

    assert answer.status_code == status


async def test_off_this_machine_a_token_is_asked_for(client):
    public = client(base="http://raygen.example", api_host="0.0.0.0", api_token="correct-horse")
    body = {"code": "print(1)"}

    without = await public.post("/execute", json=body)
    wrong = await public.post("/execute", json=body, headers={"Authorization": "Bearer correct-mule"})
    right = await public.post("/execute", json=body, headers={"Authorization": "Bearer correct-horse"})

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)


def test_an_api_for_everybody_without_a_token_does_not_start():
    with pytest.raises(ValueError, match="RAYGEN_API_TOKEN"):
        Settings(api_host="0.0.0.0")


async def test_readiness_names_what_is_missing(client):
    assert (await client().get("/healthz")).status_code == 200
    assert (await client().get("/readyz")).status_code == 200
    assert (await client(ready=False).get("/readyz")).json() == {"slack": False, "waiting_for": ["slack"]}


async def test_a_replica_that_is_still_starting_says_so(client):
    answer = await client(ready=False).post("/execute", json={"code": "print(1)"})

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_ready"


async def test_metrics_are_served_as_prometheus_reads_them(client):
    answer = await client().get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text == "raygen_rows 1"
