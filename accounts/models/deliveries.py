"""One message by one vendor on one channel, with its receipt and timing."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.challenges import LoginChallenge
from accounts.states import Carrier, Channel, DeliveryState, Trouble
from portal.crypto import SealedTextField


class Delivery(models.Model):
    """`kind` names the text: the purpose of a code, or "<app>.<message>". The id is the number by
    which the vendor is asked. No code is in it: the sender derives the code when it sends.

    Each try of a vendor is a row of its own: one that `replaces` another was made by the sender,
    not asked for by a person, and counts against no budget.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(
        LoginChallenge, models.CASCADE, null=True, related_name="deliveries"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=60)
    context = SealedTextField(_("contents"), default="{}")
    language = models.CharField(_("language"), max_length=10)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    vendor = models.CharField(_("vendor"), max_length=16, blank=True)
    """Who has it, or had it last; "" until it is sent for the first time."""
    carrier = models.CharField(_("carrier"), max_length=8, choices=Carrier.choices, blank=True)
    replaces = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="replacement", verbose_name=_("replaces")
    )
    address = SealedTextField(_("address"), default="")
    address_hash = models.CharField(max_length=64, editable=False)
    network_hash = models.CharField(max_length=64, blank=True, editable=False)
    range_hash = models.CharField(max_length=64, blank=True, editable=False)
    """Of the ten thousand numbers that the phone is one of: somebody who works through a list goes
    from one to the next."""
    bucket = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=DeliveryState.choices,
        default=DeliveryState.PREPARED,
    )
    vendor_id = models.CharField(_("vendor's number"), max_length=64, blank=True)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    trouble = models.CharField(_("trouble"), max_length=10, choices=Trouble.choices, blank=True)
    next_at = models.DateTimeField(_("possible again at"), null=True)
    """When the limit that `trouble` names lets the next one through."""
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    received_at = models.DateTimeField(_("receipt at"), null=True)
    route = models.CharField(_("route"), max_length=60, blank=True)
    epoch = models.PositiveBigIntegerField(null=True, editable=False)
    token = models.CharField(max_length=160, blank=True, editable=False)
    """What the breaker gave leave by: what is learnt of the message later counts in that epoch."""
    judged_at = models.DateTimeField(_("told the breaker at"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["address_hash", "created_at"], name="delivery_address"),
            models.Index(
                fields=["channel", "created_at"],
                name="delivery_code_channel",
                condition=Q(challenge__isnull=False),
            ),
            models.Index(
                fields=["network_hash", "created_at"],
                name="delivery_code_network",
                condition=Q(challenge__isnull=False),
            ),
            models.Index(
                fields=["range_hash", "created_at"],
                name="delivery_code_range",
                condition=Q(challenge__isnull=False),
            ),
            models.Index(fields=["created_at"], name="delivery_created"),
            models.Index(
                fields=["vendor", "vendor_id"],
                name="delivery_vendor_id",
                condition=~Q(vendor_id=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="delivery_state_known", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="delivery_channel_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="delivery_trouble_known", condition=Q(trouble__in=["", *Trouble.values])
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
