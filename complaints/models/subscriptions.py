"""Who wants to be told of incidents, and of which update each was told."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Channel
from complaints.models.incidents import IncidentUpdate
from portal.crypto import SealedTextField


class Subscription(models.Model):
    """An address whose owner proved it with a code. It belongs to no account, and the row goes with
    the wish. `components` are keys; an empty list means all of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    address = SealedTextField(_("address"))
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10)
    components = models.JSONField(_("components"), default=list, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="subscription_channel"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class SubscriptionNotice(models.Model):
    """That one update was sent to one subscriber: the row by which it is sent once."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="notices")
    update = models.ForeignKey(IncidentUpdate, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("notice to a subscriber")
        verbose_name_plural = _("notices to subscribers")
        constraints = [
            models.UniqueConstraint(
                fields=["update", "subscription"], name="subscription_notice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.update_id} {self.subscription_id}"
