"""Officers at their desk: the next case, a recommendation, a second pair of eyes; keys, too."""

import re

import pytest

from portal.management.demo_reviews import IN_REVIEW
from portal.tests.browser.journey import submit
from portal.tests.browser.matrix import matrix

MAKER, CHECKER = "loan_officer", "risk_officer"
QUEUE = "/desk/reviews/"
WORKLOAD = "/desk/reviews/workload/"
PAGES = [
    (MAKER, QUEUE),
    (CHECKER, QUEUE + "?overdue=on"),
    ("auditor", QUEUE + "?state=approved"),
    (MAKER, "{case}"),
    ("compliance_officer", "{case}"),
    (MAKER, "{document}"),
    (MAKER, "{document}?zoom=3"),
    (MAKER, "{case}note/"),
    (MAKER, "{case}recommend/"),
    (MAKER, "{case}request/"),
    (CHECKER, "{case}check/"),
    (CHECKER, "{case}hand-over/"),
    (CHECKER, "{case}release/"),
    (CHECKER, "{case}recuse/"),
    (CHECKER, "{case}reveal/"),
    (MAKER, "{case}add/"),
    (CHECKER, WORKLOAD),
    ("auditor", WORKLOAD + "?days=366"),
]


@pytest.fixture(scope="session")
def waiting(portal, chromium, officer):
    """The address of a case of the demonstration that nobody has decided, and of its document."""
    context = chromium.new_context(storage_state=officer("auditor"))
    page = context.new_page()
    page.goto(portal.web + QUEUE)
    case = page.locator("[data-row]").first.get_attribute("href")
    page.goto(portal.web + case)
    document = page.locator("a[href*='/documents/']").first.get_attribute("href")
    context.close()
    return {"case": case, "document": document}


@pytest.mark.parametrize(("page", "language", "theme", "width"), matrix(PAGES, widths=(390, 1280)))
def test_a_page_of_the_desk_is_sound_and_says_you_to_nobody(
    visit, officer, waiting, page, language, theme, width
):
    role, path = page
    visitor = visit(language=language, theme=theme, width=width, state=officer(role))
    visitor.open(path.format(**waiting))
    visitor.assert_sound()
    if language == "zh":
        visitor.assert_chinese()
        text = visitor.page.inner_text("main")
        assert not re.findall("[您你]", text), visitor.page.url


def test_keys_go_through_the_queue(visit, officer, waiting):
    visitor = visit(language="en", width=1280, state=officer("auditor"))
    page = visitor.open(QUEUE)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(waiting["case"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.hasAttribute('data-row')")
    page.keyboard.press("?")
    assert page.locator("details[data-key='?']").evaluate("list => list.open")
    visitor.assert_sound()
    page.focus("select[name=state]")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.name") == "state"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_more_is_asked_for_and_answered_on_a_phone(visit, officer, waiting, known, language):
    """The borrower reads what is missing, cannot send nothing, and answers; then it waits again."""
    maker = visit(language=language, width=1280, state=officer(MAKER))
    page = maker.open(waiting["case"])
    submit_form(page, "claim")
    page.click("nav a[href$='/request/']")
    maker.assert_sound()
    page.check("[name=reasons][value=holder-missing]")
    page.fill("[name=text]", "请补充流水首页。")
    submit(page)

    cookies, numbers = known(IN_REVIEW)
    asked = visit(language=language, state=cookies)
    page = asked.open(f"/queries/{numbers['query']}/review/")
    assert page.locator(".notice", has_text="请补充流水首页。").is_visible()
    asked.assert_sound()
    page.click("a[href$='/answer/']")
    asked.assert_sound()
    submit(page)
    assert page.is_visible("[data-error-summary]")
    page.fill("[name=text]", "户名在第一页右上角。")
    submit(page)
    page.wait_for_url(f"**/queries/{numbers['query']}/review/")
    asked.assert_sound()
    page = maker.open(waiting["case"])
    assert "户名在第一页右上角。" in page.inner_text(".said > li")
    assert page.is_visible("form[action$='/claim/']")


def test_the_figures_are_kept_as_a_file(visit, officer):
    page = visit(width=1280, state=officer(CHECKER)).open(WORKLOAD)
    assert page.locator("figure.chart svg").count() == 2
    with page.expect_download() as coming:
        page.click("a[href*='.csv']")
    assert coming.value.path().read_bytes().startswith("\ufeff".encode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_next_case_to_the_second_officer(visit, officer, waiting, language):
    """In the first language the second officer sends it back, in the other one agrees."""
    maker = visit(language=language, width=1280, state=officer(MAKER))
    page = maker.open(QUEUE)
    page.keyboard.press("n")
    page.wait_for_url("**/desk/reviews/RG-*/")
    case = page.url
    maker.assert_sound()
    page.click("a[href*='/documents/']")
    maker.assert_sound()
    page.locator(".sheet image").wait_for()
    page.goto(case)
    submit_form(page, "recommend")
    assert page.is_visible("[data-error-summary]")
    maker.assert_sound()
    page.check("[name=outcome][value=approve]")
    page.check("[name=reasons_for][value=income-shown]")
    page.fill("[name=text]", "三个月工资收入连续。")
    submit(page)
    page.wait_for_url("**/desk/reviews/RG-*/")
    maker.assert_sound()

    checker = visit(language=language, width=1280, state=officer(CHECKER))
    page = checker.page
    page.goto(case)
    submit_form(page, "claim")
    checker.assert_sound()
    assert "三个月工资收入连续。" in page.inner_text("[aria-labelledby=recommendation]")
    page.check(f"[name=agrees][value={'no' if language == 'zh' else 'yes'}]")
    if language == "zh":
        page.check("[name=reasons][value=evidence-overlooked]")
    page.fill("[name=text]", "九月只有一笔。")
    submit_form(page, "check")
    checker.assert_sound()
    kinds = page.locator(".said > li strong").all_inner_texts()
    assert kinds[0] == ("退回重新审核" if language == "zh" else "decided"), kinds


def submit_form(page, act):
    with page.expect_navigation():
        page.click(f"form[action$='/{act}/'] button")
