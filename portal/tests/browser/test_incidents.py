"""An officer opens an incident by hand, speaks, ends and corrects it: phone and desktop, both
languages, every page sound."""

from typing import Any

import pytest

from portal.tests.browser.desk import WORDS, clock, send


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_an_officer_walks_an_incident_to_its_end(
    visit: Any, administrator: Any, language: str, width: int
) -> None:
    visitor = visit(language=language, width=width, state=administrator)
    page = visitor.open("/desk/incidents/open/")
    visitor.assert_sound()
    component = page.locator("[name=component] option").last.get_attribute("value")
    opened = {
        "component": component,
        "status": "major_outage",
        "began_at": clock(3),
        "title_zh": "网站无法打开",
        "title_en": "The site was down",
        **WORDS,
    }
    send(page, opened)
    visitor.assert_sound()
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    address = f"/desk/incidents/{number}/"
    visitor.open(f"{address}say/")
    visitor.assert_sound()
    send(page, {"to": "resolved", **WORDS})
    visitor.assert_sound()
    assert "IN-" in page.inner_text("main")
    visitor.open(f"{address}times/")
    visitor.assert_sound()
    send(page, {"form-0-ends_at": clock(1), "reason": "Their log says so."})
    visitor.assert_sound()
    assert page.locator("details", has_text="Their log says so.").count() == 1
    visitor.open(f"{address}postmortem/")
    visitor.assert_sound()
    with page.expect_navigation():
        page.locator("main form .btn").last.click()
    visitor.assert_sound()  # every section is missed, in words
    assert page.locator("[data-error-summary] li").count() >= 10
    visitor.open("/desk/incidents/?show=over")
    visitor.assert_sound()
    assert number in page.inner_text("main")
