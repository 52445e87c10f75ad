"""What was watched, to be read: alarms, beats, probes, certificates."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.readonly import ReadOnlyAdmin
from portal.watch import kinds
from portal.watch.models import Alarm, Certificate, Heartbeat, ProbeResult


class OpenFilter(admin.SimpleListFilter):
    title = _("open")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("still open")), ("no", _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> QuerySet[Alarm]:
        still = Q(cleared_at=None)
        return {"yes": queryset.filter(still), "no": queryset.exclude(still)}.get(
            self.value() or "", queryset
        )


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind, known.title) for kind, known in kinds.KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> QuerySet[Alarm]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    list_display = ["called", "subject", "severity", "raised_at", "cleared_at"]
    list_filter = [OpenFilter, "severity", KindFilter]
    fields = [
        "called", "subject", "severity", "figures", "what_to_do", "done", "raised_at", "seen_at",
        "cleared_at", "told_at",
    ]  # fmt: skip
    ordering = ["-raised_at"]

    @admin.display(description=_("alarm"), ordering="kind")
    def called(self, alarm: Alarm) -> str:
        return kinds.title(alarm.kind)

    @admin.display(description=_("figures"))
    def figures(self, alarm: Alarm) -> str:
        return kinds.figures(alarm.detail)

    @admin.display(description=_("what to do"))
    def what_to_do(self, alarm: Alarm) -> str:
        return kinds.what_to_do(alarm.kind)

    @admin.display(description=_("done by itself"))
    def done(self, alarm: Alarm) -> str:
        return str(kinds.REPAIRS.get(alarm.repair, alarm.repair))


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "host", "seen_at", "detail"]
    list_filter = ["kind"]
    ordering = ["kind", "name"]


@admin.register(ProbeResult)
class ProbeResultAdmin(ReadOnlyAdmin):
    list_display = [
        "route", "at", "ok", "why", "ms", "skew_seconds", "tls", "cipher", "http",
        "certificate_days",
    ]  # fmt: skip
    list_filter = ["ok"]
    ordering = ["-id"]


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ["place", "depth", "name", "not_before", "not_after", "seen_at"]
    ordering = ["not_after"]
