"""What a report is for: the loan applied for, at which institution, guaranteed by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditquery.states import GuarantorState, LoanStatus
from portal.crypto import SealedTextField


class Institution(models.Model):
    """A lender that receives reports; `code` is its number at the bureau, 14 characters."""

    name = models.CharField(pgettext_lazy("of a lender", "name"), max_length=80, unique=True)
    code = models.CharField(_("code"), max_length=14, unique=True)
    calendar_note = models.CharField(_("working calendar"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9A-Z]{14}$"), name="institution_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class LoanApplication(models.Model):
    """One loan applied for. `original_deadline` stays when `decision_deadline` is extended."""

    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="loans", verbose_name=_("borrower")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="loans", verbose_name=_("institution")
    )
    reference = models.CharField(_("reference"), max_length=40)
    amount_fen = models.BigIntegerField(_("amount in fen"))
    annual_rate_bp = models.PositiveIntegerField(_("annual rate in basis points"))
    term_months = models.PositiveSmallIntegerField(_("term in months"))
    decision_deadline = models.DateField(_("decision deadline"))
    original_deadline = models.DateField(_("original decision deadline"))
    status = models.CharField(
        _("status"), max_length=12, choices=LoanStatus.choices, default=LoanStatus.OPEN
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("loan application")
        verbose_name_plural = _("loan applications")
        constraints = [
            models.UniqueConstraint(
                fields=["borrower", "institution", "reference"], name="loan_once_per_borrower"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=LoanStatus.values), name="loan_status"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, term_months__gt=0), name="loan_amounts"
            ),
            models.CheckConstraint(
                condition=models.Q(decision_deadline__gte=models.F("original_deadline")),
                name="loan_deadline_only_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.reference}"


class Guarantor(models.Model):
    """Somebody asked to guarantee a loan, who consents to a query about themselves or declines.

    Only who logs in with the phone of `phone_hash` may answer; `token` merely finds the page.
    """

    loan = models.ForeignKey(
        LoanApplication, models.PROTECT, related_name="guarantors", verbose_name=_("loan")
    )
    phone = SealedTextField(_("phone"))
    phone_hash = models.CharField(max_length=64)
    token = models.CharField(max_length=43, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="guarantees",
        verbose_name=_("person"),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=GuarantorState.choices, default=GuarantorState.INVITED
    )
    invited_at = models.DateTimeField(_("invited at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("guarantor")
        verbose_name_plural = _("guarantors")
        indexes = [models.Index(fields=["phone_hash", "invited_at"], name="guarantor_of_a_phone")]
        constraints = [
            models.UniqueConstraint(fields=["loan", "phone_hash"], name="guarantor_once_per_loan"),
            models.CheckConstraint(
                condition=models.Q(state__in=GuarantorState.values), name="guarantor_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.pk}"
