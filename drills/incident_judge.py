"""What must have come of an incident day, reckoned anew from queries, loans and the drill's clock.

Plain SQL over the tables, and not a line of complaints: who had waited longer than a minute when it
was over, and what that is worth by the rule as it is delivered (docs/compensation.md). Everybody
here has one query and one loan of more than a year.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.services.deliveries import MANY_PER_SECOND
from drills.harness import Figure
from drills.judge import none_of

GRACE = dt.timedelta(seconds=60)
"""Who waited no longer was not touched."""
TIERS = ((8 * 3600, 30), (4 * 3600, 20), (2 * 3600, 10))
"""Seconds strictly exceeded, and basis points of a year's interest."""
CAP_FEN = 500_000
FOLLOWERS = ("notices", "extensions", "letters", "compensation")

TRUTH = """
WITH truth AS MATERIALIZED (
    SELECT q.person_id AS person, q.loan_id AS loan, least(%(cap)s, round(
        l.amount_fen::numeric * l.annual_rate_bp * %(bp)s / 100000000
    ))::bigint AS fen
    FROM creditquery_creditquery q
    JOIN creditquery_consent c ON c.id = q.consent_id
    JOIN creditquery_loanapplication l ON l.id = q.loan_id
    WHERE q.state <> 'cancelled' AND %(ended)s - greatest(c.signed_at, %(began)s) > %(grace)s
)
"""
# Of each: who lacks it, and who has it without a reason, or has another one.
APART = {
    "impacts": """
SELECT count(*) FROM truth FULL JOIN (
    SELECT person_id AS person, 1 AS one FROM complaints_incidentimpact
    WHERE incident_id = %(incident)s AND withdrawn_in IS NULL
) found USING (person)
WHERE truth.loan IS NULL OR found.one IS NULL
""",
    # Valid, about the newest times, and with the evidence of what it says.
    "letters": """
SELECT count(*) FROM truth FULL JOIN (
    SELECT l.person_id AS person, 1 AS one FROM complaints_letter l
    JOIN evidence_record e ON e.subject = l.serial AND e.kind = 'complaints.letter.issued'
        AND e.body->>'content_hash' = l.content_hash
    WHERE l.incident_id = %(incident)s AND l.kind = 'delay' AND l.state = 'issued'
        AND l.issued_at >= %(since)s
) found USING (person)
WHERE truth.loan IS NULL OR found.one IS NULL
""",
    "sums": """
SELECT count(*) FROM (SELECT person, fen FROM truth WHERE fen > 0) due FULL JOIN (
    SELECT person_id AS person, entitled_fen AS fen FROM complaints_compensation
    WHERE incident_id = %(incident)s AND state NOT IN ('withdrawn', 'superseded')
) found USING (person)
WHERE due.fen IS DISTINCT FROM found.fen
""",
    # A day that was promised stands; where its ground fell away it is marked.
    "extensions": """
SELECT count(*) FROM truth FULL JOIN (
    SELECT x.person_id AS person, x.ground_lost_at IS NULL AS grounded
    FROM complaints_deadlineextension x JOIN creditquery_loanapplication l ON l.id = x.loan_id
    WHERE x.incident_id = %(incident)s
        AND (x.state = 'requested' OR (x.state = 'in_force' AND l.decision_deadline = x.until))
) found USING (person)
WHERE found.grounded IS DISTINCT FROM (truth.loan IS NOT NULL)
""",
}
PEOPLE = "SELECT count(*) FROM truth"
SUMS = "SELECT person, fen FROM truth WHERE fen > 0"
UNTOLD = """
SELECT count(*) FROM truth WHERE NOT EXISTS (
    SELECT FROM complaints_incidentnotice n
    WHERE n.incident_id = %(incident)s AND n.person_id = truth.person AND n.kind = 'over'
) OR NOT EXISTS (
    SELECT FROM accounts_delivery d
    WHERE d.user_id = truth.person AND d.kind = 'complaints.incident_over'
)
"""


@dataclass(frozen=True)
class Truth:
    """An incident as the drill made it; `since`: letters are not older than its last correction."""

    incident: int
    began: dt.datetime
    ended: dt.datetime
    since: dt.datetime

    @property
    def values(self) -> dict[str, Any]:
        lasted = (self.ended - self.began).total_seconds()
        bp = next((bp for over, bp in TIERS if lasted > over), 0)
        return {**vars(self), "grace": GRACE, "cap": CAP_FEN, "bp": bp}


def people(truth: Truth) -> int:
    """How many it really touched."""
    return _true(PEOPLE, truth)[0][0]


def sums(truth: Truth) -> dict[int, int]:
    """Fen for each of them."""
    return dict(_true(SUMS, truth))


def wrong(truth: Truth, *names: str) -> Counter[str]:
    """How many people are missing from, or too many in, each thing that follows."""
    return Counter({name: _true(APART[name], truth)[0][0] for name in names or tuple(APART)})


def untold(truth: Truth) -> int:
    """Of the touched: who has no notice with a message."""
    return _true(UNTOLD, truth)[0][0]


# --- How far it is: cheap enough to be asked each second ------------------------------------


def computed(truth: Truth) -> bool:
    """Whether the impacts were computed since the last act, as the portal says."""
    asked = "SELECT count(*) FROM complaints_incident WHERE id = %(incident)s "
    return bool(_count(asked + "AND computed_at >= %(since)s", truth.values))


def followed(truth: Truth, *names: str) -> bool:
    """Whether these have been brought up to date since, as the portal says."""
    kinds = [f"complaints.tasks.{name}.follow" for name in names or FOLLOWERS]
    done = """
        SELECT count(DISTINCT kind) FROM complaints_followup
        WHERE incident_id = %(incident)s AND ordered_at >= %(since)s AND done_at IS NOT NULL
            AND kind = ANY(%(kinds)s)
    """
    return _count(done, {**truth.values, "kinds": kinds}) == len(kinds)


# --- What nobody may have twice -------------------------------------------------------------

TWICE = {
    "notices": "complaints_incidentnotice WHERE true GROUP BY incident_id, person_id, kind",
    "letters": "complaints_letter WHERE state = 'issued' AND kind = 'delay' GROUP BY impact_id",
    "extensions": "complaints_deadlineextension WHERE state = 'in_force' GROUP BY loan_id",
    "compensations": "complaints_compensation "
    "WHERE state NOT IN ('withdrawn', 'superseded') GROUP BY person_id",
    "payments": "complaints_payoutline p JOIN complaints_compensation c "
    "ON c.id = p.compensation_id WHERE p.state = 'paid' GROUP BY c.person_id",
    # One message of a kind is what a person gets: nothing here happens to anybody twice.
    "messages": "accounts_delivery WHERE kind LIKE 'complaints.%%' GROUP BY user_id, kind",
}


def twice() -> Counter[str]:
    """Told, granted, reckoned or paid more than once."""
    again = "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {}) each WHERE n > 1"
    return Counter({name: _count(again.format(rows), {}) for name, rows in TWICE.items()})


# --- Messages and work ----------------------------------------------------------------------

UNSENT = """
SELECT count(*) FROM portal_work
WHERE kind = 'accounts.tasks.send_delivery' AND state <> 'done'
"""
SENT = """
SELECT count(*), count(sent_at), count(*) FILTER (WHERE state = 'refused'),
    coalesce(extract(epoch FROM max(sent_at) - min(sent_at)), 0)
FROM accounts_delivery WHERE kind LIKE 'complaints.%%'
"""
DEAD = "SELECT count(*) FROM portal_work WHERE state IN ('dead', 'failed')"
EXPIRED = "SELECT count(*) FROM portal_workevent WHERE reason = 'the lease ran out'"


def waiting_to_be_sent() -> int:
    return _count(UNSENT, {})


def holders() -> set[int]:
    """The processes that hold a piece of work at this moment."""
    held = "SELECT DISTINCT holder FROM portal_work WHERE state = 'leased'"
    return {int(holder.rpartition(":")[2]) for (holder,) in _rows(held, {})}


def figures() -> dict[str, Figure]:
    """The pace at which messages went out, what the vendor thought of it, and what went wrong."""
    ((written, gone, refused, span),) = _rows(SENT, {})
    rate = round(gone / max(float(span), 1), 1)
    return {
        "messages_written": Figure(written, "messages"),
        "messages_sent": Figure(gone, "messages"),
        "messages_left_to_send": Figure(waiting_to_be_sent(), "messages"),
        "messages_a_second": Figure(rate, "/s", MANY_PER_SECOND, rate <= MANY_PER_SECOND * 1.1),
        "refused_by_the_vendor": none_of(refused, "messages"),
        "work_dead": none_of(_count(DEAD, {}), "work"),
        "leases_that_ran_out": Figure(_count(EXPIRED, {}), "leases"),
    }


def _true(statement: str, truth: Truth) -> list[Any]:
    return _rows(TRUTH + statement, truth.values)


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _count(statement: str, values: dict[str, Any]) -> int:
    return int(_rows(statement, values)[0][0])
