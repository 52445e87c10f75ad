"""Login risk: evidence summed in log-odds by the risk officer's table."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Login, LoginChallenge, User
from accounts.risks import signals, weighing
from accounts.selectors import risk as selectors
from accounts.services import devices, factors, freezing
from accounts.services.visit import Visit
from accounts.states import FACTORS, LoginState, Verdict, Way

NEW_FACTOR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The state to begin with (entered, second or held), the sum in thousandths of log-odds, its
    named reasons, the version of the policy that weighed them, and whether the owner is told."""

    state: str
    score: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)
    policy_version: int = 0
    notify: bool = False


def weigh(
    *,
    user: User,
    challenge: LoginChallenge,
    visit: Visit,
    must_have_second: bool,
    trusted: bool = False,
    now: dt.datetime,
) -> Weighed:
    """What the policy says of this login; `must_have_second` whatever it says. `trusted`: two
    factors were shown in this browser before, and its owner had it remembered."""
    policy = selectors.policy()
    office = must_have_second and challenge.way != Way.PASSWORD  # a password never comes alone
    facts = _facts(user, challenge, visit, now, office=office, trusted=trusted)
    total = weighing.add_up(signals.present(facts), policy)
    return Weighed(
        state=_state(user, challenge, total.verdict, must_have_second, now),
        score=total.score,
        reasons=total.reasons,
        policy_version=policy.version,
        notify=total.verdict != Verdict.ALLOW,
    )


def in_words(login: Login) -> list[str]:
    """What was unusual about a login, for its borrower; empty when nothing was."""
    return login.reasons_in_words


def _facts(
    user: User,
    challenge: LoginChallenge,
    visit: Visit,
    now: dt.datetime,
    *,
    office: bool,
    trusted: bool,
) -> signals.Facts:
    known = devices.known(user=user, token=visit.device_token)
    added = freezing.added(user, after=now - NEW_FACTOR)
    return signals.Facts(
        **selectors.facts(user=user, challenge=challenge, network_hash=visit.network_hash, now=now),
        agent=visit.agent,
        known_for=now - known.first_seen_at if known else None,
        trusted=trusted,
        # The number itself has a sign, and a longer time, of its own.
        factor_changed=bool(added - {FACTORS[Way.SMS]}),
        frozen=freezing.frozen(user=user, now=now),
        staff_network=office,
    )


def _state(
    user: User, challenge: LoginChallenge, verdict: Verdict, must: bool, now: dt.datetime
) -> str:
    """Who has no second factor is let in below the threshold of holding, and told: a new phone is
    no reason to shut anybody out. In an office it takes people then, or another network."""
    if verdict == Verdict.HOLD:
        return LoginState.HELD
    if verdict != Verdict.STEP_UP and not must:
        return LoginState.ENTERED
    first = FACTORS[challenge.way]
    if any(FACTORS[way] != first for way in factors.available(user=user, now=now)):
        return LoginState.SECOND
    return LoginState.HELD if must else LoginState.ENTERED
