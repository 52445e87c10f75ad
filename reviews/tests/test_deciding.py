"""Two people for each decision, three for a dear loan; nobody decides who has to stand aside."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Delivery, User
from accounts.refusals import Refused
from accounts.roles import Role
from creditquery.models import CreditQuery
from evidence.models import Record
from reviews.models import Recusal, ReviewOutcome, ReviewTask
from reviews.services import claims, deciding, handling
from reviews.tests.officers import (
    APPROVE,
    REFUSE,
    agreed,
    decided,
    officer,
    paper,
    recommended,
    submitted,
)

pytestmark = pytest.mark.django_db


def held(task: ReviewTask, by: User, now: dt.datetime) -> dict[str, Any]:
    claims.claim(task=task, officer=by, now=now)
    return {"task": task, "by": by, "fence": task.fence, "now": now}


@pytest.mark.parametrize(
    ("said", "state", "query_state"),
    [(APPROVE, "approved", "reviewed"), (REFUSE, "refused", "declined")],
)
def test_two_people_decide(
    query: CreditQuery, said: dict[str, Any], state: str, query_state: str, now: dt.datetime
) -> None:
    task = decided(submitted(query, now), now, said)
    query.refresh_from_db()
    assert (task.state, query.state, task.decided_at) == (state, query_state, now)
    assert (task.maker_id, task.checker_id, task.held_by) == (
        User.objects.get(username="decided-maker").pk,
        User.objects.get(username="decided-checker").pk,
        None,
    )
    outcome = ReviewOutcome.objects.get()
    assert (outcome.task, outcome.round, outcome.outcome, outcome.claimed_at) == (
        task,
        1,
        said["outcome"],
        None,
    )
    step = task.steps.get(kind="decided")
    assert step.shown
    assert (step.reasons, step.text) == (said["reasons"], said["text"])
    assert Delivery.objects.filter(kind="reviews.review_decided", user=task.person).count() == 1


def test_the_evidence_holds_codes_and_no_words(query: CreditQuery, now: dt.datetime) -> None:
    decided(submitted(query, now), now, REFUSE)
    bodies = str(list(Record.objects.values_list("kind", "body")))
    assert "period-missing" in bodies
    assert REFUSE["text"] not in bodies


def test_a_recommendation_decides_nothing(query: CreditQuery, now: dt.datetime) -> None:
    task = recommended(submitted(query, now), officer(), now)
    query.refresh_from_db()
    assert (task.state, query.state) == ("recommended", "manual_review")
    assert not ReviewOutcome.objects.exists()
    assert not task.steps.filter(shown=True).exists()


@pytest.mark.parametrize(
    ("outcome", "reasons"),
    [
        ("approve", []),
        ("approve", ["period-missing"]),
        ("refuse", ["period-missing", "income-shown"]),
    ],
)
def test_reasons_are_those_of_the_outcome(
    query: CreditQuery, outcome: str, reasons: list[str], now: dt.datetime
) -> None:
    given = held(submitted(query, now), officer(), now)
    with pytest.raises(ValueError, match="no reasons"):
        deciding.recommend(outcome=outcome, reasons=reasons, text="x", **given)


def test_nobody_checks_an_own_recommendation(query: CreditQuery, now: dt.datetime) -> None:
    """A risk officer leads others and is no exception."""
    maker = officer(role=Role.RISK_OFFICER)
    task = recommended(submitted(query, now), maker, now)
    with pytest.raises(Refused, match="desk-own-work"):
        claims.claim(task=task, officer=maker, now=now)
    with pytest.raises(Refused, match="desk-lease-lost"):
        deciding.check(task=task, by=maker, fence=task.fence, agrees=True, text="", now=now)


def test_whoever_does_not_agree_decides_nothing(query: CreditQuery, now: dt.datetime) -> None:
    maker, checker = officer(), officer("checker")
    task = recommended(submitted(query, now), maker, now, REFUSE)
    given = held(task, checker, now)
    with pytest.raises(ValueError):
        deciding.check(agrees=False, text="No reason.", **given)
    reasons = ["evidence-overlooked"]
    deciding.check(agrees=False, reasons=reasons, text="September is on page 3.", **given)
    query.refresh_from_db()
    assert (task.state, query.state) == ("open", "manual_review")
    assert (task.maker, task.proposal) == (None, "")
    assert task.steps.get(kind="sent_back").reasons == reasons
    recommended(task, maker, now, APPROVE)
    assert agreed(task, checker, now).state == "approved"
    assert task.steps.get(kind="decided").text == APPROVE["text"]


def test_the_third_officer_may_send_it_back_too(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now, amount_fen=100_000_000)
    agreed(recommended(task, officer(), now), officer("checker"), now)
    given = held(task, officer("third"), now)
    deciding.send_back(reasons=["policy-not-followed"], text="", **given)
    assert (task.state, task.maker, task.checker, task.checks_wanted) == ("open", None, None, 1)


@pytest.mark.parametrize(("amount", "checks"), [(99_999_999, 1), (100_000_000, 2)])
def test_from_a_sum_on_two_have_to_agree(
    query: CreditQuery, amount: int, checks: int, now: dt.datetime
) -> None:
    task = recommended(submitted(query, now, amount_fen=amount), officer(), now)
    assert task.checks_wanted == checks
    agreed(task, officer("checker"), now)
    assert task.state == ("approved" if checks == 1 else "recommended")


def test_more_is_asked_for_and_the_clock_stands_still(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    given = held(task, officer(), now)
    deciding.request_more(reasons=["unreadable"], text="Please take page 2 again.", **given)
    assert (task.state, task.paused_at, task.held_by) == ("awaiting", now, None)
    step = task.steps.get(kind="requested")
    assert (step.shown, step.reasons) == (True, ["unreadable"])
    assert Delivery.objects.filter(kind="reviews.review_more_wanted").count() == 1


def test_a_checker_asks_for_nothing(query: CreditQuery, now: dt.datetime) -> None:
    """Nor recommends: what is allowed depends on where the case stands."""
    task = recommended(submitted(query, now), officer(), now)
    given = held(task, officer("checker"), now)
    for act in (
        lambda: deciding.request_more(reasons=["unreadable"], text="x", **given),
        lambda: deciding.recommend(**APPROVE, **given),
    ):
        with pytest.raises(Refused, match="desk-moved-on"):
            act()


def test_competence_that_was_taken_away_ends_at_once(query: CreditQuery, now: dt.datetime) -> None:
    by = officer()
    given = held(submitted(query, now), by, now)
    by.competences.all().delete()
    with pytest.raises(Refused, match="desk-not-competent"):
        deciding.recommend(**APPROVE, **given)


# --- Standing aside -------------------------------------------------------------------------


def test_a_conflict_gives_the_case_back(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    held(task, by, now)
    handling.recuse(task=task, by=by, text="my neighbour", now=now)
    assert (task.state, task.held_by) == ("open", None)
    with pytest.raises(Refused, match="desk-recused"):
        claims.claim(task=task, officer=by, now=now)


def test_a_conflict_found_later_voids_the_recommendation(
    query: CreditQuery, now: dt.datetime
) -> None:
    maker, checker = officer(), officer("checker")
    task = recommended(submitted(query, now), maker, now)
    handling.recuse(task=task, by=maker, text="my neighbour", now=now)
    given = held(task, checker, now)
    with pytest.raises(Refused, match="desk-maker-recused"):
        deciding.check(agrees=True, text="", **given)
    deciding.send_back(reasons=["policy-not-followed"], text="", **given)
    recommended(task, officer("another"), now)
    assert agreed(task, checker, now).state == "approved"


def test_whoever_takes_in_a_paper_decides_nothing(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    held(task, by, now)
    made = handling.hand_in(
        task=task, by=by, kind="statement", name="a.pdf", data=b"%PDF-1.7 paper", now=now
    )
    task.refresh_from_db()
    assert (task.state, made.uploaded_by) == ("open", by)
    assert Recusal.objects.get().why == "uploaded"
    with pytest.raises(Refused, match="desk-recused"):
        claims.claim(task=task, officer=by, now=now)


def test_whoever_decides_takes_in_no_paper(query: CreditQuery, now: dt.datetime) -> None:
    maker = officer()
    task = recommended(submitted(query, now), maker, now)
    with pytest.raises(Refused, match="desk-own-work"):
        handling.hand_in(
            task=task, by=maker, kind="statement", name="a.pdf", data=b"%PDF-1.7", now=now
        )
    assert not task.documents.exists()


# --- On record ------------------------------------------------------------------------------


def test_what_is_masked_is_shown_for_a_purpose(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    given: dict[str, Any] = {"task": task, "by": by, "now": now}
    with pytest.raises(Refused, match="desk-not-held"):
        handling.reveal(what="name", purpose="call", **given)
    assert not task.steps.filter(kind="revealed").exists()
    held(task, by, now)
    shown = {
        what: handling.reveal(what=what, purpose="call", **given) for what in ("name", "phone")
    }
    assert shown == {"name": "王小二", "phone": "13800000001"}
    steps = task.steps.filter(kind="revealed").order_by("pk")
    assert [(step.by, step.reasons, step.text) for step in steps] == [
        (by, ["name"], "call"),
        (by, ["phone"], "call"),
    ]
    bodies = str(list(Record.objects.filter(kind="reviews.step.revealed").values_list("body")))
    assert "name" in bodies
    assert "王小二" not in bodies


def test_opening_a_document_is_one_look(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    document = paper(task, now)
    for minutes in (0, 5, 20, 40):
        later = now + dt.timedelta(minutes=minutes)
        handling.look(task=task, document=document, by=by, now=later)
    assert task.steps.filter(kind="looked", by=by, document=document).count() == 2


def test_each_act_keeps_the_claim_fresh(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    held(task, by, now)
    later = now + dt.timedelta(minutes=25)
    handling.note(task=task, by=by, text="called the employer", now=later)
    assert task.held_until == later + dt.timedelta(minutes=30)
    handling.note(task=task, by=officer("lead", Role.RISK_OFFICER), text="ok?", now=later)
    assert task.held_until == later + dt.timedelta(minutes=30)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_reads_all_writes_nothing(query: CreditQuery, role: str, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer("reader", role, competent=False)
    with pytest.raises(Refused, match="desk-not-competent"):
        handling.note(task=task, by=by, text="x", now=now)
    assert not task.steps.exists()
