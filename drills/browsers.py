"""Browsers in which the people of a drill are logged in, and the balancer between them and the web.

The balancer keeps to the rules of deploy/nginx/portal.conf (a test compares the figures): a host
that failed rests for a while, and a request goes on to the next host only when it may be repeated.
"""

import http.client
import re
import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts import sessions
from accounts.access import VERIFICATION
from accounts.models import LoginChallenge, User
from creditquery.models import LoanApplication

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 10.0
REST_SECONDS = 5.0
SECRET = "drill" * 6 + "ok"  # the cookie's half of the CSRF token; 32 signs
NEW, LIST = "/queries/new/", "/queries/"
ACCEPTED = re.compile(r"/queries/[0-9A-Z]{24}/")


@dataclass(frozen=True)
class Answer:
    status: int
    location: str = ""


NOBODY = Answer(0)


class Balancer:
    """Asks the web hosts, `host:port` each, in turn."""

    def __init__(self, hosts: Sequence[str], site: str) -> None:
        self.hosts, self.site = list(hosts), site
        self.resting: dict[str, float] = {}
        self.turn = 0
        self.lock = threading.Lock()

    def ask(
        self, method: str, path: str, *, cookie: str, form: dict[str, str] | None = None
    ) -> Answer:
        headers = {"Host": self.site, "Cookie": cookie}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for host in self._order():
            connection = http.client.HTTPConnection(host, timeout=CONNECT_SECONDS)
            sent = False
            try:
                connection.connect()
                connection.sock.settimeout(ANSWER_SECONDS)
                sent = True
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                return Answer(answer.status, answer.getheader("Location", ""))
            except (OSError, http.client.HTTPException):
                self.resting[host] = time.monotonic() + REST_SECONDS
                if sent and method != "GET":
                    break
            finally:
                connection.close()
        return NOBODY

    def _order(self) -> list[str]:
        """Each host once, the next in turn first; those at rest only when all are."""
        with self.lock:
            self.turn += 1
            start = self.turn % len(self.hosts)
        now = time.monotonic()
        hosts = self.hosts[start:] + self.hosts[:start]
        awake = [host for host in hosts if self.resting.get(host, 0) < now]
        return awake or hosts


@dataclass(frozen=True)
class Browser:
    """One person's browser, with an application of a loan behind it."""

    cookie: str

    def agrees(self, balancer: Balancer) -> bool:
        """Send the consent; whether the portal has taken the query on. Again is safe: it is the
        same query."""
        form = {"agree": "on", "csrfmiddlewaretoken": SECRET}
        answer = balancer.ask("POST", NEW, cookie=self.cookie, form=form)
        return answer.status == 302 and bool(ACCEPTED.fullmatch(answer.location))

    def sees(self, balancer: Balancer) -> bool:
        """Whether the person's own page of queries comes."""
        return balancer.ask("GET", LIST, cookie=self.cookie).status == 200


def log_in(loans: Iterable[int]) -> list[Browser]:
    """A browser for the borrower of each loan, who has just entered a code."""
    rows = LoanApplication.objects.filter(pk__in=loans).select_related("borrower")
    return [_browser(row.borrower) for row in rows.order_by("pk")]


def _browser(person: User) -> Browser:
    now = timezone.now()
    challenge = LoginChallenge.objects.create(
        id=uuid.uuid4(),
        purpose="login",
        user=person,
        address=person.phone,
        address_hash=person.phone_hash or "",
        account_hash=person.phone_hash or "",
        binding="drill",
        created_at=now,
        sent_at=now,
        expires_at=now,
        stops_at=now,
        used_at=now,
    )
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[sessions.STARTED] = session[sessions.SEEN] = now.isoformat()
    session[VERIFICATION] = str(challenge.pk)
    session.create()
    names = (settings.SESSION_COOKIE_NAME, session.session_key), (settings.CSRF_COOKIE_NAME, SECRET)
    return Browser("; ".join(f"{name}={value}" for name, value in names))
