"""What an asker hands in: kept in quarantine, rebuilt or turned away, deleted."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from accounts.refusals import Refused
from evidence.services import move_many, record
from portal.intake.cleaned import Cleaned, Page
from portal.intake.kinds import kind_of
from portal.intake.limits import LIMITS
from portal.intake.refusals import IntakeRefused
from portal.work import services as work
from portal.work.services import Claim, WorkState
from portal.work.states import Lane, Priority
from recovery.models import RecoveryPage, RecoveryPaper, RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import moves
from recovery.states import RECOVERY_OPEN, PaperKind, RecoveryState
from reviews.states.documents import DOCUMENT_EMPTY, DOCUMENT_TRANSITIONS, DocumentState

SANITISE: Final = "recovery.tasks.sanitise"
MOST_PAPERS: Final = 10
MOST_TRIES: Final = 30
"""Files of one ticket, removed and refused ones included: nobody who asks is logged in."""
MOST_OF_A_NETWORK: Final = 400_000_000
"""Bytes a day of one network, so that nobody fills the disk through many tickets."""
DAY: Final = dt.timedelta(days=1)
LATER: Final = dt.timedelta(seconds=30)
NOTHING: Final[dict[str, Any]] = {"original": None, "copy": None, "name": ""}
AUTHORISES: Final = frozenset({RecoveryState.OPENED, RecoveryState.EVIDENCE})
"""The authorisation may come after the rest: an officer sees at once that a loan cannot wait."""


def add(
    *, ticket: RecoveryTicket, kind: str, name: str, data: bytes, now: dt.datetime
) -> RecoveryPaper:
    """Keep a file in quarantine and have it checked; the same file twice is one. Raises Refused."""
    _look_at(data)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        locked = moves.locked(ticket)
        late = kind == PaperKind.AUTHORISATION and locked.state in AUTHORISES
        if locked.state != RecoveryState.OPENED and not late:
            raise Refused("recovery-moved-on")
        same = selectors.papers(locked).filter(sha256=digest, kind=kind)
        if (known := same.exclude(state=DocumentState.REFUSED).first()) is not None:
            return known
        _keep_to_limits(locked, now)
        made = RecoveryPaper.objects.create(
            ticket=locked,
            kind=kind,
            name=name[:120],
            size=len(data),
            sha256=digest,
            original=data,
            uploaded_at=now,
            changed_at=now,
        )
        body = {"paper": made.pk, "kind": kind, "size": len(data), "sha256": digest}
        record(
            kind="recovery.recoverypaper.quarantined",
            subject=locked.number or "",
            body=body,
            now=now,
        )
        _touch(locked, now)
        work.add(
            kind=SANITISE,
            subject=str(made.pk),
            lane=Lane.INTAKE,
            now=now,
            priority=Priority.FRESH,
        )
    return made


def remove(*, paper: RecoveryPaper, now: dt.datetime) -> None:
    """Take a file out that was not sent yet; its bytes go at once. Raises Refused after that."""
    with transaction.atomic():
        locked = moves.locked(paper.ticket)
        if locked.state != RecoveryState.OPENED or (
            locked.handed_in_at is not None and paper.uploaded_at <= locked.handed_in_at
        ):
            raise Refused("recovery-moved-on")
        moves.paper(paper, to=DocumentState.REMOVED, now=now, **NOTHING)
        RecoveryPage.objects.filter(paper=paper).delete()
        _touch(locked, now)


# --- Checking -------------------------------------------------------------------------------


def wanted(*, claim: Claim, now: dt.datetime) -> RecoveryPaper | None:
    """The file that this work checks; None, and the work done, when it was removed meanwhile."""
    paper = RecoveryPaper.objects.select_related("ticket").defer("copy").get(pk=claim.subject)
    if paper.state == DocumentState.QUARANTINED:
        return paper
    with work.ending(claim, to=WorkState.DONE, now=now, reason=paper.state):
        return None


def sanitised(*, claim: Claim, paper: RecoveryPaper, cleaned: Cleaned, now: dt.datetime) -> None:
    """Keep the rebuilt copy and its pages."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now):
        if (locked := _quarantined(paper)) is None:
            return
        moves.paper(
            locked,
            to=DocumentState.SANITISED,
            now=now,
            copy=cleaned.document,
            media_type=cleaned.media_type,
            pages_count=len(cleaned.pages),
            removed=list(cleaned.removed),
            refusal="",
        )
        RecoveryPage.objects.bulk_create(_page(locked, page) for page in cleaned.pages)


def turned_away(*, claim: Claim, paper: RecoveryPaper, code: str, now: dt.datetime) -> None:
    """It is not taken, for a reason of the catalogue."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now, reason=code):
        if (locked := _quarantined(paper)) is not None:
            moves.paper(locked, to=DocumentState.REFUSED, now=now, refusal=code)


def postponed(*, claim: Claim, reason: str, now: dt.datetime) -> None:
    """It could not be checked now, through no fault of the file: again later, burning nothing."""
    with work.ending(
        claim, to=WorkState.READY, now=now, run_after=now + LATER, reason=reason, burn=False
    ):
        pass  # the file stays where it is


def purge(*, tickets: Iterable[int], now: dt.datetime) -> int:
    """Delete what is kept of the papers of these tickets, but for their hashes; how many."""
    rows = RecoveryPaper.objects.filter(ticket__in=tickets).exclude(state__in=DOCUMENT_EMPTY)
    subjects = {pk: number or "" for pk, number in rows.values_list("pk", "ticket__number")}
    with transaction.atomic():
        purged = move_many(
            RecoveryPaper,
            pks=list(subjects),
            to=DocumentState.PURGED,
            table=DOCUMENT_TRANSITIONS,
            now=now,
            subjects=subjects,
            changed_at=now,
            **NOTHING,
        )
        RecoveryPage.objects.filter(paper__in=purged).delete()
    return len(purged)


def _look_at(data: bytes) -> None:
    """What can be told without opening it, so that the page says so at once."""
    if not data:
        raise Refused("upload-empty")
    if len(data) > LIMITS.most_bytes:
        raise Refused("upload-too-big")
    try:
        kind_of(data)
    except IntakeRefused as error:
        raise Refused(error.code) from None


def _keep_to_limits(locked: RecoveryTicket, now: dt.datetime) -> None:
    if selectors.papers(locked).count() >= MOST_PAPERS:
        raise Refused("recovery-papers-many")
    if RecoveryPaper.objects.filter(ticket=locked).count() >= MOST_TRIES:
        raise Refused("recovery-papers-many")
    here = RecoveryPaper.objects.filter(
        ticket__network_hash=locked.network_hash, uploaded_at__gt=now - DAY
    )
    if (here.aggregate(sum=Sum("size"))["sum"] or 0) >= MOST_OF_A_NETWORK:
        raise Refused("recovery-papers-many")


def _quarantined(paper: RecoveryPaper) -> RecoveryPaper | None:
    """Its row for writing, unless it was removed during the check, or its ticket is over."""
    rows = RecoveryPaper.objects.select_related("ticket").defer(*selectors.HEAVY)
    locked = rows.select_for_update(of=("self",)).get(pk=paper.pk)
    return locked if locked.state == DocumentState.QUARANTINED else None


def _page(paper: RecoveryPaper, page: Page) -> RecoveryPage:
    return RecoveryPage(
        paper=paper,
        number=page.number,
        image=page.image,
        media_type=page.media_type,
        width=page.width,
        height=page.height,
        words=json.dumps([[w.text, w.left, w.top, w.right, w.bottom] for w in page.words]),
    )


def _touch(locked: RecoveryTicket, now: dt.datetime) -> None:
    """Somebody goes on with it: it does not lapse."""
    RecoveryTicket.objects.filter(pk=locked.pk, state__in=RECOVERY_OPEN).update(changed_at=now)
