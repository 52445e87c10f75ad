"""Staff: password and authenticator, then the admin, in both languages under the same policy."""

import pytest

from portal.tests.browser import journey
from portal.tests.browser.people import new_person


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_the_admin_is_sound(visit, administrator, language, theme):
    """All of WCAG 2.2 AA. Beyond it Django's own templates leave two points of advice open, and
    its sidebar moves the page while it loads."""
    visitor = visit(language=language, theme=theme, width=1280, state=administrator)
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


def test_nobody_finds_a_code_in_the_admin(portal, visit, administrator):
    """Neither in the list of login attempts nor in that of messages sent."""
    phone = new_person().phone
    visitor = visit()
    journey.ask_for_code(visitor, phone)
    code = portal.code(phone, after=0)
    staff = visit(width=1280, state=administrator)
    for path in ("/admin/accounts/loginchallenge/", "/admin/accounts/delivery/"):
        page = staff.open(path)
        assert code not in page.content()
        assert phone not in page.content()
