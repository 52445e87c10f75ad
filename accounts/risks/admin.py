"""The risk officer's table in the admin, and logins as they were weighed.

A draft belongs to whoever made it; another risk or compliance officer publishes it. What is
published is never edited: a new draft begins with its levels and weights.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Hold, Login, RiskPolicy, RiskWeight
from accounts.refusals import Refused
from accounts.risks.words import in_words
from accounts.selectors import risk as selectors
from accounts.services import risk_policies
from accounts.states import PolicyState
from accounts.views.refusal import sentence
from evidence.services import IllegalMove
from portal.readonly import OfferedFilters, ReadOnlyAdmin

LEVELS = ("prior", "notify", "step_up", "hold")


class RiskWeightInline(admin.TabularInline):
    model = RiskWeight
    extra = 0
    ordering = ("-weight",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_own_draft(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_own_draft(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_own_draft(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_see(request)


def _may_see(request: HttpRequest) -> bool:
    user: Any = request.user
    return user.has_perm("accounts.view_riskpolicy")


def _is_own_draft(request: HttpRequest, policy: RiskPolicy | None) -> bool:
    user: Any = request.user
    if policy is None or policy.pk is None:
        return False  # weights come with the draft, and are edited then
    mine = policy.state == PolicyState.DRAFT and policy.made_by_id == user.pk
    return mine and user.has_perm("accounts.change_riskpolicy")


@admin.register(RiskPolicy)
class RiskPolicyAdmin(OfferedFilters):
    list_display = ["version", "state", "made_by", "made_at", "published_by", "published_at"]
    list_filter = ["state"]
    fields = [*LEVELS, "rationale"]
    inlines = [RiskWeightInline]
    actions = ["publish"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_see(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return _is_own_draft(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.has_perm("accounts.publish_riskpolicy")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        policy = selectors.policy()
        return {name: getattr(policy, name) for name in LEVELS}

    def save_model(self, request: Any, obj: RiskPolicy, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=[*LEVELS, "rationale"])
        else:
            risk_policies.draft(policy=obj, by=request.user, now=timezone.now())

    @admin.action(description=gettext_lazy("Publish the chosen draft"), permissions=["publish"])
    def publish(self, request: Any, queryset: QuerySet[RiskPolicy]) -> None:
        for policy in queryset.order_by("version"):
            try:
                risk_policies.publish(policy=policy, by=request.user, now=timezone.now())
            except Refused as error:
                messages.error(request, sentence(error))
            except IllegalMove:
                messages.error(request, _("It is published already."))
            else:
                words = _("Version %(version)d is in force.") % {"version": policy.version}
                messages.success(request, words)


@admin.register(Login)
class LoginAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "label", "state", "score", "policy_version"]
    list_filter = ["state"]
    fields = [
        "user", "created_at", "label", "state", "settled_at", "score", "policy_version", "why",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("reasons"), empty_value="--")
    def why(self, login: Login) -> str:
        return " ".join(in_words(login.reasons))


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ["number", "opened_at", "proposal", "proposed_by", "agreed_by"]
    fields = [
        "number", "login", "opened_at", "lapses_at", "proposal", "reason", "proposed_by",
        "proposed_at", "agreed_by",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hold]:
        return super().get_queryset(request).defer("said", "note")
