"""A borrower whose login is held: on a phone until people release it; two officers at their desk.

Somebody was asked for the code and froze the account; a new browser then is more likely somebody
else's, and waits. Chinese with the script, English without.
"""

import re
import time

import pytest

from portal.tests.browser import journey
from portal.tests.browser.people import new_person

DESK = "/desk/logins/"
FIRST, SECOND = "risk_officer", "compliance_officer"
PATIENCE_SECONDS = 90  # a number gets one code a minute


def freeze(portal, visitor, phone):
    """Log in, and say there that somebody asked for the code."""
    journey.log_in(portal, visitor, phone)
    journey.submit(visitor.open("/login/asked/"))


def ask_until_sent(visitor, phone):
    give_up = time.monotonic() + PATIENCE_SECONDS
    page = visitor.open("/login/")
    while not page.url.endswith("/login/code/"):
        assert time.monotonic() < give_up, page.inner_text("main")
        page.fill("[name=phone]", phone)
        journey.submit(page)
        page.wait_for_timeout(1000)


@pytest.fixture(scope="module")
def phones():
    return {"zh": new_person().phone, "en": new_person().phone}


@pytest.fixture
def frozen(portal, visit, phones):
    """Both, so that the minute between two codes passes once."""
    for phone in phones.values():
        if not portal.messages(phone):
            freeze(portal, visit(), phone)
    return phones


@pytest.mark.parametrize(("language", "javascript"), [("zh", True), ("en", False)])
def test_a_held_borrower_goes_on_once_two_officers_agree(
    portal, visit, officer, frozen, language, javascript
):
    phone = frozen[language]
    borrower = visit(language=language, javascript=javascript)
    before = len(portal.messages(phone))
    ask_until_sent(borrower, phone)
    page = borrower.page
    page.fill("[name=code]", portal.code(phone, after=before))
    journey.submit(page)
    assert page.url.endswith("/login/held/")
    borrower.assert_sound()
    if language == "zh":
        borrower.assert_chinese()
    number = re.search(r"HL-[0-9A-Z]{8}", page.inner_text("main"))[0]
    page.fill("[name=said]", "换了新手机")
    page.locator("form[action$='/say/'] button").click()
    page.wait_for_url("**/login/held/")
    assert "换了新手机" in page.inner_text("main")

    first = visit(language=language, width=1280, state=officer(FIRST))
    page = first.open(DESK)
    first.assert_sound()
    page.click(f"a:has-text('{number}')")
    first.assert_sound()
    assert "换了新手机" in page.inner_text("main") and phone not in page.content()
    page.select_option("[name=reason]", "spoken")
    page.fill("[name=note]", "拨打原有号码核实")
    journey.submit(page)

    second = visit(language=language, width=390, state=officer(SECOND))
    page = second.open(f"{DESK}{number}/")
    second.assert_sound()
    with page.expect_navigation():
        page.click("[name=decision][value=agree]")

    page = borrower.open("/login/held/")
    borrower.assert_sound()
    journey.submit(page)
    page.wait_for_url("**/queries/")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_desk_of_held_logins_is_sound(visit, officer, width):
    visitor = visit(width=width, theme="dark", state=officer(FIRST))
    visitor.open(DESK)
    visitor.assert_sound()
    visitor.assert_chinese()
    assert not re.findall("[您你]", visitor.page.inner_text("main"))
