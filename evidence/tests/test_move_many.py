"""Many rows moved along one edge: as if each had been moved alone, in a few statements."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from evidence.leaf import leaf_hash
from evidence.models import Record
from portal.tests.racing import at_once
from portal.work.models import Work

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
TABLE = {"parked": {"ready"}, "failed": {"ready"}, "ready": {"parked"}}


def rows(*states):
    return Work.objects.bulk_create(
        Work(kind="k", subject=f"S{n}", lane="render", state=state,
             run_after=NOW, created_at=NOW, moved_at=NOW)
        for n, state in enumerate(states)
    )  # fmt: skip


def move(made, **options):
    given = {"to": "ready", "table": TABLE, "now": NOW, "subjects": {r.pk: r.subject for r in made}}
    return services.move_many(Work, pks=[row.pk for row in made], **{**given, **options})


@pytest.mark.django_db
def test_those_with_an_edge_are_moved_and_recorded():
    made = rows("parked", "failed", "done", "ready")
    assert move(made, reason="open", body={"wave": 7}) == [made[0].pk, made[1].pk]
    assert list(Work.objects.order_by("pk").values_list("state", "reason")) == [
        ("ready", "open"), ("ready", "open"), ("done", ""), ("ready", ""),
    ]  # fmt: skip
    told = Record.objects.order_by("subject").values_list("kind", "subject", "at", "body")
    assert list(told) == [
        ("portal.work.ready", "S0", NOW, {"from": "parked", "wave": 7}),
        ("portal.work.ready", "S1", NOW, {"from": "failed", "wave": 7}),
    ]


@pytest.mark.django_db
def test_each_leaf_has_its_own_salt_and_can_be_recomputed():
    move(rows("parked", "parked"))
    first, second = Record.objects.order_by("subject")
    assert first.salt != second.salt
    for record in (first, second):
        assert bytes(record.leaf_hash) == leaf_hash(
            kind=record.kind,
            subject=record.subject,
            at=NOW,
            body={"from": "parked"},
            salt=bytes(record.salt),
        )


@pytest.mark.django_db
def test_a_state_without_an_edge_moves_nothing():
    made = rows("parked", "done")
    assert move(made, to="done") == []
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_the_statements_do_not_grow_with_the_rows():
    def count(number):
        made = rows(*["parked"] * number)
        with CaptureQueriesContext(connection) as caught:
            assert len(move(made)) == number
        return len(caught)

    assert count(2) == count(200)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_that_move_the_same_rows_each_row_is_moved_once():
    made = rows(*["parked"] * 40)
    orders = [made, made[::-1]]
    moved = [pk for found in at_once(16, lambda place: move(orders[place % 2])) for pk in found]
    assert sorted(moved) == [row.pk for row in made]
    assert Record.objects.count() == 40
