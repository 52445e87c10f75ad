"""Ways in beside the code by message: an app set up and used, a sheet printed and used, a password
with a second proof; in both languages, with and without JavaScript."""

import base64

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from portal.tests.browser import journey
from portal.tests.browser.people import new_person

SENTENCE = "four words and rain"
LOG_OUT = "form[action$='/logout/'] button"


def number(key, drift=0):
    secret = base64.b32decode(key)
    return f"{totp(secret, step=journey.STEP_SECONDS, t0=0, drift=drift):06d}"


def log_out(visitor):
    page = visitor.open("/account/")
    with page.expect_navigation():
        page.locator(LOG_OUT).last.click()


def add_app(visitor):
    """The key; the number of the step before was entered, so that the present one is left."""
    page = visitor.open("/account/factors/app/")
    visitor.assert_sound()
    journey.submit(page)
    key = page.inner_text("main .code")
    expect(page.locator("main svg")).to_be_visible()
    visitor.assert_sound()
    page.fill("[name=otp_token]", number(key, drift=-1))
    journey.submit(page)
    page.wait_for_url("**/account/factors/")
    visitor.assert_sound()
    return key


def print_sheet(visitor):
    page = visitor.open("/account/factors/codes/")
    visitor.assert_sound()
    journey.submit(page)
    visitor.assert_sound()
    return page.locator(".codes .code").all_inner_texts()


@pytest.mark.parametrize(("language", "javascript"), [("zh", False), ("en", True)])
def test_an_app_is_set_up_and_logs_in(portal, visit, language, javascript):
    person = new_person()
    visitor = visit(language=language, javascript=javascript)
    journey.log_in(portal, visitor, person.phone)
    key = add_app(visitor)
    log_out(visitor)
    page = visitor.open("/login/")
    page.fill("[name=phone]", person.phone)
    with page.expect_navigation():
        page.click("button[name=way]")
    page.goto(page.url.split("?")[0] + "?way=app")
    visitor.assert_sound()
    page.fill("[name=code]", number(key))
    journey.submit(page)
    page.wait_for_url("**/queries/")


@pytest.mark.parametrize(("language", "javascript"), [("zh", True), ("en", False)])
def test_a_sheet_is_printed_and_a_code_of_it_lets_in_once(portal, visit, language, javascript):
    person = new_person()
    visitor = visit(language=language, javascript=javascript)
    journey.log_in(portal, visitor, person.phone)
    codes = print_sheet(visitor)
    assert len(set(codes)) == 10
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator(".codes")).to_be_visible()
    expect(visitor.page.locator("main a.btn")).to_be_hidden()
    visitor.page.emulate_media(media="screen")
    log_out(visitor)
    for entered, leads_to in ((codes[0], "**/queries/"), (codes[0], "**/login/backup/")):
        page = visitor.open("/login/")
        page.click("a[href*='/login/backup/']")
        visitor.assert_sound()
        page.fill("[name=phone]", person.phone)
        page.fill("[name=code]", entered.lower())
        journey.submit(page)
        page.wait_for_url(leads_to)
        visitor.assert_sound()
        if leads_to.endswith("/queries/"):
            log_out(visitor)


@pytest.mark.parametrize(("language", "javascript"), [("zh", False), ("en", True)])
def test_a_password_is_set_and_wants_a_second_proof(portal, visit, language, javascript):
    person = new_person()
    visitor = visit(language=language, javascript=javascript)
    journey.log_in(portal, visitor, person.phone)
    key = add_app(visitor)
    page = visitor.open("/account/factors/password/")
    visitor.assert_sound()
    page.fill("[name=password]", "creditportal forever")
    journey.submit(page)
    assert page.is_visible("[data-error-summary]")
    page.fill("[name=password]", SENTENCE)
    journey.submit(page)
    page.wait_for_url("**/account/factors/")
    log_out(visitor)
    page = visitor.open("/login/")
    page.click("a[href*='/login/password/']")
    page.fill("[name=phone]", person.phone)
    page.fill("[name=code]", "not this one at all")
    journey.submit(page)
    assert page.is_visible("[data-error-summary]")
    visitor.assert_sound()
    page.fill("[name=code]", SENTENCE)
    journey.submit(page)
    page.wait_for_url("**/login/second/")
    visitor.assert_sound()
    if language == "zh":
        visitor.assert_chinese()
    page.goto(page.url + "?way=app")
    page.fill("[name=code]", number(key))
    page.check("[name=remember]")
    journey.submit(page)
    page.wait_for_url("**/queries/")


def test_the_list_of_ways_is_chinese_and_narrow(portal, visit):
    person = new_person()
    visitor = visit(width=320)
    journey.log_in(portal, visitor, person.phone)
    print_sheet(visitor)
    visitor.assert_chinese()
    visitor.open("/account/factors/")
    visitor.assert_sound()
    visitor.assert_chinese()
