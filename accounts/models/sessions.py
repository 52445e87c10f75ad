"""Who is logged in where, and the link by which a person says that it was somebody else."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.challenges import Device
from accounts.models.logins import Login
from accounts.states import SessionEnd


class Session(models.Model):
    """One stay of a person at one browser. Its id stands in the data of the browser's session, so
    it stays the same when a step-up renews the session's key, and no key is kept twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    login = models.ForeignKey(Login, models.SET_NULL, null=True, verbose_name=_("login"))
    device = models.ForeignKey(Device, models.SET_NULL, null=True, verbose_name=_("browser"))
    ways = models.JSONField(_("proved by"), default=list)
    label = models.CharField(_("browser"), max_length=60)
    began_at = models.DateTimeField(_("began"))
    seen_at = models.DateTimeField(_("last seen"))
    """To the minute."""
    ended_at = models.DateTimeField(_("ended"), null=True)
    end = models.CharField(_("ended by"), max_length=12, choices=SessionEnd.choices, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(
                fields=["user", "seen_at"], name="session_open", condition=Q(ended_at__isnull=True)
            ),
            models.Index(fields=["seen_at"], name="session_seen"),
        ]
        constraints = [
            models.CheckConstraint(
                name="session_end_whole",
                condition=Q(ended_at__isnull=True, end="")
                | Q(ended_at__isnull=False, end__in=SessionEnd.values),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class NotMeLink(models.Model):
    """Sent with the news of a login or a change: whoever opens it and presses the button ends every
    session and freezes the account. It opens nothing and shows nobody's data."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    login = models.ForeignKey(Login, models.SET_NULL, null=True, verbose_name=_("login"))
    device = models.ForeignKey(Device, models.SET_NULL, null=True, verbose_name=_("browser"))
    label = models.CharField(_("browser"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("“not me” link")
        verbose_name_plural = _("“not me” links")
        indexes = [models.Index(fields=["expires_at"], name="notme_expires")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
