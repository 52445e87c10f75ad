"""What kinds of letters there are, and how one ends: a letter is never edited.

There is no draft: a delay letter is computed from rows that nobody types, so that there would be
nothing to approve (docs/adr/0031-*.md). What does need a decision, an extension for example, was
decided before its letter is issued.
"""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterKind(models.TextChoices):
    DELAY = "delay", _("Delay letter")
    EXTENSION = "extension", _("Letter about a longer deadline")
    REVIEW = "review", _("Decision of a manual review")
    OPINION = "opinion", _("Opinion of a manual review")


class LetterState(models.TextChoices):
    ISSUED = "issued", pgettext_lazy("letter", "Valid")
    SUPERSEDED = "superseded", pgettext_lazy("letter", "Superseded")
    REVOKED = "revoked", pgettext_lazy("letter", "Revoked")


_L = LetterState
LETTER_TRANSITIONS: Mapping[str, frozenset[str]] = {
    # Superseded: another letter says it right. Revoked: nothing takes its place.
    _L.ISSUED: frozenset({_L.SUPERSEDED, _L.REVOKED}),
    _L.SUPERSEDED: frozenset(),
    _L.REVOKED: frozenset(),
}


class Ending(models.TextChoices):
    """Why a letter is not valid any more, as everybody may read it."""

    CORRECTED = "corrected", _("The facts were corrected.")
    NOT_TOUCHED = "not_touched", _("After a correction the incident did not touch this borrower.")
    OFFICER = "officer", _("Two members of staff revoked it.")


class AccessKind(models.TextChoices):
    VIEWED = "viewed", _("viewed")
    DOWNLOADED = "downloaded", _("downloaded")
