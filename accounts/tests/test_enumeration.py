"""Known, unknown and closed numbers are answered alike: status, body, cookies, and time."""

import re
import statistics
import time

import pytest

from accounts.models import User
from accounts.tests.visitor import Visitor, fresh_phone, wrong

pytestmark = pytest.mark.django_db
KINDS = ("known", "unknown", "closed", "with_email")
TIMED = {"Expires", "Date", "Last-Modified"}
VARYING = re.compile(r'value="[A-Za-z0-9]{64}"|\d{2}:\d{2}(:\d{2})?|139 \*{4} \d{4}')


def prepare(kind, clock):
    phone = fresh_phone()
    if kind != "unknown":
        Visitor(phone).log_in()
        user = User.objects.latest("pk")
        user.is_active = kind != "closed"
        user.email = "li@example.com" if kind == "with_email" else ""
        user.save()
        clock.pass_(hours=2)
    return phone


def told(response):
    """Everything that a browser could tell apart."""
    cookies = {name: (c["max-age"], c["httponly"]) for name, c in response.cookies.items()}
    headers = {name: value for name, value in response.items() if name not in TIMED}
    return response.status_code, VARYING.sub("…", response.content.decode()), cookies, headers


def walk(phone, clock):
    visitor = Visitor(phone)
    steps = [visitor.client.get("/login/"), visitor.ask(), visitor.client.get("/login/code/")]
    steps.append(visitor.again())
    clock.pass_(seconds=61)
    steps += [visitor.again(), visitor.client.get("/login/code/"), visitor.again("email")]
    steps += [visitor.client.get("/login/code/"), visitor.enter(wrong(visitor.code))]
    return [told(step) for step in steps]


def test_each_step_looks_the_same(clock):
    walks = {kind: walk(prepare(kind, clock), clock) for kind in KINDS}
    for kind in KINDS[1:]:
        for step, (one, other) in enumerate(zip(walks["known"], walks[kind], strict=True)):
            assert one == other, f"step {step} tells {kind} from known"


def test_no_500_on_a_resend_of_an_unknown_number(clock):
    visitor = Visitor(prepare("unknown", clock))
    visitor.ask()
    clock.pass_(seconds=61)
    assert visitor.again("email").status_code == 302


def test_asking_takes_the_same_time(clock, settings):
    """Lower quartiles of 40 asks each, interleaved, less than 5 ms apart: what a busy machine adds
    is not what an attacker would measure."""
    settings.CAPTCHA_AFTER_NETWORK = 10_000
    numbers = [prepare("known", clock) for _ in range(40)] + [fresh_phone() for _ in range(40)]
    spans = {"known": [], "unknown": []}
    for known, unknown in zip(numbers[:40], reversed(numbers[40:]), strict=True):
        pair = [("known", known), ("unknown", unknown)]
        for kind, number in pair if len(spans["known"]) % 2 else reversed(pair):
            visitor = Visitor(number)
            begun = time.perf_counter()
            assert visitor.ask().status_code == 302
            spans[kind].append(time.perf_counter() - begun)
    quartile = {kind: statistics.quantiles(times)[0] for kind, times in spans.items()}
    assert abs(quartile["known"] - quartile["unknown"]) < 0.005
