"""What follows an incident inside the house: its post-mortem, counsel's notes, the regulator."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PostMortemState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("post-mortem", "Draft")
    PUBLISHED = "published", pgettext_lazy("post-mortem", "Published")
    REPLACED = "replaced", pgettext_lazy("post-mortem", "Replaced by a later version")


_P = PostMortemState
POSTMORTEM_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _P.DRAFT: frozenset({_P.PUBLISHED, _P.REPLACED}),
    _P.PUBLISHED: frozenset({_P.REPLACED}),
    _P.REPLACED: frozenset(),
}


class LiabilityKind(models.TextChoices):
    """Under which head somebody may hold the operator liable."""

    BREACH = "breach", _("breach of contract")
    TORT = "tort", _("tort")
    REGULATOR = "regulator", _("duty towards a regulator")


class ReportKind(models.TextChoices):
    FIRST = "first", _("first report")
    WRITTEN = "written", _("written report")
