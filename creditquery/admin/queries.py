"""Queries in the admin: read, masked, and written only by services; lenders are kept here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from creditquery.forms.queries import RevealForm
from creditquery.models import (
    AccessLog,
    Attempt,
    Consent,
    ConsentText,
    CreditQuery,
    CreditReport,
    Guarantor,
    Institution,
    LoanApplication,
    ReportFile,
    UnusedAnswer,
)
from creditquery.selectors import logins
from creditquery.services import reports
from portal.readonly import OfferedFilters, ReadOnly, ReadOnlyAdmin


class Sealed(ReadOnlyAdmin):
    """Rows with sealed columns: none of them is opened for a list or a page."""

    sealed: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*self.sealed)


@admin.register(Institution)
class InstitutionAdmin(OfferedFilters):
    list_display = ["name", "code", "active"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LoanApplication)
class LoanApplicationAdmin(ReadOnlyAdmin):
    list_display = ["id", "institution", "reference", "status", "decision_deadline"]
    list_filter = ["status", "institution"]
    search_fields = ["reference"]


@admin.register(Guarantor)
class GuarantorAdmin(Sealed):
    sealed = ("phone",)
    list_display = ["id", "loan", "state", "invited_at", "answered_at"]
    fields = ["loan", "state", "user", "invited_at", "answered_at"]


@admin.register(ConsentText)
class ConsentTextAdmin(ReadOnlyAdmin):
    list_display = ["purpose", "version", "sha256", "published_at"]


@admin.register(Consent)
class ConsentAdmin(Sealed):
    sealed = ("document",)
    list_display = ["reference", "purpose", "recipient", "signed_at", "withdrawn_at"]
    search_fields = ["reference"]
    exclude = ["document"]


class AttemptInline(ReadOnly, admin.TabularInline):
    model = Attempt
    fields = [
        "ref", "kind", "channel", "endpoint", "state", "sent_at", "finished_at", "vendor_code",
    ]  # fmt: skip
    extra = 0
    ordering = ["pk"]


@admin.register(CreditQuery)
class CreditQueryAdmin(ReadOnlyAdmin):
    list_display = ["request_no", "state", "reason", "created_at", "changed_at"]
    list_filter = ["state", "purpose"]
    search_fields = ["request_no"]
    readonly_fields = ["logged_in"]
    inlines = [AttemptInline]
    ordering = ["-pk"]

    @admin.display(description=_("how the borrower logged in"), empty_value="--")
    def logged_in(self, query: CreditQuery) -> str:
        entry = logins.of_query(query)
        if entry is None or entry.login.first is None:
            return ""
        way = entry.login.first.get_way_display()
        words = " ".join(entry.login.reasons_in_words)
        return f"{way}, {entry.login.label}: {entry.facts.verdict.label}. {words}".strip()


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["ref", "kind", "channel", "endpoint", "state", "sent_at", "vendor_code"]
    list_filter = ["state", "kind", "channel"]
    search_fields = ["ref"]
    ordering = ["-pk"]


@admin.register(CreditReport)
class CreditReportAdmin(Sealed):
    sealed = ("content", "pdf")
    list_display = ["number", "received_at", "expires_at", "purged_at"]
    fields = ["query", "number", "received_at", "expires_at", "purged_at"]


@admin.register(ReportFile)
class ReportFileAdmin(Sealed):
    sealed = ("content", "password")
    list_display = ["id", "report", "state", "wanted_at", "expires_at"]
    fields = ["report", "state", "wanted_at", "expires_at"]


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "query", "action", "purpose"]
    list_filter = ["action"]
    search_fields = ["query__request_no"]
    ordering = ["-pk"]


@admin.register(UnusedAnswer)
class UnusedAnswerAdmin(Sealed):
    """The bytes are shown by `reveal` alone, for a reason that goes into log and evidence."""

    sealed = ("content",)
    list_display = ["attempt", "why", "received_at", "expires_at"]
    list_filter = ["why"]
    fields = ["attempt", "why", "received_at", "expires_at"]
    change_form_template = "creditquery/admin_unused_answer.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.reveal)
        return [
            path("<int:pk>/reveal/", view, name="creditquery_unusedanswer_reveal"),
            *super().get_urls(),
        ]

    def reveal(self, request: Any, pk: int) -> HttpResponse:
        if not request.user.has_perm("creditquery.reveal_unusedanswer"):
            raise PermissionDenied
        answer = get_object_or_404(UnusedAnswer.objects.defer("content"), pk=pk)
        form = RevealForm(request.POST or None)
        text = None
        if form.is_valid():
            text = reports.reveal(
                answer=answer,
                actor=request.user,
                purpose=form.cleaned_data["purpose"],
                now=timezone.now(),
            ).decode("utf-8", "replace")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reveal an unused answer"),
            "answer": answer,
            "form": form,
            "text": text,
        }
        return render(request, "creditquery/admin_reveal.html", context)
