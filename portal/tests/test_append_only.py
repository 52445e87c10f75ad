"""What is only added to: nobody changes, removes or empties it, but what is unlocked for it."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from complaints.models import LetterFile
from portal.append_only import ROWS, WHOLE, only_added_to, unlocked

ROOT = Path(__file__).resolve().parents[2]
GUARDED = {
    "complaints_complaintmessage",
    "complaints_compensationrule",
    "complaints_extensionpolicy",
    "complaints_fundentry",
    "complaints_incidentpolicy",
    "complaints_incidentrevision",
    "complaints_incidentsignal",
    "complaints_incidentupdate",
    "complaints_incidentwindow",
    "complaints_letteraccess",
    "complaints_letterfile",
    "complaints_liabilitynote",
    "complaints_payoutfile",
    "complaints_payoutresults",
    "complaints_recusal",
    "complaints_servicepolicy",
    "evidence_record",
    "recovery_recoverystep",
    "recovery_recoveryticket",
    "reviews_recusal",
    "reviews_reviewoutcome",
    "reviews_reviewpolicy",
    "reviews_reviewstep",
}
NEVER_EMPTIED = GUARDED | {"reviews_reviewtask"}
"""A case moves on, and stays."""
UNLOCKING = {
    "complaints/services/retention.py",
    "portal/append_only.py",
    "portal/rotation.py",
    "portal/tests/test_append_only.py",
    "recovery/services/retention.py",
    "reviews/services/retention.py",
}


KEPT = SimpleNamespace(_meta=SimpleNamespace(db_table="kept"))
"""A table of this test's own, as a model would name it."""


def sql(*statements: str, values: list[str] | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def kept(db):
    sql(
        "CREATE TABLE kept (id int PRIMARY KEY, words text, state text)",
        only_added_to("kept", moving=("state",)).sql,
        "INSERT INTO kept VALUES (1, 'so', 'open')",
    )


ATTACKS = (
    "UPDATE kept SET words = 'otherwise'",
    "UPDATE kept SET words = 'otherwise', state = 'over'",
    "UPDATE kept SET id = 2",
    "DELETE FROM kept",
    "TRUNCATE kept",
)


def refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="kept is only added to"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_written_is_changed_removed_or_emptied(kept, attack):
    refused(attack)


def test_what_may_move_moves(kept):
    assert sql("UPDATE kept SET state = 'over'", "SELECT * FROM kept") == [(1, "so", "over")]


def test_what_is_unlocked_is_so_in_one_table_and_no_longer(kept):
    with unlocked(LetterFile):
        for attack in ATTACKS:
            refused(attack)
    with unlocked(LetterFile, KEPT):
        refused("TRUNCATE kept")
        written = sql("UPDATE kept SET words = 'the same'", "SELECT words FROM kept")
    assert written == [("the same",)]
    for attack in ATTACKS:
        refused(attack)
    with unlocked(KEPT):
        sql("DELETE FROM kept")
    assert sql("SELECT * FROM kept") == []


def test_what_fails_while_a_table_is_unlocked_locks_it(kept):
    with pytest.raises(RuntimeError), unlocked(KEPT):
        raise RuntimeError
    refused("DELETE FROM kept")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "guarded"), [(ROWS, GUARDED), (WHOLE, NEVER_EMPTIED)])
def test_these_tables_are_guarded_and_no_others(name, guarded):
    found = sql("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", values=[name])
    assert {table for (table,) in found} == guarded


def test_nobody_else_unlocks():
    apps = {"accounts", "complaints", "creditquery", "drills", "evidence", "portal"}
    apps |= {"recovery", "reviews"}
    sources = (path for app in apps for path in (ROOT / app).rglob("*.py"))
    found = {
        str(path.relative_to(ROOT))
        for path in sources
        if re.search(r"\bunlocked\(|portal\.unlocked", path.read_text())
    }
    assert found == UNLOCKING
