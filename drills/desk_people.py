"""The cases and officers of the desk's drill, made in bulk: what officers do with them is real."""

import datetime as dt
import secrets
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import sessions
from accounts.models import Authenticator, User
from accounts.roles import Role
from creditquery.models import Institution
from drills.incident_people import member, wait_in_vain
from reviews.models import Competence, ReviewPolicy, ReviewTask
from reviews.services import submission
from reviews.states.cases import ReviewState

OFFICERS = 30
LEADS = 4
SMALL_ONLY, ONE_LENDER = 5, 5
"""So many officers decide on small sums alone, or for one lender; the others on everything."""
SMALL_FEN = 15_000_000
DEAR_FEN = 150_000_000
DEAR_EVERY, RECUSED_EVERY = 20, 40
"""One case in so many is of a sum that three people decide on; from one in so many an officer has
to stand aside."""
LEASE_MINUTES = 1

SUBMIT = """
INSERT INTO reviews_reviewtask (number, query_id, person_id, institution_id, amount_fen, policy_id,
    state, express, round, checks_wanted, fence, proposal, created_at, submitted_at, due_at,
    provisional, counted_days, calendar, changed_at)
SELECT 'RG-20261123-' || lpad(row_number() OVER (ORDER BY q.id)::text, 6, '0'),
    q.id, q.person_id, l.institution_id,
    CASE WHEN q.id %% %(dear_every)s = 0 THEN %(dear)s ELSE l.amount_fen END, %(policy)s,
    'open', '', 1, 1, 0, '', %(now)s, %(now)s, %(now)s + q.id %% 2000 * interval '1 minute',
    false, 0, '', %(now)s
FROM creditquery_creditquery q JOIN creditquery_loanapplication l ON l.id = q.loan_id
WHERE q.state = 'parked'
"""
IN_REVIEW = """
UPDATE creditquery_creditquery SET state = 'manual_review', beside = true WHERE state = 'parked'
"""
STAND_ASIDE = """
INSERT INTO reviews_recusal (task_id, officer_id, why, at)
SELECT t.id, (%(officers)s::bigint[])[1 + t.id %% %(count)s], 'biased', %(now)s
FROM reviews_reviewtask t WHERE t.id %% %(every)s = 0
"""


@dataclass(frozen=True, slots=True)
class Cast:
    """User names of the officers."""

    officers: list[str]


def assemble(n: int, seed: int) -> Cast:
    """So many cases that wait, and the officers for them."""
    now = timezone.now()
    wait_in_vain(n, since=now - dt.timedelta(hours=6), until=now, seed=seed)
    policy = ReviewPolicy.objects.create(
        version="drill", effective_from=timezone.localdate(now), lease_minutes=LEASE_MINUTES
    )
    officers = _officers(now)
    values: dict[str, Any] = {
        "policy": policy.pk,
        "dear": DEAR_FEN,
        "dear_every": DEAR_EVERY,
        "now": now,
        "officers": [officer.pk for officer in officers],
        "count": len(officers),
        "every": RECUSED_EVERY,
    }
    with connection.cursor() as cursor:
        for statement in (SUBMIT, IN_REVIEW, STAND_ASIDE):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE reviews_reviewtask")
    return Cast([officer.username or "" for officer in officers])


def _officers(now: dt.datetime) -> list[User]:
    lender = Institution.objects.get()
    made = []
    for n in range(OFFICERS):
        role = Role.RISK_OFFICER if n < LEADS else Role.LOAN_OFFICER
        made.append(member(f"officer.{n:02d}", role, now))
        small = n >= OFFICERS - SMALL_ONLY
        at_one = OFFICERS - SMALL_ONLY - ONE_LENDER <= n < OFFICERS - SMALL_ONLY
        Competence.objects.create(
            officer=made[-1],
            institution=lender if at_one else None,
            most_fen=SMALL_FEN if small else None,
        )
    return made


def browser(officer: User) -> dict[str, str]:
    """The cookies of a browser in which this officer has passed both factors."""
    now, token = timezone.now(), secrets.token_hex(16)
    device = Authenticator.objects.get(user=officer)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session[sessions.STARTED] = session[sessions.SEEN] = now.isoformat()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    return {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: token}


def answer() -> None:
    """Borrowers who were asked for more: no process of the officers takes them down with it."""
    for task in ReviewTask.objects.filter(state=ReviewState.AWAITING):
        submission.answer(task=task, text="演练：已补充。", now=timezone.now())
