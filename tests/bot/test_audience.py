"""Who is shown a button: those who may press it, where the settings name them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audience import VERB_OF, shown_to_those_who_may
from bot.blocks import names
from bot.blocks import text as t
from bot.blocks.text import MOST_VIEWERS
from bot.settings import Settings
from tests.readme import ROOT

IDS = st.lists(st.from_regex(r"[UWS][A-Z0-9]{1,8}", fullmatch=True), max_size=60, unique=True)


def viewers_of(message, action_id):
    buttons = [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]
    return next(one for one in buttons if one["action_id"] == action_id).get("visible_to_user_ids")


def card(*buttons):
    return t.Message(text="A card", blocks=(t.section("Words"), t.actions("row", *buttons)))


def run_for(ids, channel="C1"):
    settings = Settings(channel_roles={"C1": {"run": tuple(ids)}})
    message = card(t.button("Run", names.RUN, "v-1"), t.button("Explain", names.EXPLAIN, "v-1"))
    return shown_to_those_who_may(message, channel, settings.allowed_in)


def test_a_button_is_shown_to_the_people_who_may_press_it():
    shown = run_for(["U2", "U1"])

    assert viewers_of(shown, names.RUN) == ["U1", "U2"]
    assert viewers_of(shown, names.EXPLAIN) is None


@pytest.mark.parametrize("ids", [[], ["S1"], ["U1", "S1"]])
def test_where_a_group_or_nobody_is_named_everybody_is_shown_it(ids):
    assert viewers_of(run_for(ids), names.RUN) is None


def test_what_is_said_of_one_channel_changes_no_other():
    assert viewers_of(run_for(["U1"], channel="C2"), names.RUN) is None


def test_a_button_that_was_for_some_is_for_those_of_them_who_may():
    settings = Settings(channel_roles={"*": {"approve": ("U1", "U2")}})
    message = card(t.only_for(t.button("Approve", names.APPROVE, "a-1"), ["U2", "U3"]))

    shown = shown_to_those_who_may(message, "C1", settings.allowed_in)

    assert viewers_of(shown, names.APPROVE) == ["U2"]


@given(ids=IDS, before=IDS)
def test_nobody_else_is_ever_shown_it_and_never_too_many_are_named(ids, before):
    button = t.only_for(t.only_for(t.button("Run", names.RUN, "v-1"), before), ids)

    viewers = button.get("visible_to_user_ids")
    assert viewers is None or (set(viewers) <= set(ids) | set(before) and 0 < len(viewers) <= MOST_VIEWERS)


def test_every_button_of_a_message_has_its_verb_or_is_for_everybody():
    source = "".join(path.read_text() for path in (ROOT / "bot" / "blocks").glob("*.py"))
    pressed = {getattr(names, name) for name in re.findall(r"t\.button\([^)]*?names\.([A-Z_]+)", source)}

    on_the_home = {names.RERUN_FROM_HOME, names.STOP_FROM_HOME, names.ADMIN_AUDIT, names.ADMIN_SETTINGS}
    assert names.RUN in pressed
    assert pressed - set(VERB_OF) <= {names.ASK_APPROVAL, names.ADMIN_AUDIT_OLDER} | on_the_home
