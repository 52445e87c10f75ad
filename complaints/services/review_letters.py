"""What follows the decision on a manual review: a letter to the borrower with the reasons and the
way to object, and an opinion (人工核验意见书) that the lender can use.

A later round of the same review supersedes both.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import translation

from complaints.services import letters
from complaints.states.letters import LetterKind
from reviews import reasons
from reviews.models import ReviewOutcome, ReviewStep
from reviews.selectors import borrower
from reviews.states.cases import StepKind
from reviews.states.documents import DocumentKind, DocumentState

BATCH = 20
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def issue_due(*, now: dt.datetime) -> int:
    """Issue the letters about decisions that nobody has claimed yet, each with its own commit, so
    that a worker may be killed anywhere; returns how many decisions."""
    done = 0
    while done < BATCH and _issue_next(now):
        done += 1
    return done


def _issue_next(now: dt.datetime) -> bool:
    with transaction.atomic():
        rows = ReviewOutcome.objects.filter(claimed_at=None).select_for_update(skip_locked=True)
        outcome = rows.order_by("pk").first()
        if outcome is None:
            return False
        task = outcome.task
        for kind in (LetterKind.REVIEW, LetterKind.OPINION):
            letters.issue_document(
                kind=kind,
                person=task.person,
                loan=task.query.loan,
                facts=_facts(outcome),
                now=now,
            )
        outcome.claimed_at = now
        outcome.save(update_fields=["claimed_at"])
    return True


def _facts(outcome: ReviewOutcome) -> dict[str, Any]:
    task = outcome.task
    until = borrower.object_until(task)
    return {
        "number": task.number,
        "round": outcome.round,
        "outcome": outcome.outcome,
        "handed_in_at": _moment(task.submitted_at),
        "report_came_at": _moment(task.joined_at),
        "decided_at": _moment(outcome.decided_at),
        "object_until": str(until) if until else None,
        "reasons": _reasons(outcome),
        "evidence": _evidence(outcome),
    }


def _reasons(outcome: ReviewOutcome) -> list[dict[str, str]]:
    """The reasons of the recommendation that was agreed to."""
    made = ReviewStep.objects.filter(
        task=outcome.task_id, round=outcome.round, kind=StepKind.RECOMMENDED
    ).latest("pk")
    found = []
    for code in made.reasons:
        words = {"code": code}
        for key, language in LANGUAGES.items():
            with translation.override(language):
                words[key] = reasons.told(outcome.outcome, code)
        found.append(words)
    return found


def _evidence(outcome: ReviewOutcome) -> list[dict[str, Any]]:
    """What could be looked at when it was decided; a check that ended later adds nothing."""
    shown = outcome.task.documents.filter(
        state=DocumentState.SANITISED, changed_at__lte=outcome.decided_at
    )
    rows = shown.order_by("pk")
    papers = []
    for kind, sha256, pages in rows.values_list("kind", "sha256", "pages_count"):
        paper: dict[str, Any] = {"kind": kind, "sha256": sha256, "pages": pages}
        for key, language in LANGUAGES.items():
            with translation.override(language):
                paper[key] = str(DocumentKind(kind).label)
        papers.append(paper)
    return papers


def _moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat() if at else None
