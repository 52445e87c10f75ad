"""Every address: who may see it without a login, what each answer forbids, and that none breaks."""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from portal import catalogue, views

# What a stranger may ask for. A new address is closed until its name is written here.
PUBLIC = {
    "livez",
    "readyz",
    "metrics",  # for who shows METRICS_TOKEN
    "home",
    "help",
    "help-entry",
    "privacy",
    "accessibility",
    "accounts:login",
    "accounts:code",
    "accounts:resend",
    "accounts:resume",
    "accounts:password",
    "accounts:backup-login",
    "accounts:second",  # after the first proof
    "accounts:second-send",
    "accounts:code-state",
    "accounts:captcha",
    "accounts:held",  # for the browser that was held
    "accounts:held-say",
    "accounts:held-go-on",
    "accounts:held-ask",
    "accounts:not-me",  # for who has the message
    "accounts:asked",
    "accounts:asked-told",
    "accounts:passkey-begin",
    "accounts:passkey-login",
    "accounts:passkey-second",
    "accounts:staff-passkey",  # after the password
    "accounts:staff-login",
    "accounts:staff-token",
    "accounts:staff-enrol",
    "receipts-aliyun",
    "receipts-aliyun-voice",
    "receipts-tencent",
    "receipts-tencent-voice",
    "callbacks",
    "complaints:status",
    "complaints:status-json",
    "complaints:status-atom",
    "complaints:status-rss",
    "complaints:status-event",
    "complaints:subscribe",
    "complaints:subscribe-code",
    "complaints:subscribe-again",
    "complaints:subscribe-ended",
    "complaints:verify",
    "complaints:verify-letter",
    "complaints:subscription",  # for who has the link of a message
    "reviews:branches",
    # For whoever has lost every way in: behind a secret word, a link of a message, or a code.
    "recovery:start",
    "recovery:code",
    "recovery:again",
    "recovery:resume",
    "recovery:ticket",
    "recovery:noted",
    "recovery:add",
    "recovery:remove",
    "recovery:send",
    "recovery:link-again",
    "recovery:withdraw",
    "recovery:enter-stop",
    "recovery:stop",
    "recovery:enter-enrol",
    "recovery:enrol",
    "recovery:enrol-code",
    "recovery:enrol-again",
}
EXAMPLES = {
    "int": 1,
    "slug": "not-found",
    "uuid": uuid.UUID(int=1),
    "string": "0" * 24,
    "path": "x",
}
EXAMPLES["requestnumber"] = EXAMPLES["string"]
EXAMPLES["eventnumber"] = "IN-20261122-001"
EXAMPLES["letterserial"] = "0" * 20
EXAMPLES["reviewnumber"] = "RG-20261122-000000"
EXAMPLES["recoverynumber"] = "ZH-20261122-000000"
EXAMPLES["recoveryword"] = "0" * 16
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
}


def patterns(resolver=None, namespace=""):
    """Name and pattern of each address; the admin's own are behind its own door."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLPattern):
            yield namespace + (part.name or str(part.pattern)), part
        elif isinstance(part, URLResolver) and part.namespace != "admin":
            yield from patterns(
                part, f"{namespace}{part.namespace}:" if part.namespace else namespace
            )


def addresses():
    """One example of each address."""
    for name, pattern in patterns():
        kinds = pattern.pattern.converters
        given = {
            k: EXAMPLES[type(v).__name__.removesuffix("Converter").lower()]
            for k, v in kinds.items()
        }
        yield reverse(name, kwargs=given)


def test_only_the_listed_pages_are_public():
    public = {
        name for name, part in patterns() if not getattr(part.callback, "login_required", True)
    }
    assert public == PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(set(addresses())))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_breaks_and_each_answer_carries_the_policy(path, method):
    answer = getattr(Client(), method)(path)
    assert answer.status_code < 500
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("entry", catalogue.ENTRIES.values(), ids=lambda entry: entry.code)
def test_each_entry_of_the_catalogue_has_a_page(client, entry):
    with translation.override("en"):
        page = client.get(reverse("help-entry", args=[entry.code]))
        assert str(entry.title) in page.content.decode().replace("&#x27;", "'")


def test_the_catalogue_names_each_failure_once():
    codes = [entry.code for entry in catalogue._ALL]
    assert len(codes) == len(set(codes))
    assert {entry.area for entry in catalogue._ALL} <= set(catalogue.AREAS)


@pytest.mark.django_db
def test_an_unknown_address_says_so_in_the_language_of_the_address(client):
    assert "没有找到这个页面" in client.get("/nowhere/").content.decode()
    answer = client.get("/en/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.django_db
def test_a_stale_form_is_told_what_to_do():
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("home"))
    assert answer.status_code == 403
    assert "form-expired" in answer.content.decode()


def test_the_error_page_needs_no_database(rf):
    """No database mark: a query would fail this test as it would fail the page."""
    answer = views.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "server-error" in answer.content.decode()


@pytest.mark.django_db
def test_the_language_link_of_an_unknown_page_leads_home(client):
    assert 'href="/en/"' in client.get("/nowhere/").content.decode()


def test_health_asks_nothing_of_the_database(client):
    assert client.get("/livez").content == b"ok\n"


@pytest.mark.django_db
def test_readiness_is_database_and_migrations(client):
    assert client.get("/readyz").json() == {"ready": True}
