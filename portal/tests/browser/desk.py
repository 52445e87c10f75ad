"""What an officer does at a desk, form by form."""

import datetime as dt
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from portal.tests.browser.visitor import Visitor

BEIJING = ZoneInfo("Asia/Shanghai")
WORDS = {"text_zh": "网站暂时无法打开，正在查找原因。", "text_en": "The site cannot be opened."}


def clock(hours_ago: float) -> str:
    """As an input of day and time wants it."""
    moment = dt.datetime.now(BEIJING) - dt.timedelta(hours=hours_ago)
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def send(page: Page, values: dict[str, str]) -> None:
    """Fill in the form below what the page says, by the names of its fields, and send it."""
    for name, value in values.items():
        field = page.locator(f"main form [name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        page.locator("main form .btn").last.click()


def open_incident(officer: Visitor, component: str, title: str, *, hours_ago: float) -> str:
    """An outage opened by hand; gives its number. `component` as the form calls it."""
    page = officer.open("/desk/incidents/open/")
    option = page.locator("[name=component] option", has_text=component)
    opened = {
        "component": option.get_attribute("value") or "",
        "status": "major_outage",
        "began_at": clock(hours_ago),
        "title_zh": title,
        "title_en": "The outage of the journey",
        **WORDS,
    }
    send(page, opened)
    return page.url.rstrip("/").rsplit("/", 1)[1]


def resolve(officer: Visitor, incident: str) -> None:
    send(officer.open(f"/desk/incidents/{incident}/say/"), {"to": "resolved", **WORDS})


def propose_compensation(officer: Visitor, incident: str) -> None:
    send(officer.open(f"/desk/compensation/propose/{incident}/"), {"reason": "按规则核算"})


def approve_compensation(officer: Visitor, incident: str) -> None:
    """The batch is decided on once the workers have put it together."""
    officer.until("/desk/compensation/", f".rows li:has-text('{incident}') a[href*='/batches/']")
    page = officer.page
    page.click(f".rows li:has-text('{incident}') a[href*='/batches/']")
    with page.expect_navigation():
        page.click("[name=decision][value=approve]")
