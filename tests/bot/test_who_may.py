"""Every kind of actor at every verb on every surface, held against the tables of docs/who-may.md."""

import re

import pytest

from bot.again import Again, Press
from bot.approvals import Approvals
from bot.errors import Refused
from bot.home.administration import Administration
from bot.intake import Asked, Intake
from bot.listeners import cancelling, payloads
from bot.listeners.executions import Execution
from bot.logs import secrets_in
from bot.people import Groups, People, Rights
from bot.permissions import VERBS
from bot.redaction import Redaction
from bot.settings import Settings
from bot.store.approvals import ApprovalStore
from bot.store.audit import AuditLog
from bot.store.full_logs import FullLogStore
from bot.store.requests import NewTurn
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.slack_people import SlackPeople
from tests.fakes.supervisor import needs_approval, validated
from tests.readme import ROOT

PAGE = (ROOT / "docs" / "who-may.md").read_text(encoding="utf-8")
OPEN, CLOSED = "Where the settings name nobody", "Where the settings name a group for everything"
HOME, ELSEWHERE = "T0HOME", "T0OTHER"
GROUP, CHANNEL, CLUSTER = "S0GROUP", "C0DATA", "10.0.0.1"
MEMBER = {"team_id": HOME}
USERS = {
    "requester": MEMBER,
    "requester in the group": MEMBER,
    "member": MEMBER,
    "member of the group": MEMBER,
    "admin outside the group": {**MEMBER, "is_admin": True, "is_owner": True},
    "guest": {**MEMBER, "is_restricted": True},
    "guest in the group, let in": {**MEMBER, "is_ultra_restricted": True},
    "stranger in the group": {"team_id": ELSEWHERE},
    "bot in the group": {**MEMBER, "is_bot": True},
    "deactivated in the group": {**MEMBER, "deleted": True},
}
"""What `users.info` says of each kind."""
IDS = {kind: f"U{number:08}" for number, kind in enumerate(USERS)}
IN_THE_GROUP = [IDS[kind] for kind in USERS if "the group" in kind and "outside" not in kind]


def tables():
    """(section, who) -> column -> cell."""
    for section in (OPEN, CLOSED):
        text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        head, _, *rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
        for row in rows:
            yield (section, row[0]), dict(zip(head[1:], row[1:], strict=True))


TABLES = dict(tables())


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


class Office:
    """A store with a program that ran, one that waits for approval, and a run, all of the requester's."""

    def __init__(self, kind, settings, turns, runs, database):
        self.kind = kind
        self.user = IDS[kind]
        self.team = USERS[kind]["team_id"]
        self.requester = self.user if kind.startswith("requester") else IDS["requester"]
        self.turns, self.runs = turns, runs
        people = SlackPeople({IDS[k]: dict(v) for k, v in USERS.items()}, {GROUP: IN_THE_GROUP})
        rights = Rights(People(people), Groups(people), settings)
        self.approvals = Approvals(ApprovalStore(database), rights)
        wake = list
        logs = FullLogStore(database, "a replica")
        self.intake = Intake(turns, runs, None, None, rights, settings, wake, wake, logs, wake, self.approvals)
        self.again = Again(self.intake, Redaction())
        self.administration = Administration(AuditLog(database), rights, settings, "https://data.slack.com/")
        self.keys = iter(range(1_000))

    async def opened(self):
        self.waiting = await self._answered("waits", needs_approval())
        # another thread, since other code in the same one would end the approval
        self.version = await self._answered("ran", validated(), thread="1700000000.000002", session=f"{SESSION}2")
        self.run = await self.runs.request(self.version.id, "card", 1, self.requester, timeout_seconds=60)
        return self

    async def _answered(self, name, answer, thread="1700000000.000001", session=SESSION):
        about = {"team": HOME, "channel": CHANNEL, "thread_ts": thread, "user_id": self.requester}
        await self.turns.request(NewTurn(id=name, surface="reply", prompt="p", cluster=CLUSTER, **about))
        (turn,) = await self.turns.claim(1)
        await self.turns.open_thread(turn, thread, session)
        version = await self.turns.answer_with_code(turn, session, answer)
        await self.turns.deliver(turn)
        return version

    @property
    def person(self):
        return payloads.clicker({"user": {"id": self.user, "team_id": self.team}}, HOME)

    @property
    def runner(self):
        """The person as Slack's event of a step names them: without a team."""
        return payloads.runner(Execution("Fx1", {"user_context": {"id": self.user, "secret": "s"}}), HOME)

    @property
    def press(self):
        return Press(self.person, f"press-{next(self.keys)}")

    def asked(self, person, surface, thread_ts=None):
        return Asked(person, CHANNEL, thread_ts, "say hello", surface, f"asked-{next(self.keys)}")

    async def command(self):
        body = {"user_id": self.user, "team_id": self.team}
        await self.intake.ask(self.asked(payloads.commander(body, HOME), "command"))

    async def message(self, surface):
        of_another_company = {} if self.team == HOME else {"user_team": self.team}
        event = {"user": self.user, "team": HOME, **of_another_company}
        await self.intake.ask(self.asked(payloads.writer(event, HOME), surface, "1700000000.000001"))

    async def approve(self):
        actor = await self.intake.actor(self.person)
        await self.approvals.approve(actor, f"{self.waiting.id}.1", await self.intake.channel_of(self.waiting))

    async def audit(self):
        await self.administration.audit(await self.intake.actor(self.person))

    @property
    def surfaces(self):
        """Each column, by what the listener of that surface does with the payload."""
        opener = payloads.opener({"user": self.user}, HOME)
        return {
            "`/raygen` (ask)": self.command,
            "mention (ask)": lambda: self.message("mention"),
            "reply (ask)": lambda: self.message("reply"),
            "shortcut's window (ask)": lambda: self.intake.ask(self.asked(self.person, "shortcut")),
            "Edit's window (run)": lambda: self.again.edited(self.press, self.version, "print(1)"),
            "Regenerate (ask)": lambda: self.again.regenerate(self.press, self.version.id),
            "Cancel (ask)": lambda: cancelling.require(self.intake, self.person, self.version.id),
            "Full log (ask)": lambda: self.intake.full_log(self.person, self.run.id),
            "Run (run)": lambda: self.intake.run(self.person, self.version.id, "another card", 1),
            "Approve (approve)": self.approve,
            "Home (ask)": lambda: self.intake.admit(opener),
            "Home: Rerun (run)": lambda: self.intake.rerun(self.person, self.run.id),
            "Stop (stop)": lambda: self.intake.stop(self.person, self.run.id),
            "Home: Audit log (admin)": self.audit,
            "workflow: Generate (ask)": lambda: self.intake.ask(self.asked(self.runner, "workflow")),
            "workflow: Run (run)": lambda: self.intake.run(self.runner, self.version.id, "step:Fx1", 1),
        }


async def outcome(act):
    try:
        await act()
    except Refused as refusal:
        return refusal.code.replace("_", " ")
    return "yes"


@pytest.mark.parametrize(("section", "kind"), list(TABLES))
async def test_everybody_may_what_the_page_says_and_nothing_else(section, kind, turns, runs, database):
    roles = {CHANNEL: dict.fromkeys(("ask", "run", "approve", "stop"), (GROUP,))}
    settings = Settings(
        cluster=CLUSTER,
        allow_guests="let in" in kind,
        channel_roles=roles if section == CLOSED else {},
        approvals={CLUSTER: {"by": "group", "group": GROUP}},
        approval_key="k" * 32,
        admins=[GROUP] if section == CLOSED else [],
    )
    office = await Office(kind, settings, turns, runs, database).opened()

    found = {column: await outcome(act) for column, act in office.surfaces.items()}

    # Stop on the page of the App Home is the same call as Stop in the thread
    assert found | {"Home: Stop (stop)": found["Stop (stop)"]} == TABLES[section, kind]


def test_the_page_has_every_kind_of_actor_twice():
    assert list(TABLES) == [(section, kind) for section in (OPEN, CLOSED) for kind in USERS]


def test_the_verbs_of_the_page_are_those_of_the_code():
    verbs = set(re.findall(r"\((\w+)\)", next(line for line in PAGE.splitlines() if line.startswith("| who |"))))

    assert verbs == {*VERBS, "admin"}


async def test_a_group_is_asked_about_once_a_minute_and_never_for_who_is_listed_by_name():
    now = [0.0]
    people = SlackPeople({}, {GROUP: ["U1"]})
    groups = Groups(people, lambda: now[0])

    assert await groups.of("U1", [GROUP]) == {GROUP}
    assert await groups.of("U2", [GROUP]) == frozenset()
    now[0] = 61.0
    people.groups[GROUP] = []
    assert await groups.of("U1", [GROUP]) == frozenset()

    assert people.asked == [GROUP, GROUP]


async def test_a_group_that_slack_does_not_know_lets_nobody_in():
    with pytest.raises(Refused, match="unknown_group"):
        await Groups(SlackPeople({}, {})).of("U1", ["S0GONE"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "group"},
        {"by": "two"},
        {"by": "another person", "group": GROUP},
        {"by": "everybody"},
        {"by": "group", "group": "U1"},
        {"by": "group", "people": ["@somebody"]},
    ],
)
def test_approvers_that_make_no_sense_are_refused_at_the_start(wrong):
    with pytest.raises(ValueError, match="approvals"):
        Settings(approvals={"*": wrong}, approval_key="k" * 32)


def test_approvals_need_a_key_that_cannot_be_guessed():
    rule = {"*": {"by": "another person"}}

    with pytest.raises(ValueError, match="RAYGEN_APPROVAL_KEY must be set"):
        Settings(approvals=rule)
    with pytest.raises(ValueError, match="32 bytes"):
        Settings(approvals=rule, approval_key="short")


def test_administrators_are_ids_of_people_and_groups(monkeypatch):
    monkeypatch.setenv("RAYGEN_ADMINS", "U012ABC, S034DEF,")

    assert Settings().admins == ("U012ABC", "S034DEF")
    assert Settings(admins="").admins == ()
    with pytest.raises(ValueError, match="admins"):
        Settings(admins="@somebody")


def test_the_settings_are_json_in_the_environment(monkeypatch):
    monkeypatch.setenv(
        "RAYGEN_APPROVALS", '{"10.0.0.1": {"by": "two", "people": ["U1", "W2"]}, "*": {"by": "another person"}}'
    )
    monkeypatch.setenv("RAYGEN_APPROVAL_KEY", "k" * 32)
    monkeypatch.setenv("RAYGEN_CHANNEL_ROLES", '{"*": {"run": ["S1"]}, "C1": {"ask": ["U1"]}}')

    settings = Settings()

    assert settings.approvers_for("10.0.0.1").needed == 2
    assert settings.approvers_for("10.0.0.2").by == "another person"
    assert settings.allowed_in("C1", "run") is None
    assert settings.allowed_in("C2", "run") == {"S1"}
    assert "k" * 32 not in repr(settings)
    assert "k" * 32 in secrets_in([settings])
