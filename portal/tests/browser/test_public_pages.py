"""Every page that needs no login, over languages, themes and widths."""

import pytest

from portal.tests.browser.matrix import LANGUAGES, matrix

PAGES = [
    "/",
    "/help/",
    "/help/code-asked-for/",
    "/privacy/",
    "/accessibility/",
    "/login/",
    "/login/password/",
    "/login/backup/",
    "/staff/login/",
    "/nowhere/",
    "/status/",
    "/status/subscribe/",
    "/verify/",
    "/verify/00000000000000000000/",
    "/branches/",
    "/recovery/",
    "/recovery/resume/",
    "/stop/",
    "/stop/0000000000000000/",
    "/enrol/",
]


@pytest.mark.parametrize(("path", "language", "theme", "width"), matrix(PAGES))
def test_a_public_page_is_sound(visit, path, language, theme, width):
    visitor = visit(language=language, theme=theme, width=width)
    visitor.open(path)
    visitor.assert_sound()


@pytest.mark.parametrize("path", PAGES)
def test_text_twice_as_large_does_not_scroll_sideways(visit, path):
    visitor = visit(width=640)
    page = visitor.open(path)
    page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% }')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.parametrize("path", PAGES)
def test_what_is_pressed_is_large_enough(visit, path):
    """44 px high (WCAG 2.5.5) but for links within a sentence."""
    page = visit(width=390).open(path)
    # A box to tick is pressed by its label, which is around it.
    typed = "main input:not([type=checkbox]), main label:has(input), main summary"
    targets = f"header a, footer a, main .btn, main .rows a, main .back, {typed}"
    heights = page.locator(targets).evaluate_all(
        "nodes => nodes.map(node => [node.textContent.trim(), node.getBoundingClientRect()])"
        ".filter(([, box]) => box.height && box.height < 43.5).map(([text]) => text)"
    )
    assert heights == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_link_leads_to_the_same_page(visit, language):
    visitor = visit(language=language)
    page = visitor.open("/privacy/")
    page.click(".masthead-link[hreflang]")
    assert page.url == visitor.web + ("/privacy/" if language == "en" else "/en/privacy/")


def test_the_first_tab_offers_to_skip_to_the_content(visit):
    page = visit().open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
