"""What each outcome means in each situation."""

import datetime as dt
from typing import Any

import pytest

from creditquery.channels import (
    Delivered,
    NotExecuted,
    NotSeen,
    Outcome,
    Refused,
    Unknown,
    Unusable,
)
from creditquery.states import QUERY_TRANSITIONS, QueryState
from creditquery.verdicts import (
    ASK_FOR,
    LONGEST_WAIT,
    SENDINGS,
    TRIES,
    UNUSABLE,
    Situation,
    back_off,
    decide,
)
from portal.work.states import WorkState

REPORT = Delivered("1" * 22, b"<Document/>")
GARBAGE, STRANGER = Unusable("garbled", b"x"), Unusable("wrong-person", b"x", final=True)
OUTCOMES = [REPORT, Refused("BUS001"), NotExecuted("busy"), NotSeen(), Unknown("timeout"), GARBAGE]

SENT = Situation(QueryState.SENDING)
ASKED = Situation(QueryState.AMBIGUOUS)
REVIEWED = Situation(QueryState.MANUAL_REVIEW)


@pytest.mark.parametrize(
    ("outcome", "situation", "path", "work"),
    [
        (REPORT, SENT, "succeeded", WorkState.DONE),
        (REPORT, ASKED, "succeeded", WorkState.DONE),
        (REPORT, REVIEWED, "", WorkState.DONE),
        (Refused("BUS001"), SENT, "refused", WorkState.DONE),
        (Refused("BUS001"), ASKED, "queued", WorkState.READY),
        (Refused("BUS001"), REVIEWED, "", WorkState.DONE),
        (NotExecuted("busy"), SENT, "queued", WorkState.READY),
        (NotExecuted("busy"), ASKED, "", WorkState.READY),
        (Unknown("timeout"), SENT, "ambiguous", WorkState.READY),
        (Unknown("timeout"), ASKED, "", WorkState.READY),
        (NotSeen(), ASKED, "queued", WorkState.READY),
        (NotSeen(), REVIEWED, "", WorkState.DONE),
        (GARBAGE, SENT, "ambiguous", WorkState.READY),
        (GARBAGE, ASKED, "", WorkState.READY),
        (STRANGER, SENT, "ambiguous needs_person", WorkState.DONE),
        (STRANGER, ASKED, "needs_person", WorkState.DONE),
        (STRANGER, REVIEWED, "", WorkState.DONE),
    ],
)
def test_path_and_work(outcome: Outcome, situation: Situation, path: str, work: str) -> None:
    verdict = decide(outcome, situation)
    assert (" ".join(verdict.path), verdict.work) == (path, work)


@pytest.mark.parametrize("state", ["sending", "ambiguous", "manual_review"])
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("worn_out", [False, True])
def test_every_path_walks_allowed_edges(outcome: Outcome, state: str, worn_out: bool) -> None:
    much: dict[str, Any] = {"tries": 99, "sendings": 99, "unusable": 99, "ambiguous_for": ASK_FOR}
    at = state
    for onward in decide(outcome, Situation(state, **(much if worn_out else {}))).path:
        assert onward in QUERY_TRANSITIONS[at]
        at = onward


def test_calls_that_were_not_executed_end_in_the_park() -> None:
    verdict = decide(NotExecuted("busy"), Situation(QueryState.SENDING, tries=TRIES - 1))
    assert verdict.path == (QueryState.QUEUED, QueryState.PARKED)
    assert (verdict.work, verdict.reason) == (WorkState.PARKED, "query-parked")


def test_sendings_that_are_never_seen_end_in_the_park() -> None:
    verdict = decide(NotSeen(), Situation(QueryState.AMBIGUOUS, sendings=SENDINGS))
    assert verdict.path == (QueryState.QUEUED, QueryState.PARKED)


def test_answers_that_stay_unusable_go_to_a_person() -> None:
    verdict = decide(GARBAGE, Situation(QueryState.AMBIGUOUS, unusable=UNUSABLE - 1))
    assert (verdict.path, verdict.reason) == ((QueryState.NEEDS_PERSON,), "query-needs-person")


def test_an_outcome_that_stays_unknown_for_a_day_goes_to_a_person() -> None:
    day = Situation(QueryState.AMBIGUOUS, ambiguous_for=ASK_FOR)
    assert decide(Unknown("timeout"), day).path == (QueryState.NEEDS_PERSON,)
    just_before = Situation(QueryState.AMBIGUOUS, ambiguous_for=ASK_FOR - dt.timedelta(seconds=1))
    assert decide(Unknown("timeout"), just_before).path == ()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("BUS001", "bureau-no-file"),
        ("BUS002", "bureau-identity-differs"),
        ("BUS003", "bureau-consent-missing"),
        ("BUS004", "bureau-reason-refused"),
    ],
)
def test_each_refusal_has_its_reason(code: str, reason: str) -> None:
    assert decide(Refused(code), SENT).reason == reason


def test_back_off_doubles_with_a_fifth_of_jitter_and_has_an_end() -> None:
    assert 1.6 <= back_off(0) <= 2.4
    assert 6.4 <= back_off(2) <= 9.6
    assert back_off(30) <= LONGEST_WAIT * 1.2


def test_the_bureau_s_own_wait_is_kept() -> None:
    assert decide(Unknown("working", after=7), SENT).wait == 7
