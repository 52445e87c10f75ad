import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from evidence import services
from evidence.leaf import canonical, leaf_hash
from evidence.models import Record
from portal.append_only import WHOLE

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def write(**body) -> Record:
    return services.record(kind="test.happened", subject="Q1", body=body, now=NOW)


@pytest.mark.django_db
def test_a_record_keeps_what_was_said():
    record = Record.objects.get(pk=write(words=3).pk)
    assert (record.kind, record.subject, record.at, record.body) == (
        "test.happened",
        "Q1",
        NOW,
        {"words": 3},
    )


@pytest.mark.django_db
def test_the_leaf_can_be_recomputed_and_tells_every_change():
    record = write(words=3)
    parts = {
        "kind": record.kind,
        "subject": "Q1",
        "at": NOW,
        "body": {"words": 3},
        "salt": bytes(record.salt),
    }
    assert leaf_hash(**parts) == bytes(record.leaf_hash)
    changes = {
        "kind": "x",
        "subject": "Q2",
        "at": NOW + dt.timedelta(microseconds=1),
        "body": {"words": 4},
        "salt": b"x" * 16,
    }
    for name, value in changes.items():
        assert leaf_hash(**{**parts, name: value}) != bytes(record.leaf_hash)


@pytest.mark.django_db
def test_equal_records_have_different_leaves():
    assert write(words=3).leaf_hash != write(words=3).leaf_hash


def test_canonical_json_does_not_depend_on_order():
    assert (
        canonical({"b": 1, "a": "征"})
        == '{"a":"征","b":1}'.encode()
        == canonical({"a": "征", "b": 1})
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE evidence_record SET kind = 'x'",
        "UPDATE evidence_record SET body = '{}'",
        "DELETE FROM evidence_record",
    ],
)
def test_the_database_refuses_to_change_a_record(attack):
    write()
    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)


@pytest.mark.django_db
def test_the_database_refuses_to_empty_the_table():
    """The trigger that conftest disables in the test database, enabled for once."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE evidence_record ENABLE TRIGGER {WHOLE}")
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            cursor.execute("TRUNCATE evidence_record")


@pytest.mark.django_db
def test_a_record_goes_with_its_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    assert Record.objects.count() == 0
