"""What compensation must come to, found by other ways than the portal's own.

`by_the_second` counts seconds one by one and multiplies exact fractions; `by_the_database` lets
PostgreSQL merge the windows (range_agg) and multiply numerics. Neither shares a line with
complaints/compensation/rules.py, or they would only confirm each other.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db import connection

Windows = Mapping[int, Sequence[tuple[int, int]]]  # of incidents, in whole seconds


def by_the_second(windows: Windows) -> set[tuple[frozenset[int], int]]:
    """Each outage as its incidents and the seconds it lasted."""
    seconds = {
        incident: {second for start, end in spans for second in range(start, end)}
        for incident, spans in windows.items()
    }
    # Touching counts as overlapping: the second after the last one belongs to the reach.
    reach = {
        incident: found | {second + 1 for second in found} for incident, found in seconds.items()
    }
    left = [incident for incident in seconds if seconds[incident]]
    outages = set()
    while left:
        group, fresh = set(), {left[0]}
        while fresh:
            group |= fresh
            fresh = {
                other
                for other in left
                if other not in group and any(reach[other] & reach[one] for one in group)
            }
        left = [incident for incident in left if incident not in group]
        outages.add((frozenset(group), len(set().union(*(seconds[one] for one in group)))))
    return outages


def share(amount_fen: int, rate_bp: int, months: int, tier_bp: int, *, of_rate: bool) -> int:
    """Fen for one loan by exact fractions, half a fen upwards."""
    exact = Fraction(amount_fen) * Fraction(months, 12) * Fraction(tier_bp, 10_000)
    if of_rate:
        exact *= Fraction(rate_bp, 10_000)
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    return int(decimal.quantize(Decimal(1), rounding=ROUND_HALF_UP))


BY_THE_DATABASE = """
WITH spans AS (
    SELECT i.person_id, range_agg(tstzrange(w.starts_at, w.ends_at)) AS down
    FROM complaints_incidentimpact i
    JOIN complaints_incident n ON n.id = i.incident_id
    JOIN complaints_incidentwindow w ON w.incident_id = i.incident_id
        AND w.revision = n.revision AND w.component_id = i.component_id
        AND w.status = 'major_outage'
    WHERE i.incident_id = %(incident)s AND i.withdrawn_in IS NULL AND i.person_id IS NOT NULL
    GROUP BY i.person_id
), lengths AS (
    SELECT person_id, (
        SELECT sum(extract(epoch FROM upper(span) - lower(span))) FROM unnest(down) AS span
    ) AS seconds FROM spans
), tiers AS (
    SELECT l.person_id, max((t.tier->>1)::numeric) AS bp
    FROM lengths l, complaints_compensationrule r, jsonb_array_elements(r.tiers) AS t(tier)
    WHERE r.id = %(rule)s AND l.seconds > (t.tier->>0)::numeric
    GROUP BY l.person_id
), loans AS (
    SELECT DISTINCT i.person_id, a.id, a.amount_fen, a.annual_rate_bp,
        least(a.term_months, r.months) AS months
    FROM complaints_incidentimpact i
    JOIN creditquery_loanapplication a ON a.id = i.loan_id AND a.borrower_id = i.person_id,
        complaints_compensationrule r
    WHERE r.id = %(rule)s AND i.incident_id = %(incident)s AND i.withdrawn_in IS NULL
        AND i.query_id IS NOT NULL
)
SELECT l.person_id, sum(floor(
    l.amount_fen::numeric * l.annual_rate_bp / 10000 * l.months / 12 * t.bp / 10000 + 0.5
))::bigint
FROM loans l JOIN tiers t USING (person_id) GROUP BY l.person_id
"""


def by_the_database(incident: int, rule: int) -> dict[Any, int]:
    """Fen for each person whom this incident alone touched by a query, by a rule `of_rate`
    without least sum, cap and fee."""
    with connection.cursor() as cursor:
        cursor.execute(BY_THE_DATABASE, {"incident": incident, "rule": rule})
        return dict(cursor.fetchall())
