"""Letters that were issued, the one file of each, who looked, and revoking by two persons."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.letter.serials import grouped
from complaints.models.incidents import Incident, IncidentImpact
from complaints.models.proposals import Proposal
from complaints.states.letters import AccessKind, Ending, LetterKind, LetterState
from creditquery.models import CreditQuery, Institution, LoanApplication
from portal.crypto import SealedBytesField, SealedTextField


class Letter(models.Model):
    """`document` is what was issued: canonical JSON (complaints/letter/canonical.py), and
    `content_hash` its SHA-256, which also stands in the evidence log and on the paper.

    It is deleted on schedule (complaints/services/retention.py); the hashes stay, so that the
    letter can be verified by its number. `facts_hash`, a keyed hash, tells whether a later
    computation comes to the same facts.
    """

    serial = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=LetterState.choices, default=LetterState.ISSUED
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="letters", verbose_name=_("person")
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="letters", verbose_name=_("incident")
    )
    impact = models.ForeignKey(IncidentImpact, models.PROTECT, null=True, related_name="letters")
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, null=True, related_name="letters", verbose_name=_("query")
    )
    loan = models.ForeignKey(
        LoanApplication, models.PROTECT, null=True, related_name="letters", verbose_name=_("loan")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        related_name="letters",
        verbose_name=_("institution"),
    )
    template = models.CharField(_("template"), max_length=20)
    document = SealedTextField(_("document"), null=True)
    content_hash = models.CharField(_("hash"), max_length=64)
    facts_hash = models.CharField(max_length=64, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    ending = models.CharField(_("why it ended"), max_length=12, choices=Ending.choices, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        permissions = [
            ("propose_revocation", "May propose that a letter be revoked"),
            ("approve_revocation", "May revoke a letter that somebody else proposed"),
        ]
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="letter_person"),
            models.Index(fields=["institution", "-issued_at"], name="letter_institution"),
            models.Index(fields=["-issued_at"], name="letter_latest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state"),
            models.CheckConstraint(
                condition=Q(serial__regex=r"^[0-9A-HJKMNP-TV-Z]{20}$"), name="letter_serial"
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.ISSUED, ended_at=None, ending="")
                | ~Q(state=LetterState.ISSUED) & Q(ended_at__isnull=False) & ~Q(ending=""),
                name="letter_ended_with_reason",
            ),
            models.UniqueConstraint(
                fields=["impact"],
                condition=Q(state=LetterState.ISSUED),
                name="letter_one_valid_per_impact",
            ),
            models.UniqueConstraint(
                fields=["kind", "loan", "person"],
                condition=Q(state=LetterState.ISSUED, impact=None),
                name="letter_one_valid_per_loan",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def number(self) -> str:
        """The serial in groups of four."""
        return grouped(self.serial)


class LetterFile(models.Model):
    """The PDF, made when first wanted and never again: whatever is asked later, this is the file.
    `sha256` is of the signed bytes."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="file")
    content = SealedBytesField(_("content"))
    sha256 = models.CharField(_("hash"), max_length=64)
    algorithm = models.CharField(_("signed with"), max_length=40)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("file of a letter")
        verbose_name_plural = _("files of letters")

    def __str__(self) -> str:
        return self.sha256


class LetterAccess(models.Model):
    """Who opened a letter; its borrower reads this list, too."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="accesses")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=10, choices=AccessKind.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("look at a letter")
        verbose_name_plural = _("looks at letters")
        indexes = [models.Index(fields=["letter", "at"], name="letter_access")]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.action}"


class LetterRevocation(Proposal):
    """One member of staff proposes to revoke a letter, another decides."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="revocations")

    class Meta(Proposal.Meta):
        verbose_name = _("revocation of a letter")
        verbose_name_plural = _("revocations of letters")
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(state="proposed"),
                name="revocation_one_open_per_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}/{self.pk}"
