"""What was down, from when to when, what was said about it, and whom it really touched.

Nothing here is rewritten: when times or words turn out wrong, a new revision or a new update
stands beside the old one. What an incident is at the moment is its newest revision.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import LoginChallenge
from complaints.models.policies import IncidentPolicy
from complaints.states.incidents import (
    Cause,
    ComponentStatus,
    Impact,
    IncidentKind,
    IncidentState,
    Source,
)
from creditquery.models import CreditQuery, LoanApplication


class Component(models.Model):
    """A part of the service as a borrower knows it. `routes` are the routes and channels whose
    breakers speak for it: ["pboc", "bank"]."""

    key = models.SlugField(_("key"), max_length=20, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    routes = models.JSONField(_("routes"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("of the service", "component")
        verbose_name_plural = pgettext_lazy("of the service", "components")
        ordering = ("order", "key")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh


class Incident(models.Model):
    """`began_at`, `ended_at`, `impact` and `revision` repeat the newest revision for lists."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=IncidentKind.choices)
    state = models.CharField(_("state"), max_length=14, choices=IncidentState.choices)
    impact = models.CharField(
        _("impact"), max_length=8, choices=Impact.choices, default=Impact.NONE
    )
    cause = models.CharField(_("cause"), max_length=14, choices=Cause.choices, blank=True)
    source = models.CharField(_("opened by"), max_length=12, choices=Source.choices)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120)
    policy = models.ForeignKey(
        IncidentPolicy, models.PROTECT, null=True, related_name="+", verbose_name=_("policy")
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("into")
    )
    computed_at = models.DateTimeField(_("impacts computed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        permissions = [("manage_incident", "May open, correct and explain incidents")]
        indexes = [models.Index(fields=["-began_at"], name="incident_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IncidentState.values), name="incident_state"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="incident_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_zh


class IncidentRevision(models.Model):
    """Why the windows of an incident were written anew. Append-only."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("revision"))
    reason = models.CharField(_("reason"), max_length=400)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("revision of an incident")
        verbose_name_plural = _("revisions of incidents")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="incident_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.number}"


class IncidentWindow(models.Model):
    """One component was in one status from when to when: [starts_at, ends_at). Those of one
    component and revision never overlap; an open end is still going on."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="windows")
    revision = models.PositiveIntegerField(_("revision"))
    component = models.ForeignKey(Component, models.PROTECT, related_name="windows")
    status = models.CharField(_("status"), max_length=20, choices=ComponentStatus.choices)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    class Meta:
        verbose_name = _("window of an incident")
        verbose_name_plural = _("windows of incidents")
        indexes = [models.Index(fields=["component", "starts_at"], name="window_component")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="window_ends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.component_id} {self.status}"


class IncidentUpdate(models.Model):
    """One thing said in public, in both languages. Append-only: a correction names its error."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="updates")
    state = models.CharField(_("state"), max_length=14, choices=IncidentState.choices)
    text_zh = models.TextField(_("Chinese text"))
    text_en = models.TextField(_("English text"))
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        indexes = [models.Index(fields=["incident", "-at"], name="update_latest")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.at:%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_zh


class IncidentSignal(models.Model):
    """A row elsewhere that was claimed for an incident: a transition of a route, a probe, a minute
    of deliveries. `ref` names that row, so that it is claimed once."""

    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="signals")
    component = models.ForeignKey(Component, models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    ref = models.CharField(_("reference"), max_length=100)
    at = models.DateTimeField(_("at"))
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="signal_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.ref}"


class IncidentImpact(models.Model):
    """One borrower whom the incident really touched, by one query or by trying to log in.

    `person` is null when nobody with that phone has an account (yet): `account_hash`, the keyed
    hash of the phone, finds them when they come. `revision` first found it; a correction that
    finds it no longer sets `withdrawn_in` and never removes the row.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="impacts")
    component = models.ForeignKey(Component, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="impacts"
    )
    account_hash = models.CharField(max_length=64, editable=False)
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, null=True, related_name="impacts", verbose_name=_("query")
    )
    loan = models.ForeignKey(
        LoanApplication, models.PROTECT, null=True, related_name="impacts", verbose_name=_("loan")
    )
    challenge = models.ForeignKey(
        LoginChallenge, models.SET_NULL, null=True, related_name="+", verbose_name=_("login")
    )
    touched_from = models.DateTimeField(_("touched from"))
    touched_until = models.DateTimeField(_("touched until"), null=True)
    revision = models.PositiveIntegerField(_("found in revision"))
    withdrawn_in = models.PositiveIntegerField(_("withdrawn in revision"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("on a borrower", "impact")
        verbose_name_plural = pgettext_lazy("on borrowers", "impacts")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "account_hash", "query"],
                nulls_distinct=False,
                name="impact_once",
            )
        ]
        indexes = [
            models.Index(fields=["person", "incident"], name="impact_person"),
            models.Index(fields=["account_hash"], name="impact_account"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.pk}"
