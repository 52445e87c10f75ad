"""Staff and borrowers kept apart, as each sees it: a phone in Chinese, a desk, no script."""

import pytest

from portal.tests.browser import journey
from portal.tests.browser.journey import submit
from portal.tests.browser.people import new_person
from portal.tests.browser.visitor import Visitor

QUEUE = "/desk/reviews/"
TRAINING = "/staff/training/"


def check_sound(visitor: Visitor) -> None:
    visitor.assert_sound()
    if visitor.language == "zh":
        visitor.assert_chinese()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_officers_browser_lets_no_borrower_in(portal, visit, officer, language):
    """The officer has the borrower's phone in the hand, and still cannot get in."""
    phone = new_person().phone
    visitor = visit(language=language, state=officer("loan_officer"))
    # Logged in as staff: the session goes, the browser's mark stays.
    visitor.context.clear_cookies(name="sessionid")
    before = len(portal.messages(phone))
    journey.ask_for_code(visitor, phone)
    page = visitor.page
    page.fill("[name=code]", portal.code(phone, after=before))
    submit(page)
    assert page.url.endswith("/login/code/")
    assert page.is_visible("[data-error-summary]")
    check_sound(visitor)
    visitor.open("/queries/")
    assert "/login/" in page.url


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_without_scripts_stops_the_code(portal, visit, language):
    """From the code page: one link, one press; the code that came is void."""
    phone = new_person().phone
    visitor = visit(language=language, javascript=False)
    before = len(portal.messages(phone))
    journey.ask_for_code(visitor, phone)
    code = portal.code(phone, after=before)
    page = visitor.page
    page.click("main a[href$='/login/asked/']")
    check_sound(visitor)
    page.locator("main form .btn").first.click()
    page.wait_for_url("**/login/asked/told/")
    check_sound(visitor)
    visitor.open("/login/code/")
    assert page.url.endswith("/login/"), "there is nothing to enter the code into"
    assert len(code) == 6


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_sound_with_scripts_and_what_is_said_goes_with_it(visit, theme):
    visitor = visit(theme=theme)
    page = visitor.open("/login/asked/")
    check_sound(visitor)
    page.check("[name=by][value=staff]")
    page.check("[name=through][value=wechat]")
    page.fill("[name=officer]", "小王")
    page.fill("[name=words]", "自称客服，要我念验证码")
    page.locator("main form .btn").last.click()
    page.wait_for_url("**/login/asked/told/")
    check_sound(visitor)


def test_with_a_session_everybody_is_out_and_a_complaint_is_there(portal, visit):
    phone = new_person().phone
    visitor = visit()
    journey.log_in(portal, visitor, phone)
    page = visitor.open("/login/asked/")
    check_sound(visitor)
    page.locator("main form .btn").first.click()
    page.wait_for_url("**/login/asked/told/")
    check_sound(visitor)
    visitor.open("/account/")
    assert "/login/" in page.url


@pytest.mark.parametrize(("javascript", "language"), [(True, "zh"), (False, "en")])
def test_the_borrower_waits_for_a_phrase(borrower, visit, javascript, language):
    visitor = visit(language=language, javascript=javascript, state=borrower("13800000000").state())
    page = visitor.open("/account/caller/")
    check_sound(visitor)
    if page.locator("main form .btn").count():
        with page.expect_navigation():
            page.locator("main form .btn").first.click()
    assert page.locator("main [role=status]").count()
    check_sound(visitor)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_training_page_is_sound_and_names_what_is_wrong(visit, officer, language):
    visitor = visit(language=language, width=1280, state=officer("loan_officer"))
    page = visitor.open(TRAINING)
    check_sound(visitor)
    page.check("[name=code][value=take]")
    with page.expect_navigation():
        page.locator("main form .btn").first.click()
    assert page.is_visible("[data-error-summary]")
    check_sound(visitor)
