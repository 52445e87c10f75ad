"""Attacks by plain SQL: whatever goes around the services, the database refuses."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.roles import Role
from creditquery.models import CreditQuery
from portal.append_only import WHOLE
from portal.rotation import rotate
from reviews.models import Recusal, ReviewOutcome, ReviewStep, ReviewTask
from reviews.services import claims
from reviews.tests.officers import (
    REFUSE,
    agreed,
    decided,
    officer,
    paper,
    promise,
    recommended,
    submitted,
)

pytestmark = pytest.mark.django_db


def attack(statement: str, *values: Any, by: str = "") -> None:
    """The statement fails, with words of the database that fit."""
    with (
        pytest.raises(IntegrityError, match=re.compile(by or ".")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def set_column(task: ReviewTask, **columns: object) -> tuple[str, list[Any]]:
    names = ", ".join(f"{name} = %s" for name in columns)
    statement = f"UPDATE reviews_reviewtask SET {names} WHERE id = %s"  # noqa: S608
    return statement, [*columns.values(), task.pk]


HOLD = {"state": "claimed", "held_until": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)}


@pytest.mark.parametrize("why", ["recused", "uploader", "borrower"])
@pytest.mark.parametrize("place", ["held_by_id", "maker_id", "checker_id", "second_checker_id"])
def test_who_stands_aside_gets_no_place(
    query: CreditQuery, why: str, place: str, now: dt.datetime
) -> None:
    task = submitted(query, now)
    who = officer("aside", Role.ADMINISTRATOR)
    if why == "recused":
        Recusal.objects.create(task=task, officer=who, why="biased", at=now)
    elif why == "uploader":
        paper(task, now, by=who)
    else:
        who = task.person
    extra = HOLD if place == "held_by_id" else {}
    statement, values = set_column(task, **{place: who.pk}, **extra)
    attack(statement, *values, by="has no part|review_not_by_its_borrower")


def test_nobody_holds_the_check_of_an_own_recommendation(
    query: CreditQuery, now: dt.datetime
) -> None:
    maker, checker = officer(), officer("checker")
    task = submitted(query, now, amount_fen=100_000_000)
    agreed(recommended(task, maker, now), checker, now)
    for who in (maker, checker):
        statement, values = set_column(task, **HOLD | {"state": "checking"}, held_by_id=who.pk)
        attack(statement, *values, by="own recommendation|checked_by_another")


def test_one_person_is_not_two(query: CreditQuery, now: dt.datetime) -> None:
    maker = officer()
    task = recommended(submitted(query, now), maker, now)
    statement, values = set_column(task, state="approved", checker_id=maker.pk, decided_at=now)
    attack(statement, *values, by="review_different_people")


def test_what_nobody_recommended_is_not_decided(query: CreditQuery, now: dt.datetime) -> None:
    task = recommended(submitted(query, now), officer(), now)
    other = officer("other")
    statement, values = set_column(task, state="refused", checker_id=other.pk, decided_at=now)
    attack(statement, *values, by="what was recommended")
    statement, values = set_column(task, state="approved", decided_at=now)
    attack(statement, *values, by="decided_by_all")


def test_a_dear_loan_is_not_decided_by_two(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now, amount_fen=100_000_000)
    agreed(recommended(task, officer(), now), officer("checker"), now)
    statement, values = set_column(task, state="approved", decided_at=now)
    attack(statement, *values, by="decided_by_all")


def test_a_conflict_declared_meanwhile_stops_the_decision(
    query: CreditQuery, now: dt.datetime
) -> None:
    maker, checker = officer(), officer("checker")
    task = recommended(submitted(query, now), maker, now)
    Recusal.objects.create(task=task, officer=maker, why="biased", at=now)
    statement, values = set_column(task, state="approved", checker_id=checker.pk, decided_at=now)
    attack(statement, *values, by="has no part")


def test_what_is_decided_stays(query: CreditQuery, now: dt.datetime) -> None:
    task, other = decided(submitted(query, now), now, REFUSE), officer("other")
    for columns in (
        {"maker_id": other.pk},
        {"checker_id": other.pk},
        {"proposal": "approve"},
        {"amount_fen": 1},
        {"state": "approved", "proposal": "approve"},
        {"state": "open"},
        {"round": 2},
    ):
        statement, values = set_column(task, **columns)
        attack(statement, *values, by="is decided|what was recommended")
    statement, values = set_column(task, joined_at=now)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)  # a report may still come


def test_whoever_decides_hands_nothing_in(query: CreditQuery, now: dt.datetime) -> None:
    maker = officer()
    task = recommended(submitted(query, now), maker, now)
    with pytest.raises(IntegrityError, match="hands nothing in"), transaction.atomic():
        paper(task, now, by=maker)
    claims.claim(task=task, officer=officer("checker"), now=now)
    with pytest.raises(IntegrityError, match="hands nothing in"), transaction.atomic():
        paper(task, now, by=User.objects.get(username="checker"))


@pytest.mark.parametrize("table", ["reviewstep", "recusal", "reviewoutcome", "reviewtask"])
def test_nothing_that_happened_goes_away(query: CreditQuery, table: str, now: dt.datetime) -> None:
    task = decided(submitted(query, now), now)
    Recusal.objects.create(task=task, officer=officer("aside"), why="biased", at=now)
    attack(f"DELETE FROM reviews_{table}", by="only added to")  # noqa: S608
    with connection.cursor() as cursor:  # the tests themselves empty tables this way
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE reviews_{table} ENABLE TRIGGER {WHOLE}")
    try:
        attack(f"TRUNCATE reviews_{table} CASCADE", by="only added to")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE reviews_{table} DISABLE TRIGGER {WHOLE}")


def test_steps_and_recusals_are_not_rewritten(query: CreditQuery, now: dt.datetime) -> None:
    task = decided(submitted(query, now), now)
    Recusal.objects.create(task=task, officer=officer("aside"), why="biased", at=now)
    attack("UPDATE reviews_reviewstep SET reasons = '[]'", by="only added to")
    attack("UPDATE reviews_reviewstep SET text = NULL WHERE text IS NOT NULL", by="only added to")
    attack("UPDATE reviews_recusal SET why = 'uploaded'", by="only added to")


def test_an_outcome_is_claimed_once(query: CreditQuery, now: dt.datetime) -> None:
    decided(submitted(query, now), now)
    attack("UPDATE reviews_reviewoutcome SET outcome = 'refuse'", by="only added to")
    assert ReviewOutcome.objects.filter(claimed_at=None).update(claimed_at=now) == 1
    later = now + dt.timedelta(hours=1)
    attack("UPDATE reviews_reviewoutcome SET claimed_at = %s", later, by="claimed once")


def test_what_was_written_moves_to_another_key(
    query: CreditQuery, now: dt.datetime, settings: object
) -> None:
    task = decided(submitted(query, now), now, REFUSE)
    settings.FIELD_KEYS = [("k9", b"9" * 32), *settings.FIELD_KEYS]  # type: ignore[attr-defined]
    field = ReviewStep._meta.get_field("text")
    assert rotate(field).sealed == ReviewStep.objects.filter(text__isnull=False).count() > 0
    assert task.steps.get(kind="decided").text == REFUSE["text"]


@pytest.mark.parametrize("column", ["amount_fen", "policy_id", "person_id", "number"])
def test_what_decides_how_many_look_at_it_stays(
    query: CreditQuery, column: str, now: dt.datetime
) -> None:
    task = submitted(query, now, amount_fen=100_000_000)
    other = {
        "amount_fen": 1,
        "policy_id": promise(third_person_fen=10**12).pk,
        "person_id": officer("other").pk,
        "number": "RG-20261123-AAAAAA",
    }
    statement, values = set_column(task, **{column: other[column]})
    attack(statement, *values, by="was handed in otherwise")


def test_a_third_person_is_wanted_whatever_the_case_says(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = recommended(submitted(query, now, amount_fen=100_000_000), officer(), now)
    other = officer("other")
    statement, values = set_column(
        task, state="approved", checks_wanted=1, checker_id=other.pk, decided_at=now
    )
    attack(statement, *values, by="wants a third person")


def test_a_policy_is_not_rewritten(query: CreditQuery, now: dt.datetime) -> None:
    submitted(query, now)
    attack("UPDATE reviews_reviewpolicy SET third_person_fen = 999999999999", by="only added to")
    attack("UPDATE reviews_reviewpolicy SET keep_days = 0", by="only added to")
    attack("DELETE FROM reviews_reviewpolicy", by="only added to")


def test_whoever_decided_has_no_part_in_the_next_round(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = decided(submitted(query, now), now, REFUSE)
    columns = {"state": "open", "round": 2, "maker_id": None, "checker_id": None}
    statement, values = set_column(task, **columns, proposal="", decided_at=None)
    attack(statement, *values, by="no part in its next round")
