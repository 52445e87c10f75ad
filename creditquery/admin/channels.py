"""Channels and endpoints in the admin: kept by administrators, each change in the evidence log."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditquery.forms.channels import ChannelForm, EndpointForm
from creditquery.models import Channel, Endpoint
from creditquery.services import channels
from evidence.models import Record
from portal.readonly import OfferedFilters

CHANGES = 20
"""So many changes stand on the page; evidence has them all."""


class Kept(OfferedFilters):
    """Rows that are stored by a service with their evidence, and never deleted: attempts, evidence
    and reports go on naming them. What is not wanted any more is switched off."""

    readonly_fields = ["changes"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        channels.keep(obj, changed=form.changed, by=request.user, now=timezone.now())

    @admin.display(description=gettext_lazy("latest changes"))
    def changes(self, row: Any) -> SafeString | str:
        if row.pk is None:
            return "--"
        told = Record.objects.filter(
            subject=channels.name_of(row), kind__startswith=f"{row._meta.label_lower}."
        )
        return format_html_join(
            "\n",
            "<p>{} {} {}</p>",
            (
                (
                    timezone.localtime(record.at).strftime("%Y-%m-%d %H:%M"),
                    record.kind.rpartition(".")[2],
                    ", ".join(f"{name}: {value}" for name, value in record.body.items()),
                )
                for record in told.order_by("-at")[:CHANGES]
            ),
        )


@admin.register(Channel)
class ChannelAdmin(Kept):
    form = ChannelForm
    fields = ["name", "adapter", "kind", "priority", "settle_seconds", "institution", "peer_key",
              "new_secret", "rotates", "enabled", "changes"]  # fmt: skip
    list_display = ["name", "adapter", "kind", "priority", "enabled", "rotates"]
    readonly_fields = ["rotates", "changes"]
    actions = ["promote"]
    ordering = ["priority", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        return super().get_queryset(request).defer("secret")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Attempts and evidence know a channel by its name."""
        return [*self.readonly_fields, *(["name"] if obj else [])]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only read has no field for a secret."""
        may = self.has_change_permission(request, obj) or self.has_add_permission(request)
        return [name for name in self.fields or [] if may or name != "new_secret"]

    @admin.display(description=gettext_lazy("next secret waits"), boolean=True)
    def rotates(self, row: Channel) -> bool:
        return row.next_secret is not None

    @admin.action(description=gettext_lazy("Let the next secret take over"), permissions=["change"])
    def promote(self, request: Any, queryset: QuerySet[Channel]) -> None:
        for channel in queryset:
            if channels.promote(channel=channel, by=request.user, now=timezone.now()):
                text = _("%(name)s: the next secret has taken over.") % {"name": channel.name}
                self.message_user(request, text, messages.SUCCESS)
            else:
                text = _("%(name)s: no next secret waits.") % {"name": channel.name}
                self.message_user(request, text, messages.WARNING)


@admin.register(Endpoint)
class EndpointAdmin(Kept):
    form = EndpointForm
    fields = ["channel", "name", "region", "url", "priority", "weight", "enabled", "changes"]
    list_display = ["route_name", "region", "url", "priority", "weight", "enabled"]
    list_filter = ["channel"]
    ordering = ["channel__priority", "channel__name", "priority", "pk"]

    @admin.display(description=gettext_lazy("route"))
    def route_name(self, endpoint: Endpoint) -> str:
        return endpoint.route

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        rows = super().get_queryset(request).select_related("channel")
        return rows.defer("channel__secret", "channel__next_secret")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.readonly_fields, *(["channel", "name"] if obj else [])]
