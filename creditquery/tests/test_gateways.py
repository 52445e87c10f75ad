"""Both wire formats against their counterparts: every way to fail is told as what it is."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from creditquery.conformance.kit import TEST_PERSON, new_number
from creditquery.gateways import bank_wire
from creditquery.gateways.bank import Bank
from creditquery.gateways.inquiry import (
    Access,
    Away,
    Gateway,
    Inquiry,
    NotSeen,
    Report,
    Throttled,
    Unbelievable,
    Working,
)
from creditquery.gateways.pboc import Pboc
from creditquery.gateways.sessions import good_for
from creditquery.gateways.wire import Wire
from portal.deadline import Answer, Deadline
from portal.development_keys import BANK_PRIVATE_KEY, BANK_PUBLIC_KEY
from portal.gateway import Rejected, Unavailable
from portal.tests.outside import Outside

INSTITUTION = "A10311000H0001"
PBOC_SECRET = "development-pboc-secret"


@dataclass(frozen=True)
class Channel:
    """One wire format with a way to it, and a secret that the other side does not know."""

    name: str
    fresh: Callable[[], Gateway]
    access: Access
    strange: str

    def inquire(self, gateway: Gateway, number: str = "", seconds: float = 10) -> Report | Working:
        inquiry = Inquiry(
            request_no=number or new_number(),
            person=TEST_PERSON,
            reason="02",
            consent_reference="C-1",
            consent_sha256="a" * 64,
            consent_signed_at=dt.datetime.now(dt.UTC),
        )
        return gateway.inquire(self.access, inquiry, deadline=Deadline(seconds))

    def ask(self, gateway: Gateway, number: str = "") -> Report | Working | NotSeen:
        return gateway.ask(self.access, number or new_number(), deadline=Deadline(10))

    def warm(self) -> Gateway:
        """One whose session is open, so that the next call is the inquiry itself."""
        gateway = self.fresh()
        assert gateway.probe(self.access, deadline=Deadline(10)).open
        return gateway

    def with_secrets(self, *secrets: str) -> "Channel":
        return replace(self, access=replace(self.access, secrets=secrets))

    def over(self, wire: Wire) -> "Channel":
        return replace(self, access=replace(self.access, wire=wire))


@pytest.fixture(params=["pboc", "bank"])
def channel(request: pytest.FixtureRequest, outside: Outside) -> Channel:
    url = f"{outside.web}/{request.param}/east"
    if request.param == "pboc":
        access = Access("pboc", "east", url, INSTITUTION, (PBOC_SECRET,))
        return Channel("pboc", Pboc, access, "strange")
    access = Access("bank", "east", url, INSTITUTION, (BANK_PRIVATE_KEY,), BANK_PUBLIC_KEY)
    return Channel("bank", Bank, access, strange_key())


def strange_key() -> str:
    key = bank_wire.new_key()
    der = key.private_bytes(
        bank_wire.serialization.Encoding.DER,
        bank_wire.serialization.PrivateFormat.PKCS8,
        bank_wire.serialization.NoEncryption(),
    )
    return bank_wire.base64.b64encode(der).decode()


# --- What an answer is told as --------------------------------------------------------------


def test_a_report_and_the_same_when_asked(channel: Channel) -> None:
    gateway, number = channel.fresh(), new_number()
    report = channel.inquire(gateway, number)
    assert isinstance(report, Report)
    assert channel.ask(gateway, number) == report
    assert isinstance(channel.ask(gateway), NotSeen)


@pytest.mark.parametrize(
    ("mode", "kind", "sent"),
    [
        ("busy", Throttled, False),
        ("throttle", Throttled, False),
        ("maintenance", Away, False),
        ("suspended", Unavailable, False),
        ("error", Unavailable, True),
        ("garbage", Unbelievable, True),
        ("forged", Unbelievable, True),
    ],
)
def test_each_failure_is_told_as_what_it_is(
    mode: str, kind: type[Unavailable], sent: bool, channel: Channel, outside: Outside
) -> None:
    gateway = channel.warm()
    outside.fault(f"{channel.name}.east", mode, seconds=7)
    with pytest.raises(Unavailable) as error:
        channel.inquire(gateway)
    assert (type(error.value), error.value.sent) == (kind, sent)
    if isinstance(error.value, Throttled):
        assert error.value.after == 7


@pytest.mark.parametrize(
    ("mode", "kind"), [("busy", Throttled), ("throttle", Throttled), ("maintenance", Away)]
)
def test_a_probe_hears_when_to_come_back(
    mode: str, kind: type[Throttled], channel: Channel, outside: Outside
) -> None:
    outside.fault(f"{channel.name}.east", mode, seconds=7)
    with pytest.raises(Throttled) as error:
        channel.fresh().probe(channel.access, deadline=Deadline(10))
    assert (type(error.value), error.value.after) == (kind, 7)


def test_a_probe_hears_that_our_rights_are_suspended(channel: Channel, outside: Outside) -> None:
    outside.fault(f"{channel.name}.east", "suspended")
    health = channel.fresh().probe(channel.access, deadline=Deadline(10))
    assert (health.open, health.keys) == (False, False)
    assert health.why.endswith("institution's rights suspended")


@pytest.mark.parametrize("seconds", [400, 2000])
def test_a_clock_that_differs_is_named_with_its_seconds(
    seconds: int, channel: Channel, outside: Outside
) -> None:
    outside.fault(f"{channel.name}.east", "skewed", seconds=seconds)
    with pytest.raises(Unavailable) as error:
        channel.ask(channel.fresh())
    assert error.value.sent is False
    words = error.value.reason.split()
    assert words[:3] + words[4:] == ["our", "clock", "is", "s", "behind"]
    assert abs(int(words[3]) - seconds) <= 5
    health = channel.fresh().probe(channel.access, deadline=Deadline(10))
    assert (health.open, abs(health.skew + seconds) <= 5) == (False, True)


def test_a_final_word_comes_under_one_code(channel: Channel) -> None:
    gateway = channel.fresh()
    then = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    inquiry = Inquiry(new_number(), TEST_PERSON, "02", "C-1", "a" * 64, then)
    with pytest.raises(Rejected) as error:
        gateway.inquire(channel.access, inquiry, deadline=Deadline(10))
    assert error.value.code == "BUS003"


def test_an_inquiry_without_an_answer_is_unknown_and_found_by_asking(
    channel: Channel, outside: Outside
) -> None:
    gateway, number = channel.warm(), new_number()
    outside.fault(f"{channel.name}.east", "effect_then_timeout")
    with pytest.raises(Unavailable) as error:
        channel.inquire(gateway, number, seconds=1)
    assert (error.value.reason, error.value.sent) == ("timeout", True)
    outside.fault(f"{channel.name}.east", "ok")
    assert isinstance(channel.ask(gateway, number), Report)
    assert len(outside.inquiries(number)) == 1


def test_a_session_that_cannot_be_opened_sent_nothing(channel: Channel, outside: Outside) -> None:
    outside.fault(f"{channel.name}.east", "hang")
    with pytest.raises(Unavailable) as error:
        channel.inquire(channel.fresh(), seconds=0.5)
    assert (error.value.reason, error.value.sent) == ("timeout", False)


# --- Sessions -------------------------------------------------------------------------------


def test_a_bureau_that_forgot_every_session_costs_no_call(
    channel: Channel, outside: Outside
) -> None:
    gateway, number = channel.warm(), new_number()
    outside.reset()  # as after a restart
    assert isinstance(channel.inquire(gateway, number), Report)
    assert len(outside.inquiries(number)) == 1


class Counting(Wire):
    """Counts the requests that open a session, each of which takes a while."""

    def __init__(self, *, broken: bool = False) -> None:
        self.openings, self.broken = 0, broken
        self._lock = threading.Lock()

    def call(self, method: str, url: str, **rest: Any) -> Answer:
        if url.endswith(("/session", "/keys")):
            with self._lock:
                self.openings += 1
            time.sleep(0.3)
            if self.broken:
                raise Unavailable("connection: ConnectionRefusedError", sent=False)
        return super().call(method, url, **rest)


def test_of_many_threads_one_opens_the_session(channel: Channel) -> None:
    wire, gateway = Counting(), channel.fresh()
    over = channel.over(wire)
    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(lambda _: over.ask(gateway), range(12)))
    assert all(isinstance(each, NotSeen) for each in said)
    assert wire.openings == 1


def test_a_dead_entrance_is_not_tried_by_each_that_waited(channel: Channel) -> None:
    wire, gateway = Counting(broken=True), channel.fresh()
    over = channel.over(wire)

    def fails(_: int) -> bool:
        with pytest.raises(Unavailable) as error:
            over.ask(gateway)
        return error.value.sent

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(fails, range(12))) == {False}
    assert wire.openings <= 2


# --- Rotation -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "strange_place", [0, 1], ids=["theirs is the newest", "ours is not taken yet"]
)
def test_a_rotation_loses_no_call(strange_place: int, channel: Channel, outside: Outside) -> None:
    """Two secrets are entered, the other side knows one of them, whichever."""
    good = channel.access.secrets[0]
    secrets = [good, channel.strange] if strange_place else [channel.strange, good]
    rotating, gateway, wire = channel.with_secrets(*secrets), channel.fresh(), Counting()
    rotating = rotating.over(wire)
    for _ in range(3):
        number = new_number()
        assert isinstance(rotating.inquire(gateway, number), Report)
        assert len(outside.inquiries(number)) == 1
    assert wire.openings <= 2  # what was taken once is taken first from then on


def test_secrets_that_nobody_knows_are_told_as_such(channel: Channel) -> None:
    stranger = channel.with_secrets(channel.strange)
    with pytest.raises(Unavailable) as error:
        stranger.inquire(channel.fresh())
    assert error.value.sent is False
    health = channel.fresh().probe(stranger.access, deadline=Deadline(10))
    assert (health.open, health.keys) == (False, False)


def test_what_is_no_key_stops_before_anything_is_sent(outside: Outside) -> None:
    access = Access(
        "bank", "east", f"{outside.web}/bank/east", INSTITUTION, ("no key",), "nor this"
    )
    with pytest.raises(Unavailable, match="our key cannot be used") as error:
        Bank().ask(access, new_number(), deadline=Deadline(5))
    assert error.value.sent is False


# --- The bank alone -------------------------------------------------------------------------


@pytest.fixture
def bank(outside: Outside) -> Access:
    url = f"{outside.web}/bank/east"
    return Access("bank", "east", url, INSTITUTION, (BANK_PRIVATE_KEY,), BANK_PUBLIC_KEY)


def test_an_accepted_inquiry_is_asked_about(bank: Access, outside: Outside) -> None:
    gateway, number = Bank(asynchronous=True), new_number()
    inquiry = Inquiry(number, TEST_PERSON, "02", "C-1", "a" * 64, dt.datetime.now(dt.UTC))
    said = gateway.inquire(bank, inquiry, deadline=Deadline(10))
    assert isinstance(said, Working)
    until = time.monotonic() + 20
    while isinstance(said, Working) and time.monotonic() < until:
        time.sleep(0.3)
        found = gateway.ask(bank, number, deadline=Deadline(10))
        assert not isinstance(found, NotSeen)
        said = found
    assert isinstance(said, Report)
    assert len(outside.inquiries(number)) == 1


def test_what_is_not_seen_is_dated_by_the_bank_s_clock(bank: Access, outside: Outside) -> None:
    outside.fault("bank.east", "skewed", seconds=200)  # within what signatures allow
    said = Bank().ask(bank, new_number(), deadline=Deadline(10))
    assert isinstance(said, NotSeen)
    assert said.at is not None
    ahead = (said.at - dt.datetime.now(dt.UTC)).total_seconds()
    assert 195 <= ahead <= 205


def test_a_blind_platform_does_not_tell(outside: Outside) -> None:
    url = f"{outside.web}/blind/east"
    access = Access("blind", "east", url, INSTITUTION, (BANK_PRIVATE_KEY,), BANK_PUBLIC_KEY)
    with pytest.raises(Unavailable) as error:
        Bank().ask(access, new_number(), deadline=Deadline(10))
    assert (error.value.sent, error.value.vendor_code) == (True, "000034")


@pytest.mark.parametrize(("said", "believed"), [(10**400, 86_370), (600, 570), (40, 20), (-1, 0)])
def test_keys_live_as_long_as_is_believable(said: int, believed: int) -> None:
    """Signed or not, a number must not break the call that it comes with."""
    assert good_for(said) - time.monotonic() == pytest.approx(believed, abs=1)
