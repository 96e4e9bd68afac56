"""The plan of the faults, and the judge of what conversations leave behind; no conversation is held here."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from bench.faults import Judged, by_link, mutants, options, require_doubles, require_sight, short_form, whole_form
from bench.stage.cluster import BEGUN, DONE, Jobs
from bench.stage.plan import LINKS, RAY, Lane, Part, Planned, Triple, every_triple, kind_of, link_of, pairwise, singles
from bench.stage.proxy import FAULTS, Asked
from bench.stage.verdict import Ending, Kept, Shown, wrongs
from bot.blocks.names import CODE_CARD, ENDED_RUN, FAILED_CARD, LIVE_RUN, LIVE_TURN

RIGHT = Ending(
    shown=Shown(roots=1, cards=(CODE_CARD, ENDED_RUN), files=1, words="it printed begun and done"),
    kept=Kept((("answered", True),), (("succeeded", True),), ("r1",), (BEGUN + DONE,)),
    jobs=Jobs(runs=("raygen-r1",), validations=("raygen-v-1",), going_on=()),
    generations=1,
)
STOPPED = replace(
    RIGHT,
    shown=replace(RIGHT.shown, words="it printed begun"),
    kept=replace(RIGHT.kept, runs=(("stopped", True),), outputs=(BEGUN,)),
)


def shown(**changes):
    return replace(RIGHT, shown=replace(RIGHT.shown, **changes))


def kept(**changes):
    return replace(RIGHT, kept=replace(RIGHT.kept, **changes))


def jobs(**changes):
    return replace(RIGHT, jobs=replace(RIGHT.jobs, **changes))


def test_there_are_728_combinations_each_with_two_ends():
    triples = list(every_triple())

    assert len(triples) == len(set(triples)) == 728
    assert Triple() not in triples
    assert len(whole_form()) == 2 * 728


def test_the_short_form_has_each_fault_alone_and_each_pair_on_each_two_links():
    triples = {triple for triple, _ in short_form()}

    assert {triple for triple in triples if len(triple.troubled) == 1} >= set(singles())
    assert len(set(singles())) == 24
    for one, two in combinations(LINKS, 2):
        met = {(triple.on(one), triple.on(two)) for triple in triples}
        assert met >= set(product((None, *FAULTS), repeat=2)) - {(None, None)}


def test_the_pairs_are_covered_by_as_few_triples_as_there_are_pairs():
    assert len(set(pairwise())) == 9 * 9 - 1


def test_what_is_right_is_called_right():
    assert wrongs(RIGHT, "ends") == ()
    assert wrongs(STOPPED, "stopped") == ()


@pytest.mark.parametrize(
    "ending",
    [
        shown(roots=2),
        shown(roots=0),
        shown(cards=(CODE_CARD, CODE_CARD, ENDED_RUN)),
        shown(cards=(CODE_CARD, ENDED_RUN, ENDED_RUN)),
        shown(cards=(CODE_CARD,)),
        shown(cards=(CODE_CARD, ENDED_RUN, LIVE_RUN)),
        shown(cards=(CODE_CARD, ENDED_RUN, LIVE_TURN)),
        shown(cards=(CODE_CARD, ENDED_RUN, FAILED_CARD)),
        shown(files=0),
        shown(files=2),
        shown(words="it printed begun"),
        kept(turns=(("failed", True),)),
        kept(turns=(("answered", False),)),
        kept(turns=(("answered", True),) * 2),
        kept(runs=(("lost", True),)),
        kept(runs=(("succeeded", False),)),
        kept(outputs=(BEGUN + BEGUN + DONE,)),
        kept(run_ids=("another",)),
        jobs(runs=("raygen-r1", "raygen-r2")),
        jobs(runs=()),
        jobs(validations=("raygen-v-1", "raygen-v-2")),
        jobs(validations=()),
        jobs(going_on=("raygen-v-1",)),
        replace(RIGHT, refused=("not acknowledged",)),
        STOPPED,
    ],
)
def test_what_is_not_right_is_called_wrong(ending):
    assert wrongs(ending, "ends")


def test_a_generation_that_was_asked_for_twice_may_validate_twice():
    twice = jobs(validations=("raygen-v-1", "raygen-v-2"))

    assert wrongs(replace(twice, generations=2), "ends") == ()


def judged(triple=Triple(slack="reset"), met=(("slack", "chat.postMessage"),), ending=RIGHT):  # noqa: B008 - frozen
    return Judged(triple, "ends", ending, wrongs(ending, "ends"), met, 1.0)


def test_the_control_is_a_doubled_result_and_a_doubled_job():
    assert all(wrongs(mutant, "ends") for mutant in mutants(RIGHT))
    require_sight([judged()])


def test_a_fault_that_met_nothing_makes_the_run_blind():
    with pytest.raises(RuntimeError, match="blind"):
        require_sight([judged(Triple(slack="reset", ray="drip"))])


def test_a_second_request_need_not_come():
    require_sight([judged(Triple(slack="reset", ray="drip"))], nth=2)


def test_a_control_that_does_nothing_twice_makes_the_run_blind():
    doubles = [judged(ending=mutant) for mutant in mutants(RIGHT)]
    require_doubles(doubles)

    with pytest.raises(RuntimeError, match="blind"):
        require_doubles([*doubles, judged(ending=STOPPED)])


def test_each_link_tells_what_met_its_faults_and_what_went_wrong():
    told = by_link([judged(), judged(ending=STOPPED), judged(Triple(ray="drip"), (("ray", "submit"),))])

    assert told["slack"] == {"conversations": 2, "wrong": 1, "met": {"chat.postMessage": 2}}
    assert told["ray"] == {"conversations": 1, "wrong": 0, "met": {"submit": 1}}
    assert told["agentcore"] == {"conversations": 0, "wrong": 0, "met": {}}


@pytest.mark.parametrize(
    ("asked", "link", "kind"),
    [
        (Asked("bot", "/api/chat.postMessage", b""), "slack", "chat.postMessage"),
        (Asked("bot", "/upload/v1/secret", b""), "slack", "upload"),
        (Asked("bot", "/runtimes/arn/invocations", b'{"action": "follow"}'), "agentcore", "follow"),
        (Asked(f"{RAY}lane0", "/api/jobs/", b""), "ray", "submit"),
        (Asked(f"{RAY}lane0", "/api/jobs/raygen-r1", b""), "ray", "status"),
        (Asked(f"{RAY}lane0", "/api/jobs/raygen-r1/stop", b""), "ray", "stop"),
        (Asked(f"{RAY}lane0", "/api/v0/logs/file", b""), "ray", "logs"),
        (Asked(f"{RAY}lane0", "/api/packages/gcs/x.zip", b""), "ray", "package"),
        (Asked(f"{RAY}lane0", "/api/v0/nodes", b""), "ray", "state"),
    ],
)
def test_a_request_says_its_link_and_its_kind(asked, link, kind):
    assert (link_of(asked), kind_of(asked)) == (link, kind)


async def test_the_nth_request_of_each_kind_meets_the_fault_of_its_lane_alone():
    lanes = Lane("lane1", "C1", "U1"), Lane("lane10", "C10", "U10", Part(Triple(slack="drip"), nth=2))
    planned = Planned(lanes)

    def asking(method, content):
        return planned.coming(Asked("bot", f"/api/{method}", content))

    faults = [
        await asking("chat.postMessage", b'{"channel": "C10"}'),
        await asking("chat.postMessage", b'{"channel": "C1"}'),
        await asking("files.getUploadURLExternal", b"filename=lane10.py"),
        await asking("chat.postMessage", b'{"channel": "C10"}'),
        await asking("chat.postMessage", b'{"channel": "C10"}'),
        await asking("auth.test", b""),
    ]

    assert faults == [None, None, None, "drip", None, None]
    assert lanes[1].part.met == [("slack", "chat.postMessage")]
    assert dict(planned.unknown) == {"auth.test": 1}


def test_the_options_are_taken_by_name():
    assert vars(options().parse_args(["--nth", "2", "--short"])) == {"nth": 2, "lanes": 24, "short": True}
