"""One person at one browser window: opens pages, and fails when the browser complains."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG, "best-practice")
LARGEST_SHIFT = 0.01
PATIENCE_SECONDS = 60
LOOK_EVERY_MS = 500
LOOKS = 4  # at a page that shows itself anew while it is looked at
# A page that answers 403, 404 or 409 in words is an answer; Chromium logs it as a failed load.
EXPECTED = ("the server responded with a status of 4",)

WATCH = """
addEventListener("securitypolicyviolation", event =>
  complain(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
addEventListener("unhandledrejection", event => complain(`rejected: ${event.reason}`));
"""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  const add = entry => { sum += entry.hadRecentInput ? 0 : entry.value; };
  new PerformanceObserver(list => list.getEntries().forEach(add))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 50);
})"""
AXE_RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(found =>
  found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).join(", ")}`))"""


@dataclass
class Visitor:
    context: BrowserContext
    web: str
    language: str = "zh"
    javascript: bool = True
    complaints: list[str] = field(default_factory=list)
    listening: bool = True

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        self.page.on("console", self._heard)
        self.context.expose_binding("complain", lambda _, text: self.complain(text))
        self.context.add_init_script(WATCH)

    def complain(self, text: str) -> None:
        if self.listening:
            self.complaints.append(f"{self.page.url}: {text}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.complain(message.text)

    def open(self, path: str) -> Page:
        """The page at this path, in the visitor's language."""
        prefix = "/en" if self.language == "en" else ""
        self.page.goto(self.web + prefix + path)
        return self.page

    def until(self, path: str, selector: str) -> None:
        """Opens the page again and again until it shows this: somebody else works on it."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not self.open(path).locator(selector).count():
            assert time.monotonic() < give_up, f"{self.page.url} never shows {selector}"
            self.page.wait_for_timeout(LOOK_EVERY_MS)

    def assert_sound(self) -> None:
        """No accessibility violation, no complaint, nothing sideways, nothing that jumps."""
        for left in reversed(range(LOOKS)):
            try:
                self._assert_sound()
                break
            except Error as error:
                if "navigation" not in str(error) or not left:
                    raise
            # What the page waited for came, and it showed itself anew.
            self.page.wait_for_load_state()

    def _assert_sound(self) -> None:
        self.assert_usable(RULES)
        if self.javascript:
            shift = self.page.evaluate(SHIFT)
            assert shift <= LARGEST_SHIFT, f"{self.page.url} shifts by {shift}"

    def assert_chinese(self) -> None:
        """Latin letters in Chinese pages are names, numbers and abbreviations, not sentences."""
        sentences = re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+", self.page.inner_text("main"))
        assert sentences == [], self.page.url

    def assert_usable(self, rules: Sequence[str] = WCAG) -> None:
        """In its language, without complaint, violation of these rules or scrolling sideways."""
        language = (self.page.get_attribute("html", "lang") or "").lower()
        assert language.startswith("en" if self.language == "en" else "zh-hans"), self.page.url
        assert self.complaints == []
        if not self.javascript:  # what follows asks the page by scripts
            return
        widths = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], f"{self.page.url} is {widths[0]} px wide"
        violations = self.violations(rules)
        assert not violations, f"{self.page.url}: {violations}"

    def violations(self, rules: Sequence[str] = RULES) -> list[Any]:
        self.listening = False  # axe itself styles elements, which the policy forbids
        try:
            self.page.evaluate(AXE.read_text())
            return self.page.evaluate(AXE_RUN, list(rules))
        finally:
            self.listening = True
