"""Who works at a lender, and the mailbox in which the lender is told something."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from creditquery.models.loans import Institution


class Membership(models.Model):
    """Somebody works for one lender and sees nothing of any other. Whoever leads may invite and
    remove colleagues. It ends once and is never taken up again: a person who comes back is invited
    under a new user name, so that old looks stay with whoever had them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="membership", verbose_name=_("user")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="memberships", verbose_name=_("institution")
    )
    leads = models.BooleanField(_("may invite and remove colleagues"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    added_at = models.DateTimeField(_("added at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("lender's user")
        verbose_name_plural = _("lenders' users")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("added_at")),
                name="membership_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.user_id}"


class InstitutionContact(models.Model):
    """Where a lender is written to. The mailbox of a department: no person's own address."""

    institution = models.OneToOneField(
        Institution, models.CASCADE, related_name="contact", verbose_name=_("institution")
    )
    email = models.EmailField(
        _("email"), help_text=_("The mailbox of a department, not of one person.")
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )

    class Meta:
        verbose_name = _("lender's mailbox")
        verbose_name_plural = _("lenders' mailboxes")

    def __str__(self) -> str:
        return self.email
