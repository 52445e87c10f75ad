"""People and their messages in the admin: read and masked. No code is seen here: none is kept."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Authenticator,
    CodeAsked,
    Delivery,
    Device,
    Freeze,
    IdentityCheck,
    Invitation,
    LoginChallenge,
    MessageVendor,
    OfficerPhrase,
    PhoneChange,
    Session,
    StaffBrowser,
    ThawProposal,
    Ticket,
    TrainingAcknowledged,
    User,
    WrongCode,
)
from accounts.risks import admin as _risks  # noqa: F401 (registers its own)
from accounts.services import sessions, staff, vendors
from accounts.states import SessionEnd
from portal import masks
from portal.readonly import OfferedFilters, ReadOnlyAdmin


def masked(field: str, mask: Callable[[str], str], title: Any) -> Callable[[Any, Any], str]:
    @admin.display(description=title, empty_value="--")
    def column(self: Any, row: Any) -> str:
        value = getattr(row, field)
        return mask(value) if value else ""

    return column


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["id", "role", "username", "masked_phone", "is_active", "joined_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["username"]
    fields = [
        "role", "username", "masked_phone", "masked_name", "masked_id_number", "masked_email",
        "verified_at", "language", "is_active", "joined_at", "last_login",
    ]  # fmt: skip
    actions = ["disable", "enable", "end_sessions"]
    masked_phone = masked("phone", masks.phone, _("phone"))
    masked_name = masked("name", masks.name, _("name"))
    masked_id_number = masked("id_number", masks.id_number, _("ID number"))
    masked_email = masked("email", masks.email, _("email"))

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.invite_staff")

    @admin.action(description=_("Disable the chosen people"), permissions=["invite"])
    def disable(self, request: Any, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset.exclude(pk=request.user.pk), active=False)

    @admin.action(description=_("Enable the chosen people"), permissions=["invite"])
    def enable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset, active=True)

    @admin.action(description=_("End all sessions of the chosen people"), permissions=["invite"])
    def end_sessions(self, request: Any, queryset: QuerySet[User]) -> None:
        for user in queryset:
            sessions.end_all(
                user=user, why=SessionEnd.BY_STAFF, by=request.user, now=timezone.now()
            )

    def _set_active(self, request: Any, queryset: QuerySet[User], *, active: bool) -> None:
        for user in queryset:
            staff.set_active(user=user, active=active, by=request.user, now=timezone.now())


@admin.register(LoginChallenge)
class LoginChallengeAdmin(ReadOnlyAdmin):
    list_display = ["id", "purpose", "attempts", "created_at", "expires_at", "used_at"]
    list_filter = ["purpose"]
    fields = [
        "id", "purpose", "user", "attempts", "created_at", "sent_at", "expires_at", "stops_at",
        "used_at",
    ]  # fmt: skip


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        "id", "kind", "channel", "vendor", "carrier", "state", "trouble", "created_at",
        "error_code",
    ]  # fmt: skip
    list_filter = ["state", "trouble", "vendor", "carrier", "channel", "kind"]
    fields = [
        "id", "challenge", "user", "kind", "language", "channel", "vendor", "carrier", "route",
        "replaces", "state", "vendor_id", "error_code", "trouble", "next_at", "created_at",
        "sent_at", "accepted_at", "received_at", "judged_at",
    ]  # fmt: skip


@admin.register(MessageVendor)
class MessageVendorAdmin(OfferedFilters):
    """Who sends, in which order. Addresses and keys are not here; a change alarms compliance."""

    fields = ["name", "rank", "enabled", "sends_sms", "makes_calls"]
    list_display = ["name", "rank", "enabled", "sends_sms", "makes_calls"]
    readonly_fields = ["name"]
    ordering = ["rank", "name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if form.changed_data:
            vendors.keep(obj, changed=form.changed_data, by=request.user, now=timezone.now())


@admin.register(IdentityCheck)
class IdentityCheckAdmin(ReadOnlyAdmin):
    list_display = ["id", "user", "state", "vendor_code", "created_at", "finished_at"]
    list_filter = ["state"]
    fields = ["id", "user", "state", "vendor_code", "request_id", "created_at", "finished_at"]


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    list_display = ["user", "label", "first_seen_at", "last_seen_at"]
    fields = ["user", "label", "trusted_until", "first_seen_at", "last_seen_at"]


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "issued_by", "reason", "expires_at"]
    fields = ["created_at", "issued_by", "reason", "expires_at"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["user", "invited_by", "created_at", "expires_at", "used_at"]
    fields = ["user", "invited_by", "created_at", "expires_at", "used_at"]


@admin.register(WrongCode)
class WrongCodeAdmin(ReadOnlyAdmin):
    list_display = ["at"]
    fields = ["at"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ["user", "confirmed"]
    fields = ["user", "confirmed"]


@admin.register(CodeAsked)
class CodeAskedAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "through", "user", "froze", "claimed_as"]
    list_filter = ["by", "through", "froze"]
    fields = [
        "at",
        "by",
        "through",
        "when",
        "user",
        "challenge",
        "froze",
        "claimed_at",
        "claimed_as",
    ]


@admin.register(StaffBrowser)
class StaffBrowserAdmin(ReadOnlyAdmin):
    list_display = ["user", "label", "first_seen_at", "last_seen_at"]
    fields = ["user", "label", "first_seen_at", "last_seen_at"]


@admin.register(OfficerPhrase)
class OfficerPhraseAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "officer", "borrower", "about", "shown_at", "expires_at"]
    fields = ["created_at", "officer", "borrower", "about", "office", "shown_at", "expires_at"]


@admin.register(TrainingAcknowledged)
class TrainingAcknowledgedAdmin(ReadOnlyAdmin):
    list_display = ["user", "version", "at", "valid_until"]
    list_filter = ["version"]
    fields = ["user", "version", "at", "valid_until"]


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """An administrator ends a session here; its browser is out at the next request."""

    list_display = ["user", "label", "began_at", "seen_at", "ended_at", "end"]
    list_filter = ["end"]
    list_select_related = ["user"]
    fields = ["user", "label", "device", "login", "ways", "began_at", "seen_at", "ended_at", "end"]
    actions = ["end_chosen"]

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.invite_staff")

    @admin.action(description=_("End the chosen sessions"), permissions=["invite"])
    def end_chosen(self, request: Any, queryset: QuerySet[Session]) -> None:
        for row in queryset.select_related("user"):
            sessions.end(
                user=row.user,
                pk=row.pk,
                why=SessionEnd.BY_STAFF,
                by=request.user,
                now=timezone.now(),
            )


@admin.register(Freeze)
class FreezeAdmin(ReadOnlyAdmin):
    list_display = ["user", "reason", "frozen_at", "thawed_at", "thawed_how"]
    list_filter = ["reason", "thawed_how"]
    fields = ["user", "reason", "frozen_at", "thawed_at", "thawed_how", "thawed_by"]


@admin.register(ThawProposal)
class ThawProposalAdmin(ReadOnlyAdmin):
    list_display = ["user", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]
    list_filter = ["state"]
    fields = ["user", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]


@admin.register(PhoneChange)
class PhoneChangeAdmin(ReadOnlyAdmin):
    list_display = ["user", "state", "created_at", "due_at", "settled_at"]
    list_filter = ["state"]
    fields = ["user", "state", "created_at", "due_at", "settled_at"]
