"""What the State Council announced, and on which days a lender keeps another calendar.

Nothing here is rewritten: a notice that is changed comes as its next version, and of what was said
about one day of one lender the last counts.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WorkdayNotice(models.Model):
    """The arrangement of one year's holidays. `urls` name the notice and what amended it."""

    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    urls = models.JSONField(_("published at"))
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("notice of holidays")
        verbose_name_plural = _("notices of holidays")
        ordering = ("-year", "-version")
        constraints = [
            models.UniqueConstraint(fields=["year", "version"], name="workday_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.year}.{self.version}"


class WorkCalendarDay(models.Model):
    """One day that is not as the week says. With a `notice` it holds for everybody; without, it is
    what one lender (`scope`, its code) keeps, who said so and why."""

    scope = models.CharField(
        _("lender"),
        max_length=14,
        blank=True,
        help_text=_("The lender's 14-character code; empty for a day of the State Council's."),
    )
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"))
    notice = models.ForeignKey(
        WorkdayNotice, models.PROTECT, null=True, related_name="days", verbose_name=_("notice")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = pgettext_lazy("of the working calendar", "day")
        verbose_name_plural = pgettext_lazy("of the working calendar", "days")
        indexes = [models.Index(fields=["scope", "day"], name="workday_of_scope")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="", notice__isnull=False)
                | (~Q(scope="") & ~Q(reason="") & Q(notice=None, actor__isnull=False)),
                name="workday_from_notice_or_lender",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.day}".strip()
