import asyncio
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, StreamingResponse
from starlette.routing import Route

from agents.errors import GatewayTimeout, GatewayUnavailable
from agents.gateway import McpGateway
from agents.sigv4 import SigV4
from agents.wire import ClusterHealth, ClusterReport, Grant, InputFiles, JobReport, sha256_of
from tests.agents.conftest import HOSTILE
from tests.agents.lambda_stub import TARGET, gateway_with
from tests.agents.serving import BOUND, served, unused_address

CALL = {"ray_cluster_ip": "10.0.0.7", "run_id": "r-1", "wait_seconds": 5.0, "log_offset": 12}


class Lambda:
    def __init__(self, answer):
        self.answer = answer
        self.invocations = []

    def __call__(self, event, context):
        self.invocations.append((context.client_context.custom["bedrockAgentCoreToolName"], event))
        return self.answer


def gateway_at(address, read_timeout=30.0):
    return McpGateway(address, TARGET, auth=SigV4("us-east-1"), read_timeout=read_timeout)


def serving_posts(answer):
    return Starlette(routes=[Route("/mcp", answer, methods=["POST", "GET", "DELETE"])])


def test_a_validation_reaches_the_lambda_with_every_byte_and_its_report_comes_back(tmp_path):
    report = JobReport(status="running", output="é\n\\n \t", log_offset=40, code_sha256=sha256_of(HOSTILE))
    cluster = Lambda(report.model_dump(mode="json"))

    with gateway_with(cluster, tmp_path) as gateway:
        answer = gateway.validate(code=HOSTILE, **CALL)

    assert answer == report
    assert cluster.invocations == [(f"{TARGET}___validate_ray_code", {"code": HOSTILE, **CALL})]


def test_a_reference_to_files_reaches_the_lambda_whole(tmp_path):
    files = InputFiles(sha256="0" * 64, size=30, names=("sales é.csv",), url="https://store.example/x?X-Amz=1")
    cluster = Lambda({"status": "running"})

    with gateway_with(cluster, tmp_path) as gateway:
        gateway.validate(code="x", **CALL, input_files=files)

    ((_, event),) = cluster.invocations
    assert InputFiles.model_validate(event["input_files"]) == files


def test_a_grant_reaches_the_lambda_whole(tmp_path):
    grant = Grant(approvers=("U1", "U2"), expires_at=1_700_000_000, signature="a" * 64)
    cluster = Lambda({"status": "running"})

    with gateway_with(cluster, tmp_path) as gateway:
        gateway.validate(code="x", **CALL, grant=grant)

    ((_, event),) = cluster.invocations
    assert Grant.model_validate(event["grant"]) == grant


def test_following_sends_no_code_so_that_it_cannot_start_a_job(tmp_path):
    cluster = Lambda({"status": "running"})

    with gateway_with(cluster, tmp_path) as gateway:
        gateway.follow(**CALL)

    assert cluster.invocations == [(f"{TARGET}___validate_ray_code", {"code": "", **CALL})]


def test_stopping_is_a_tool_of_its_own(tmp_path):
    cluster = Lambda({"status": "stopped"})

    with gateway_with(cluster, tmp_path) as gateway:
        answer = gateway.stop(ray_cluster_ip="10.0.0.7", run_id="r-1")

    assert answer == JobReport(status="stopped")
    assert cluster.invocations == [(f"{TARGET}___stop_ray_job", {"ray_cluster_ip": "10.0.0.7", "run_id": "r-1"})]


def test_how_a_cluster_is_is_a_tool_of_its_own(tmp_path):
    report = ClusterReport(health=ClusterHealth(nodes=2, cpus=8, gpus=1, cpus_used=3, jobs=4))
    cluster = Lambda(report.model_dump(mode="json"))

    with gateway_with(cluster, tmp_path) as gateway:
        answer = gateway.describe(ray_cluster_ip="10.0.0.7")

    assert answer == report
    assert cluster.invocations == [(f"{TARGET}___describe_ray_cluster", {"ray_cluster_ip": "10.0.0.7"})]


def test_a_lambda_of_an_older_version_that_cannot_say_how_a_cluster_is_is_a_failure(tmp_path):
    older = Lambda({"status": "rejected", "error": {"code": "bad_request", "message": "Call another."}})

    with gateway_with(older, tmp_path) as gateway, pytest.raises(GatewayUnavailable):
        gateway.describe(ray_cluster_ip="10.0.0.7")


def test_a_lambda_that_crashes_is_a_failure_and_no_report(tmp_path):
    def crash(_event, _context):
        raise KeyError("a secret")

    with gateway_with(crash, tmp_path) as gateway, pytest.raises(GatewayUnavailable) as raised:
        gateway.validate(code="x", **CALL)

    assert "secret" not in raised.value.sentence


@pytest.mark.parametrize(
    "answer",
    [
        "Ray job failed",
        {"success": True, "output": "Error: no cluster"},
        None,
        {"status": "succeeded", "output": "half a character: \ud83d"},
    ],
    ids=["a string", "an error in a success", "nothing", "no text"],
)
def test_an_answer_that_is_no_report_is_a_failure_and_not_taken_for_a_success(tmp_path, answer):
    with gateway_with(Lambda(answer), tmp_path) as gateway, pytest.raises(GatewayUnavailable):
        gateway.validate(code="x", **CALL)


def test_a_gateway_that_stays_silent_is_given_up_after_the_read_timeout(tmp_path):
    release = Event()

    def hang(_event, _context):
        release.wait(BOUND)

    with gateway_with(hang, tmp_path, read_timeout=1.0) as gateway:
        with pytest.raises(GatewayTimeout):
            gateway.validate(code="x", **CALL)
        release.set()


def test_a_gateway_that_never_answers_the_handshake_is_given_up_as_well():
    release = asyncio.Event()

    async def silence(_request):
        await release.wait()

    with served(serving_posts(silence)) as address, pytest.raises(GatewayTimeout):
        gateway_at(f"{address}/mcp", read_timeout=0.5).validate(code="x", **CALL)


def test_a_gateway_that_keeps_the_connection_warm_and_says_nothing_is_given_up_too():
    async def comments():
        while True:
            yield b": still here\n\n"
            await asyncio.sleep(0.01)

    async def murmur(_request):
        return StreamingResponse(comments(), media_type="text/event-stream")

    with served(serving_posts(murmur)) as address, pytest.raises(GatewayTimeout):
        gateway_at(f"{address}/mcp", read_timeout=0.5).validate(code="x", **CALL)


def test_a_gateway_that_is_not_there_is_unavailable():
    with pytest.raises(GatewayUnavailable):
        gateway_at(f"{unused_address()}/mcp").validate(code="x", **CALL)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_a_gateway_that_refuses_is_unavailable(status):
    async def refuse(_request):
        return JSONResponse({"message": "no"}, status_code=status)

    with served(serving_posts(refuse)) as address, pytest.raises(GatewayUnavailable):
        gateway_at(f"{address}/mcp").validate(code="x", **CALL)


def test_an_unsigned_call_is_turned_away(tmp_path):
    cluster = Lambda({"status": "running"})
    with gateway_with(cluster, tmp_path) as gateway, pytest.raises(GatewayUnavailable):
        McpGateway(gateway._url, TARGET, auth=None, read_timeout=30).validate(code="x", **CALL)

    assert cluster.invocations == []


def test_a_redirect_does_not_carry_the_code_elsewhere():
    elsewhere = []

    async def thief(request):
        elsewhere.append(await request.body())
        return JSONResponse({})

    with served(serving_posts(thief)) as target:

        async def redirect(_request):
            return RedirectResponse(f"{target}/mcp")

        with served(serving_posts(redirect)) as address, pytest.raises(GatewayUnavailable):
            gateway_at(f"{address}/mcp").validate(code="x", **CALL)

    assert elsewhere == []


def test_calls_at_the_same_time_do_not_mix(tmp_path):
    both_in = [Event(), Event()]

    def echo(event, _context):
        mine = int(event["run_id"])
        both_in[mine].set()
        assert both_in[1 - mine].wait(BOUND)
        return {"status": "running", "job_id": event["run_id"], "dashboard_url": event["ray_cluster_ip"]}

    async def together(gateway):
        calls = [
            asyncio.to_thread(gateway.follow, run_id=str(n), ray_cluster_ip=f"10.0.0.{n}", wait_seconds=1, log_offset=0)
            for n in range(2)
        ]
        return await asyncio.gather(*calls)

    with gateway_with(echo, tmp_path) as gateway:
        reports = asyncio.run(together(gateway))

    assert [(report.job_id, report.dashboard_url) for report in reports] == [("0", "10.0.0.0"), ("1", "10.0.0.1")]
