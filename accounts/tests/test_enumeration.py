"""Known, unknown and closed numbers are answered alike: status, body, cookies, work done."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.visitor import Visitor, fresh_phone, wrong

pytestmark = pytest.mark.django_db
KINDS = ("known", "unknown", "closed", "with_email")
LITERAL = re.compile(r"'[^']*'|( -)?\b\d+\b|\bs\d+_x\d+\b")
TIMED = {"Expires", "Date", "Last-Modified"}
VARYING = re.compile(r'value="[A-Za-z0-9]{64}"|\d{2}:\d{2}(:\d{2})?|139 \*{4} \d{4}|[0-9A-Z]{5}-[0-9A-Z]{5}')


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


def statements(visitor):
    """The shape of every statement that one ask sends to the database, in order."""
    with CaptureQueriesContext(connection) as captured:
        assert visitor.ask().status_code == 302
    return [LITERAL.sub("?", query["sql"]) for query in captured.captured_queries]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_asking_does_the_same_work(kind, clock):
    """What takes the same steps takes the same time: no statement more or less for anybody."""
    known, other = Visitor(prepare("known", clock)), Visitor(prepare(kind, clock))
    assert statements(known) == statements(other)
