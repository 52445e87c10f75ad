"""Handlers of durable work on what borrowers hand in: ids in, one service call on either side of
what takes long."""

import datetime as dt
import json
from dataclasses import dataclass

from django.utils import timezone

from portal.gateway import Unavailable
from portal.intake.clean import clean
from portal.intake.cleaned import Cleaned, Word
from portal.intake.refusals import IntakeRefused
from portal.intake.scan import scan
from portal.reading.read import read, to_json
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane
from reviews.models import Document
from reviews.selectors import documents as selectors
from reviews.services import (
    claims,
    clocks,
    documents,
    drafts,
    escalation,
    express,
    joining,
    retention,
    submission,
)


def sanitise(claim: Claim) -> None:
    """Lane intake: the file whose key is the subject, rebuilt in a child process."""
    document = documents.wanted(claim=claim, now=timezone.now())
    if document is None:
        return
    try:
        cleaned = cleaned_under(claim, bytes(document.original or b""), document.password)
    except IntakeRefused as refused:
        now = timezone.now()
        documents.turned_away(claim=claim, document=document, code=refused.code, now=now)
    except Unavailable as error:
        documents.postponed(claim=claim, reason=str(error), now=timezone.now())
    else:
        documents.sanitised(claim=claim, document=document, cleaned=cleaned, now=timezone.now())


def cleaned_under(claim: Claim, data: bytes, password: str | None) -> Cleaned:
    """Seen by the scanner, then rebuilt. What a password hid is shown to it now. All three may take
    what they are given and together as long as a lease, so that each begins under a fresh one."""
    scan(data)
    work.extend(claim, now=timezone.now())
    cleaned = clean(data, password=password)
    work.extend(claim, now=timezone.now())
    if password:
        scan(cleaned.document)
    return cleaned


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page that is fetched when it is looked at, under a lease that is fresh again by then: to
    look at many takes longer than one lease, and so may the text of many."""

    claim: Claim
    document: Document
    number: int
    own: list[Word]

    @property
    def words(self) -> list[Word]:
        work.extend(self.claim, now=timezone.now())
        return self.own

    @property
    def image(self) -> bytes:
        work.extend(self.claim, now=timezone.now())
        return selectors.image(self.document, self.number)


def read_document(claim: Claim) -> None:
    """Lane intake: what the document whose key is the subject says, as hints for the officers."""
    document = documents.to_read(claim=claim, now=timezone.now())
    if document is None:
        return
    own = selectors.words(document)
    sheets = [_Sheet(claim, document, number, words) for number, words in own.items()]
    person = document.task.person
    found = read(sheets, name=person.name, id_number=person.id_number)
    documents.read(
        claim=claim,
        document=document,
        content=json.dumps(to_json(found), ensure_ascii=False),
        engine=found.engine,
        now=timezone.now(),
    )


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def hasten(claim: Claim) -> None:
    """Lane upkeep: cases that have become urgent go into the priority lane."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        express.refresh(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=10))
def join(claim: Claim) -> None:
    """Lane upkeep: reports that came for cases in review."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        joining.join_late(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def escalate(claim: Claim) -> None:
    """Lane upkeep: what is late, and days that a new calendar moves."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        clocks.recount(now=now)
        escalation.escalate_due(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=10))
def tidy(claim: Claim) -> None:
    """Lane upkeep: end what has nothing to wait for, delete what is past its day."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        drafts.forget_old(now=now)
        submission.lapse_due(now=now)
        documents.purge_due(now=now)
        retention.forget_words(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=30))
def free(claim: Claim) -> None:
    """Lane upkeep: cases whose officer let the lease run out wait for somebody again."""
    while claims.free_expired(now=timezone.now()):
        work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass
