"""The Lambda behind the gateway's target `ray-code-validation-inline`.

The event is the tool's bare arguments; the tool's name is in the context, as `target___tool`
(https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html).

What a cluster that does not answer means depends on whether the run may be there: a call that has sent nothing says
`rejected`, since nothing was executed; a call that follows a run, or whose submission may have arrived, says `running`
with the error beside it, so that the run goes on being followed.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from agents.cluster.address import ClusterAddress, allowed_address
from agents.cluster.arguments import StopCall, ValidateCall, describe_call, stop_call, validate_call
from agents.cluster.errors import (
    ClusterError,
    NoSuchJobError,
    PolicyRejectedError,
    RefusedError,
    RejectedError,
    SyntaxRejectedError,
    UnknownOutcomeError,
    UnreachableError,
)
from agents.cluster.grants import is_current, is_genuine
from agents.cluster.health import health
from agents.cluster.inputs import Inputs
from agents.cluster.jobs import RayJobs
from agents.cluster.policy import Verdict, screen
from agents.cluster.program import program_bytes
from agents.cluster.reports import lost_report, unanswered_report
from agents.cluster.runs import Run
from agents.cluster.settings import ClusterSettings
from agents.cluster.warm import WarmPool
from agents.tracing import span
from agents.wire import ClusterReport, Grant, JobReport, PolicyFinding

NOBODY_APPROVES = (
    "A second person could approve it, but nobody can here yet: whoever runs Raygen sets RAYGEN_APPROVAL_KEY and "
    "RAYGEN_APPROVALS to name them."
)
WAITS = "So it was not run: it waits until somebody who may has approved it."
NOT_FOR_THIS = "The approval that came with it is not for this program, cluster and run. Ask for another one."
TOO_LATE = "Its approval ran out before it could start, so it was not run. Ask for another one."


def handler(event: dict[str, object], context: Any) -> dict[str, Any]:
    """Entry point of the Lambda: a JobReport or a ClusterReport as JSON values, whatever the arguments were."""
    # at INFO it writes whole addresses, and that of a run's files is signed: whoever reads it may fetch them
    logging.getLogger("httpx").setLevel(logging.WARNING)
    tool, run_id = tool_name(context), str(event.get("run_id") or "")
    with span("cluster.call", row=run_id, tool=tool, run_id=run_id) as note:
        report = _answered(event, tool, ClusterSettings.read())
        note(error=report.error.code if report.error else None)
        if isinstance(report, JobReport):
            note(status=report.status, submission_id=report.job_id)
    return report.model_dump(mode="json")


def _answered(event: Mapping[str, object], tool: str, settings: ClusterSettings) -> JobReport | ClusterReport:
    return description(event, settings) if tool == "describe_ray_cluster" else answer(event, tool, settings)


def tool_name(context: Any) -> str:
    """The tool that the gateway was asked for, without its target; empty when the context names none."""
    custom = getattr(getattr(context, "client_context", None), "custom", None)
    full = custom.get("bedrockAgentCoreToolName", "") if isinstance(custom, Mapping) else ""
    return str(full).rpartition("___")[2]


def answer(event: Mapping[str, object], tool: str, settings: ClusterSettings) -> JobReport:
    """Do what the tool is asked; what was anticipated comes back as a report, never as an exception."""
    try:
        if tool == "validate_ray_code":
            return _validate(validate_call(event), settings)
        if tool == "stop_ray_job":
            return _stop(stop_call(event), settings)
        raise RejectedError(
            "bad_request",
            "This target has the tools validate_ray_code, stop_ray_job and describe_ray_cluster; call one.",
        )
    except PolicyRejectedError as exc:
        return JobReport(status="rejected", error=exc.wire(), findings=exc.findings)
    except SyntaxRejectedError as exc:
        return JobReport(status="rejected", output=exc.shown, traceback=exc.shown, error=exc.wire())
    except ClusterError as exc:
        return JobReport(status="rejected", error=exc.wire())


def description(event: Mapping[str, object], settings: ClusterSettings) -> ClusterReport:
    """How a cluster is that the operator allows; what was anticipated comes back as its error."""
    try:
        address = _address(describe_call(event), settings)
        with RayJobs(address.url, settings.token) as jobs:
            return ClusterReport(health=health(jobs))
    except NoSuchJobError:  # 404: it has no State API
        return ClusterReport(error=RefusedError("What answers at the cluster's address is no Ray cluster.").wire())
    except ClusterError as exc:
        return ClusterReport(error=exc.wire())


def fill_pools(settings: ClusterSettings) -> None:
    """Start the warm drivers that are missing on every cluster that is allowed, before anybody has asked for a run.

    A cluster that cannot be asked has none, and the runs there go the cold way.
    """
    for cluster in settings.hosts:
        with suppress(ClusterError), RayJobs(_address(cluster, settings).url, settings.token) as jobs:
            _pool(jobs, settings).fill()


def _validate(call: ValidateCall, settings: ClusterSettings) -> JobReport:
    program = None if call.follows else _screened(call, settings)
    address = _address(call.cluster, settings)
    with RayJobs(address.url, settings.token) as jobs:
        pool = _pool(jobs, settings)
        inputs = Inputs(call.input_files, settings.files_hosts) if call.input_files else None
        run = Run(jobs, call.run_id, pool, inputs=inputs)
        try:
            carrier = None if program is None else _submit(run, program, call, settings)
            missing = _missing(pool, carrier) if program is not None else None
            wait_seconds = min(call.wait_seconds, settings.max_wait_seconds)
            report = run.follow(call.log_offset, wait_seconds, soon=carrier is not None, sources=call.sources)
            _fill(pool, report, missing)
        except NoSuchJobError as exc:
            if program is None and not call.follows:
                raise RejectedError("needs_approval", TOO_LATE) from exc
            report = lost_report(run.submission_id, call.log_offset)
        except (UnreachableError, RefusedError) as exc:
            report = unanswered_report(run.submission_id, call.log_offset, exc)
    return _linked(report, run, address)


def _screened(call: ValidateCall, settings: ClusterSettings) -> bytes | None:
    """The program's bytes, once Python can read it and the policy, or who may, has allowed it.

    None when what allowed it is over: the run may have been started before, and this call must not start it.
    """
    program = program_bytes(call.code)
    verdict = screen(call.code, settings.allowances)
    if verdict.decision == "allow":
        return program
    if verdict.decision == "deny":
        raise _refused(verdict)
    if call.grant is None or not settings.approval_key:
        raise _refused(verdict, WAITS if settings.approval_key else NOBODY_APPROVES)
    return program if _granted(call.grant, program, call, settings, verdict) else None


def _granted(grant: Grant, program: bytes, call: ValidateCall, settings: ClusterSettings, verdict: Verdict) -> bool:
    """Whether the grant is still good. Raises PolicyRejectedError for one that never was for this run."""
    if not is_genuine(grant, settings.approval_key, program=program, cluster=call.cluster, run_id=call.run_id):
        raise _refused(verdict, NOT_FOR_THIS)
    return is_current(grant)


def _refused(verdict: Verdict, later: str = "") -> PolicyRejectedError:
    """That the program is not run. Where nobody could approve it, writing it otherwise is the only help: `policy`."""
    findings = tuple(
        PolicyFinding(line=each.line, rule=each.rule, sentence=each.sentence)
        for each in verdict.findings
        if each.decision == verdict.decision
    )
    waits = verdict.decision == "needs_approval" and later != NOBODY_APPROVES
    sentences = (*verdict.reasons[:3], *((later,) if later else ()))
    return PolicyRejectedError("needs_approval" if waits else "policy", " ".join(sentences), findings)


def _submit(run: Run, program: bytes, call: ValidateCall, settings: ClusterSettings) -> str | None:
    """Start the run; the warm driver that took it. Raises RejectedError when the cluster could not even be asked to."""
    try:
        return run.submit(program, seconds=settings.run_timeout_seconds, limit=settings.output_limit_bytes)
    except UnknownOutcomeError:
        raise
    except (UnreachableError, RefusedError) as exc:
        if call.log_offset > 0:  # its output was read before: the run is there
            raise
        raise RejectedError(exc.code, str(exc)) from exc


def _pool(jobs: RayJobs, settings: ClusterSettings) -> WarmPool:
    return WarmPool(jobs, settings.warm_drivers, settings.warm_idle_seconds)


def _missing(pool: WarmPool, carrier: str | None) -> tuple[str, ...]:
    """What is missing in the pool, found out while the run has other things to do than to be read."""
    with suppress(ClusterError):
        return pool.missing(carrier)
    return ()


def _fill(pool: WarmPool, report: JobReport, missing: tuple[str, ...] | None) -> None:
    """Start what is missing in the pool, once the answer is there: starting earlier would take the run's time.

    A pool that cannot be filled makes the next run slower, and this one no worse.
    """
    if report.final or missing is not None:
        with suppress(ClusterError):
            pool.start(pool.missing() if missing is None else missing)


def _stop(call: StopCall, settings: ClusterSettings) -> JobReport:
    address = _address(call.cluster, settings)
    with RayJobs(address.url, settings.token) as jobs:
        run = Run(jobs, call.run_id)
        try:
            report = run.stop()
        except NoSuchJobError:
            report = lost_report(run.submission_id, 0)
        except (UnreachableError, RefusedError) as exc:
            report = unanswered_report(run.submission_id, 0, exc)
    return _linked(report, run, address)


def _address(cluster: str, settings: ClusterSettings) -> ClusterAddress:
    """The cluster's address, if the operator allows it; without a token only where that was allowed too."""
    address = allowed_address(cluster, settings.hosts)
    if not settings.token and not settings.allow_open_cluster:
        raise RejectedError(
            "cluster_refused",
            "No token for the cluster is set: set RAYGEN_RAY_TOKEN, or RAYGEN_ALLOW_OPEN_CLUSTER for one without.",
        )
    return address


def _linked(report: JobReport, run: Run, address: ClusterAddress) -> JobReport:
    """The report with the job's name and its page on Ray's dashboard."""
    url = f"http://{address.shown}/#/jobs/{run.submission_id}"
    return report.model_copy(update={"job_id": run.submission_id, "dashboard_url": url})
