"""Each citation stands in the official text, under the article that it names.

laws/ holds the texts as published (texts of law are free of copyright); a name ends in its version.
"""

from pathlib import Path

import pytest
from django.utils import translation

from portal import law

LAWS = Path(__file__).parent / "laws"


def articles(name: str, version: str) -> dict[str, str]:
    """Heading (第十七条) to the text of the article."""
    found: dict[str, str] = {}
    heading = ""
    for line in (LAWS / f"{name}({version}).md").read_text().splitlines():
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        if first.startswith("第") and first.endswith("条"):
            heading = first
        found[heading] = found.get(heading, "") + line
    return found


@pytest.mark.parametrize("article", law.ARTICLES, ids=str)
def test_the_wording_is_the_laws_own(article):
    assert article.wording in articles(article.law, article.version)[article.heading]


def test_a_citation_reads_in_both_languages():
    with translation.override("zh-hans"):
        assert str(law.TWO_FREE_REPORTS) == "《征信业管理条例》第十七条"
    with translation.override("en"):
        assert str(law.TWO_FREE_REPORTS) == (
            "Regulation on the Administration of Credit Reporting, Article 17"
        )


@pytest.mark.parametrize(
    ("number", "heading"),
    [
        (10, "第十条"),
        (15, "第十五条"),
        (20, "第二十条"),
        (51, "第五十一条"),
        (100, "第一百条"),
        (110, "第一百一十条"),
        (203, "第二百零三条"),
        (590, "第五百九十条"),
    ],
)
def test_headings_are_numbered_as_in_the_law(number, heading):
    assert law.Article(law.CREDIT, number, "").heading == heading
