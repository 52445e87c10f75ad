"""Fixtures of the journeys: one running portal, one Chromium, visitors on demand."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from portal.tests.browser import journey
from portal.tests.browser.borrower import Borrower
from portal.tests.browser.people import Person
from portal.tests.browser.places import places
from portal.tests.browser.running import Portal, running_portal
from portal.tests.browser.visitor import Visitor

CHROMIUM = "chromium"  # Debian's and Ubuntu's name; `make test` installs it
SWITCHES = [
    "--no-sandbox",  # as root in a container there is none to be had
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
HEIGHT = 844
IDLE_SECONDS = 600  # a session ends after 15 idle minutes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running_portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which(CHROMIUM)
    assert path, f"install the package {CHROMIUM}: the journeys need a browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def visit(portal: Portal, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """visit(language="en", theme="dark", width=1280, javascript=False, state=…) -> Visitor."""
    visitors: list[Visitor] = []

    def arrive(
        *,
        language: str = "zh",
        theme: str = "light",
        width: int = 390,
        javascript: bool = True,
        state: Any = None,
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=javascript,
            storage_state=state,
            locale="en-GB" if language == "en" else "zh-CN",
        )
        visitors.append(Visitor(context, portal.web, language, javascript))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@dataclass
class Kept:
    """What logging in brought, by whom, renewed before the session may have ended."""

    known: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def get(self, name: str, enter: Callable[[], Any]) -> Any:
        if name not in self.known or time.monotonic() - self.known[name][0] > IDLE_SECONDS:
            self.known[name] = (time.monotonic(), enter())
        return self.known[name][1]


@pytest.fixture(scope="session")
def entered(portal: Portal, chromium: Browser) -> Callable[[dict[str, str], str], Any]:
    """(account, first page) -> the session of somebody with a password. One login each, for no
    number of an authenticator serves twice."""
    kept = Kept()

    def enter(account: dict[str, str], path: str) -> Any:
        context = chromium.new_context(viewport={"width": 1280, "height": HEIGHT})
        visitor = Visitor(context, portal.web)
        journey.enter_with(visitor, account, path)
        visitor.page.wait_for_url(f"**{path}")
        assert visitor.complaints == []
        state = context.storage_state()
        context.close()
        return state

    return lambda account, path: kept.get(account["username"], lambda: enter(account, path))


@pytest.fixture
def administrator(portal: Portal, entered: Callable[[dict[str, str], str], Any]) -> Any:
    return entered(portal.account("administrator"), "/admin/")


@pytest.fixture(scope="session")
def officer(portal: Portal, entered: Callable[[dict[str, str], str], Any]) -> Callable[[str], Any]:
    """Role -> the session of its officer."""
    return lambda role: entered(portal.account(role), "/desk/")


@pytest.fixture(scope="session")
def at_lender(
    portal: Portal, entered: Callable[[dict[str, str], str], Any]
) -> Callable[[str], Any]:
    """Name of a lender -> the session of its user."""

    def state(lender: str) -> Any:
        account = next(a for a in portal.accounts if lender in a["note"] and "username" in a)
        return entered(account, "/lender/")

    return state


@pytest.fixture(scope="session")
def borrower(portal: Portal) -> Callable[[str], Borrower]:
    """Phone of the demonstration -> its borrower, logged in; one for all, for a number gets one
    code a minute."""
    kept = Kept()

    def enter(phone: str) -> Borrower:
        entering = Borrower(portal, Person(phone, "", ""))
        entering.log_in()
        return entering

    return lambda phone: kept.get(phone, lambda: enter(phone))


@pytest.fixture(scope="session")
def known(borrower: Callable[[str], Borrower]) -> Callable[[str], tuple[Any, dict[str, str]]]:
    """Phone of the demonstration -> its session, and the numbers in the addresses of its pages."""
    kept = Kept()

    def enter(phone: str) -> tuple[Any, dict[str, str]]:
        return borrower(phone).state(), places(borrower(phone))

    return lambda phone: kept.get(phone, lambda: enter(phone))
