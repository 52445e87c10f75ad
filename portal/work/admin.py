"""Where a person sees why work stands still, and sends it off again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.readonly import ReadOnly, ReadOnlyAdmin
from portal.work import services
from portal.work.models import Work, WorkEvent
from portal.work.states import TROUBLED


class WorkEventInline(ReadOnly, admin.TabularInline):
    model = WorkEvent
    fields = ["at", "from_state", "to_state", "fence", "reason", "actor"]
    extra = 0


class TroubleFilter(admin.SimpleListFilter):
    title = _("needs a person")
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("stands still"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Work]) -> QuerySet[Work]:
        return queryset.filter(state__in=TROUBLED) if self.value() else queryset


@admin.register(Work)
class WorkAdmin(ReadOnlyAdmin):
    list_display = ["id", "state", "kind", "subject", "reason", "attempts", "run_after", "moved_at"]
    list_filter = [TroubleFilter, "state", "lane"]
    search_fields = ["subject", "kind"]
    search_help_text = _("Subject or kind")
    inlines = [WorkEventInline]
    actions = ["try_again"]
    ordering = ["-id"]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("portal.retry_work")

    @admin.action(description=_("Try the selected work again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Work]) -> None:
        moved = services.try_again(
            pks=list(queryset.values_list("pk", flat=True)),
            actor=request.user.get_username(),
            now=timezone.now(),
        )
        text = ngettext(
            "%(count)d piece of work is tried again.",
            "%(count)d pieces of work are tried again.",
            moved,
        )
        self.message_user(request, text % {"count": moved}, messages.SUCCESS)
        left = queryset.count() - moved
        if left:
            text = ngettext(
                "%(count)d piece of work does not stand still and was left alone.",
                "%(count)d pieces of work do not stand still and were left alone.",
                left,
            )
            self.message_user(request, text % {"count": left}, messages.WARNING)
