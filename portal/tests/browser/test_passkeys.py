"""Passkeys with Chromium's virtual authenticator: added, used, refused, in both languages."""

import pytest
from playwright.sync_api import expect

from portal.tests.browser import journey
from portal.tests.browser.people import new_person
from portal.tests.browser.visitor import Visitor

FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
BUTTON = "[data-passkey] button"
SAYS = "[data-says]"
PASSWORD = "correct horse battery 42"


@pytest.fixture
def arrive(visit):
    """A visitor at the address that passkeys belong to, with a device that asks for a finger, or
    with another one."""

    def at_the_name(device=FINGER, **kwargs) -> Visitor:
        visitor = visit(**kwargs)
        visitor.web = visitor.web.replace("127.0.0.1", "localhost")
        visitor.device = visitor.context.new_cdp_session(visitor.page)
        visitor.device.send("WebAuthn.enable")
        answer = visitor.device.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        visitor.authenticator = answer["authenticatorId"]
        return visitor

    return at_the_name


def passkeys_of(visitor):
    found = visitor.device.send(
        "WebAuthn.getCredentials", {"authenticatorId": visitor.authenticator}
    )
    return found["credentials"]


def add(visitor, name):
    page = visitor.open("/passkeys/add/")
    expect(page.locator(BUTTON)).to_be_visible()
    page.fill("[name=name]", name)
    visitor.assert_sound()
    with page.expect_navigation():
        page.click(BUTTON)


def log_out(visitor):
    page = visitor.open("/account/")
    with page.expect_navigation():
        page.locator("form[action$='/logout/'] button").last.click()


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_borrower_adds_a_passkey_and_logs_in_without_a_number(portal, arrive, language, theme):
    visitor = arrive(language=language, theme=theme)
    journey.log_in(portal, visitor, new_person().phone)
    add(visitor, "blue phone")
    visitor.assert_sound()
    assert "blue phone" in visitor.page.inner_text(".rows")
    assert passkeys_of(visitor)[0]["isResidentCredential"]
    log_out(visitor)
    page = visitor.open("/login/?next=/account/")
    expect(page.locator(BUTTON)).to_be_visible()
    visitor.assert_sound()
    with page.expect_navigation(url="**/account/"):
        page.click(BUTTON)
    visitor.assert_sound()


def test_a_step_up_by_passkey_needs_no_message(portal, arrive):
    """A frozen account asks for proofs anew, however lately its owner logged in."""
    person = new_person()
    visitor = arrive()
    journey.log_in(portal, visitor, person.phone)
    add(visitor, "phone")
    page = visitor.open("/account/factors/password/")
    page.fill("[name=password]", PASSWORD)
    journey.submit(page)
    journey.submit(visitor.open("/login/asked/"))
    page = visitor.open("/login/")
    with page.expect_navigation(url="**/login/second/"):
        page.click(BUTTON)
    page = visitor.open("/login/second/?way=password")
    page.fill("[name=code]", PASSWORD)
    with page.expect_navigation(url="**/queries/"):
        page.locator(journey.SUBMIT).first.click()
    sent = len([m for m in portal.messages(person.phone) if m["code"]])
    page = visitor.open("/login/confirm/?purpose=change&next=/account/")
    expect(page.locator(BUTTON)).to_be_visible()
    visitor.assert_sound()
    with page.expect_navigation(url="**/account/"):
        page.click(BUTTON)
    assert len([m for m in portal.messages(person.phone) if m["code"]]) == sent


def test_by_keyboard_alone(portal, arrive):
    visitor = arrive()
    journey.log_in(portal, visitor, new_person().phone)
    add(visitor, "phone")
    log_out(visitor)
    page = visitor.open("/login/")
    page.locator(BUTTON).focus()
    with page.expect_navigation(url="**/queries/"):
        page.keyboard.press("Enter")


def test_a_passkey_has_a_name_and_an_end(portal, arrive):
    visitor = arrive()
    journey.log_in(portal, visitor, new_person().phone)
    add(visitor, "old phone")
    page = visitor.open("/passkeys/")
    page.click(".rows a")
    visitor.assert_sound()
    page.fill("[name=name]", "very old phone")
    journey.submit(page)
    assert "very old phone" in page.inner_text(".rows")
    page.click(".rows a")
    with page.expect_navigation():
        page.locator("form[action$='/remove/'] button").click()
    assert not page.locator(".rows").count()
    visitor.assert_sound()
    log_out(visitor)
    page = visitor.open("/login/")
    with page.expect_navigation():
        page.click(BUTTON)
    assert page.url.endswith("/login/passkey/") and page.is_visible("[role=alert] .notice")
    visitor.assert_sound()
    visitor.assert_chinese()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_device_that_asks_for_nothing_is_refused_in_words(portal, arrive, language):
    """No finger, no face, no PIN: a key that lies on the table would be enough."""
    device = {**FINGER, "transport": "usb", "hasUserVerification": False, "isUserVerified": False}
    visitor = arrive(device, language=language)
    journey.log_in(portal, visitor, new_person().phone)
    page = visitor.open("/passkeys/add/")
    page.click(BUTTON)
    said = "fingerprint, face or PIN" if language == "en" else "指纹、面容或PIN"
    expect(page.locator(SAYS)).to_contain_text(said, timeout=30_000)
    assert not passkeys_of(visitor)


def test_a_finger_that_is_not_the_owners_opens_nothing(portal, arrive):
    visitor = arrive()
    journey.log_in(portal, visitor, new_person().phone)
    add(visitor, "phone")
    log_out(visitor)
    visitor.device.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": visitor.authenticator, "isUserVerified": False},
    )
    page = visitor.open("/login/")
    page.click(BUTTON)
    expect(page.locator(SAYS)).not_to_be_empty(timeout=30_000)
    visitor.open("/queries/")
    assert "/login/" in page.url


def test_the_same_device_is_not_added_twice(portal, arrive):
    visitor = arrive()
    journey.log_in(portal, visitor, new_person().phone)
    add(visitor, "phone")
    page = visitor.open("/passkeys/add/")
    page.click(BUTTON)
    expect(page.locator(SAYS)).to_contain_text("已有")
    visitor.assert_sound()


@pytest.mark.parametrize("javascript", [True, False])
def test_at_another_address_or_without_script_the_page_says_where(portal, visit, javascript):
    """At 127.0.0.1 no browser makes a passkey; nothing that cannot work is offered."""
    visitor = visit(javascript=javascript)
    if not javascript:
        visitor.web = visitor.web.replace("127.0.0.1", "localhost")
    journey.log_in(portal, visitor, new_person().phone)
    page = visitor.open("/passkeys/add/")
    assert not page.locator(BUTTON).is_visible()
    assert "http://localhost:" in page.inner_text("main")
    visitor.assert_sound()
    page = visitor.open("/login/confirm/?purpose=share&next=/passkeys/")
    assert not page.locator(BUTTON).count() or not page.locator(BUTTON).is_visible()


def test_a_stranger_at_the_number_sees_no_button(visit):
    page = visit().open("/login/")
    assert not page.locator(BUTTON).is_visible()


def test_staff_log_in_by_password_and_passkey(portal, arrive):
    account = portal.account("risk_officer")
    visitor = arrive(width=1280)
    journey.enter_with(visitor, account, "/desk/")
    add(visitor, "key at the desk")
    visitor.assert_sound()
    visitor.context.clear_cookies()
    page = visitor.open("/desk/")
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    journey.submit(page)
    expect(page.locator(BUTTON)).to_be_visible()
    visitor.assert_sound()
    with page.expect_navigation(url="**/desk/"):
        page.click(BUTTON)
