"""Borrowers at the login page while messages are in trouble: they wait for a code as people do."""

import datetime as dt
import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from drills.stage import Stage
from portal.tests.browser.program import Answer, Program

BOTH_DEAD = "both dead"
CODE_SECONDS = 75.0
"""A person looks at the phone for so long, with one more request after the page allows it."""
LOOK_EVERY_SECONDS = 0.5
TRIES = 3
OTHER_WAYS_SECONDS = 22.0
VENDORS = {"aliyun": "aliyun.sms", "tencent": "tencent.sms"}
OTHER_WAYS = "<details data-down open>"
"""Where the page lays the other ways open by itself, because the trouble is not the person's."""


@dataclass
class Caller:
    """One login, from the number to the first page behind it."""

    stage: Stage = field(repr=False)
    phone: str
    statuses: list[int] = field(default_factory=list)
    asked: int = 0
    waited: float = 0.0
    inside: bool = False
    over: bool = False
    trouble: str = ""
    inbox: list[dict[str, str]] = field(default_factory=list, repr=False)

    def log_in(self) -> None:
        try:
            for _ in range(TRIES):
                if self._once():
                    break
        except Exception as error:  # noqa: BLE001 (whatever it is, this borrower is lost by it)
            self.trouble = f"{type(error).__name__} {error}"
        finally:
            self._look()
            self.over = True

    def _once(self) -> bool:
        program = Program(self.stage.web)
        page = self._seen(program, lambda: program.get("/login/"))
        began = time.monotonic()
        page = self._seen(program, lambda: program.submit(page, phone=self.phone))
        if "/login/code/" not in page.url:
            self.trouble = f"no code was promised, {page.status} {page.url}"
            time.sleep(LOOK_EVERY_SECONDS)
            return False
        self.asked += 1
        code = self._code(began)
        if not code:
            self.trouble = f"no code, {page.status} {page.url}"
            return False
        page = self._seen(program, lambda: program.submit(page, "/login/code/$", code=code))
        self.inside = page.status == 200 and "/login/" not in page.url
        self.trouble = "" if self.inside else f"{page.status} {page.url}"
        return self.inside

    def _code(self, began: float) -> str:
        before = len(self.inbox)
        while time.monotonic() - began < CODE_SECONDS:
            self._look()
            if len(self.inbox) > before:
                self.waited = max(self.waited, time.monotonic() - began)
                return self.inbox[-1]["code"]
            time.sleep(LOOK_EVERY_SECONDS)
        self.waited = CODE_SECONDS
        return ""

    def _look(self) -> None:
        told = self.stage.ask(f"/phone/{self.phone}/messages.json")
        self.inbox = [message for message in told or self.inbox if message["code"]]

    def _seen(self, program: Program, step: Callable[[], Answer]) -> Answer:
        program.connection.close()  # people are slow, servers hang up
        try:
            answer = step()
        except (OSError, http.client.HTTPException):
            program.connection.close()
            answer = step()
        self.statuses.append(answer.status)
        return answer

    @property
    def messages(self) -> int:
        self._look()
        return len(self.inbox)

    def first_by(self, service: str, since: float) -> float:
        """When the first code came by a vendor after a moment of our clock; 0 for never."""
        for message in self.inbox:
            at = dt.datetime.fromisoformat(message["at"]).timestamp()
            if VENDORS.get(message["vendor"]) == service and at >= since:
                return at
        return 0.0


class Stranded(Caller):
    """Asks while no vendor works: the page must stand, and offer other ways."""

    found_other_ways = False

    def ask(self) -> None:
        try:
            program = Program(self.stage.web)
            page = self._seen(program, lambda: program.get("/login/"))
            page = self._seen(program, lambda: program.submit(page, phone=self.phone))
            self._wait_for_other_ways(program)
        except Exception as error:  # noqa: BLE001 (whatever it is, the page did not stand)
            self.trouble = f"{type(error).__name__} {error}"
        finally:
            self.over = True

    def _wait_for_other_ways(self, program: Program) -> None:
        """The page is looked at again, as its own refresh would."""
        until = time.monotonic() + OTHER_WAYS_SECONDS
        while time.monotonic() < until:
            page = self._seen(program, lambda: program.get("/login/code/"))
            if page.status == 200 and OTHER_WAYS in page.text:
                self.found_other_ways = True
                return
            time.sleep(1)
