"""Subscriptions to the service status: asked for, proved by a code, ended, and told of news.

Until the code was entered nothing is kept but the code's own row, and every address, known or not,
is answered alike.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts import texts
from accounts.models import LoginChallenge
from accounts.selectors import email_hash, phone_hash
from accounts.services import challenges, deliveries
from accounts.services.challenges import Address, Asker
from accounts.states import Channel, Purpose
from complaints.models import IncidentUpdate, Subscription, SubscriptionNotice
from complaints.selectors import subscriptions
from complaints.states.incidents import IncidentState
from evidence.services import record
from portal.work import services as work
from portal.work.states import Lane, Priority

ANNOUNCE = "complaints.tasks.subscriptions.announce"
KIND = "complaints.status_news"
SHORT = 30
"""Characters of a title in a text message; the vendor takes values of 35."""
KEPT = dt.timedelta(days=30)
"""How long it is known who was told what: five times NEWS would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the asker wants once the address is proved; `ends` for no messages any more."""

    language: str
    components: Sequence[str] = ()
    ends: bool = False


def ask(
    *, address: str, asker: Asker, captcha_id: str, answer: str, now: dt.datetime
) -> LoginChallenge:
    """Send a code to a phone number or an email address; raises Refused."""
    by_email = "@" in address
    key = email_hash(address) if by_email else phone_hash(address)
    return challenges.ask_for_stranger(
        purpose=Purpose.STATUS,
        address=Address(
            value=address,
            hash=key,
            account_hash=key,
            channel=Channel.EMAIL if by_email else Channel.SMS,
        ),
        asker=asker,
        captcha_id=captcha_id,
        answer=answer,
        now=now,
    )


def channel(challenge: LoginChallenge) -> str:
    return Channel.EMAIL if "@" in challenge.address else Channel.SMS


def confirm(
    *, challenge: LoginChallenge, code: str, wish: Wish, now: dt.datetime
) -> Subscription | None:
    """The right code begins, changes or ends the subscription of its address; raises Refused."""
    subscription = None
    with transaction.atomic():
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        if evaluation.refusal is None and not wish.ends:
            subscription = _keep(challenge, wish, now)
        elif evaluation.refusal is None:
            for found in Subscription.objects.filter(address_hash=challenge.address_hash):
                end(subscription=found, now=now)
    if evaluation.refusal:
        raise evaluation.refusal
    return subscription


def end(*, subscription: Subscription, now: dt.datetime) -> None:
    """No more messages; the address and what was sent to it are forgotten at once."""
    with transaction.atomic():
        _record("ended", subscription, now)
        subscription.delete()


def _keep(challenge: LoginChallenge, wish: Wish, now: dt.datetime) -> Subscription:
    subscription, _ = Subscription.objects.update_or_create(
        address_hash=challenge.address_hash,
        defaults={
            "channel": channel(challenge),
            "address": challenge.address,
            "language": wish.language,
            "components": list(wish.components),
            "confirmed_at": now,
        },
    )
    _record("confirmed", subscription, now)
    return subscription


def _record(what: str, subscription: Subscription, now: dt.datetime) -> None:
    record(
        kind=f"complaints.subscription.{what}",
        subject=str(subscription.pk),
        body={"channel": subscription.channel},
        now=now,
    )


# --- News -----------------------------------------------------------------------------------


def announce_news(*, now: dt.datetime) -> None:
    """Work for each update of which subscribers may have to be told, once each."""
    for pk in subscriptions.news(now=now):
        work.add(
            kind=ANNOUNCE,
            subject=str(pk),
            lane=Lane.UPKEEP,
            now=now,
            dedup_key=f"{ANNOUNCE}@{pk}",
            priority=Priority.BACKLOG,
        )


def tell(*, update: IncidentUpdate, now: dt.datetime, limit: int = 1000) -> int:
    """Queue messages to subscribers who have not been told; returns to how many.

    Row and message are one transaction, so that whoever repeats it tells nobody twice.
    """
    with transaction.atomic():
        some = list(subscriptions.untold(update).select_for_update(of=("self",))[:limit])
        if not some:
            return 0
        SubscriptionNotice.objects.bulk_create(
            SubscriptionNotice(subscription=one, update=update, at=now) for one in some
        )
        deliveries.prepare_many(
            drafts=[
                {
                    "channel": one.channel,
                    "address": one.address,
                    "address_hash": one.address_hash,
                    "language": one.language,
                    "context": _context(update, one),
                }
                for one in some
            ],
            kind=KIND,
            now=now,
        )
    return len(some)


def forget(*, now: dt.datetime) -> None:
    SubscriptionNotice.objects.filter(at__lt=now - KEPT).delete()


def _context(update: IncidentUpdate, subscription: Subscription) -> dict[str, str]:
    """The update in the subscriber's language."""
    incident = update.incident
    with translation.override(subscription.language):
        page = reverse("complaints:status-event", kwargs={"number": incident.number})
        link = {"pk": subscription.pk, "word": subscriptions.word(subscription)}
        return {
            "title": incident.title,
            # The values of a text message stand between quotes, and vendors refuse brackets.
            "short": "".join(c for c in incident.title if c not in "\"'\\【】")[:SHORT],
            "state": str(IncidentState(update.state).label),
            "text": update.text,
            "moment": texts.moment(update.at),
            "link": urljoin(settings.SITE_URL, page),
            "stop": urljoin(settings.SITE_URL, reverse("complaints:subscription", kwargs=link)),
        }
