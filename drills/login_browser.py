"""Browsers of the people and of the attackers: HTTP alone, each from a network of its own.

The portal of the drill trusts one proxy, so that a network is what X-Forwarded-For says. A captcha
is solved as a person solves it, by its answer: it is a speed bump and not what guards an account.
"""

import http.client
import random
import re
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from accounts import captcha
from drills.stage import Stage
from portal.tests.browser.program import Answer, Program

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/605"
CAPTCHA = re.compile(r'name="captcha_id" value="([0-9a-f-]{36})"')
CODE_SECONDS = 45.0
LOOK_SECONDS = 0.1
INSIDE = "/queries/"
TRIES, NOT_SERVED = 3, 599
CODE, SENT = "/login/code/", 302


def any_network(chance: random.Random) -> str:
    """An address of one of some ten thousand networks that nobody of the drill lives in."""
    return f"{chance.randint(11, 99)}.{chance.randint(0, 255)}.{chance.randint(0, 255)}.9"


@dataclass
class Browser(Program):
    network: str = "203.0.113.7"
    requests: int = 0

    def once(self, method: str, url: str, body: str | None = None, **headers: str) -> Answer:
        from_here = {"X-Forwarded-For": self.network, "User-Agent": PHONE}
        self.requests += 1
        for _ in range(TRIES):
            try:
                return super().once(method, url, body, **(from_here | headers))
            except (OSError, http.client.HTTPException):
                self.connection.close()  # a busy server hangs up; asked again, it costs a try
        return Answer(NOT_SERVED, url, {}, b"", 0.0)

    def post(self, path: str, **fields: str) -> Answer:
        """One POST with the browser's token; where it leads is not followed."""
        if "csrftoken" not in self.cookies:
            self.once("GET", "/login/")
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        return self.once("POST", path, urlencode(token | fields))

    def ask(self, phone: str, **fields: str) -> Answer:
        """Ask for a login code, past a captcha where there is one; SENT when one is on its way."""
        return self.past_captcha("/login/", phone=phone, **fields)

    def past_captcha(self, path: str, **fields: str) -> Answer:
        answer = self.post(path, **fields)
        shown = CAPTCHA.search(answer.text) if answer.status != SENT else None
        if shown is None:
            return answer
        solved = captcha.letters(uuid.UUID(shown[1]))
        return self.post(path, **fields, captcha_id=shown[1], captcha=solved)

    def enter(self, code: str, **fields: str) -> Answer:
        return self.post(CODE, code=code, **fields)

    def log_in(self, stage: Stage, phone: str) -> bool:
        """With the code that the phone shows; whether it led inside."""
        before = len(codes(stage, phone))
        if self.ask(phone).status != SENT:
            return False
        code = fresh_code(stage, phone, before)
        return bool(code) and self.leads_inside(self.enter(code))

    def leads_inside(self, answer: Answer) -> bool:
        return answer.status == SENT and answer.headers.get("location", "").endswith(INSIDE)

    def leave(self) -> None:
        """The session is over; the browser keeps what it keeps."""
        self.cookies.pop("sessionid", None)

    def twin(self) -> "Browser":
        """Another tab of the same session."""
        return Browser(self.web, cookies=dict(self.cookies), network=self.network)


def codes(stage: Stage, phone: str) -> list[str]:
    messages = stage.ask(f"/phone/{phone}/messages.json") or []
    return [message["code"] for message in messages if message["code"]]


def fresh_code(stage: Stage, phone: str, before: int) -> str:
    """The newest code beyond the first `before`; "" when none came in time."""
    until = time.monotonic() + CODE_SECONDS
    while time.monotonic() < until:
        if len(found := codes(stage, phone)) > before:
            return found[-1]
        time.sleep(LOOK_SECONDS)
    return ""


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"
