"""What an officer does with a case besides deciding: look, note, reveal, stand aside, take in a
paper at the counter. All of it stands on record, whatever becomes of the case."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from evidence.services import record
from reviews.desk_words import MASKED
from reviews.models import Document, Recusal, ReviewTask
from reviews.selectors import competences, desk
from reviews.services import claims, drafts, timeline
from reviews.states.cases import REVIEW_UNDECIDED, StepKind


def note_reading(*, task: ReviewTask, by: User, now: dt.datetime) -> None:
    """Who read a case stands in the log, whatever they do next."""
    record(kind="reviews.case.read", subject=task.number or "", body={"by": by.pk}, now=now)


def look(*, task: ReviewTask, document: Document, by: User, now: dt.datetime) -> None:
    """A document was opened. Going on from page to page is one look; it keeps a claim fresh."""
    with transaction.atomic():
        claims.locked(task)
        recent = now - dt.timedelta(minutes=task.policy.lease_minutes)
        looks = task.steps.filter(kind=StepKind.LOOKED, by=by, document=document, at__gt=recent)
        if not looks.exists():
            timeline.add(task, kind=StepKind.LOOKED, by=by, document=document, now=now)
        _keep(task, by, now)


def note(*, task: ReviewTask, by: User, text: str, now: dt.datetime) -> None:
    """For the file; the borrower does not read it."""
    with transaction.atomic():
        claims.locked(task)
        _visible(task, by)
        timeline.add(task, kind=StepKind.NOTED, by=by, text=text, now=now)
        _keep(task, by, now)


def reveal(*, task: ReviewTask, by: User, what: str, purpose: str, now: dt.datetime) -> str:
    """One masked value in full, for whoever works on the case; what for is on record."""
    if what not in MASKED:
        raise ValueError(what)
    with transaction.atomic():
        claims.locked(task)
        _visible(task, by)
        if not by.has_perm("reviews.reveal_reviewtask") or task.held_by_id != by.pk:
            raise Refused("desk-not-held")
        timeline.add(task, kind=StepKind.REVEALED, by=by, reasons=[what], text=purpose, now=now)
        _keep(task, by, now)
    value: str = getattr(task.person, what)
    return value


def recuse(*, task: ReviewTask, by: User, text: str, now: dt.datetime) -> None:
    """Declare a conflict of interest (回避): from then on the case does not exist for this officer.

    What they recommended before, somebody else has to send back.
    """
    with transaction.atomic():
        claims.locked(task)
        claims.step_aside(task, by=by, now=now)
        _recuse(task, by, Recusal.Why.BIASED, now)
        timeline.add(task, kind=StepKind.RECUSED, by=by, text=text or None, now=now)


def hand_in(
    *, task: ReviewTask, by: User, kind: str, name: str, data: bytes, now: dt.datetime
) -> Document:
    """Take in a paper at the counter on the borrower's behalf.

    Whoever does has no part in the decision any more, and cannot have had one in this round.
    """
    with transaction.atomic():
        claims.locked(task)
        _visible(task, by)
        if task.state not in REVIEW_UNDECIDED:
            raise Refused("desk-moved-on")
        if by.pk in (task.maker_id, task.checker_id):
            raise Refused("desk-own-work")
        claims.step_aside(task, by=by, now=now)
        document = drafts.add(task=task, kind=kind, name=name, data=data, by=by, now=now)
        _recuse(task, by, Recusal.Why.UPLOADED, now)
        return document


def _visible(task: ReviewTask, by: User) -> None:
    if not by.has_perm(competences.WORK) and not by.has_perm(competences.LEAD):
        raise Refused("desk-not-competent")
    if not desk.visible_to(by).filter(pk=task.pk).exists():
        raise Refused("desk-recused")


def _keep(task: ReviewTask, by: User, now: dt.datetime) -> None:
    """Whoever does something with an own case goes on holding it."""
    if task.held_by_id == by.pk:
        claims.extend(task, now=now)


def _recuse(task: ReviewTask, officer: User, why: str, now: dt.datetime) -> None:
    Recusal.objects.get_or_create(task=task, officer=officer, defaults={"why": why, "at": now})
