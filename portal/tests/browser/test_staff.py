"""Staff: password and authenticator, then the admin, in both languages under the same policy."""

import base64

import pytest
from django_otp.oath import totp

from portal.tests.browser import journey
from portal.tests.browser.people import new_person
from portal.tests.browser.visitor import Visitor

STEP_SECONDS = 30


def enter(visitor, account):
    """Password, then the authenticator's number of this half minute."""
    page = visitor.open("/admin/")
    visitor.assert_sound()
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    journey.submit(page)
    visitor.assert_sound()
    key = base64.b32decode(account["totp_secret"])
    page.fill("[name=otp_token]", f"{totp(key, step=STEP_SECONDS, t0=0, drift=0):06d}")
    journey.submit(page)


@pytest.fixture(scope="module")
def cookies(portal, chromium):
    """An administrator's session: a number of the authenticator opens one login only."""
    context = chromium.new_context(viewport={"width": 1280, "height": 844}, locale="zh-CN")
    visitor = Visitor(context, portal.web)
    enter(visitor, portal.account("administrator"))
    visitor.page.wait_for_url("**/admin/")
    assert visitor.complaints == []
    state = context.storage_state()
    context.close()
    return state


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_the_admin_is_sound(visit, cookies, language, theme):
    """All of WCAG 2.2 AA. Beyond it Django's own templates leave two points of advice open, and
    its sidebar moves the page while it loads."""
    visitor = visit(language=language, theme=theme, width=1280, state=cookies)
    page = visitor.open("/admin/")
    visitor.assert_usable()
    lists = page.locator("#content-main th a").evaluate_all("links => links.map(link => link.href)")
    assert len(lists) > 8
    for address in lists:
        page.goto(address)
        visitor.assert_usable()
        first = page.locator("#result_list tbody th a").first
        if first.count():
            first.click()
            visitor.assert_usable()


def test_a_password_alone_opens_nothing(portal, visit):
    account = portal.account("auditor")
    visitor = visit(width=1280)
    page = visitor.open("/admin/")
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    journey.submit(page)
    page.fill("[name=otp_token]", "000000")
    journey.submit(page)
    assert page.is_visible("[data-error-summary]")
    visitor.open("/admin/")
    assert "/staff/login/" in page.url


def test_nobody_finds_a_code_in_the_admin(portal, visit, cookies):
    """Neither in the list of login attempts nor in that of messages sent."""
    phone = new_person().phone
    visitor = visit()
    journey.ask_for_code(visitor, phone)
    code = portal.code(phone, after=0)
    staff = visit(width=1280, state=cookies)
    for path in ("/admin/accounts/loginchallenge/", "/admin/accounts/delivery/"):
        page = staff.open(path)
        assert code not in page.content()
        assert phone not in page.content()
