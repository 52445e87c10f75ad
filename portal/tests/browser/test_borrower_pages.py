"""Every page of a borrower, and a query in each of its states, as the demo data holds them."""

import re

import pytest

from portal.tests.browser.kept import Kept
from portal.tests.browser.matrix import matrix

FRESH, WITH_REPORT = "13800000000", "13800000007"
IN_EACH_STATE = [f"138000000{number:02d}" for number in range(1, 16)]
PAGES = [
    (FRESH, "/queries/"),
    (FRESH, "/queries/new/"),
    (FRESH, "/queries/loan/"),
    (FRESH, "/account/"),
    (FRESH, "/account/email/"),
    *((phone, "/queries/{query}/") for phone in IN_EACH_STATE),
    (WITH_REPORT, "/queries/{query}/report/"),
    (WITH_REPORT, "/queries/{query}/withdraw/"),
    (WITH_REPORT, "/queries/{query}/share/"),
]


@pytest.fixture(scope="session")
def signed_in(borrower):
    """Phone -> the browser's cookies and the number of the newest query."""
    kept = Kept()

    def enter(phone):
        program = borrower(phone)
        queries = re.findall(r"/queries/([0-9A-Z]{24})/", program.get("/queries/").text)
        return program.state(), queries[0] if queries else ""

    return lambda phone: kept.get(phone, lambda: enter(phone))


@pytest.mark.parametrize(("page", "language", "theme", "width"), matrix(PAGES))
def test_a_borrowers_page_is_sound(visit, signed_in, page, language, theme, width):
    phone, path = page
    cookies, query = signed_in(phone)
    visitor = visit(language=language, theme=theme, width=width, state=cookies)
    visitor.open(path.format(query=query))
    assert path.format(query=query) in visitor.page.url
    visitor.assert_sound()


@pytest.mark.parametrize("phone", IN_EACH_STATE)
def test_each_state_names_itself_and_what_comes_next(visit, signed_in, phone):
    """Title, reason and a way on, in words: never only a colour or a code."""
    cookies, query = signed_in(phone)
    page = visit(state=cookies).open(f"/queries/{query}/")
    assert len(page.inner_text("h1")) > 4
    assert len(page.inner_text("main p:not(.notice)")) > 8
    assert query in page.inner_text("main")


def test_no_text_is_left_in_english_on_a_chinese_page(visit, signed_in):
    """Latin letters in Chinese pages are names, numbers and abbreviations, not sentences."""
    cookies, query = signed_in(WITH_REPORT)
    visitor = visit(state=cookies)
    for path in ("/queries/", f"/queries/{query}/", f"/queries/{query}/withdraw/", "/account/"):
        text = visitor.open(path).inner_text("main")
        assert re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+", text) == []
