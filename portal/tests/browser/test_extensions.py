"""From a phone to the lender's desk and back: a longer deadline is asked for, given, counted,
confirmed."""

import re

import pytest

from portal.tests.browser.places import COMPLAINT, LETTER


def test_a_longer_deadline_is_asked_for_given_and_confirmed(visit, known, at_lender):
    cookies, numbers = known(LETTER)
    phone = visit(language="en", state=cookies)
    page = phone.open(f"/extensions/ask/{numbers['query']}/")
    phone.assert_sound()
    page.fill("[name=days]", "99")
    page.click("main form .btn")
    phone.assert_sound()
    assert "Enter at most 30 working days." in page.inner_text(".error-summary")
    page.fill("[name=days]", "15")
    page.click("main form .btn")
    page.wait_for_url(re.compile(r"/extensions/\d+/$"))
    phone.assert_sound()
    own = page.url
    lender = re.search(r"^(\S+) has your request", page.inner_text("main"), re.M)[1]
    reference = page.inner_text("dl.facts dd >> nth=1")

    desk = visit(language="en", width=1280, state=at_lender(lender))
    page = desk.open("/lender/extensions/")
    desk.assert_sound()
    page.click(f"tbody th a:has-text('{reference}')")
    desk.assert_sound()
    page.check("[name=decision][value=accept]")
    page.fill("[name=reason]", "Agreed: the outage was not yours.")
    page.click("main form .btn")
    page.wait_for_url("**/lender/extensions/")
    desk.assert_sound()

    page = phone.page
    page.goto(own)
    phone.assert_sound()
    assert "In force" in page.inner_text(".headline")
    assert "working days after" in page.inner_text("[aria-labelledby=counted]")
    page.click("text=Get the letter about it")
    page.wait_for_url("**/letters/**")
    assert "longer deadline" in page.inner_text("h1, main").lower()


@pytest.mark.parametrize(("language", "theme"), [("zh", "dark"), ("en", "light")])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_counted_day_is_sound(visit, known, language, theme, width):
    cookies, _ = known(COMPLAINT)
    visitor = visit(language=language, theme=theme, width=width, state=cookies)
    page = visitor.open("/extensions/")
    visitor.assert_sound()
    page.click("main .rows a")
    visitor.assert_sound()
    page.click("summary")
    visitor.assert_sound()


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_the_officers_board_is_sound(visit, administrator, language, width):
    visitor = visit(language=language, width=width, state=administrator)
    visitor.open("/desk/extensions/")
    visitor.assert_sound()
