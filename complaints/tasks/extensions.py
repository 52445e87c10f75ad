"""Handlers of durable work about extensions."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import override

from complaints.models import ExtensionBatch, Incident
from complaints.selectors.extensions import reason_of
from complaints.services import extension_upkeep, extensions
from creditquery.models import Institution
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


def follow(claim: Claim) -> None:
    """Lane upkeep: the incident whose key is the subject was computed anew."""
    now = timezone.now()
    incident = Incident.objects.get(pk=claim.subject)
    with override("zh-hans"):  # what the portal asks in its own name, a lender in China reads
        reason = reason_of(incident)
    extension_upkeep.follow(incident=incident, reason=reason, now=now)
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass  # each batch was committed by itself, and finds nothing when it is done again


def accept_all(claim: Claim) -> None:
    """Lane upkeep: the batch whose key is the subject, some thousand at a time."""
    related = ExtensionBatch.objects.select_related("incident", "institution", "by")
    batch = related.get(pk=claim.subject)
    while batch.done_at is None and extensions.go_on(batch=batch, now=timezone.now()):
        work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=5))
def recompute(claim: Claim) -> None:
    """Lane upkeep: dates that were counted with a calendar which has changed since."""
    for institution in Institution.objects.filter(extensions__state="in_force").distinct():
        while extension_upkeep.recompute(institution=institution, now=timezone.now()):
            work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=10))
def escalate(claim: Claim) -> None:
    """Lane upkeep: requests that a lender has not answered in time."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        extension_upkeep.escalate(now=now)
