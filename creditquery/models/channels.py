"""Channels to the bureau and their entrances, as administrators keep them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditquery.states import ChannelKind, Region
from portal.crypto import SealedTextField


class Channel(models.Model):
    """One platform through which the bureau can be reached.

    `adapter` names the wire format (creditquery.channels.GATEWAYS). Both secrets are tried while
    one replaces the other, so that a rotation loses no call. `from_environment` is a hash of the
    environment's values that the row was last filled from: a changed environment wins.
    """

    name = models.SlugField(pgettext_lazy("of a thing", "name"), max_length=20, unique=True)
    adapter = models.CharField(_("wire format"), max_length=20)
    kind = models.CharField(_("kind"), max_length=16, choices=ChannelKind.choices)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=1, help_text=_("The lowest is tried first.")
    )
    settle_seconds = models.PositiveIntegerField(
        _("settles after (s)"),
        default=60,
        help_text=_("So long after the last sending, “not seen” means that it never will be."),
    )
    institution = models.CharField(_("our code there"), max_length=40)
    secret = SealedTextField(_("secret"))
    next_secret = SealedTextField(_("next secret"), null=True, blank=True)
    peer_key = models.TextField(_("their public key"), blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    from_environment = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChannelKind.values), name="channel_kind")
        ]

    def __str__(self) -> str:
        return self.name


class Endpoint(models.Model):
    """One entrance of a channel. Of equal priority the fastest is preferred, and the weight says
    how much slower an entrance may be to be preferred still."""

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="endpoints", verbose_name=_("channel")
    )
    name = models.SlugField(pgettext_lazy("of a thing", "name"), max_length=20)
    region = models.CharField(_("region"), max_length=12, choices=Region.choices)
    url = models.URLField(_("address"))
    priority = models.PositiveSmallIntegerField(_("priority"), default=1)
    weight = models.PositiveSmallIntegerField(_("weight"), default=100)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        constraints = [
            models.UniqueConstraint(fields=["channel", "name"], name="endpoint_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="endpoint_weight"),
        ]

    def __str__(self) -> str:
        return self.route

    @property
    def route(self) -> str:
        """Its name among the routes, as in attempts, transitions and forced states."""
        return f"{self.channel.name}.{self.name}"
