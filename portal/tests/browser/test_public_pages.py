"""Every page that needs no login, over languages, themes and widths."""

import os
from itertools import product

import pytest

PAGES = [
    "/",
    "/help/",
    "/help/code-asked-for/",
    "/privacy/",
    "/accessibility/",
    "/login/",
    "/staff/login/",
    "/nowhere/",
]
LANGUAGES, THEMES, WIDTHS = ("zh", "en"), ("light", "dark"), (320, 390, 1280)
FULL = os.environ.get("FULL_MATRIX") == "1"


def combinations() -> list[tuple[str, str, str, int]]:
    """All of them, or so many that each two values of two dimensions meet at least once."""
    everything = list(product(PAGES, LANGUAGES, THEMES, WIDTHS))
    return everything if FULL else pairwise(everything)


def pairwise(rows):
    """Greedy all-pairs: takes the row with most pairs that no row before it had."""
    left = {pair for row in rows for pair in pairs(row)}
    chosen = []
    while left:
        best = max(rows, key=lambda row: len(pairs(row) & left))
        left -= pairs(best)
        chosen.append(best)
    return chosen


def pairs(row):
    cells = list(enumerate(row))
    return {(a, b) for i, a in enumerate(cells) for b in cells[i + 1 :]}


@pytest.mark.parametrize(("path", "language", "theme", "width"), combinations())
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
