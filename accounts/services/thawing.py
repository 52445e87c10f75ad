"""Two officers thaw an account whose owner cannot: one says how the owner was recognised, another
one agrees. Neither of them gets anything by which to log in."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min, QuerySet

from accounts.conflicts import is_own_officer
from accounts.models import Freeze, ThawProposal, User
from accounts.refusals import Refused
from accounts.services import freezing
from accounts.states import THAW_TRANSITIONS, ThawedBy, ThawState
from evidence.services import move, record


@dataclass(frozen=True, slots=True)
class Frozen:
    """One frozen account as the desk shows it."""

    user: User
    since: dt.datetime
    reasons: list[Freeze]
    proposal: ThawProposal | None


def waiting() -> QuerySet[User]:
    """People whose account is frozen, the longest wait first."""
    rows = User.objects.filter(freeze__thawed_at__isnull=True, freeze__isnull=False)
    return rows.annotate(since=Min("freeze__frozen_at")).order_by("since")


def about(user: User) -> Frozen | None:
    """How this account is frozen; None when it is not."""
    reasons = list(freezing.open_rows(user))
    if not reasons:
        return None
    proposals = ThawProposal.objects.filter(user=user, state=ThawState.PROPOSED)
    proposal = proposals.select_related("proposed_by").first()
    return Frozen(user, reasons[0].frozen_at, reasons, proposal)


def propose(*, user: User, grounds: str, by: User, now: dt.datetime) -> ThawProposal:
    """`grounds`: how the owner was recognised. Raises Refused for the borrower's own officer, for
    an account that is not frozen and while another proposal waits."""
    with transaction.atomic():
        _hold(user)
        _refuse(user, by)
        if ThawProposal.objects.filter(user=user, state=ThawState.PROPOSED).exists():
            raise Refused("thaw-proposed")
        proposal = ThawProposal.objects.create(
            user=user,
            grounds=grounds,
            state=ThawState.PROPOSED,
            proposed_by=by,
            proposed_at=now,
        )
        record(
            kind="accounts.thawproposal.proposed",
            subject=str(proposal.pk),
            body={"user": user.pk, "by": by.pk},
            now=now,
        )
    return proposal


def decide(*, proposal: ThawProposal, agree: bool, by: User, now: dt.datetime) -> None:
    """The second officer. Raises Refused: "own-thaw" to whoever proposed, "thaw-over" when it was
    decided or overtaken already, and as `propose`."""
    with transaction.atomic():
        _hold(proposal.user)
        proposal.refresh_from_db()
        if proposal.state != ThawState.PROPOSED:
            raise Refused("thaw-over")
        if proposal.proposed_by_id == by.pk:
            raise Refused("own-thaw")
        _refuse(proposal.user, by)
        move(
            ThawProposal,
            pk=proposal.pk,
            to=ThawState.AGREED if agree else ThawState.DECLINED,
            table=THAW_TRANSITIONS,
            now=now,
            body={"by": by.pk},
            decided_by=by,
            decided_at=now,
        )
        if agree:
            freezing.end(user=proposal.user, how=ThawedBy.OFFICERS, by=by, now=now)


def _hold(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _refuse(user: User, by: User) -> None:
    if not freezing.open_rows(user).exists():
        raise Refused("not-frozen")
    if is_own_officer(by, user):
        raise Refused("own-borrower")
