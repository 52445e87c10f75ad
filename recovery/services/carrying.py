"""Only the code is lost and a loan cannot wait: its query goes into manual review on paper.

One officer proposes, another decides; the borrower's signed authorisation is among the papers. It
gives nobody access to the account, and no inquiry is made at the bureau by it.
"""

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.refusals import Refused
from complaints.services import proposals
from creditquery.models import CreditQuery
from recovery.models import Carrying, RecoveryPage, RecoveryPaper, RecoveryTicket
from recovery.selectors import desk, involved
from recovery.selectors import tickets as selectors
from recovery.services import moves, telling, timeline
from recovery.states import PaperKind, StepKind
from reviews.services import carrying as reviews


def propose(
    *,
    ticket: RecoveryTicket,
    query: CreditQuery,
    by: User,
    reason: str,
    now: dt.datetime,
) -> Carrying:
    """The first officer's proposal. Raises Refused."""
    try:
        with transaction.atomic():
            locked = _mine(ticket, by)
            paper = _authorisation(locked)
            if not desk.carriable(locked).filter(pk=query.pk).exists():
                raise Refused("recovery-query-not-carried")
            made = Carrying.objects.create(
                ticket=locked,
                query=query,
                paper=paper,
                reason=reason,
                proposed_by=by,
                proposed_at=now,
            )
            timeline.add(locked, kind=StepKind.CARRY_PROPOSED, by=by, paper=paper, now=now)
            return made
    except IntegrityError:  # a colleague proposes the same
        raise Refused("recovery-query-not-carried") from None


def decide(*, carrying: Carrying, by: User, approve: bool, now: dt.datetime) -> None:
    """The second officer's word; an approved query is in review with the papers. Raises Refused."""
    with transaction.atomic():
        locked = _mine(carrying.ticket, by)
        row = Carrying.objects.select_for_update(of=("self",)).select_related("query__loan")
        found = row.get(pk=carrying.pk)
        if not approve:
            proposals.decide(found, by=by, approve=False, now=now)
            timeline.add(locked, kind=StepKind.CARRY_REFUSED, by=by, now=now)
            return
        if found.proposed_by_id == by.pk:
            raise Refused("own-proposal")
        if not desk.carriable(locked, also=found).filter(pk=found.query_id).exists():
            raise Refused("recovery-query-not-carried")
        found.review = reviews.carry(
            query=found.query,
            papers=_carried(locked),
            source=locked.number or "",
            now=now,
        )
        found.save(update_fields=["review"])
        proposals.decide(found, by=by, approve=True, now=now)
        timeline.add(locked, kind=StepKind.CARRIED, by=by, now=now, shown=True)
        telling.carried(
            locked, account=found.query.person, request_no=found.query.request_no, now=now
        )


def _mine(ticket: RecoveryTicket, by: User) -> RecoveryTicket:
    locked = moves.locked(ticket)
    if code := involved.why_not(by, locked):
        raise Refused(code)
    if locked.state not in desk.CARRIES or locked.account is None:
        raise Refused("recovery-moved-on")
    return locked


def _authorisation(locked: RecoveryTicket) -> RecoveryPaper:
    found = selectors.checked(locked).filter(kind=PaperKind.AUTHORISATION)
    paper = found.order_by("-pk").first()
    if paper is None:
        raise Refused("recovery-authorisation-missing")
    return paper


def _carried(locked: RecoveryTicket) -> list[reviews.Paper]:
    """What was checked here already goes over as it is, hashes and all."""
    rows = RecoveryPaper.objects.filter(pk__in=selectors.checked(locked).values("pk"))
    return [
        reviews.Paper(
            name=f"{paper.get_kind_display()} {locked.number}",
            size=paper.size,
            sha256=paper.sha256,
            original=bytes(paper.original or b""),
            copy=bytes(paper.copy or b""),
            media_type=paper.media_type,
            removed=list(paper.removed),
            pages=[_page(page) for page in RecoveryPage.objects.filter(paper=paper)],
        )
        for paper in rows
    ]


def _page(page: RecoveryPage) -> reviews.Sheet:
    return reviews.Sheet(
        number=page.number,
        image=bytes(page.image),
        media_type=page.media_type,
        width=page.width,
        height=page.height,
        words=page.words,
    )
