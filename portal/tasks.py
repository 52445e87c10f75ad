"""Periodic work of the portal itself."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from portal.gateway import Unavailable
from portal.watch import services as watch
from portal.watch.certificates import Shown, read_file
from portal.watch.handshake import look
from portal.work import selectors
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState

KEEP_DONE = dt.timedelta(days=30)
KEEP_UPKEEP = dt.timedelta(days=1)
"""Probes and the like come every few seconds, and nobody asks for one of last week."""
LOOK = "portal.tasks.look_at_certificate"
ADDRESSES = (
    "SITE_URL",
    "ALIYUN_BASE_URL",
    "ALIYUN_VOICE_BASE_URL",
    "TENCENT_BASE_URL",
    "TENCENT_SMS_BASE_URL",
    "TENCENT_VOICE_BASE_URL",
    "EMAIL_URL",
)
"""Settings whose certificates are looked at here; the bureau's entrances show theirs to probes."""


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(days=1))
def forget_done_work(claim: work.Claim) -> None:
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        work.forget(before=now - KEEP_DONE)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(hours=1))
def forget_upkeep(claim: work.Claim) -> None:
    """Lane upkeep: what was measured and what was done for it, once it has served."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        work.forget(before=now - KEEP_UPKEEP, lane=Lane.UPKEEP)
        watch.forget(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(hours=1))
def look_at_certificates(claim: work.Claim) -> None:
    """Lane upkeep: work for each address and file, so that none waits behind another."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        for place in (*ADDRESSES, *settings.CERTIFICATE_FILES):
            key = f"certificate@{place}@{claim.subject}"
            work.add(kind=LOOK, subject=place, lane=Lane.UPKEEP, now=now, dedup_key=key)


def look_at_certificate(claim: work.Claim) -> None:
    """Lane upkeep: what a file of CERTIFICATE_FILES holds, or the address of a setting shows."""
    place, why = claim.subject, ""
    chain: tuple[Shown, ...] = ()
    host = ""
    try:
        if file := settings.CERTIFICATE_FILES.get(place):
            chain = read_file(Path(file).read_bytes())
        elif seen := look(getattr(settings, place)):
            chain, host = seen.chain, seen.host
    except Unavailable as error:
        why = error.reason  # whoever calls there finds that out, too
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now, reason=why):
        if chain:
            watch.judge_certificates(place=place, chain=chain, host=host, now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def note_lanes(claim: work.Claim) -> None:
    """Lane upkeep: how long each queue is, for the charts of the operations page."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        watch.keep_lanes(sums=selectors.census(), now=now)
