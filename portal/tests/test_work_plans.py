"""That claiming stays one look at an index, however much waits and however much is done."""

import json
from typing import Any

import pytest
from django.db import connection

from portal.tests.work_probe import NOW
from portal.work.statements import CLAIM
from portal.work.states import Lane, Priority

pytestmark = pytest.mark.django_db
FILL = """
INSERT INTO portal_work (kind, subject, lane, state, priority, run_after, holder, fence, attempts,
    expiries, reason, dedup_key, trace, created_at, moved_at)
SELECT 'a.b', n::text, %(lane)s, %(state)s, 2, %(now)s, '', 0, 0, 0, '', NULL, '', %(now)s, %(now)s
FROM generate_series(1, %(count)s) AS n
"""


def scans(plan: dict[str, Any]) -> list[str]:
    """The ways in which each part of a plan reads the table of work."""
    own = [plan["Node Type"]] if plan.get("Relation Name") == "portal_work" else []
    return own + [scan for part in plan.get("Plans", []) for scan in scans(part)]


@pytest.mark.parametrize("lane", [Lane.MESSAGE, Lane.UPSTREAM])
def test_a_claim_reads_no_table_from_its_beginning(lane: str) -> None:
    values: dict[str, Any] = {"lane": Lane.MESSAGE, "now": NOW}
    with connection.cursor() as cursor:
        cursor.execute(FILL, {**values, "state": "done", "count": 20_000})
        cursor.execute(FILL, {**values, "state": "ready", "count": 2_000})
        cursor.execute("ANALYZE portal_work")
        values |= {"lane": lane, "until": NOW, "unheard": NOW, "holder": "test", "limit": 1}
        values |= {"priorities": Priority.values}
        cursor.execute(f"EXPLAIN (FORMAT JSON) {CLAIM}", values)
        (told,) = cursor.fetchone()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    found = scans(plan)
    assert len(found) >= 3
    assert "Seq Scan" not in found
