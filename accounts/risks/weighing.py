"""Evidence summed in log-odds: what a policy makes of the signs that a login shows.

A weight is a thousandth of ln(P(sign | somebody else) / P(sign | the owner)); 700 doubles the odds,
2300 makes them tenfold, minus 700 halves them. The sum starts from the prior, which is the log-odds
that a right first proof was somebody else's, and is compared with three thresholds.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.risks.signals import Signal
from accounts.states import Verdict

ODDS_LIMIT = 20_000
"""Beyond it the chance is told as 0 or 1: no weight is worth more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the risk officer's table says; all in thousandths of log-odds."""

    version: int
    prior: int
    notify: int
    step_up: int
    hold: int
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sum:
    verdict: Verdict
    score: int
    reasons: list[dict[str, Any]]
    """[{"signal": name, "weight": thousandths}, …], what counts most against the login first."""


def add_up(signals: Iterable[Signal], policy: Policy) -> Sum:
    """A sign without a weight in the policy counts nothing and is not named."""
    found = [(signal, policy.weights.get(signal, 0)) for signal in signals]
    score = policy.prior + sum(weight for _signal, weight in found)
    reasons = [
        {"signal": str(signal), "weight": weight}
        for signal, weight in sorted(found, key=lambda pair: -pair[1])
        if weight
    ]
    return Sum(verdict(score, policy), score, reasons)


def verdict(score: int, policy: Policy) -> Verdict:
    steps = ((policy.hold, Verdict.HOLD), (policy.step_up, Verdict.STEP_UP))
    reached = (named for threshold, named in steps if score >= threshold)
    return next(reached, Verdict.NOTIFY if score >= policy.notify else Verdict.ALLOW)


def chance(score: int) -> float:
    """The probability that a score stands for: 0 is one half, -2200 a tenth, -4600 a hundredth."""
    bounded = max(-ODDS_LIMIT, min(ODDS_LIMIT, score))
    return 1 / (1 + math.exp(-bounded / 1000))
