"""Every way in on the code's page, as a person meets it: offered by itself when no message comes,
taken with and without JavaScript, and found again after the window was closed."""

import base64

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from portal.tests.browser import journey
from portal.tests.browser.matrix import LANGUAGES
from portal.tests.browser.people import new_person

STEP_SECONDS = 30
OFF, CAPPED, SILENT = "98005", "98007", "98002"  # tails of numbers in simulators/handsets.py
OTHER = "button[name=way][value=other]"


def with_tail(tail):
    """Somebody whose handset is in trouble; each test has another number."""
    return f"139{new_person().phone[-3:]}{tail}"


def add_app(visitor):
    """The key of an authenticator app that the person adds on the page for it."""
    page = visitor.open("/account/factors/app/")
    journey.submit(page)
    key = page.inner_text("main .code")
    page.fill("[name=otp_token]", shown(key))
    journey.submit(page)
    return key


def shown(key, steps=0):
    """What the app shows; a number counts once, so that the next one is of the next half minute."""
    secret = base64.b32decode(key)
    return f"{totp(secret, step=STEP_SECONDS, t0=0, drift=steps):06d}"


def print_sheet(visitor):
    page = visitor.open("/account/factors/codes/")
    journey.submit(page)
    return page.locator(".codes .code").all_inner_texts()


def log_out(visitor):
    page = visitor.open("/account/")
    with page.expect_navigation():
        page.locator("form[action$='/logout/'] button").last.click()


def begin_quietly(visitor, phone):
    page = visitor.open("/login/")
    page.fill("[name=phone]", phone)
    with page.expect_navigation():
        page.click(OTHER)
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_by_the_number_of_an_app_and_by_a_backup_code(portal, visit, language, javascript):
    person = new_person()
    visitor = visit(language=language, javascript=javascript)
    journey.log_in(portal, visitor, person.phone)
    key, sheet = add_app(visitor), print_sheet(visitor)
    messages = len(portal.messages(person.phone))
    log_out(visitor)
    page = begin_quietly(visitor, person.phone)
    visitor.assert_sound()
    page.fill("[name=code]", shown(key, steps=1))
    journey.submit(page)
    page.wait_for_url("**/queries/")
    log_out(visitor)
    page = begin_quietly(visitor, person.phone)
    with page.expect_navigation():
        page.click("a[href$='way=backup']")
    page.fill("[name=code]", sheet[0].lower())
    visitor.assert_sound()
    journey.submit(page)
    page.wait_for_url("**/queries/")
    codes = [m for m in portal.messages(person.phone)[messages:] if m["code"]]
    assert codes == []


def close(visitor):
    """The window: cookies of the session go, the others stay."""
    visitor.context.clear_cookies(name="sessionid")


@pytest.mark.parametrize(("language", "javascript"), [("zh", False), ("en", True)])
def test_back_by_the_number_after_the_window_was_closed(portal, visit, language, javascript):
    person = new_person()
    visitor = visit(language=language, javascript=javascript)
    journey.ask_for_code(visitor, person.phone)
    number = visitor.page.inner_text("main .code.nowrap")
    code = portal.code(person.phone, after=0)
    close(visitor)
    page = visitor.open("/login/resume/")
    visitor.assert_sound()
    page.fill("[name=number]", number.lower())
    journey.submit(page)
    page.wait_for_url("**/login/code/")
    visitor.assert_sound()
    page.fill("[name=code]", code)
    journey.submit(page)
    page.wait_for_url("**/queries/")


def test_the_browser_offers_to_go_on_and_another_one_cannot(portal, visit):
    person = new_person()
    visitor, thief = visit(javascript=False), visit(javascript=False)
    journey.ask_for_code(visitor, person.phone)
    number = visitor.page.inner_text("main .code.nowrap")
    page = thief.open("/login/resume/")
    page.fill("[name=number]", number)
    journey.submit(page)
    assert page.is_visible("[data-error-summary]")
    close(visitor)
    page = visitor.open("/login/")
    with page.expect_navigation():
        page.click("button[name=number]")
    page.wait_for_url("**/login/code/")
    page.fill("[name=code]", portal.code(person.phone, after=0))
    journey.submit(page)
    page.wait_for_url("**/queries/")


@pytest.mark.parametrize(("language", "tail"), [("zh", OFF), ("en", CAPPED)])
def test_trouble_shows_by_itself_and_a_call_is_offered(portal, visit, language, tail):
    visitor = visit(language=language)
    journey.ask_for_code(visitor, with_tail(tail))
    page = visitor.page
    page.fill("[name=code]", "123")  # what is being typed stays
    expect(page.locator("[data-offer=voice]")).to_be_visible(timeout=journey.PATIENCE_MS)
    expect(page.locator("[data-messages] .tag--bad").first).to_be_visible()
    assert page.input_value("[name=code]") == "123"
    visitor.assert_usable()
    with page.expect_navigation():
        page.click("[data-offer=voice] button")
    page.wait_for_url("**/login/code/")
    visitor.assert_usable()


def test_without_javascript_checking_again_shows_it(visit):
    visitor = visit(javascript=False)
    journey.ask_for_code(visitor, with_tail(OFF))
    visitor.until("/login/code/", "[data-messages] .tag--bad")
    assert visitor.page.is_visible("[data-offer=voice] button")
    visitor.assert_chinese()


def test_a_call_brings_the_same_code(portal, visit):
    person = new_person()
    visitor = visit()
    journey.ask_for_code(visitor, person.phone)
    page, code = visitor.page, portal.code(person.phone, after=0)
    page.click("main details[data-down] summary")
    with page.expect_navigation():
        page.click("details[data-down] button[value=voice]")
    assert portal.code(person.phone, after=1) == code
    page.fill("[name=code]", code)
    journey.submit(page)
    page.wait_for_url("**/queries/")


def test_by_email(portal, visit):
    person = new_person()
    mailbox = f"{person.phone}@example.com"
    visitor = visit(javascript=False)
    journey.log_in(portal, visitor, person.phone)
    page = visitor.open("/account/email/")
    page.fill("[name=email]", mailbox)
    journey.submit(page)
    page.fill("[name=code]", portal.code(mailbox, after=0))
    journey.submit(page)
    before = len(portal.messages(mailbox))
    log_out(visitor)
    page = begin_quietly(visitor, person.phone)
    with page.expect_navigation():
        page.click("button[value=email]")
    visitor.assert_chinese()
    page.fill("[name=code]", portal.code(mailbox, after=before))
    journey.submit(page)
    page.wait_for_url("**/queries/")
