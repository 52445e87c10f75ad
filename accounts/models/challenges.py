"""One attempt to prove control of an address by a code, and the budgets that guard it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Purpose, Way
from portal.crypto import SealedTextField


class LoginChallenge(models.Model):
    """Its code is derived from the id and a server key (accounts/codes.py) and stored nowhere.

    `account_hash` names whose budget of wrong codes it spends: the person's phone, also when the
    code goes to a new email address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("person")
    )
    address = SealedTextField(_("address"))
    address_hash = models.CharField(max_length=64, editable=False)
    account_hash = models.CharField(max_length=64, editable=False)
    binding = models.CharField(max_length=64, editable=False)
    """Hash of a random value in the browser session that asked: no other session can use it."""
    bucket = models.CharField(max_length=64, blank=True, editable=False)
    """Whose budget it spends: "" for strangers, else of one known device or one ticket."""
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("last sent at"))
    expires_at = models.DateTimeField(_("expires"))
    stops_at = models.DateTimeField(_("cannot be renewed after"))
    used_at = models.DateTimeField(_("used at"), null=True)
    way = models.CharField(_("proved by"), max_length=8, choices=Way.choices, blank=True)
    """Set with `used_at`."""
    number = models.CharField(_("number"), max_length=10, unique=True, null=True, editable=False)
    """What a person writes down before the window is closed; null where nothing goes on by it."""
    keeper = models.CharField(max_length=64, blank=True, editable=False)
    """Hash of a random value in a cookie that outlives the session: only that browser goes on."""
    onward = models.CharField(max_length=500, blank=True, editable=False)
    """The address of ours that it leads to."""

    class Meta:
        verbose_name = _("login challenge")
        verbose_name_plural = _("login challenges")
        indexes = [
            models.Index(fields=["address_hash", "created_at"], name="challenge_address"),
            models.Index(fields=["created_at"], name="challenge_created"),
            models.Index(fields=["binding", "created_at"], name="challenge_binding"),
            models.Index(
                fields=["keeper", "created_at"],
                name="challenge_keeper",
                condition=~Q(keeper=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="challenge_purpose_known", condition=Q(purpose__in=Purpose.values)
            ),
            models.CheckConstraint(
                name="challenge_way_known", condition=Q(way__in=["", *Way.values])
            ),
            models.CheckConstraint(
                name="challenge_stops", condition=Q(expires_at__lte=F("stops_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WrongCode(models.Model):
    """One wrong code: the budget of guesses is a row, so that no restart gives it back."""

    account_hash = models.CharField(max_length=64, editable=False)
    bucket = models.CharField(max_length=64, blank=True, editable=False)
    network_hash = models.CharField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("wrong code")
        verbose_name_plural = _("wrong codes")
        indexes = [
            models.Index(fields=["account_hash", "at"], name="wrongcode_account"),
            models.Index(fields=["at"], name="wrongcode_at"),
            models.Index(fields=["network_hash", "at"], name="wrongcode_network"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Captcha(models.Model):
    """A picture and a question in words, both derived from the id; good for one send."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created at"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("captcha")
        verbose_name_plural = _("captchas")
        indexes = [models.Index(fields=["created_at"], name="captcha_created")]

    def __str__(self) -> str:
        return str(self.id)


class Ticket(models.Model):
    """An officer's leave for one person to try again after too many wrong codes.

    It opens a fresh budget for whoever enters its word; it never tells or replaces a code.
    """

    word_hash = models.CharField(max_length=64, unique=True, editable=False)
    account_hash = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=200)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("login ticket")
        verbose_name_plural = _("login tickets")
        permissions = [("issue_ticket", "May let a borrower try again after too many wrong codes")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class Device(models.Model):
    """A browser that a person logged in from: it has a budget that strangers cannot eat."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    token_hash = models.CharField(max_length=64, editable=False)
    label = models.CharField(_("browser"), max_length=60)
    name = SealedTextField(_("name given by its owner"), default="")
    trusted_until = models.DateTimeField(_("remembered until"), null=True)
    factors = models.CharField(max_length=64, blank=True, editable=False)
    """Keyed hash of the person's factors on the day that it was remembered: any change of a factor
    ends the trust."""
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("known browser")
        verbose_name_plural = _("known browsers")
        constraints = [
            models.UniqueConstraint(fields=["token_hash", "user"], name="device_once_a_person")
        ]

    def __str__(self) -> str:
        return self.label
