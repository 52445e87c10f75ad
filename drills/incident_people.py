"""The borrowers of an incident day: queries that stand parked since some moment of six hours.

Made in bulk, some statements a thousand; what the incident does to them is the portal's own work.
"""

import datetime as dt
import hashlib
import random
import secrets
import string

from django.db.models import F, Value
from django.db.models.functions import Mod

from accounts.models import User
from accounts.services import staff
from creditquery.models import Consent, CreditQuery, Institution, LoanApplication, Membership
from creditquery.models.consents import Purpose
from creditquery.services import consents
from creditquery.states import QueryState
from drills.people import BATCH, apply_for_loans

ALPHABET = string.digits + string.ascii_uppercase
STRANGERS = 20
"""One in so many more asked before it all began, and was through: nothing touched them."""


def wait_in_vain(n: int, *, since: dt.datetime, until: dt.datetime, seed: int) -> None:
    """`n` parked queries, put in the queue at moments between the two, each of a loan of its own
    amount; and a few that had left the queue before."""
    chance, loans = random.Random(seed), apply_for_loans(n + n // STRANGERS)
    LoanApplication.objects.update(
        amount_fen=F("amount_fen") + Mod(F("pk"), Value(997)) * 12_345,
        annual_rate_bp=F("annual_rate_bp") + Mod(F("pk"), Value(13)),
    )
    span = (until - since).total_seconds()
    for start in range(0, n, BATCH):
        some = loans[start : min(start + BATCH, n)]
        moments = [since + dt.timedelta(seconds=chance.uniform(0, span)) for _ in some]
        _ask(some, moments, QueryState.PARKED)
    before = since - dt.timedelta(hours=1)
    rest = loans[n:]
    _ask(rest, [before] * len(rest), QueryState.CANCELLED)


def _ask(pks: list[int], moments: list[dt.datetime], state: str) -> None:
    loans = LoanApplication.objects.select_related("institution").in_bulk(pks)
    text = consents.current_text(purpose=Purpose.LOAN, now=min(moments))
    signed = Consent.objects.bulk_create(
        Consent(
            reference=f"DRILL-{pk}",
            person_id=loans[pk].borrower_id,
            purpose=Purpose.LOAN,
            recipient=loans[pk].institution,
            text=text,
            language="zh-hans",
            document="{}",
            sha256=hashlib.sha256(str(pk).encode()).hexdigest(),
            signed_with="drill",
            signed_at=at,
            expires_at=at + dt.timedelta(days=30),
        )
        for pk, at in zip(pks, moments, strict=True)
    )
    CreditQuery.objects.bulk_create(
        CreditQuery(
            request_no="".join(secrets.choice(ALPHABET) for _place in range(24)),
            person_id=consent.person_id,
            loan=loans[pk],
            purpose=Purpose.LOAN,
            consent=consent,
            state=state,
            created_at=consent.signed_at,
            queued_at=consent.signed_at,
            changed_at=consent.signed_at + dt.timedelta(seconds=1),
        )
        for pk, consent in zip(pks, signed, strict=True)
    )


def member(username: str, role: str, now: dt.datetime) -> User:
    """Somebody on the staff who never logs in."""
    return staff.create(
        username=username,
        role=role,
        password=secrets.token_urlsafe(),
        secret=secrets.token_bytes(20),
        now=now,
    )


def lender_user(institution: Institution, now: dt.datetime) -> User:
    user = member("drill.lender", "lender_user", now)
    Membership.objects.create(user=user, institution=institution, added_at=now)
    return user
