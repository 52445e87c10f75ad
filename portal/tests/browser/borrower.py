"""The borrower's way as a program walks it: plain POSTs of the forms that the pages hold."""

import datetime as dt
import re
import time
from collections.abc import Callable

from portal.tests.browser.people import Person
from portal.tests.browser.program import Answer, Program
from portal.tests.browser.running import Portal

PDF = "application/pdf"
PATIENCE_SECONDS = 40
LOOK_EVERY_SECONDS = 0.2


class Borrower(Program):
    """One person with a phone in the simulators and a cookie jar."""

    def __init__(self, portal: Portal, person: Person) -> None:
        super().__init__(portal.web)
        self.portal = portal
        self.person = person

    def log_in(self) -> Answer:
        before = len(self.portal.messages(self.person.phone))
        asked = self.submit(self.get("/login/"), phone=self.person.phone)
        code = self.portal.code(self.person.phone, after=before)
        return self.submit(asked, "/login/code/$", code=code)

    def prove_name(self) -> Answer:
        page = self.get("/account/real-name/?next=/queries/loan/")
        sent = self.submit(page, name=self.person.name, id_number=self.person.id_number)
        return self.until(sent.url, lambda page: page.url.endswith("/queries/loan/"))

    def enter_loan(self, reference: str) -> Answer:
        page = self.get("/queries/loan/")
        lender = re.search(r'<option value="(\d+)"', page.text)
        assert lender, "there is no lender to choose"
        deadline = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=14)
        return self.submit(
            page,
            institution=lender[1],
            reference=reference,
            amount="200000",
            annual_rate="3.95",
            term_months="36",
            decision_deadline=deadline.isoformat(),
        )

    def agree(self) -> str:
        """Signs the consent for the open loan; gives the request number of the query."""
        return self.submit(self.get("/queries/new/"), agree="on").url.rstrip("/")[-24:]

    def wait_for_report(self, request_no: str) -> Answer:
        path = f"/queries/{request_no}/progress.json"
        self.until(path, lambda answer: '"succeeded"' in answer.text)
        return self.get(f"/queries/{request_no}/report/")

    def take_pdf(self, request_no: str, password: str) -> bytes:
        page = self.get(f"/queries/{request_no}/report/")
        self.submit(page, r"report\.pdf$", password=password)
        path = f"/queries/{request_no}/report.pdf"
        ready = self.until(path, lambda answer: answer.headers["content-type"] == PDF)
        return ready.body

    def until(self, path: str, enough: Callable[[Answer], bool]) -> Answer:
        """Looks at a page again and again until it says enough."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not enough(answer := self.get(path)):
            assert time.monotonic() < give_up, f"{path}: {answer.status} {answer.text[:2000]}"
            time.sleep(LOOK_EVERY_SECONDS)
        return answer
