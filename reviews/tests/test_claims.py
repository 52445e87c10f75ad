"""One officer a case: taken by one of many, given back, handed over, free when a lease ends."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.refusals import Refused
from accounts.roles import Role
from creditquery.models import CreditQuery
from creditquery.tests.conftest import work_off
from portal.tests.racing import at_once
from portal.work import services as work
from portal.work.states import Lane
from reviews.models import Competence, Recusal, ReviewTask
from reviews.services import claims, deciding
from reviews.tests.officers import (
    APPROVE,
    agreed,
    lender,
    officer,
    paper,
    recommended,
    submitted,
    waiting,
)

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def steps(task: ReviewTask) -> list[str]:
    return list(task.steps.values_list("kind", flat=True))


def test_the_case_that_is_due_first_is_the_next(query: CreditQuery, now: dt.datetime) -> None:
    last = submitted(query, now)
    [first] = waiting(last, now, 1, due_at=now)
    by = officer()
    got = [claims.next_case(officer=by, now=now) for _ in range(3)]
    assert got == [first, last, None]
    assert got[0] is not None
    assert (got[0].state, got[0].held_by, got[0].fence) == ("claimed", by, 1)
    assert got[0].held_until == now + 30 * MINUTE
    assert steps(first) == ["claimed"]


def test_a_recommendation_is_next_for_everybody_but_its_author(
    query: CreditQuery, now: dt.datetime
) -> None:
    maker, other = officer(), officer("checker")
    task = recommended(submitted(query, now), maker, now)
    assert claims.next_case(officer=maker, now=now) is None
    assert claims.next_case(officer=other, now=now) == task
    task.refresh_from_db()
    assert (task.state, task.held_by, task.maker) == ("checking", other, maker)


@pytest.mark.parametrize(
    ("at", "most_fen", "gets"),
    [
        ("own", None, True),
        ("own", 20_000_000, True),
        ("own", 19_999_999, False),
        ("other", None, False),
        (None, 19_999_999, False),
        (None, 20_000_000, True),
    ],
)
def test_nobody_gets_what_is_beyond_the_own_competence(
    query: CreditQuery,
    at: str | None,
    most_fen: int | None,
    gets: bool,
    now: dt.datetime,
) -> None:
    task = submitted(query, now)
    by = officer(competent=False)
    where = {"own": task.institution, "other": lender(), None: None}[at]
    Competence.objects.create(officer=by, institution=where, most_fen=most_fen)
    assert (claims.next_case(officer=by, now=now) is not None) == gets
    if not gets:
        with pytest.raises(Refused, match="desk-not-competent"):
            claims.claim(task=task, officer=by, now=now)


def test_competences_add_up(query: CreditQuery, now: dt.datetime) -> None:
    """Small sums everywhere, any sum at one lender: each case once, in the order of its day."""
    here = submitted(query, now)
    there = lender()
    cases = [
        here,
        *waiting(here, now, 2, amount_fen=100),
        *waiting(here, now, 1, institution=there),
    ]
    by = officer(competent=False)
    Competence.objects.create(officer=by, most_fen=100)
    Competence.objects.create(officer=by, institution=here.institution)
    got = [claims.next_case(officer=by, now=now) for _ in range(4)]
    assert got == [*cases[:3], None]


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.COMPLIANCE_OFFICER, Role.LENDER_USER]
)
def test_who_does_not_decide_on_loans_takes_nothing(
    query: CreditQuery, role: str, now: dt.datetime
) -> None:
    """A row of competence makes no officer of them."""
    task, by = submitted(query, now), officer("other", role)
    for take in (
        lambda: claims.next_case(officer=by, now=now),
        lambda: claims.claim(task=task, officer=by, now=now),
    ):
        with pytest.raises(Refused, match="desk-not-competent"):
            take()


def test_who_stands_aside_takes_nothing(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    biased, helper = officer("biased"), officer("helper")
    Recusal.objects.create(task=task, officer=biased, why="biased", at=now)
    paper(task, now, by=helper)
    for by in (biased, helper):
        assert claims.next_case(officer=by, now=now) is None
        with pytest.raises(Refused, match="desk-recused"):
            claims.claim(task=task, officer=by, now=now)


def test_somebody_else_s_case_is_taken(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    with pytest.raises(Refused, match="desk-taken"):
        claims.claim(task=task, officer=officer("other"), now=now)
    claims.claim(task=task, officer=by, now=now + MINUTE)
    assert (task.fence, task.held_until) == (1, now + 31 * MINUTE)


def test_given_back_it_waits_again(query: CreditQuery, now: dt.datetime) -> None:
    maker, checker = officer(), officer("checker")
    task = submitted(query, now)
    claims.claim(task=task, officer=maker, now=now)
    claims.release(task=task, by=maker, fence=1, now=now)
    assert (task.state, task.held_by) == ("open", None)
    recommended(task, maker, now)
    claims.claim(task=task, officer=checker, now=now)
    claims.release(task=task, by=checker, fence=3, text="on leave", now=now)
    assert (task.state, task.maker) == ("recommended", maker)


def test_a_lease_runs_out(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    assert claims.free_expired(now=now + 30 * MINUTE) == 0
    assert claims.free_expired(now=now + 31 * MINUTE) == 1
    task.refresh_from_db()
    assert (task.state, task.held_by, task.held_until, task.fence) == ("open", None, None, 1)
    assert steps(task) == ["claimed", "expired"]


def test_the_upkeep_frees_what_nobody_finished(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    maker, checker = officer(), officer("checker")
    recommended(task, maker, now)
    claims.claim(task=task, officer=checker, now=timezone.now() - 31 * MINUTE)
    work.add(kind="reviews.tasks.free", subject="now", lane=Lane.UPKEEP, now=now)
    work_off(Lane.UPKEEP)
    task.refresh_from_db()
    assert (task.state, task.maker) == ("recommended", maker)


def test_whoever_comes_after_a_lease_does_not_wait_for_the_upkeep(
    query: CreditQuery, now: dt.datetime
) -> None:
    task, first, second = submitted(query, now), officer(), officer("second")
    claims.claim(task=task, officer=first, now=now)
    assert claims.next_case(officer=second, now=now + 30 * MINUTE) is None
    claims.claim(task=task, officer=second, now=now + 31 * MINUTE)
    assert (task.held_by, task.fence) == (second, 2)
    assert steps(task) == ["claimed", "expired", "claimed"]
    assert claims.next_case(officer=first, now=now + 62 * MINUTE) == task


def test_an_old_claim_changes_nothing(query: CreditQuery, now: dt.datetime) -> None:
    """Neither once somebody else has the case, nor once the same officer has it again."""
    task, first, second = submitted(query, now), officer(), officer("second")
    claims.claim(task=task, officer=first, now=now)
    later = now + 31 * MINUTE
    claims.claim(task=task, officer=second, now=later)
    for act in (
        lambda: deciding.recommend(task=task, by=first, fence=1, now=later, **APPROVE),
        lambda: deciding.recommend(task=task, by=first, fence=2, now=later, **APPROVE),
        lambda: deciding.recommend(task=task, by=second, fence=1, now=later, **APPROVE),
        lambda: claims.release(task=task, by=first, fence=1, now=later),
    ):
        with pytest.raises(Refused, match="desk-lease-lost"):
            act()
    claims.release(task=task, by=second, fence=2, now=later)
    claims.claim(task=task, officer=first, now=later)
    with pytest.raises(Refused, match="desk-lease-lost"):
        deciding.recommend(task=task, by=first, fence=1, now=later, **APPROVE)
    assert ReviewTask.objects.get(pk=task.pk).maker is None


def test_a_lease_that_nobody_made_use_of_still_serves(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    deciding.recommend(task=task, by=by, fence=1, now=now + 40 * MINUTE, **APPROVE)
    assert task.state == "recommended"


def test_it_is_handed_to_a_colleague(query: CreditQuery, now: dt.datetime) -> None:
    task, by, to = submitted(query, now), officer(), officer("colleague")
    claims.claim(task=task, officer=by, now=now)
    claims.hand_over(task=task, by=by, to=to, fence=1, text="knows the lender", now=now)
    assert (task.state, task.held_by, task.fence) == ("claimed", to, 2)
    step = task.steps.get(kind="handed_over")
    assert (step.by, step.to) == (by, to)
    with pytest.raises(Refused, match="desk-lease-lost"):
        claims.hand_over(task=task, by=by, to=by, fence=2, text="", now=now)


def test_it_is_handed_to_nobody_who_may_not_decide(query: CreditQuery, now: dt.datetime) -> None:
    maker, checker = officer(), officer("checker")
    task = recommended(submitted(query, now), maker, now)
    claims.claim(task=task, officer=checker, now=now)
    aside = officer("aside")
    Recusal.objects.create(task=task, officer=aside, why="biased", at=now)
    receivers = {
        "desk-own-work": maker,
        "desk-recused": aside,
        "desk-not-competent": officer("nowhere", competent=False),
    }
    for code, to in receivers.items():
        with pytest.raises(Refused, match=code):
            claims.hand_over(task=task, by=checker, to=to, fence=2, text="", now=now)
    task.refresh_from_db()
    assert (task.state, task.held_by, task.fence) == ("checking", checker, 2)


def test_a_lead_gives_away_what_others_hold_and_what_nobody_does(
    query: CreditQuery, now: dt.datetime
) -> None:
    task, lead = submitted(query, now), officer("lead", Role.RISK_OFFICER, competent=False)
    one, other = officer("one"), officer("other")
    claims.hand_over(task=task, by=lead, to=one, fence=0, text="", now=now)
    claims.hand_over(task=task, by=lead, to=other, fence=1, text="", now=now)
    assert (task.held_by, task.fence) == (other, 2)
    with pytest.raises(Refused, match="desk-lease-lost"):
        claims.hand_over(task=task, by=one, to=one, fence=2, text="", now=now)


def test_three_people_for_a_dear_loan(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now, amount_fen=100_000_000)
    maker, checker, third = officer(), officer("checker"), officer("third")
    agreed(recommended(task, maker, now), checker, now)
    assert (task.state, task.checker, task.checks_wanted) == ("recommended", checker, 2)
    for by in (maker, checker):
        assert claims.next_case(officer=by, now=now) is None
        with pytest.raises(Refused, match="desk-own-work"):
            claims.claim(task=task, officer=by, now=now)
    agreed(task, third, now)
    assert (task.state, task.second_checker) == ("approved", third)


# --- At once --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_of_many_gets_a_case(self, query: CreditQuery, now: dt.datetime) -> None:
        task = submitted(query, now)
        crowd = [officer(f"officer{n}") for n in range(8)]

        def take(place: int) -> str:
            try:
                mine = ReviewTask.objects.get(pk=task.pk)
                claims.claim(task=mine, officer=crowd[place], now=now)
            except Refused as error:
                return error.code
            return "taken"

        assert sorted(at_once(8, take)) == ["desk-taken"] * 7 + ["taken"]
        task.refresh_from_db()
        assert task.fence == 1

    def test_each_of_many_gets_another_one(self, query: CreditQuery, now: dt.datetime) -> None:
        first = submitted(query, now)
        waiting(first, now, 11)
        crowd = [officer(f"officer{n}") for n in range(12)]

        def ask(place: int) -> int:
            got = claims.next_case(officer=crowd[place], now=now)
            return got.pk if got else 0

        assert len(set(at_once(12, ask)) - {0}) == 12

    def test_two_windows_of_an_officer_recommend_once(
        self, query: CreditQuery, now: dt.datetime
    ) -> None:
        task, by = submitted(query, now), officer()
        claims.claim(task=task, officer=by, now=now)

        def say(_place: int) -> str:
            mine = ReviewTask.objects.get(pk=task.pk)
            try:
                deciding.recommend(task=mine, by=by, fence=1, now=now, **APPROVE)
            except Refused as error:
                return error.code
            return "said"

        assert sorted(at_once(4, say)) == ["desk-lease-lost"] * 3 + ["said"]
        assert task.steps.filter(kind="recommended").count() == 1

    def test_a_lease_runs_out_while_its_officer_acts(
        self, query: CreditQuery, now: dt.datetime
    ) -> None:
        """Either the act counts or the case is free again, never both."""
        task, by = submitted(query, now), officer()
        claims.claim(task=task, officer=by, now=now)
        later = now + 31 * MINUTE

        def act(place: int) -> str:
            if place:
                return str(claims.free_expired(now=later))
            mine = ReviewTask.objects.get(pk=task.pk)
            try:
                deciding.recommend(task=mine, by=by, fence=1, now=later, **APPROVE)
            except Refused as error:
                return error.code
            return "said"

        said, freed = at_once(2, act)
        task.refresh_from_db()
        assert (said, freed, task.state) in {
            ("said", "0", "recommended"),
            ("desk-lease-lost", "1", "open"),
        }
