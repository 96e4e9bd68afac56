"""The conversation that `raygen try` holds, in every way in which somebody can ask."""

import pytest

from agents.wire import Generate, JobReport, Reply, Stop
from bot.settings import Settings
from cli.conversation import Conversation
from cli.ways import WAYS, WITH_FILES, Wishes
from tests.bot.slack.test_agent_session import Unending
from tests.fakes.supervisor import ScriptedSupervisor, needs_approval, validated

DONE = JobReport(status="succeeded", output="fetched\n", log_offset=8)


def conversation(slack, way=None, person="analyst"):
    return Conversation(slack, lambda _message: None, lambda _act: None, way, person)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "explain"])
async def test_each_way_to_ask_ends_with_the_code_in_its_thread(bot, slack, supervisor, way):
    supervisor.answers = [validated()]

    ended = await conversation(slack, way).hold("sort numbers", Wishes())

    assert (ended.ok, ended.refused) == (True, None)
    assert ended.thread_ts is not None
    assert supervisor.asked(Generate)[0].prompt.endswith("sort numbers")
    assert slack.problems == []


async def test_an_explanation_is_a_good_end_for_who_asked_for_one(bot, slack, supervisor):
    supervisor.answers = [Reply(text="It burned.", model="a script")]

    ended = await conversation(slack, "explain").hold("RayTaskError: burned", Wishes(run=True))

    assert ended.ok


async def test_words_are_no_good_end_for_who_asked_for_code(bot, slack, supervisor):
    supervisor.answers = [Reply(text="I cannot do that.", model="a script")]

    ended = await conversation(slack, "message").hold("sort numbers", Wishes(run=True))

    assert not ended.ok


@pytest.mark.parametrize("way", WITH_FILES)
async def test_files_come_with_the_message_that_asks(bot, slack, supervisor, way):
    supervisor.answers = [validated()]

    await conversation(slack, way).hold("sort numbers", Wishes(), files=[("notes.txt", b"x")])

    assert "notes.txt" in {file.name for file in slack.files.values()}


async def test_somebody_else_asks_and_reads_why_not(bot, slack):
    ended = await conversation(slack, person="guest").hold("sort numbers", Wishes(run=True))

    assert not ended.ok
    assert "Guests cannot ask for code here" in ended.refused


async def test_files_that_are_taken_back_are_gone_before_anybody_has_read_them(bot, slack, supervisor):
    supervisor.answers = [validated()]

    await conversation(slack, "mention").hold("sort numbers", Wishes(take_back=True), files=[("notes.txt", b"x")])

    assert "notes.txt" not in {file.name for file in slack.files.values()}


class TestWithAnApprover:
    @pytest.fixture
    def settings(self, slack):
        (group,) = slack.platform.workspace.groups
        return Settings(
            cluster="10.0.0.1",
            follow_wait_seconds=0,
            unreachable_limit_seconds=0,
            approvals={"*": {"by": "group", "group": group}},
            approval_key="a key that the bot and the Lambda share, and nobody else",
        )

    async def test_a_program_that_waits_is_no_good_end(self, bot, slack, supervisor):
        supervisor.answers = [needs_approval()]

        ended = await conversation(slack).hold("fetch it", Wishes(run=True))

        assert not ended.ok

    async def test_an_approved_program_is_run(self, bot, slack, supervisor):
        supervisor.answers, supervisor.reports = [needs_approval()], [DONE]

        ended = await conversation(slack).hold("fetch it", Wishes(run=True, decision="approve"))

        assert ended.ok
        assert "fetched" in str(slack.channel("data").thread(ended.thread_ts))

    async def test_a_declined_one_ends_as_it_was_wished(self, bot, slack, supervisor):
        supervisor.answers = [needs_approval()]

        ended = await conversation(slack).hold("fetch it", Wishes(decision="decline"))

        assert ended.ok


class Stoppable(ScriptedSupervisor):
    """A cluster on which a job runs until it is stopped."""

    async def job(self, request):
        if isinstance(request, Stop):
            self.reports = [JobReport(status="stopped", output="begun\n", log_offset=6)]
        return await super().job(request)


class TestStoppedWhileItRuns:
    @pytest.fixture
    def supervisor(self):
        return Stoppable(answers=[validated()], reports=[JobReport(status="running", output="begun\n", log_offset=6)])

    async def test_a_run_that_is_stopped_ends_as_it_was_wished(self, bot, slack, supervisor):
        ended = await conversation(slack).hold("wait", Wishes(run=True, stop="running"))

        assert ended.ok
        assert len(supervisor.asked(Stop)) > 0

    async def test_a_run_that_has_ended_before_is_not_the_end_that_was_wished(self, bot, slack, supervisor):
        supervisor.reports = [DONE]

        ended = await conversation(slack).hold("wait", Wishes(run=True, stop="running"))

        assert not ended.ok


class TestStoppedWhileItIsWritten:
    @pytest.fixture
    def supervisor(self):
        return Unending()

    async def test_a_request_that_is_stopped_ends_as_it_was_wished(self, bot, slack):
        ended = await conversation(slack).hold("write for ever", Wishes(stop="writing"))

        assert ended.ok

    class TestInACrowd:
        @pytest.fixture
        def settings(self):
            return Settings(cluster="10.0.0.1", concurrent_turns=1, waiting_turns=1)

        async def test_who_comes_when_the_queue_is_full_reads_so(self, bot, slack):
            ended = await conversation(slack).hold("write for ever", Wishes(crowd=3))

            assert "1 request is waiting already" in ended.refused
            for request in slack.channel("engineer").roots:
                if request.user == slack.bot.id:
                    await slack.stop_session("engineer", "engineer", request.ts)
