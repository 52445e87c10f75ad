"""Reading subscriptions: whose a link is, and who has not been told yet."""

import datetime as dt
import uuid

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.crypto import constant_time_compare

from complaints.models import (
    IncidentUpdate,
    IncidentWindow,
    Subscription,
    SubscriptionNotice,
)
from complaints.selectors.status import NEVER_SHOWN
from portal.crypto import keyed_hash

NEWS = dt.timedelta(hours=6)
"""What was said longer ago is no news: nobody is woken for it after an outage of our own."""


def word(subscription: Subscription) -> str:
    """What the link in a message shows: derived, so that no table holds it."""
    return keyed_hash(str(subscription.pk), "status-subscription")[:32]


def by_link(pk: uuid.UUID, shown: str) -> Subscription | None:
    found = Subscription.objects.filter(pk=pk).first()
    return found if found and constant_time_compare(word(found), shown) else None


def news(*, now: dt.datetime) -> list[int]:
    """The updates that subscribers may still have to be told of, the oldest first."""
    said = IncidentUpdate.objects.filter(at__gt=now - NEWS, at__lte=now)
    shown = said.exclude(incident__state__in=NEVER_SHOWN).order_by("at", "pk")
    return list(shown.values_list("pk", flat=True))


def untold(update: IncidentUpdate) -> QuerySet[Subscription]:
    """Those who subscribed before it was said, want its components and have not been told."""
    touched = IncidentWindow.objects.filter(
        incident=update.incident_id, revision=F("incident__revision")
    )
    keys = sorted(set(touched.values_list("component__key", flat=True)))
    told = SubscriptionNotice.objects.filter(update=update, subscription=OuterRef("pk"))
    return Subscription.objects.filter(
        Q(components=[]) | Q(components__has_any_keys=keys),
        ~Exists(told),
        confirmed_at__lt=update.at,
    ).order_by("pk")
