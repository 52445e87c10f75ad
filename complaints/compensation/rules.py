"""What an outage is worth to one customer: pure arithmetic in whole seconds, basis points and fen.

The figures are the operator's policy, in versions; no law grants them. docs/compensation.md works
the sums by hand, and complaints/tests/recomputed.py finds them again by other ways.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from complaints.incident.spans import Span, merged, seconds
from complaints.states.compensation import Base

BP = 10_000
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tier:
    """Holds for outages strictly longer than `over_seconds`, up to the next tier."""

    over_seconds: int
    bp: int
    points: int


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the rule. `months`: the interest of so many months is the base, or of the
    whole term where that is shorter. `minimum_fen` and `cap_fen` are for one customer and outage;
    `fee_fen` is given back for each query that the outage touched."""

    version: str
    base: str
    tiers: tuple[Tier, ...]
    months: int
    minimum_fen: int
    cap_fen: int
    fee_fen: int
    fast_lane: bool


@dataclass(frozen=True, slots=True)
class Loan:
    reference: str
    amount_fen: int
    annual_rate_bp: int
    term_months: int


@dataclass(frozen=True, slots=True)
class Outage:
    """Incidents whose windows overlap, as one customer met them: counted once, not once each."""

    incidents: frozenset[int]
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> int:
        return seconds(self.spans)


def outages(windows: Mapping[int, Iterable[Span]]) -> list[Outage]:
    """The outages that the windows of incidents (by id) make up, the earliest first.

    Two incidents belong together when a window of one overlaps or touches a window of the other.
    """
    found: list[Outage] = []
    for incident, spans in windows.items():
        whole = Outage(frozenset({incident}), tuple(merged(spans)))
        if not whole.spans:
            continue
        apart = []
        for other in found:
            if _meet(whole.spans, other.spans):
                whole = Outage(
                    whole.incidents | other.incidents, tuple(merged(whole.spans + other.spans))
                )
            else:
                apart.append(other)
        found = [*apart, whole]
    return sorted(found, key=lambda outage: outage.spans)


def _meet(first: Sequence[Span], second: Sequence[Span]) -> bool:
    return len(merged([*first, *second])) < len(first) + len(second)


def tier(terms: Terms, outage_seconds: int) -> Tier | None:
    """The highest tier that the outage is strictly longer than; None up to the threshold."""
    reached = [each for each in terms.tiers if outage_seconds > each.over_seconds]
    return max(reached, key=lambda each: each.over_seconds, default=None)


def share(terms: Terms, reached: Tier, loan: Loan) -> int:
    """Fen for one loan, rounded half up.

    of the rate:       amount x annual rate x months/12 x tier
    percentage points: amount x months/12 x tier
    """
    months = min(terms.months, loan.term_months)
    part, whole = loan.amount_fen * months * reached.bp, YEAR_MONTHS * BP
    if terms.base == Base.OF_RATE:
        part, whole = part * loan.annual_rate_bp, whole * BP
    return (2 * part + whole) // (2 * whole)


def assess(
    terms: Terms, outage: Outage, loans: Collection[Loan], *, queries: int
) -> dict[str, Any] | None:
    """The facts of a compensation: all that the sum follows from, and the sum. Plain JSON.

    None when the outage was not longer than the threshold. `queries`: how many it touched.
    """
    reached = tier(terms, outage.seconds)
    if reached is None:
        return None
    rows = [
        {
            **asdict(loan),
            "months": min(terms.months, loan.term_months),
            "fen": share(terms, reached, loan),
        }
        for loan in sorted(loans, key=lambda loan: (loan.reference, loan.amount_fen))
    ]
    shares = sum(row["fen"] for row in rows)
    refund = queries * terms.fee_fen
    return {
        "rule": terms.version,
        "base": terms.base,
        "spans": [[_iso(start), _iso(end)] for start, end in outage.spans],
        "seconds": outage.seconds,
        "over_seconds": reached.over_seconds,
        "bp": reached.bp,
        "loans": rows,
        "shares_fen": shares,
        "minimum_fen": terms.minimum_fen,
        "cap_fen": terms.cap_fen,
        "queries": queries,
        "fee_fen": terms.fee_fen,
        "total_fen": min(max(shares, terms.minimum_fen), terms.cap_fen) + refund,
        "points": reached.points,
        "fast_lane": terms.fast_lane,
    }


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()
