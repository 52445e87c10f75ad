"""A borrower who is a program: plain GETs and POSTs, as any client without a browser can do."""

import http.client
import http.cookies
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

FORM = "application/x-www-form-urlencoded"
LONGEST_REDIRECTION = 8
KEPT_SECONDS = 1.0  # the server closes an idle connection after two, perhaps just as we speak


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    headers: dict[str, str]
    body: bytes
    first_byte_ms: float

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Program:
    web: str
    cookies: dict[str, str] = field(default_factory=dict)
    last: Answer | None = None

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(self.web).netloc, timeout=40)
        self.used = time.monotonic()

    def get(self, path: str, **headers: str) -> Answer:
        return self._follow("GET", path, None, headers)

    def submit(self, page: Answer, action: str = "", **fields: str) -> Answer:
        """Sends the form that posts to `action`, or the first one, with its token."""
        form = form_of(page, action)
        target = urljoin(page.url, form.action or page.url)
        return self._follow("POST", target, urlencode(form.fields | fields), {})

    def once(self, method: str, url: str, body: str | None = None, **headers: str) -> Answer:
        """One request without following where it leads; times the first byte of the answer."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": jar, "Host": urlsplit(self.web).netloc} | headers
        if body is not None:
            headers |= {"Content-Type": FORM, "Origin": self.web}
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if time.monotonic() - self.used > KEPT_SECONDS:
            self.connection.close()  # the next request opens it anew
        began = time.perf_counter()
        self.connection.request(method, target, body, headers)
        response = self.connection.getresponse()
        elapsed = (time.perf_counter() - began) * 1000
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        sent = {name.lower(): value for name, value in response.getheaders()}
        content = response.read()
        self.used = time.monotonic()
        return Answer(response.status, url, sent, content, elapsed)

    def state(self) -> dict[str, Any]:
        """The cookies as a browser context takes them over."""
        site = {"domain": urlsplit(self.web).hostname, "path": "/", "expires": -1}
        flags = {"httpOnly": True, "secure": False, "sameSite": "Lax"}
        jar = [{"name": n, "value": v, **site, **flags} for n, v in self.cookies.items()]
        return {"cookies": jar, "origins": []}

    def _follow(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> Answer:
        url = urljoin(self.web, url)
        for _ in range(LONGEST_REDIRECTION):
            self.last = self.once(method, url, body, **headers)
            if self.last.status not in (301, 302, 303):
                return self.last
            method, body, url = "GET", None, urljoin(url, self.last.headers["location"])
        raise AssertionError(f"{url} leads in circles")


@dataclass
class Form:
    action: str
    fields: dict[str, str]


class Forms(HTMLParser):
    """The forms of a page with what stands in them: hidden and preselected values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append(Form(given.get("action", ""), {}))
        elif tag == "input" and self.forms and given.get("name"):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.forms[-1].fields[given["name"]] = given.get("value", "")


def form_of(page: Answer, action: str) -> Form:
    reader = Forms()
    reader.feed(page.text)
    fitting = [form for form in reader.forms if re.search(action, form.action)]
    assert fitting, f"{page.url} ({page.status}) holds no form for {action or 'anything'}"
    return fitting[0]
