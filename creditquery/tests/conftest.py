"""People, loans and queries for the tests of this app."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.access import VERIFICATION
from accounts.models import LoginChallenge, User
from accounts.selectors import id_hash, identity, phone_hash
from creditquery.channels import GATEWAYS, Call
from creditquery.models import Attempt, CreditQuery, Institution, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.selectors import channels as selectors
from creditquery.services import attempts, channels, loans, queries, routes
from creditquery.services.routes import Way
from portal.deadline import Deadline
from portal.redis import client
from portal.routing.route import Permit
from portal.tests.outside import Outside
from portal.work.models import Work
from portal.work.services import Claim, claim
from portal.work.tasks import perform

ID_NUMBER = "11010519491231002X"  # the example printed in GB 11643


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    def make(phone: str = "13800000001", name: str = "王小二", **values: Any) -> User:
        values.setdefault("verified_at", timezone.now())
        return User.objects.create(
            phone=phone,
            phone_hash=phone_hash(phone),
            name=name,
            id_type="10",
            id_number=ID_NUMBER,
            id_hash=id_hash(ID_NUMBER),
            joined_at=timezone.now(),
            **values,
        )

    return make


@pytest.fixture
def person(make_person: Callable[..., User]) -> User:
    return make_person()


@pytest.fixture
def institution(db: None) -> Institution:
    return Institution.objects.create(name="远山银行", code="A10311000H0001")


@pytest.fixture
def loan(person: User, institution: Institution, now: dt.datetime) -> LoanApplication:
    return applied(person, institution, now)


def applied(person: User, institution: Institution, now: dt.datetime) -> LoanApplication:
    return loans.apply(
        borrower=person,
        institution=institution,
        reference=f"LA-2026-{person.pk}",
        amount_fen=20_000_000,
        annual_rate_bp=395,
        term_months=36,
        decision_deadline=timezone.localdate(now) + dt.timedelta(days=10),
        now=now,
    )


def signed(person: User, loan: LoanApplication, now: dt.datetime) -> CreditQuery:
    """A signed query that waits in the queue."""
    made = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
    checked = identity(person)
    assert checked is not None
    queries.sign(query=made, identity=checked, language="en", signed_with="test", now=now)
    made.refresh_from_db()
    return made


@pytest.fixture
def query(person: User, loan: LoanApplication, now: dt.datetime, entrances: None) -> CreditQuery:
    return signed(person, loan, now)


def log_in(client: Client, person: User, *, code_age: dt.timedelta = dt.timedelta()) -> Client:
    """A browser in which this person logged in by a code so long ago."""
    at = timezone.now() - code_age
    challenge = LoginChallenge.objects.create(
        id=uuid.uuid4(),
        purpose="login",
        user=person,
        address=person.phone,
        address_hash=person.phone_hash or "",
        account_hash=person.phone_hash or "",
        binding="test",
        created_at=at,
        sent_at=at,
        expires_at=at + dt.timedelta(minutes=5),
        stops_at=at + dt.timedelta(minutes=10),
        used_at=at,
    )
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[sessions.STARTED] = session[sessions.SEEN] = timezone.now().isoformat()
    session[VERIFICATION] = str(challenge.pk)
    session.save()
    return client


@pytest.fixture
def browser(client: Client, person: User) -> Client:
    """The borrower, logged in a moment ago, reading English."""
    return log_in(client, person)


def work_off(lane: str, *, at: dt.datetime | None = None, most: int = 20) -> int:
    """Do what a lane's workers would do by `at`, one claim after the other."""
    done = 0
    while done < most:
        claims = claim(lane=lane, now=at or timezone.now(), holder="test")
        if not claims:
            break
        perform(claims[0])
        done += 1
    return done


def reasons_of_trouble() -> list[str]:
    return list(Work.objects.filter(attempts__gt=0).values_list("reason", flat=True))


def begin(claim: Claim, now: dt.datetime) -> tuple[Attempt, Call] | None:
    """Begin a call through the preferred entrance, without asking the breaker."""
    first = selectors.ordered({})[0]
    way = Way(Permit(first.route.name, token="", epoch=0), first)
    return attempts.begin(claim=claim, way=way, deadline=Deadline(5), now=now)


def forget_routes() -> None:
    """Redis wiped: what the breaker counted is gone, what became of routes is in its rows."""
    client().flushdb()
    routes.bureau._latencies_until = 0.0


def open_session() -> None:
    """So that the next call is the inquiry itself, and what fails then may have been executed."""
    first = selectors.ordered({})[0]
    GATEWAYS[first.adapter].probe(first.access, deadline=Deadline(5))


@pytest.fixture
def world(outside: Outside, entrances: None) -> Outside:
    """The outside world, and tables that say how to reach it."""
    channels.sync(now=timezone.now())
    return outside


@pytest.fixture
def entrances(db: None) -> Iterator[None]:
    """Channels and endpoints as the settings describe them, and no memory of another test's."""
    channels.sync(now=timezone.now())
    forget_routes()
    yield
    selectors.forget()
