"""Every edge of a case and of a document works; every other pair raises."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from creditquery.models import CreditQuery
from creditquery.tests.test_states import force, walk
from reviews.models import Document, ReviewTask
from reviews.services import moves
from reviews.states.cases import (
    REVIEW_HELD,
    REVIEW_LIVE,
    REVIEW_QUEUED,
    REVIEW_TRANSITIONS,
    REVIEW_UNDECIDED,
    ReviewState,
)
from reviews.states.documents import DOCUMENT_EMPTY, DOCUMENT_TRANSITIONS, DocumentState
from reviews.tests.officers import officer, paper, submitted

pytestmark = pytest.mark.django_db
DECIDED = {ReviewState.APPROVED, ReviewState.REFUSED}
NOTHING: dict[str, Any] = {"original": None, "copy": None, "password": None}


def without_triggers(table: str) -> None:
    """What they refuse besides, such as leaving a decision, has tests of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_case(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    maker, checker = officer("maker"), officer("checker")
    without_triggers(ReviewTask._meta.db_table)
    rows = ReviewTask.objects.filter(pk=task.pk)

    def needs(state: str) -> dict[str, Any]:
        """What the database wants beside the state."""
        held = state in REVIEW_HELD
        lease = {"held_by": checker, "held_until": now} if held else {}
        made = state in DECIDED | {ReviewState.RECOMMENDED, ReviewState.CHECKING}
        done = {"checker": checker, "decided_at": now} if state in DECIDED else {"checker": None}
        return {**lease, **done, "maker": maker if made else None}

    def put(state: str) -> None:
        free = {"held_by": None, "held_until": None}
        force(rows, state=state, **{**free, **needs(state)})

    walk(
        REVIEW_TRANSITIONS,
        task,
        put,
        lambda state: moves.task(task, to=state, now=now, **needs(state)),
    )


def test_document(query: CreditQuery, now: dt.datetime) -> None:
    document = paper(submitted(query, now), now)
    rows = Document.objects.filter(pk=document.pk)

    def needs(state: str) -> dict[str, Any]:
        if state in DOCUMENT_EMPTY:
            return NOTHING
        copy = b"copy" if state == DocumentState.SANITISED else None
        refusal = "upload-damaged" if state == DocumentState.REFUSED else ""
        return {"original": b"original", "copy": copy, "refusal": refusal}

    def put(state: str) -> None:
        force(rows, state=state, **needs(state))

    def move(state: str) -> None:
        moves.document(document, to=state, now=now, **needs(state))

    walk(DOCUMENT_TRANSITIONS, document, put, move)


def test_sets_of_states_agree_with_the_table() -> None:
    over = {state for state, onward in REVIEW_TRANSITIONS.items() if not onward}
    assert over == {"approved", "withdrawn", "lapsed"}
    assert set(ReviewState) == REVIEW_LIVE | over | {"refused"}
    assert REVIEW_QUEUED | REVIEW_HELD < REVIEW_UNDECIDED
    assert {state for state, on in DOCUMENT_TRANSITIONS.items() if not on} == DOCUMENT_EMPTY


def refused(rows: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)


def test_the_database_refuses_what_the_services_never_do(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = submitted(query, now)
    document = paper(task, now)
    cases = ReviewTask.objects.filter(pk=task.pk)
    files = Document.objects.filter(pk=document.pk)
    refused(cases, state="lost")
    refused(cases, number=None)
    refused(cases, state="claimed")
    refused(cases, held_by=officer(), held_until=now)
    refused(files, state="quarantined")  # with a copy that could be shown
    refused(files, state="removed")
    refused(files, original=None)
    refused(files, state="refused", copy=None)
