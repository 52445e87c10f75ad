"""One report wanted, each call made for it, and answers that nobody may use unseen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditquery.models.consents import Consent, Purpose
from creditquery.models.loans import LoanApplication
from creditquery.states import QUERY_LIVE, QUERY_UNSIGNED, AttemptState, QueryState
from portal.crypto import SealedBytesField
from portal.routing.states import Result
from portal.work.states import Priority


class CreditQuery(models.Model):
    """`request_no` is the same here, in addresses and on the wire, so that the bureau sees one
    inquiry however often we ask. `reason` is the catalogue code that tells the person why."""

    request_no = models.CharField(_("request number"), max_length=24, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="queries", verbose_name=_("person")
    )
    loan = models.ForeignKey(
        LoanApplication, models.PROTECT, related_name="queries", verbose_name=_("loan")
    )
    purpose = models.CharField(_("purpose"), max_length=2, choices=Purpose.choices)
    consent = models.OneToOneField(
        Consent, models.PROTECT, null=True, related_name="query", verbose_name=_("consent")
    )
    state = models.CharField(
        _("state"), max_length=16, choices=QueryState.choices, default=QueryState.CREATED
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    slow = models.BooleanField(_("told that it takes longer"), default=False)
    tries = models.PositiveSmallIntegerField(_("calls without result"), default=0)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.FRESH
    )
    bound_to = models.CharField(
        _("bound to"),
        max_length=20,
        blank=True,
        help_text=_("The channel that may have made the inquiry: no other is asked before it."),
    )
    beside = models.BooleanField(
        _("waits beside its review"),
        default=False,
        help_text=_("In manual review, and parked all the same: the report may still come first."),
    )
    created_at = models.DateTimeField(_("created at"))
    queued_at = models.DateTimeField(_("queued at"), null=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("credit query")
        verbose_name_plural = _("credit queries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=QueryState.values), name="query_state"
            ),
            models.CheckConstraint(
                condition=models.Q(request_no__regex=r"^[0-9A-Z]{24}$"), name="query_request_no"
            ),
            models.CheckConstraint(
                condition=models.Q(beside=False) | models.Q(state=QueryState.MANUAL_REVIEW),
                name="query_beside_a_review",
            ),
            models.UniqueConstraint(
                fields=["person", "loan"],
                condition=models.Q(state__in=sorted(QUERY_LIVE)),
                name="query_one_live_per_loan",
            ),
            models.CheckConstraint(
                condition=models.Q(consent__isnull=False)
                | models.Q(state__in=sorted(QUERY_UNSIGNED), beside=False),
                name="query_never_without_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "changed_at"], name="query_state_changed"),
            # The queue of those that wait for a route, in the order in which they go on.
            models.Index(
                fields=["priority", "queued_at", "id"],
                name="query_waiting",
                condition=models.Q(state=QueryState.PARKED) | models.Q(beside=True),
            ),
        ]

    def __str__(self) -> str:
        return self.request_no


class Attempt(models.Model):
    """One call of one endpoint of a channel. Committed before the first byte leaves us.

    `ref` is `request_no.fence`: a claim of the work makes one call, so the number is known before.
    """

    class Kind(models.TextChoices):
        INQUIRE = "inquire", _("inquiry")
        ASK = "ask", _("question by number")

    ref = models.CharField(_("reference"), max_length=48, unique=True)
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="attempts", verbose_name=_("query")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=20)
    endpoint = models.CharField(_("endpoint"), max_length=20)
    again = models.BooleanField(
        _("repeated"),
        default=False,
        help_text=_("Sent again while the outcome of an earlier sending was unknown."),
    )
    result = models.CharField(
        _("told about the route"), max_length=10, choices=Result.choices, blank=True
    )
    host = models.CharField(_("host"), max_length=100, blank=True)
    trace = models.CharField(_("trace"), max_length=32, blank=True)
    state = models.CharField(
        _("state"), max_length=16, choices=AttemptState.choices, default=AttemptState.SENDING
    )
    sent_at = models.DateTimeField(_("sent at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    vendor_code = models.CharField(_("vendor code"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = pgettext_lazy("calls to the bureau", "attempts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=AttemptState.values), name="attempt_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state=AttemptState.SENDING, finished_at=None)
                | (~models.Q(state=AttemptState.SENDING) & models.Q(finished_at__isnull=False)),
                name="attempt_finished_when_settled",
            ),
        ]
        indexes = [models.Index(fields=["channel", "endpoint", "sent_at"], name="attempt_route")]

    def __str__(self) -> str:
        return self.ref


class UnusedAnswer(models.Model):
    """The bytes of an answer that could not be believed or was about someone else: shown to
    nobody but an officer who reveals it, and deleted on the schedule of reports."""

    attempt = models.OneToOneField(
        Attempt, models.PROTECT, related_name="unused", verbose_name=_("attempt")
    )
    why = models.CharField(_("why"), max_length=40)
    content = SealedBytesField(_("content"), null=True)
    received_at = models.DateTimeField(_("received at"))
    expires_at = models.DateTimeField(_("deleted after"))

    class Meta:
        verbose_name = _("unused answer")
        verbose_name_plural = _("unused answers")
        permissions = [("reveal_unusedanswer", "May see an answer that was not used")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.why}"
