"""Channels are kept by administrators: secrets go in and never come out, each change is told."""

import base64
import datetime as dt
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from django.conf import settings
from django.test import Client

from accounts.roles import Role
from creditquery.models import Channel, Endpoint
from creditquery.selectors import channels as selectors
from creditquery.tests.staff import member
from evidence.models import Record
from portal.development_keys import BANK_PUBLIC_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("entrances")]
SECRET = "never-to-be-seen-7f3a"
UNDER_PASSWORD = base64.b64encode(
    ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
    )
).decode()
# A public key whose curve nobody knows.
NO_CURVE = base64.b64encode(
    base64.b64decode(BANK_PUBLIC_KEY).replace(
        bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f")
    )
).decode()


@pytest.fixture
def administrator() -> Client:
    return member(Role.ADMINISTRATOR)


def channel_page(name: str = "pboc") -> str:
    return f"/en/admin/creditquery/channel/{Channel.objects.get(name=name).pk}/change/"


def endpoint_page() -> str:
    row = Endpoint.objects.get(channel__name="pboc", name="east")
    return f"/en/admin/creditquery/endpoint/{row.pk}/change/"


def entered(name: str = "pboc", **given: Any) -> dict[str, Any]:
    row = Channel.objects.get(name=name)
    usual = {
        "adapter": row.adapter,
        "kind": row.kind,
        "priority": row.priority,
        "settle_seconds": row.settle_seconds,
        "institution": row.institution,
        "peer_key": row.peer_key,
        "enabled": "on",
    }
    return usual | given


def endpoint(**given: Any) -> dict[str, Any]:
    usual = {"region": "east", "url": "https://pboc.example/east", "priority": 1, "weight": 100,
             "enabled": "on"}  # fmt: skip
    return usual | given


def test_a_new_secret_waits_beside_the_old_one_and_is_never_shown(administrator: Client) -> None:
    answer = administrator.post(channel_page(), entered(new_secret=SECRET), follow=True)
    assert "was changed successfully" in answer.content.decode()
    row = Channel.objects.get(name="pboc")
    assert (row.secret, row.next_secret) == (settings.PBOC_SECRET, SECRET)
    assert selectors.entrances()[0].access.secrets == (settings.PBOC_SECRET, SECRET)
    for page in (channel_page(), "/en/admin/creditquery/channel/", channel_page() + "../history/"):
        shown = administrator.get(page).content.decode()
        assert SECRET not in shown
        assert settings.PBOC_SECRET not in shown
    record = Record.objects.get(kind="creditquery.channel.changed")
    assert (record.subject, record.body["next_secret"]) == ("pboc", "set")
    assert SECRET not in str(record.body)


def test_the_next_secret_takes_over(administrator: Client) -> None:
    administrator.post(channel_page(), entered(new_secret=SECRET))
    row = Channel.objects.get(name="pboc")
    act = {"action": "promote", "_selected_action": [row.pk]}
    page = "/en/admin/creditquery/channel/"
    assert "has taken over" in administrator.post(page, act, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.secret, row.next_secret) == (SECRET, None)
    assert "no next secret waits" in administrator.post(page, act, follow=True).content.decode()
    assert Record.objects.filter(kind="creditquery.channel.promoted").count() == 1


def test_a_save_without_a_secret_keeps_both(administrator: Client) -> None:
    administrator.post(channel_page(), entered(new_secret=SECRET))
    administrator.post(channel_page(), entered(priority=9))
    row = Channel.objects.get(name="pboc")
    assert (row.secret, row.next_secret, row.priority) == (settings.PBOC_SECRET, SECRET, 9)
    body = Record.objects.filter(kind="creditquery.channel.changed").latest("at").body
    assert {key: value for key, value in body.items() if key != "by"} == {"priority": "9"}


def test_in_chinese_a_channel_has_no_persons_name_and_no_column_is_english(
    administrator: Client,
) -> None:
    for kind in ("channel", "endpoint"):
        page = administrator.get(f"/admin/creditquery/{kind}/").content.decode()
        columns = re.findall(r'<div class="text">(.*?)</div>', page, re.S)
        words = " ".join(re.sub(r"<[^>]+>", "", column).strip() for column in columns)
        assert "姓名" not in words
        assert not re.search("[A-Za-z]", words)


def test_a_new_channel_needs_a_secret(administrator: Client) -> None:
    given = entered() | {"name": "second"}
    page = "/en/admin/creditquery/channel/add/"
    assert "Enter the secret of the channel." in administrator.post(page, given).content.decode()
    administrator.post(page, given | {"new_secret": SECRET})
    row = Channel.objects.get(name="second")
    assert (row.secret, row.next_secret) == (SECRET, None)
    assert Record.objects.get(kind="creditquery.channel.added").body["secret"] == "set"


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("bank", {"new_secret": "abc"}, "Enter a private key on P-256"),
        ("bank", {"peer_key": "abc"}, "Enter the other side&#x27;s public key on P-256"),
        ("bank", {"new_secret": UNDER_PASSWORD}, "Enter a private key on P-256"),
        ("bank", {"new_secret": NO_CURVE}, "Enter a private key on P-256"),
        ("bank", {"peer_key": NO_CURVE}, "Enter the other side&#x27;s public key on P-256"),
        ("pboc", {"adapter": "fax"}, "Select a valid choice"),
        ("bank", {"kind": "idempotent"}, "sent again would be a second inquiry"),
    ],
)
def test_what_would_break_the_channel_is_refused(
    administrator: Client, name: str, given: dict[str, str], message: str
) -> None:
    answer = administrator.post(channel_page(name), entered(name, **given))
    assert message in answer.content.decode()
    assert not Record.objects.filter(kind="creditquery.channel.changed").exists()


def test_the_backlog_is_no_name_of_a_channel(administrator: Client) -> None:
    given = entered() | {"name": "backlog", "new_secret": SECRET}
    answer = administrator.post("/en/admin/creditquery/channel/add/", given)
    assert "this one means the parked queries" in answer.content.decode()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://user:word@pboc.example/", "Leave user and password out"),
        ("https://pboc.example/?token=1", "without anything after ? or #"),
        ("http://pboc.example/", "begins with https://"),
        ("https://127.0.0.1/", "not on this machine"),
        ("https://127.9.9.9/", "not on this machine"),
        ("https://[::1]/", "not on this machine"),
        ("https://[::ffff:127.0.0.1]/", "not on this machine"),
        ("https://169.254.169.254/", "not on this machine"),
        ("https://LOCALHOST/", "not on this machine"),
        ("https://bank.localhost/", "not on this machine"),
        ("https://0.0.0.0/", "not on this machine"),
    ],
)
def test_production_refuses_addresses_that_are_plain_or_here(
    administrator: Client, settings: Any, url: str, message: str
) -> None:
    settings.PRODUCTION = True
    answer = administrator.post(endpoint_page(), endpoint(url=url))
    assert message in answer.content.decode()


def test_a_change_of_an_endpoint_is_told_and_shown(administrator: Client, now: dt.datetime) -> None:
    administrator.post(endpoint_page(), endpoint(weight=50))
    record = Record.objects.get(kind="creditquery.endpoint.changed")
    assert record.subject == "pboc.east"
    assert record.body["url"] == "https://pboc.example/east"
    assert "weight: 50" in administrator.get(endpoint_page()).content.decode()
    by_name = {each.route.name: each for each in selectors.entrances()}
    assert by_name["pboc.east"].access.url == "https://pboc.example/east"


def test_nothing_is_deleted(administrator: Client) -> None:
    for page in (channel_page(), endpoint_page()):
        assert (
            administrator.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
        )
    assert Endpoint.objects.count() == 6


def test_an_auditor_reads_and_changes_nothing() -> None:
    auditor = member(Role.AUDITOR)
    page = auditor.get(channel_page()).content.decode()
    assert "new_secret" not in page
    assert auditor.post(channel_page(), entered(new_secret=SECRET)).status_code == 403
    assert Channel.objects.get(name="pboc").next_secret is None
