"""Handlers of durable work about extensions."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import override

from complaints.models import ExtensionBatch, Incident
from complaints.selectors.extensions import reason_of
from complaints.services import extension_upkeep, extensions, parts
from complaints.services.parts import Part
from creditquery.models import Institution
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


def follow(claim: Claim) -> None:
    """Lane upkeep: the extensions of a part of those whom an incident touched."""
    now = timezone.now()

    def ask(incident: Incident, part: Part) -> None:
        with override("zh-hans"):  # what the portal asks in its own name, a lender in China reads
            reason = reason_of(incident)
        extension_upkeep.follow(
            incident=incident, reason=reason, now=now, after=part.after, until=part.until
        )

    parts.perform(claim, act=ask, now=now)


def accept_all(claim: Claim) -> None:
    """Lane upkeep: cut the act whose key is the subject into parts."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        extensions.cut(batch=_batch(int(claim.subject)), now=now)


def accept_some(claim: Claim) -> None:
    """Lane upkeep: a part of such an act."""
    part, now = Part.read(claim.subject), timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        extensions.go_on(batch=_batch(part.of), part=part, now=now)


def _batch(pk: int) -> ExtensionBatch:
    return ExtensionBatch.objects.select_related("incident", "institution", "by").get(pk=pk)


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
