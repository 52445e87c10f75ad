"""What administrators enter about channels and endpoints. A secret goes in and is never shown."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from creditquery.channels import GATEWAYS
from creditquery.gateways import bank_wire
from creditquery.models import Channel, Endpoint
from creditquery.services.routes import BACKLOG
from creditquery.states import ChannelKind
from portal.environment import LOOPBACK

P256 = {"bank"}
"""Adapters whose secret is a private key on P-256, and which want the other side's public one."""


class ChannelForm(forms.ModelForm):
    """`new_secret` is the secret of a new channel, and of one that works already the next secret:
    it replaces nothing until it is told to take over."""

    adapter = forms.ChoiceField(
        label=_("Wire format"), choices=[(name, name) for name in sorted(GATEWAYS)]
    )
    new_secret = forms.CharField(
        label=_("New secret"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Never shown again. While a channel works, the new secret is tried beside the old one "
            "until it is told to take over."
        ),
    )

    class Meta:
        model = Channel
        fields = ["name", "adapter", "kind", "priority", "settle_seconds", "institution",
                  "peer_key", "enabled"]  # fmt: skip

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name == BACKLOG:
            raise ValidationError(_("Choose another name: this one means the parked queries."))
        return name

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.instance.pk is None and not given.get("new_secret"):
            self.add_error("new_secret", ValidationError(_("Enter the secret of the channel.")))
        gateway = GATEWAYS.get(given.get("adapter", ""))
        repeats = given.get("kind") == ChannelKind.IDEMPOTENT
        if gateway is not None and repeats and not gateway.compares_numbers:
            text = _("This format does not compare numbers: sent again would be a second inquiry.")
            self.add_error("kind", ValidationError(text))
        if given.get("adapter") in P256:
            self._check_keys(given)
        return given

    def _check_keys(self, given: dict[str, Any]) -> None:
        try:
            if given.get("new_secret"):
                bank_wire.signer(given["new_secret"])
        except ValueError:
            text = _("Enter a private key on P-256: PKCS #8, DER, in Base64.")
            self.add_error("new_secret", ValidationError(text))
        try:
            bank_wire.verifiers(given.get("peer_key", ""))
        except bank_wire.BadMessage:
            text = _("Enter the other side's public key on P-256: DER, in Base64.")
            self.add_error("peer_key", ValidationError(text))

    def save(self, commit: bool = True) -> Any:
        """The form fills the row; creditquery.services.channels stores it."""
        secret = self.cleaned_data.get("new_secret")
        if secret:
            setattr(self.instance, self.secret_field, secret)
        return super().save(commit=False)

    @property
    def secret_field(self) -> str:
        return "secret" if self.instance.pk is None else "next_secret"

    @property
    def changed(self) -> set[str]:
        """Which columns changed, by their names."""
        return {self.secret_field if name == "new_secret" else name for name in self.changed_data}


class EndpointForm(forms.ModelForm):
    url = forms.URLField(label=_("Address"), assume_scheme="https")

    class Meta:
        model = Endpoint
        fields = ["channel", "name", "region", "url", "priority", "weight", "enabled"]

    def clean_url(self) -> str:
        """An address of somebody else, without a word that should be in the secret; in production
        encrypted, and outside of this machine and its network segment."""
        url: str = self.cleaned_data["url"].rstrip("/")
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ValidationError(_("Leave user and password out of the address."))
        if parts.query or parts.fragment:
            raise ValidationError(_("Enter the address without anything after ? or #."))
        if settings.PRODUCTION and parts.scheme != "https":
            raise ValidationError(_("Enter an address that begins with https://."))
        if settings.PRODUCTION and _is_here(parts.hostname or ""):
            raise ValidationError(_("Enter an address that is not on this machine."))
        return url

    @property
    def changed(self) -> set[str]:
        return set(self.changed_data)


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.lower().rstrip(".")
        return name in LOOPBACK or name.endswith(".localhost")
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified or mapped.is_link_local
