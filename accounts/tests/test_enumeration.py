"""Known, unknown and closed numbers are answered alike: status, body, cookies, work done."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Authenticator, User
from accounts.services import backup_codes
from accounts.tests.visitor import Visitor, fresh_phone, wrong

pytestmark = pytest.mark.django_db
KINDS = ("known", "unknown", "closed", "with_email")
LITERAL = re.compile(r"'[^']*'|( -)?\b\d+\b|\bs\d+_x\d+\b")
TIMED = {"Expires", "Date", "Last-Modified"}
VARYING = re.compile(
    r'value="[A-Za-z0-9]{64}"|\d{2}:\d{2}(:\d{2})?|139 \*{4} \d{4}|[0-9A-Z]{5}-?[0-9A-Z]{5}\b'
)


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


def statements(step):
    """The shape of every statement that a step sends to the database, in order."""
    with CaptureQueriesContext(connection) as captured:
        step()
    return [LITERAL.sub("?", query["sql"]) for query in captured.captured_queries]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_asking_does_the_same_work(kind, clock):
    """What takes the same steps takes the same time: no statement more or less for anybody."""
    known, other = Visitor(prepare("known", clock)), Visitor(prepare(kind, clock))
    assert statements(known.ask) == statements(other.ask)


FACTORS = ("known", "unknown", "closed", "with_email", "with_factors")


def equip(kind, clock):
    phone = prepare(kind, clock)
    if kind == "with_factors":
        user = User.objects.latest("pk")
        Authenticator.objects.create(user=user, name="app", confirmed=True)
        backup_codes.renew(user=user, now=clock())
    return Visitor(phone)


def begin(visitor):
    return visitor.client.post("/login/", {"phone": visitor.phone, "way": "other"})


def by(visitor, way, code):
    return visitor.client.post("/login/code/", {"way": way, "code": code})


def state(visitor):
    answer = visitor.client.get("/login/code/state.json")
    return answer.status_code, VARYING.sub("…", answer.content.decode())


def walk_quietly(visitor, clock):
    """Without a message, by every other way, and back after the session is gone."""
    client = visitor.client
    steps = [begin(visitor), client.get("/login/code/"), client.get("/login/code/?way=backup")]
    steps += [by(visitor, "app", "000000"), by(visitor, "backup", "0" * 13), visitor.again("voice")]
    shown = [state(visitor)]
    clock.pass_(seconds=30)
    steps += [visitor.again("email"), client.get("/login/code/")]
    shown.append(state(visitor))
    number = visitor.challenge.number
    del client.cookies["sessionid"]
    steps += [client.get("/login/"), client.get("/login/resume/")]
    steps += [client.post("/login/resume/", {"number": n}) for n in ("0" * 10, number)]
    steps += [client.get("/login/code/"), by(visitor, "app", "000000"), by(visitor, "", "000000")]
    return [*(told(step) for step in steps), *shown]


def test_each_other_way_looks_the_same(clock):
    walks = {kind: walk_quietly(equip(kind, clock), clock) for kind in FACTORS}
    for kind in FACTORS[1:]:
        for step, (one, other) in enumerate(zip(walks["known"], walks[kind], strict=True)):
            assert one == other, f"step {step} tells {kind} from known"


@pytest.mark.parametrize("kind", FACTORS[1:])
@pytest.mark.parametrize(
    "step",
    [
        begin,
        lambda visitor: by(visitor, "app", "000000"),
        lambda visitor: by(visitor, "backup", "0" * 13),
        lambda visitor: by(visitor, "", "000000"),
        lambda visitor: visitor.again("voice"),
        lambda visitor: visitor.again("email"),
        lambda visitor: visitor.client.get("/login/code/"),
        lambda visitor: visitor.client.get("/login/code/state.json"),
        lambda visitor: visitor.client.post("/login/resume/", {"number": "0" * 10}),
    ],
    ids=["begin", "app", "backup", "code", "voice", "email", "page", "state", "resume"],
)
def test_each_other_way_does_the_same_work(kind, step, clock):
    known, other = equip("known", clock), equip(kind, clock)
    if step is not begin:
        begin(known), begin(other)
    one, two = statements(lambda: step(known)), statements(lambda: step(other))
    assert len(one) == len(two)


def lock(kind, clock):
    """Twenty wrong codes by strangers."""
    phone = prepare(kind, clock)
    for _ in range(4):
        stranger = Visitor(phone)
        begin(stranger)
        for _ in range(5):
            stranger.enter("000000")
    return Visitor(phone)


def test_a_guarded_number_reads_the_same_whether_it_has_an_account(clock):
    one, other = lock("known", clock), lock("unknown", clock)
    for step in (Visitor.ask, begin):
        assert [told(step(visitor))[0] for visitor in (one, other)] == [429, 429]
    answers = [mask_captcha(told(begin(visitor))) for visitor in (one, other)]
    assert answers[0] == answers[1]


def mask_captcha(answer):
    status, body, cookies, headers = answer
    headers.pop("Content-Length", None)
    for part in (r"[0-9a-f]{8}-[0-9a-f-]{27}", r"<strong>[^<]*</strong>", r"139\d{8}"):
        body = re.sub(part, "…", body)
    return status, body, cookies, headers
