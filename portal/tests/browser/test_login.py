"""Logging in: by keyboard alone, with typing errors, with a second message."""

import re

from playwright.sync_api import expect

from portal.tests.browser import journey
from portal.tests.browser.people import new_person, wrong

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def test_by_keyboard_alone(portal, visit):
    person = new_person()
    page = visit().open("/login/")
    tab_to(page, "phone")
    page.keyboard.type(f"+86 {person.phone[:3]} {person.phone[3:7]} {person.phone[7:]}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code/")
    code = portal.code(person.phone, after=0)
    tab_to(page, "code")
    page.keyboard.type(f"{code[:3]} {code[3:]}".translate(FULL_WIDTH))
    page.keyboard.press("Enter")
    page.wait_for_url("**/queries/")


def tab_to(page, name, at_most=10):
    for _ in range(at_most):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is more than {at_most} tabs away")


def test_an_error_is_read_out_first_and_leads_to_the_field(visit):
    visitor = visit()
    page = visitor.open("/login/")
    page.fill("[name=phone]", "12345")
    journey.submit(page)
    summary = page.locator("[data-error-summary]")
    assert summary.evaluate("node => node === document.activeElement")
    assert page.title().startswith("错误：")
    summary.locator("a").first.click()
    assert page.evaluate("document.activeElement.name") == "phone"
    assert page.get_attribute("[name=phone]", "aria-invalid") == "true"
    described = page.get_attribute("[name=phone]", "aria-describedby").split()
    assert "11位大陆手机号码" in " ".join(page.inner_text(f"#{name}") for name in described)
    visitor.assert_sound()


def test_a_wrong_code_says_so_and_the_right_one_still_works(portal, visit):
    person = new_person()
    visitor = visit(language="en", theme="dark")
    journey.ask_for_code(visitor, person.phone)
    visitor.assert_sound()
    code = portal.code(person.phone, after=0)
    visitor.page.fill("[name=code]", wrong(code))
    journey.submit(visitor.page)
    assert visitor.page.is_visible("[data-error-summary]")
    assert visitor.page.input_value("[name=code]") != code
    visitor.assert_sound()
    visitor.page.fill("[name=code]", code)
    journey.submit(visitor.page)
    visitor.page.wait_for_url("**/queries/")


def test_five_wrong_codes_end_the_attempt(portal, visit):
    person = new_person()
    visitor = visit()
    journey.ask_for_code(visitor, person.phone)
    code = portal.code(person.phone, after=0)
    for _ in range(5):
        visitor.page.fill("[name=code]", wrong(code))
        journey.submit(visitor.page)
    visitor.page.fill("[name=code]", code)
    journey.submit(visitor.page)
    assert "/login/code/" in visitor.page.url
    assert visitor.page.is_visible("[data-error-summary]")
    visitor.assert_sound()


def test_a_second_message_is_promised_for_a_clock_time(portal, visit):
    person = new_person()
    visitor = visit()
    journey.ask_for_code(visitor, person.phone)
    assert re.search(r"\d\d:\d\d", visitor.page.inner_text("main"))


def test_the_code_is_offered_by_the_phone(visit):
    """One field, marked so that Chromium and iOS fill it in; nothing limits what may be pasted."""
    visitor = visit()
    journey.ask_for_code(visitor, new_person().phone)
    field = visitor.page.locator("[name=code]")
    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"
    assert field.get_attribute("maxlength") is None


def test_a_logged_out_browser_sees_nothing(portal, visit):
    person = new_person()
    visitor = visit()
    journey.log_in(portal, visitor, person.phone)
    visitor.open("/account/")
    visitor.assert_sound()
    visitor.page.click('form[action$="/logout/"] button')
    visitor.open("/queries/")
    assert "/login/" in visitor.page.url


def test_an_idle_session_warns_in_time_and_can_be_kept(portal, visit):
    visitor = visit()
    journey.log_in(portal, visitor, new_person().phone)
    page = visitor.page
    page.clock.install()
    visitor.open("/account/")
    warning = page.locator("[data-idle]")
    assert not warning.is_visible()
    page.clock.fast_forward("13:00")
    expect(warning).to_be_visible()
    visitor.assert_usable()
    warning.locator("button").click()
    expect(warning).to_be_hidden()
