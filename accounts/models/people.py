"""A person: a borrower known by a phone, or a member of staff known by a user name."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.roles import STAFF, Role, permissions
from portal import masks
from portal.crypto import SealedTextField


class UserManager(BaseUserManager["User"]):
    """Finds staff by user name; services make people, so there is no create_user."""


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]
    """Personal values are sealed; `…_hash` columns find them without opening anything."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.BORROWER)
    username = models.CharField(_("user name"), max_length=60, unique=True, null=True, blank=True)
    phone = SealedTextField(_("phone"), default="")
    phone_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    phone_since = models.DateTimeField(_("phone since"), null=True, blank=True)
    """Null: as long as the account."""
    name = SealedTextField(_("name"), default="")
    id_type = models.CharField(_("kind of document"), max_length=2, blank=True)
    id_number = SealedTextField(_("ID number"), default="")
    id_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    verified_at = models.DateTimeField(_("real name checked"), null=True, blank=True)
    email = SealedTextField(_("email"), default="")
    email_hash = models.CharField(max_length=64, blank=True, editable=False)
    email_since = models.DateTimeField(_("email since"), null=True, blank=True)
    prefers_email = models.BooleanField(_("messages by email"), default=False)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(_("joined"))

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [
            ("use_admin", "May open the administration pages"),
            ("invite_staff", "May invite and disable staff"),
        ]
        constraints = [
            models.CheckConstraint(name="user_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="user_known_by_one_way_in",
                condition=Q(role="borrower", phone_hash__isnull=False, username__isnull=True)
                | (~Q(role="borrower") & Q(phone_hash__isnull=True, username__isnull=False)),
            ),
            models.CheckConstraint(
                name="user_verified_has_identity",
                condition=Q(verified_at__isnull=True) | ~Q(id_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return self.username or masks.phone(self.phone)

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_borrower(self) -> bool:
        return self.role == Role.BORROWER

    # What Django's admin and templates ask; every answer comes from the role.

    def get_all_permissions(self, obj: Any = None) -> frozenset[str]:
        return permissions(self.role) if self.is_active and obj is None else frozenset()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and perm in permissions(self.role)

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions())

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A higher epoch ends every other session of this person at its next request.
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class Invitation(models.Model):
    """The way in for a new member of staff: a link, valid once, that only its receiver has seen."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return str(self.user)
