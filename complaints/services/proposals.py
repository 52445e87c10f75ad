"""Two persons for money: one proposes, another decides. The database holds it too."""

import datetime as dt
from typing import Any

from accounts.models import User
from accounts.refusals import Refused
from complaints.models.proposals import Proposal
from complaints.states.proposals import PROPOSAL_TRANSITIONS, ProposalState
from evidence.services import IllegalMove, move


def decide(proposal: Proposal, *, by: User, approve: bool, now: dt.datetime) -> None:
    """Approve or refuse what somebody else proposed, in the caller's transaction.

    Raises Refused: "own-proposal" to whoever proposed it, whatever the role, and
    "decided-already" when another person was faster.
    """
    if proposal.proposed_by_id == by.pk:
        raise Refused("own-proposal")
    to = ProposalState.APPROVED if approve else ProposalState.REFUSED
    try:
        step(proposal, to=to, now=now, by=by, decided_by=by, decided_at=now)
    except IllegalMove:
        raise Refused("decided-already") from None


def step(proposal: Proposal, *, to: str, now: dt.datetime, by: User | None, **values: Any) -> None:
    """Move a proposal along its table; raises IllegalMove."""
    move(
        type(proposal),
        pk=proposal.pk,
        to=to,
        table=PROPOSAL_TRANSITIONS,
        now=now,
        subject=str(proposal),
        body={"by": by.pk} if by else {},
        came_from=proposal.state,
        **values,
    )
    proposal.state = to
    for name, value in values.items():
        setattr(proposal, name, value)
