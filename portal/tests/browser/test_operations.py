"""The operations page: sound in both languages, alive by script, whole without it, and forced by
keyboard."""

import pytest

from portal.tests.browser.matrix import LANGUAGES

PAGES = (
    "/operations/",
    "/operations/force/pboc/open/",
    "/operations/force/backlog/open/",
    "/operations/maintenance/",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "theme"), [("zh", "dark"), ("en", "light")])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_sound(visit, administrator, path, language, theme, width):
    visitor = visit(language=language, theme=theme, width=width, state=administrator)
    visitor.open(path)
    visitor.assert_sound()


def test_the_figures_renew_themselves(visit, administrator):
    page = visit(width=1280, state=administrator, language="en").open("/operations/")
    shown = page.inner_text('[data-figure="time"]')
    page.wait_for_function(
        "shown => document.querySelector('[data-figure=time]').textContent !== shown", arg=shown
    )
    assert page.is_hidden("[data-changed]")


def test_a_route_is_cut_off_and_released_by_keyboard(visit, administrator):
    visitor = visit(width=1280, state=administrator, language="en")
    page = visitor.open("/operations/force/bank.southwest/open/")
    page.focus("[name=hours]")
    page.keyboard.press("Tab")
    page.keyboard.type("by keyboard")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.assert_sound()
    card = page.locator("article", has=page.get_by_text("bank.southwest", exact=True))
    assert "Forced by administrator" in card.inner_text()
    assert "by keyboard" in card.inner_text()
    card.get_by_role("link", name="Release").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("main form button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Forced by" not in card.inner_text()


def test_who_looks_is_told_that_routes_changed_and_is_not_interrupted(visit, administrator):
    watching = visit(width=1280, state=administrator, language="en").open("/operations/")
    acting = visit(width=390, state=administrator, javascript=False)
    page = acting.open("/operations/force/bank.south/open/")
    page.fill("[name=reason]", "切换演练")
    page.click("main form button")
    watching.wait_for_selector("[data-changed]:not([hidden])")
    assert watching.inner_text('[data-figure="bank.south state"]') == "cut off"
    page.click("text=解除强制")
    page.click("main form button")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_whole_without_the_script(visit, administrator, language):
    visitor = visit(language=language, state=administrator, javascript=False)
    page = visitor.open("/operations/")
    visitor.assert_usable()
    assert page.locator("article.route").count() == 6
    assert page.locator("figure svg").count() == 3
    page.click("figure details summary >> nth=0")
    assert page.locator("figure details table >> nth=0").locator("tbody tr").count() == 60
