"""Borrowers who come through the web: log in with a code, agree, and look what became of it."""

import contextlib
import http.client
import json
import time
from collections.abc import Callable

from django.db import Error

from creditquery.models import LoanApplication
from creditquery.states import QueryState
from drills.stage import Stage
from portal.tests.browser.program import Answer, Program

CODE_SECONDS = 90.0
LOOK_EVERY_SECONDS = 0.3
LOOKS = 3
SEEN = frozenset({QueryState.SUCCEEDED, QueryState.NEEDS_PERSON})


class NotServed(OSError):
    """The portal did not do its part; the visitor tries again."""


class Visitor:
    """One borrower with a loan application; what was reached is kept over a failure."""

    def __init__(self, stage: Stage, loan: int) -> None:
        self._stage, self._loan = stage, loan
        self._program: Program | None = None
        self.request_no = ""

    def agree(self) -> None:
        """Sign the consent; raises NotServed."""
        page = self._page(f"/queries/new/?loan={self._loan}")
        answer = self._tried(lambda program: program.submit(page, agree="on"))
        self.request_no = answer.url.rstrip("/")[-24:]
        if answer.status != 200 or "/queries/" not in answer.url:
            raise NotServed(f"{answer.status} {answer.url}")

    def sees_an_end(self) -> bool:
        """Whether the page says that the report is there, or that a person has the query.

        A day is longer than a session: whoever came early logs in once more."""
        for _ in range(LOOKS):
            with contextlib.suppress(NotServed, Error):
                return self._state() in SEEN
        return False

    def _state(self) -> str:
        answer = self._page(f"/queries/{self.request_no}/progress.json")
        try:
            return str(json.loads(answer.body)["state"])
        except (ValueError, KeyError):
            raise NotServed(f"{answer.status} {answer.url}") from None

    def _page(self, path: str) -> Answer:
        """A page of the person's own, after a login where the last one is over."""
        if self._program is None:
            self._log_in()
        answer = self._tried(lambda program: program.get(path))
        if "/login/" in answer.url:
            self._program = None
            raise NotServed("the session is over")
        return answer

    def _log_in(self) -> None:
        phone = LoanApplication.objects.select_related("borrower").get(pk=self._loan).borrower.phone
        self._program = Program(self._stage.web)
        try:
            before = len(self._codes(phone))
            asked = self._tried(lambda p: p.submit(p.get("/login/"), phone=phone))
            code = self._code(phone, before)
            self._tried(lambda program: program.submit(asked, "/login/code/$", code=code))
        except (NotServed, Error):
            self._program = None
            raise

    def _code(self, phone: str, before: int) -> str:
        deadline = time.monotonic() + CODE_SECONDS
        while time.monotonic() < deadline:
            if len(codes := self._codes(phone)) > before:
                return codes[-1]
            time.sleep(LOOK_EVERY_SECONDS)
        raise NotServed("no code came")

    def _codes(self, phone: str) -> list[str]:
        messages = self._stage.ask(f"/phone/{phone}/messages.json") or []
        return [message["code"] for message in messages if message["code"]]

    def _tried(self, step: Callable[[Program], Answer]) -> Answer:
        """One step of the program, on a fresh connection: borrowers are slow, servers hang up."""
        assert self._program is not None
        self._program.connection.close()
        try:
            answer = step(self._program)
        except (OSError, http.client.HTTPException, AssertionError) as error:
            raise NotServed(type(error).__name__) from error
        if answer.status >= 500:
            raise NotServed(f"{answer.status}")
        return answer
