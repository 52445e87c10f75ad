"""A borrower on a phone hands in three documents, sees them once more, sends them; and the pages of
reviews in every language, theme and width. Comes before the desk's journeys, by its name: they
decide the demonstration's case, which is still to be taken back here."""

import re

import pytest
from playwright.sync_api import expect

from portal.tests.browser.journey import PATIENCE_MS, submit
from portal.tests.browser.matrix import matrix
from reviews.tests.papers import PASSWORD, pdf, photo

REFUSED_QUERY, STRANGERS_QUERY = "13800000008", "13800000009"
IN_REVIEW, APPROVED, REFUSED = "13800000010", "13800000011", "13800000012"
PAGES = [
    (IN_REVIEW, "/queries/{query}/review/"),
    (IN_REVIEW, "/queries/{query}/review/withdraw/"),
    (IN_REVIEW, "/queries/{query}/review/documents/{document}/"),
    (APPROVED, "/queries/{query}/review/"),
    (REFUSED, "/queries/{query}/review/"),
    (REFUSED, "/queries/{query}/review/object/"),
    ("13800000006", "/queries/{query}/review/"),
    ("13800000000", "/branches/"),
]


def hand_in(visitor, kind, name, mime, data):
    """From the page of the review to the page of the kind and back."""
    page = visitor.page
    page.click(f"a[href$='/add/{kind}/']")
    visitor.assert_sound()
    page.set_input_files("[name=file]", {"name": name, "mimeType": mime, "buffer": data})
    submit(page)


def wait_until_checked(visitor, path, count):
    """The page looks again by itself; without the script it does so, too."""
    tags = visitor.page.locator(".rows .tag--good, .rows .tag--caution")
    tags.nth(count - 1).wait_for(timeout=PATIENCE_MS)
    assert path in visitor.page.url


@pytest.mark.parametrize(("phone", "javascript"), [(REFUSED_QUERY, True), (STRANGERS_QUERY, False)])
def test_three_documents_are_handed_in_on_a_phone(visit, known, phone, javascript):
    cookies, numbers = known(phone)
    visitor = visit(state=cookies, javascript=javascript)
    page = visitor.open(f"/queries/{numbers['query']}/")
    page.click("a[href$='/review/']")
    visitor.assert_sound()
    submit(page)
    visitor.assert_sound()
    hand_in(visitor, "statement", "流水.pdf", "application/pdf", b"<html>not a statement")
    assert "不能接收这种文件" in page.inner_text(".error-summary")
    visitor.assert_sound()
    page.click(".back")
    hand_in(visitor, "statement", "流水.pdf", "application/pdf", pdf(2, password=PASSWORD))
    hand_in(visitor, "social_insurance", "社保.jpg", "image/jpeg", photo())
    hand_in(visitor, "printed_report", "报告.png", "image/png", photo("PNG"))
    wait_until_checked(visitor, "/review/", 3)
    visitor.assert_sound()

    page.click(".rows a:has(.tag--caution)")
    visitor.assert_sound()
    page.fill("[name=password]", PASSWORD)
    submit(page)
    page.locator(".sheets img").first.wait_for(timeout=PATIENCE_MS)
    visitor.assert_sound()
    page.click(".back")

    page.click("a[href$='/send/']")
    expect(page.locator(".sheets img")).to_have_count(4)
    if javascript:
        for image in page.locator(".sheets img").all():
            image.scroll_into_view_if_needed()
            image.evaluate("image => image.decode()")  # waits for it, and fails where it is broken
    visitor.assert_sound()
    submit(page)
    number = page.inner_text("dl.facts .code")
    assert re.fullmatch(r"RG-\d{8}-[0-9A-Z]{6}", number)
    visitor.assert_sound()
    assert "最迟决定日" in page.inner_text("dl.facts")


@pytest.mark.parametrize(("page", "language", "theme", "width"), matrix(PAGES))
def test_a_page_of_reviews_is_sound(visit, known, page, language, theme, width):
    phone, path = page
    cookies, numbers = known(phone)
    where = path.format(**numbers)
    visitor = visit(language=language, theme=theme, width=width, state=cookies)
    visitor.open(where)
    assert where in visitor.page.url
    visitor.assert_sound()


def test_a_place_is_found_without_login(visit):
    visitor = visit(javascript=False)
    page = visitor.open("/branches/")
    page.select_option("[name=province]", "云岭省")
    page.select_option("[name=kind]", "machine")
    submit(page)
    assert page.locator("main .card h2").count() == 3
    assert "海州省" not in page.inner_text("main .card:last-of-type dl")


def test_no_text_is_left_in_english_on_a_chinese_page(visit, known):
    for phone in (IN_REVIEW, APPROVED, REFUSED):
        cookies, numbers = known(phone)
        visitor = visit(state=cookies)
        visitor.open(f"/queries/{numbers['query']}/review/")
        visitor.assert_chinese()
