"""Telling the people whom an incident touched: once while it goes on, once when it is over."""

import datetime as dt
from typing import Any, Final

from django.db import connection, transaction

from accounts.models import User
from accounts.services import messages
from complaints.models import Incident
from complaints.services.parts import LAST
from complaints.states.incidents import INCIDENT_OPEN, IncidentKind, IncidentState
from complaints.states.notices import NoticeKind
from creditquery.states import QueryState
from evidence.services import record

TOLD_AFTER = dt.timedelta(minutes=10)
"""A shorter outage is over before a message about it helps anybody. Operator policy."""
HEAD_START = dt.timedelta(seconds=30)
"""Whoever reads that it is over finds the letter, the request and the sum made: no message of many
goes out before, and no core that makes them is busy sending. Operator policy."""
STUCK = (QueryState.QUEUED, QueryState.PARKED, QueryState.SENDING, QueryState.AMBIGUOUS)
OVER = frozenset({IncidentState.RESOLVED, IncidentState.POSTMORTEM})
MESSAGES = {
    NoticeKind.BEGAN: "complaints.incident_began",
    NoticeKind.OVER: "complaints.incident_over",
}

# One statement finds who is touched and has not been told, and writes that they now are: two
# workers that look at the same moment never both get the same person back. In the order of people,
# so that of two that meet in some of them one waits for the other, and not both.
TELL: Final = """
INSERT INTO complaints_incidentnotice (incident_id, person_id, kind, revision, at)
SELECT DISTINCT impact.incident_id, impact.person_id, %(kind)s, %(revision)s, %(now)s::timestamptz
FROM complaints_incidentimpact AS impact
LEFT JOIN creditquery_creditquery AS query ON query.id = impact.query_id
WHERE impact.incident_id = %(incident)s AND impact.withdrawn_in IS NULL
    AND impact.id > %(after)s AND impact.id <= %(until)s AND impact.person_id IS NOT NULL
    AND (%(kind)s = 'over' OR query.state = ANY(%(stuck)s))
    AND NOT EXISTS (
        SELECT FROM complaints_incidentnotice AS told
        WHERE told.incident_id = impact.incident_id AND told.kind = %(kind)s
            AND told.person_id = impact.person_id
    )
ORDER BY impact.person_id
LIMIT %(limit)s
ON CONFLICT DO NOTHING
RETURNING person_id
"""


def due(incident: Incident, *, now: dt.datetime) -> NoticeKind | None:
    """What is to be told of the incident at this moment, if anything. Planned maintenance is
    announced on the pages, beforehand."""
    if incident.kind != IncidentKind.OUTAGE or incident.computed_at is None:
        return None
    if incident.state in OVER:
        return NoticeKind.OVER
    long_enough = now - incident.began_at >= TOLD_AFTER
    return NoticeKind.BEGAN if incident.state in INCIDENT_OPEN and long_enough else None


def tell(
    *,
    incident: Incident,
    now: dt.datetime,
    after: int = 0,
    until: int = LAST,
    limit: int | None = None,
) -> int:
    """Tell whom impacts with a key above `after` up to `until` touched and who have not been told
    yet, at most `limit`; how many. 0: all have been.

    While it goes on those whose query stands still, afterwards everybody whom it touched, on the
    channel and in the language of each.
    """
    kind = due(incident, now=now)
    if kind is None:
        return 0
    values: dict[str, Any] = {
        "incident": incident.pk,
        "revision": incident.revision,
        "kind": kind,
        "stuck": [str(state) for state in STUCK],
        "after": after,
        "until": until,
        "limit": limit,
        "now": now,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TELL, values)
            told = [person for (person,) in cursor.fetchall()]
        if told:
            people = User.objects.filter(pk__in=told).only(*messages.ADDRESSED).order_by("pk")
            rows = ((person, {"number": incident.number}) for person in people)
            messages.send_many(rows=rows, kind=MESSAGES[kind], now=now, earliest=now + HEAD_START)
            record(
                kind=f"complaints.incident.told_{kind}",
                subject=incident.number,
                body={"people": len(told), "revision": incident.revision},
                now=now,
            )
    return len(told)
