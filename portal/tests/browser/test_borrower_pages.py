"""Every page of a borrower, and a query in each of its states, as the demo data holds them."""

import pytest

from portal.tests.browser.matrix import matrix

FRESH, WITH_REPORT = "13800000000", "13800000007"
IN_EACH_STATE = [f"138000000{number:02d}" for number in range(1, 16)]
PAGES = [
    (FRESH, "/queries/"),
    (FRESH, "/queries/new/"),
    (FRESH, "/queries/loan/"),
    (FRESH, "/account/"),
    (FRESH, "/account/email/"),
    (FRESH, "/account/sessions/"),
    (FRESH, "/account/numbers/"),
    (FRESH, "/account/factors/"),
    (FRESH, "/account/factors/app/"),
    (FRESH, "/account/factors/codes/"),
    (FRESH, "/account/factors/password/"),
    *((phone, "/queries/{query}/") for phone in IN_EACH_STATE),
    (WITH_REPORT, "/queries/{query}/report/"),
    (WITH_REPORT, "/queries/{query}/withdraw/"),
    (WITH_REPORT, "/queries/{query}/share/"),
]


@pytest.mark.parametrize(("page", "language", "theme", "width"), matrix(PAGES))
def test_a_borrowers_page_is_sound(visit, known, page, language, theme, width):
    phone, path = page
    cookies, numbers = known(phone)
    visitor = visit(language=language, theme=theme, width=width, state=cookies)
    visitor.open(path.format(**numbers))
    assert path.format(**numbers) in visitor.page.url
    visitor.assert_sound()


@pytest.mark.parametrize("phone", IN_EACH_STATE)
def test_each_state_names_itself_and_what_comes_next(visit, known, phone):
    """Title, reason and a way on, in words: never only a colour or a code."""
    cookies, numbers = known(phone)
    page = visit(state=cookies).open(f"/queries/{numbers['query']}/")
    assert len(page.inner_text("h1")) > 4
    assert len(page.inner_text("main p:not(.notice)")) > 8
    assert numbers["query"] in page.inner_text("main")


def test_no_text_is_left_in_english_on_a_chinese_page(visit, known):
    cookies, numbers = known(WITH_REPORT)
    query = numbers["query"]
    visitor = visit(state=cookies)
    for path in ("/queries/", f"/queries/{query}/", f"/queries/{query}/withdraw/", "/account/"):
        visitor.open(path)
        visitor.assert_chinese()
