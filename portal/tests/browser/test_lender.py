"""A lender's pages, sound in both languages; and a report that passes from the borrower's phone to
the lender's desk, once."""

import pytest

WITH_REPORT = "13800000007"
PAGES = (
    "/lender/",
    "/lender/loans/",
    "/lender/loans/?show=near&reference=x",
    "/lender/extensions/",
    "/lender/letters/",
    "/lender/notices/",
    "/lender/users/",
)
LISTS = ("/lender/loans/?show=all", "/lender/letters/", "/lender/notices/", "/lender/extensions/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "theme"), [("zh", "dark"), ("en", "light")])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_sound(visit, at_lender, path, language, theme, width):
    visitor = visit(language=language, theme=theme, width=width, state=at_lender("远山银行"))
    visitor.open(path)
    visitor.assert_sound()


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("lender", "width"), [("远山银行", 1280), ("青禾消费金融", 390)])
def test_what_a_list_leads_to_is_sound(visit, at_lender, path, lender, width):
    visitor = visit(width=width, state=at_lender(lender))
    page = visitor.open(path)
    rows = page.locator("main .rows a, main tbody th a")
    if rows.count():
        rows.first.click()
        visitor.assert_sound()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_report_passes_to_the_desk_once(visit, known, at_lender, javascript):
    cookies, numbers = known(WITH_REPORT)
    phone = visit(language="en", state=cookies, javascript=javascript)
    page = phone.open(f"/queries/{numbers['query']}/share/")
    phone.assert_sound()
    lender = page.inner_text("dl.facts dd >> nth=1").partition("（")[0]
    page.check("[name=agree]")
    page.click("main form .btn")
    phone.assert_sound()
    link = page.inner_text(".notice--good .code")

    desk = visit(width=1280, state=at_lender(lender), javascript=javascript)
    page = desk.page
    page.goto(desk.web + link[link.index("/lender/link/") :])
    desk.assert_sound()
    page.click("main form button")
    desk.assert_usable()
    assert page.locator("article.report").count() == 1
    assert page.locator("main form").count() == 0

    later = phone.open(f"/queries/{numbers['query']}/share/")
    assert lender in later.inner_text("section[aria-labelledby=looks]")
    later.click("text=Take back")
    assert "It opens nothing any more" in later.inner_text("main")
    assert page.reload().status == 410
    desk.assert_sound()
