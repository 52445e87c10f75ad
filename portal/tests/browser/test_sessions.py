"""Two browsers of one person: seen, named, ended; “it was not me” by the message's link; thawed by
people; the warning before an idle session ends. Chinese with the script, English without."""

import os
import re
import time

import pytest
from playwright.sync_api import expect

from portal.tests.browser import journey
from portal.tests.browser.people import new_person

PATIENCE_SECONDS = 100  # a number gets one code a minute
MAKER = "compliance_officer"


def shot(page, name):
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)


def log_in(portal, visitor, phone):
    """Waits out the minute between two codes."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    before = len(portal.messages(phone))
    page = visitor.open("/login/")
    while "/login/code/" not in page.url:
        assert time.monotonic() < give_up, page.inner_text("main")
        page.fill("[name=phone]", phone)
        journey.submit(page)
        page.wait_for_timeout(1000)
    page.fill("[name=code]", portal.code(phone, after=before))
    journey.submit(page)
    return page


def link(portal, phone):
    """The path of the link in the newest message that has one."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        found = re.findall(
            r"https?://[^/\s]+(/\S+/)", " ".join(m["text"] for m in portal.messages(phone))
        )
        if found:
            return found[-1]
        time.sleep(0.2)
    raise AssertionError("no message with a link came")


@pytest.fixture(scope="module")
def phones():
    return {"zh": new_person().phone, "en": new_person().phone}


@pytest.mark.parametrize(("language", "javascript"), [("zh", True), ("en", False)])
def test_two_browsers_one_is_named_and_ended_and_not_me_stops_all(
    portal, visit, phones, language, javascript
):
    phone = phones[language]
    owner = visit(language=language, javascript=javascript)
    log_in(portal, owner, phone)
    if language == "en":
        set_language(owner)
    other = visit(language=language, javascript=javascript)
    log_in(portal, other, phone)
    page = owner.open("/account/sessions/")
    owner.assert_sound()
    shot(page, f"sessions-{language}")
    assert page.locator("form[action*='/sessions/']:has(button)").count() == 3
    name_first_browser(owner, "办公室" if language == "zh" else "Office")
    end_the_other(owner)
    other.open("/account/")
    assert "/login/" in other.page.url

    # The message about the second browser: opened by somebody without a session.
    stranger = visit(language=language, javascript=javascript)
    path = link(portal, phone)
    assert path.startswith("/en/n/" if language == "en" else "/n/")
    stranger.page.goto(portal.web + path)
    stranger.assert_sound()
    shot(stranger.page, f"not-me-{language}")
    owner.open("/account/")
    assert "/login/" not in owner.page.url  # looking changed nothing
    journey.submit(stranger.page)
    stranger.assert_sound()
    shot(stranger.page, f"not-me-done-{language}")
    owner.open("/account/")
    assert "/login/" in owner.page.url
    stranger.page.goto(portal.web + "/n/" + "x" * 22 + "/")
    assert stranger.page.locator("h1").count() == 1


def set_language(visitor):
    page = visitor.open("/account/")
    page.select_option("[name=language]", "en")
    page.locator("form[action$='/preferences/'] button").click()
    page.wait_for_url("**/en/account/")


def name_first_browser(visitor, name):
    page = visitor.open("/account/sessions/")
    details = page.locator("details").first
    details.locator("summary").click()
    details.locator("[name=name]").fill(name)
    details.locator("form[action$='/name/'] button").click()
    page.wait_for_load_state()
    assert name in page.inner_text("main")
    visitor.assert_sound()


def end_the_other(visitor):
    page = visitor.open("/account/sessions/")
    rows = page.locator("li:has(form[action*='/sessions/'])")
    assert rows.count() == 2
    rows.filter(has_not=page.locator(".tag")).locator("button").click()
    page.wait_for_load_state()
    assert page.locator("li:has(form[action*='/sessions/'])").count() == 1
    visitor.assert_sound()


def test_the_idle_warning_comes_in_time_and_a_press_extends(portal, visit):
    visitor = visit()
    journey.log_in(portal, visitor, new_person().phone)
    page = visitor.page
    page.clock.install()
    visitor.open("/account/")
    warning = page.locator("[data-idle]")
    page.clock.fast_forward("11:00")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("01:05")
    expect(warning).to_be_visible()
    visitor.assert_usable()
    shot(page, "idle-zh")
    with page.expect_response("**/account/stay/") as answer:
        warning.locator("button").click()
    assert answer.value.status == 204
    expect(warning).to_be_hidden()
    page.clock.fast_forward("11:00")
    expect(warning).to_be_hidden()


def test_another_tab_that_is_used_keeps_this_one_from_warning(portal, visit):
    visitor = visit()
    journey.log_in(portal, visitor, new_person().phone)
    page = visitor.page
    page.clock.install()
    visitor.open("/account/")
    warning = page.locator("[data-idle]")
    page.clock.fast_forward("12:30")
    expect(warning).to_be_visible()
    tab = visitor.context.new_page()
    tab.goto(portal.web + "/account/")
    expect(warning).to_be_hidden()


def test_pressed_too_late_the_page_says_that_it_is_over(portal, visit):
    visitor = visit()
    journey.log_in(portal, visitor, new_person().phone)
    page = visitor.page
    page.clock.install()
    visitor.open("/account/")
    page.clock.fast_forward("12:30")
    visitor.context.clear_cookies()
    page.locator("[data-idle] button").click()
    page.wait_for_url("**/login/**")


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_pages_of_number_and_sessions_are_sound(portal, visit, language, theme):
    visitor = visit(language=language, theme=theme)
    journey.log_in(portal, visitor, new_person().phone)
    for path, name in (
        ("/account/", "account"),
        ("/account/sessions/", "browsers"),
        ("/account/phone/", "phone"),
        ("/account/numbers/", "numbers"),
    ):
        page = visitor.open(path)
        visitor.assert_sound()
        shot(page, f"{name}-{language}")
        if language == "zh":
            visitor.assert_chinese()


def test_a_new_number_is_proved_and_can_be_stopped(portal, visit):
    person, new = new_person(), new_person().phone
    visitor = visit()
    journey.log_in(portal, visitor, person.phone)
    page = visitor.open("/account/phone/")
    page.fill("[name=phone]", new)
    journey.submit(page)
    page.wait_for_url("**/login/code/**")
    visitor.assert_sound()
    page.fill("[name=code]", portal.code(new, after=0))
    journey.submit(page)
    page.wait_for_url("**/account/")
    visitor.assert_sound()
    shot(page, "phone-waiting-zh")
    assert "/n/" in link(portal, person.phone)
    page.locator("form[action$='/phone/stop/'] button").click()
    page.wait_for_load_state()
    assert page.locator("form[action$='/phone/stop/']").count() == 0


def test_a_frozen_account_says_how_it_ends_and_the_desk_lists_it(portal, visit, officer):
    """The browser that was known before is let in again, to read."""
    person = new_person()
    visitor = visit()
    journey.log_in(portal, visitor, person.phone)
    journey.submit(visitor.open("/login/asked/"))
    desk = visit(language="en", width=1280, state=officer(MAKER))
    page = desk.open("/staff/frozen/")
    desk.assert_sound()
    shot(page, "staff-frozen-en")
    page.locator("main .rows a").first.click()
    desk.assert_sound()
    page.fill("[name=grounds]", "Compared the identity card with the loan's file.")
    journey.submit(page)
    page.wait_for_url("**/staff/frozen/")
    page.locator("main .rows a").first.click()
    page.locator("[value=agree]").click()  # by the same officer
    page.wait_for_load_state()
    assert page.locator("[role=alert]").count()
    desk.assert_sound()
    shot(page, "staff-frozen-own-en")
    log_in(portal, visitor, person.phone)
    page = visitor.open("/account/")
    visitor.assert_sound()
    page.click("a[href$='/account/frozen/']")
    visitor.assert_sound()
    visitor.assert_chinese()
    shot(page, "frozen-zh")
    assert visitor.open("/account/phone/").url.endswith("/account/frozen/")
