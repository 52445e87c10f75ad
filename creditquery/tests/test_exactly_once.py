"""A thousand inquiries whose answers are lost: one inquiry each stands at the bureau."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.selectors import id_hash, phone_hash
from creditquery.models import CreditQuery, Institution
from creditquery.selectors import channels
from creditquery.states import QueryState
from creditquery.tests.conftest import applied, open_session, signed
from portal.tests.outside import Outside
from portal.tests.racing import at_once
from portal.validators import check_character
from portal.work.services import claim
from portal.work.states import Lane
from portal.work.tasks import perform

pytestmark = pytest.mark.django_db(transaction=True)
CALLS, THREADS = 1000, 50
NEVER = 1_000_000


def queue_all(institution: Institution, now: dt.datetime) -> None:
    for number in range(CALLS):
        phone, first = (
            f"139{number + 10_000:08d}",
            f"110105194912{10 + number % 18}{number:03d}"[:17],
        )
        card = first + check_character(first)
        person = User.objects.create(
            phone=phone, phone_hash=phone_hash(phone), name="王小二", id_type="10",
            id_number=card, id_hash=id_hash(card), joined_at=now, verified_at=now,
        )  # fmt: skip
        signed(person, applied(person, institution, now), now)


def perform_all(at: dt.datetime) -> int:
    """Every due call once, by many threads; returns how many."""
    done, lock = [], threading.Lock()

    def work(place: int) -> None:
        while claims := claim(lane=Lane.UPSTREAM, now=at, holder=f"thread {place}"):
            perform(claims[0])
            with lock:
                done.append(claims[0].subject)

    at_once(THREADS, work)
    return len(done)


def test_effect_then_timeout(institution: Institution, world: Outside, settings) -> None:
    settings.QUERY_DEADLINE_SECONDS = 2
    # The breaker would stop this at once, and the calls would never be made.
    settings.ROUTING = replace(
        portal_settings.ROUTING, consecutive=NEVER, min_calls=NEVER, min_calls_busy=NEVER,
        stall_calls=NEVER, usual_concurrency=1000, most_concurrency=1000, ease_percent=99,
    )  # fmt: skip
    channels.forget()
    now = timezone.now()
    queue_all(institution, now)
    open_session()
    world.fault("pboc", "effect_then_timeout", seconds=3)
    assert perform_all(now) == CALLS
    assert CreditQuery.objects.filter(state=QueryState.AMBIGUOUS).count() == CALLS
    world.fault("pboc", "ok")
    later = timezone.now() + dt.timedelta(hours=1)
    perform_all(later)
    assert CreditQuery.objects.filter(state=QueryState.SUCCEEDED).count() == CALLS
    numbers = CreditQuery.objects.values_list("request_no", flat=True)
    assert {len(world.inquiries(number)) for number in numbers} == {1}
    connection.close()
