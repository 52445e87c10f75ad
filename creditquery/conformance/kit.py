"""Runs the checks against one entrance of a channel and tells what was found."""

import datetime as dt
import secrets
import string
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from creditquery.conformance.line import Line
from creditquery.gateways.inquiry import (
    Access,
    Deadline,
    Gateway,
    Inquiry,
    NotSeen,
    Person,
    Report,
    Working,
)
from portal.gateway import Rejected, Unavailable

CALL_SECONDS = 30.0
"""What one call may take, as in use."""
RESULT_SECONDS = 90.0
"""How long a result that was promised is asked for."""
CONSENT_SHA256 = "12423e0482f3e81cb1d23230664e95bb3d11b9f34f06fc199e588d4cdab6e4d4"
TEST_PERSON = Person("王小二", "10", "11010519491231002X", "13800000006")
"""Of the worked examples in docs/interface; its number is the one printed in GB 11643."""


class Verdict(Enum):
    PASSED = "pass"
    FAILED = "FAIL"
    SKIPPED = "skip"


class Failed(Exception):
    """The channel does not do what is demanded; the text says what it did instead."""


class Skipped(Exception):
    """Not demanded of a channel of this kind."""


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked. `fresh` makes a gateway that shares no session with any other."""

    fresh: Callable[[], Gateway]
    access: Access
    kind: str
    person: Person = TEST_PERSON
    seconds: float = CALL_SECONDS

    def over(self, line: Line) -> "Subject":
        """The same entrance over another connection."""
        return replace(self, access=replace(self.access, wire=line))

    def deadline(self) -> Deadline:
        return Deadline(self.seconds)

    def inquiry(self, **changed: object) -> Inquiry:
        """One about the test identity under a number that was never used."""
        plain = Inquiry(
            request_no=new_number(),
            person=self.person,
            reason="02",
            consent_reference="CONFORMANCE-CHECK",
            consent_sha256=CONSENT_SHA256,
            consent_signed_at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1),
        )
        return replace(plain, **changed)  # type: ignore[arg-type]

    def ask(self, gateway: Gateway, number: str = "") -> Report | Working | NotSeen:
        return gateway.ask(self.access, number or new_number(), deadline=self.deadline())

    def inquire(self, gateway: Gateway, inquiry: Inquiry) -> Report:
        """Make an inquiry and wait for its result, however long the channel works on it."""
        said = gateway.inquire(self.access, inquiry, deadline=self.deadline())
        until = time.monotonic() + RESULT_SECONDS
        while not isinstance(said, Report):
            if not isinstance(said, Working) or time.monotonic() > until:
                raise Failed(f"an accepted inquiry had no result after {RESULT_SECONDS:.0f} s")
            time.sleep(said.retry_after)
            found = self.ask(gateway, inquiry.request_no)
            said = said if isinstance(found, NotSeen) else found
        return said


Check = Callable[[Subject], str]


def new_number() -> str:
    alphabet = string.digits + string.ascii_uppercase
    return "".join(secrets.choice(alphabet) for _ in range(24))


def run(subject: Subject, checks: Sequence[Check]) -> Iterator[Finding]:
    """One finding a check, in order; a check's name is its function's."""
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            yield Finding(name, Verdict.PASSED, check(subject))
        except Skipped as error:
            yield Finding(name, Verdict.SKIPPED, str(error))
        except Failed as error:
            yield Finding(name, Verdict.FAILED, str(error))
        except Unavailable as error:
            code = f" ({error.vendor_code})" if error.vendor_code else ""
            yield Finding(name, Verdict.FAILED, f"no usable answer: {error.reason}{code}")
        except Rejected as error:
            yield Finding(name, Verdict.FAILED, f"refused: {error}")
        except Exception as error:  # noqa: BLE001 (whatever an adapter does, it is a finding)
            yield Finding(name, Verdict.FAILED, f"the adapter broke: {type(error).__name__}")
