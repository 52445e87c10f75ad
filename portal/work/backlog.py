"""Much work at once, queued behind everything fresh and spread over time."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from portal import tracing
from portal.work import doorbell
from portal.work.statements import ADD_BACKLOG, LOCK_BACKLOG
from portal.work.states import Priority


def add_many(
    *,
    kind: str,
    subjects: Sequence[str],
    lane: str,
    per_second: float,
    now: dt.datetime,
    earliest: dt.datetime | None = None,
) -> int:
    """Add one piece of work a subject in the caller's transaction, in their order; how many.

    It has the backlog's priority: whatever is fresh is claimed first. And it comes due at
    `per_second` at most from `earliest` (now) on, after what waits of the lane's backlog already,
    so that the outside is asked no faster however many threads there are. A few thousand subjects
    at a time.
    """
    values: dict[str, Any] = {
        "kind": kind,
        "subjects": list(subjects),
        "lane": lane,
        "priority": Priority.BACKLOG,
        "pause": dt.timedelta(seconds=1 / per_second),
        "trace": tracing.carried(),
        "now": now,
        "earliest": earliest or now,
    }
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # Two that queue at the same moment must not both count the same rows as before them.
        cursor.execute(LOCK_BACKLOG, values)
        cursor.execute(ADD_BACKLOG, values)
        (added,) = cursor.fetchone()
        transaction.on_commit(partial(doorbell.ring, lane), robust=True)
    return added
