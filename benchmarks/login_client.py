"""Sixteen browsers that log in over and over: what each step of each login took.

A login is every request from the first page to the answer that begins the session. Reading the code
is nobody's work on the web and is not timed: where one is sent to is the phone's business.
"""

import http.client
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

CLIENTS = 16
FIELD = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
Form = dict[str, str]


class WentWrong(Exception):
    """A site answered what no login ends with."""


class Browser:
    """One connection and its cookies; what each request took, by its name."""

    def __init__(self, port: int, network: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Host": f"127.0.0.1:{port}", "X-Forwarded-For": network}
        self.cookies: dict[str, str] = {}
        self.steps: dict[str, float] = {}

    def get(self, step: str, path: str) -> str:
        return self._ask(step, "GET", path, None)[1]

    def post(self, step: str, path: str, form: Form) -> tuple[str, str]:
        """Where it leads, and the page."""
        return self._ask(step, "POST", path, urlencode(form))

    def close(self) -> None:
        self.connection.close()

    def _ask(self, step: str, method: str, path: str, body: str | None) -> tuple[str, str]:
        headers = dict(self.headers)
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        self.steps[step] = time.perf_counter() - began
        if answer.status >= 400:
            raise WentWrong(f"{method} {path}: {answer.status}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return urlsplit(answer.headers.get("Location") or "").path, page


def fields(page: str, *, form: int = 0) -> Form:
    """The hidden and typed fields of a form, as they stand."""
    part = page.split("<form")[form + 1].partition("</form>")[0]
    found = (dict(ATTRIBUTE.findall(tag)) for tag in FIELD.findall(part))
    return {each["name"]: each.get("value", "") for each in found if "name" in each}


@dataclass(frozen=True)
class Site:
    """`log_in(browser, name)` takes one person from the first page into a session."""

    name: str
    port: int
    log_in: Callable[[Browser, str], None]


@dataclass
class Round:
    """What one site did in one go."""

    seconds: float
    logins: list[dict[str, float]] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.logins) / self.seconds

    @property
    def requests(self) -> list[float]:
        return [took for login in self.logins for took in login.values()]

    @property
    def whole(self) -> list[float]:
        return [sum(login.values()) for login in self.logins]


def play(site: Site, people: Iterator[str], logins: int, network: Callable[[], str]) -> Round:
    """So many logins by CLIENTS browsers at once, each person once."""
    names = [next(people) for _login in range(logins)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(lambda name: one(site, name, network()), names))
    return Round(time.perf_counter() - began, done)


def one(site: Site, name: str, network: str) -> dict[str, float]:
    browser = Browser(site.port, network)
    try:
        site.log_in(browser, name)
        return browser.steps
    finally:
        browser.close()
