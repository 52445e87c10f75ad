"""What each outcome means in each situation."""

import datetime as dt
from typing import Any

import pytest

from creditquery.channels import (
    Deferred,
    Delivered,
    NotExecuted,
    NotSeen,
    Outcome,
    Refused,
    Unknown,
    Unusable,
)
from creditquery.states import QUERY_TRANSITIONS, ChannelKind, QueryState
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
BUSY, AWAY = Deferred("busy", after=7), Deferred("maintenance", after=600, away=True)
NOTHING_HAPPENED: list[Outcome] = [NotExecuted("down"), BUSY, AWAY]
OUTCOMES: list[Outcome] = [
    REPORT,
    Refused("BUS001"),
    NotSeen(),
    Unknown("timeout"),
    GARBAGE,
    *NOTHING_HAPPENED,
]

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
        (NotExecuted("down"), SENT, "queued", WorkState.READY),
        (NotExecuted("down"), ASKED, "", WorkState.READY),
        (Unknown("timeout"), SENT, "ambiguous", WorkState.READY),
        (Unknown("timeout"), ASKED, "", WorkState.READY),
        (NotSeen(), ASKED, "queued", WorkState.READY),
        (NotSeen(), REVIEWED, "", WorkState.DONE),
        (GARBAGE, SENT, "ambiguous", WorkState.READY),
        (GARBAGE, ASKED, "", WorkState.READY),
        (BUSY, SENT, "queued", WorkState.READY),
        (AWAY, SENT, "queued", WorkState.READY),
        (BUSY, ASKED, "", WorkState.READY),
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
@pytest.mark.parametrize("kind", ChannelKind.values)
@pytest.mark.parametrize("worn_out", [False, True])
def test_every_path_walks_allowed_edges(
    outcome: Outcome, state: str, kind: str, worn_out: bool
) -> None:
    much: dict[str, Any] = {"tries": 99, "sendings": 99, "unusable": 99, "ambiguous_for": ASK_FOR}
    at = state
    for onward in decide(outcome, Situation(state, kind, **(much if worn_out else {}))).path:
        assert onward in QUERY_TRANSITIONS[at]
        at = onward


def test_calls_that_were_not_executed_end_in_the_park() -> None:
    verdict = decide(NotExecuted("down"), Situation(QueryState.SENDING, tries=TRIES - 1))
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
    verdict = decide(Unknown("timeout"), day)
    assert (verdict.path, verdict.reason) == ((QueryState.NEEDS_PERSON,), "query-outcome-unknown")
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
    assert 0.8 <= back_off(0) <= 1.2
    assert 3.2 <= back_off(2) <= 4.8
    assert back_off(30) <= LONGEST_WAIT * 1.2


def test_the_bureau_s_own_wait_is_kept() -> None:
    assert decide(Unknown("working", after=7), SENT).wait == 7


# --- Beside a manual review ------------------------------------------------------------------


@pytest.mark.parametrize("state", ["manual_review", "reviewed", "declined", "expired"])
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("kind", ChannelKind.values)
@pytest.mark.parametrize("inquired", [False, True])
def test_whatever_comes_beside_a_review_leaves_the_query_where_it_is(
    outcome: Outcome, state: str, kind: str, inquired: bool
) -> None:
    assert decide(outcome, Situation(state, kind, inquired=inquired)).path == ()


@pytest.mark.parametrize(
    ("outcome", "attempt", "work", "free"),
    [
        (NotExecuted("refused"), "not_executed", WorkState.PARKED, True),
        (Refused("BUS002"), "refused", WorkState.DONE, True),
        (Unknown("timeout"), "unknown", WorkState.READY, False),
    ],
)
def test_an_inquiry_beside_a_review(outcome: Outcome, attempt: str, work: str, free: bool) -> None:
    verdict = decide(outcome, Situation(QueryState.MANUAL_REVIEW, inquired=True))
    assert (verdict.attempt, verdict.work, verdict.free) == (attempt, work, free)


def test_the_unknown_of_a_blind_channel_beside_a_review_is_left_to_its_reviewer() -> None:
    verdict = decide(
        Unknown("timeout"),
        Situation(QueryState.MANUAL_REVIEW, ChannelKind.BLIND, inquired=True),
    )
    assert (verdict.attempt, verdict.work, verdict.free) == ("unknown", WorkState.DONE, False)


# --- What each kind of channel allows ---------------------------------------------------------

SOON = dt.timedelta(seconds=20)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [(Unknown("timeout"), "query-outcome-unknown"), (GARBAGE, "query-needs-person")],
)
def test_on_a_blind_channel_the_unknown_goes_to_a_person_and_never_out_again(
    outcome: Outcome, reason: str
) -> None:
    verdict = decide(outcome, Situation(QueryState.SENDING, ChannelKind.BLIND))
    assert verdict.path == (QueryState.AMBIGUOUS, QueryState.NEEDS_PERSON)
    assert (verdict.work, verdict.reason, verdict.free) == (WorkState.DONE, reason, False)


def test_asked_by_number_not_seen_waits_until_it_has_settled() -> None:
    asked = Situation(QueryState.AMBIGUOUS, ChannelKind.BY_REF, unsettled=SOON)
    verdict = decide(NotSeen(), asked)
    assert (verdict.path, verdict.wait, verdict.free) == ((), 20.0, False)


def test_asked_by_number_not_seen_frees_the_query_once_it_has_settled() -> None:
    verdict = decide(NotSeen(), Situation(QueryState.AMBIGUOUS, ChannelKind.BY_REF))
    assert (verdict.path, verdict.free) == ((QueryState.QUEUED,), True)


def test_an_idempotent_channel_gets_the_number_again_at_once_but_no_other_does() -> None:
    asked = Situation(QueryState.AMBIGUOUS, ChannelKind.IDEMPOTENT, unsettled=SOON)
    verdict = decide(NotSeen(), asked)
    assert (verdict.path, verdict.free) == ((QueryState.QUEUED,), False)


def test_in_review_not_seen_is_asked_again_until_it_has_settled() -> None:
    verdict = decide(NotSeen(), Situation(QueryState.MANUAL_REVIEW, unsettled=SOON))
    assert (verdict.path, verdict.work, verdict.wait) == ((), WorkState.READY, 20.0)


@pytest.mark.parametrize("outcome", NOTHING_HAPPENED)
def test_what_was_provably_not_sent_may_take_any_channel(outcome: Outcome) -> None:
    assert decide(outcome, SENT).free


@pytest.mark.parametrize("outcome", NOTHING_HAPPENED)
@pytest.mark.parametrize("tries", [0, TRIES])
def test_a_repetition_that_failed_proves_nothing_about_the_first(
    outcome: Outcome, tries: int
) -> None:
    assert not decide(outcome, Situation(QueryState.SENDING, tries=tries, again=True)).free


def test_a_query_that_has_used_up_its_time_is_parked() -> None:
    used_up = Situation(QueryState.SENDING, budget=dt.timedelta())
    for outcome in NOTHING_HAPPENED:
        assert decide(outcome, used_up).path == (QueryState.QUEUED, QueryState.PARKED)


def test_a_busy_channel_burns_no_try_and_its_wait_is_kept() -> None:
    verdict = decide(BUSY, Situation(QueryState.SENDING, tries=2))
    assert (verdict.tries, verdict.wait) == (2, 7)
    assert decide(AWAY, SENT).wait == 0
