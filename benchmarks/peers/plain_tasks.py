"""The plain task: fetch with the portal's own gateway code, check, store; and what orders it."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.selectors import identity
from benchmarks.peers.plain_celery import app
from creditquery.channels import GATEWAYS, Delivered, checked
from creditquery.gateways.inquiry import Inquiry, Person, Report
from creditquery.models import Consent, CreditQuery, CreditReport, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.selectors import channels
from creditquery.services import consents
from creditquery.states import QueryState
from portal.deadline import Deadline

VALID = dt.timedelta(days=30)


def order(loan_pk: int) -> None:
    """The borrower's wish and signature: two rows, one message."""
    loan = LoanApplication.objects.select_related("borrower", "institution").get(pk=loan_pk)
    now, number = timezone.now(), secrets.token_hex(12).upper()
    text = consents.written_out(loan=loan, purpose=Purpose.LOAN, language="zh-hans")
    with transaction.atomic():
        consent = Consent.objects.create(
            reference=f"C-{number}",
            person=loan.borrower,
            purpose=Purpose.LOAN,
            recipient=loan.institution,
            text=consents.current_text(purpose=Purpose.LOAN, now=now),
            language="zh-hans",
            document=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            signed_with="plain",
            signed_at=now,
            expires_at=now + VALID,
        )
        query = CreditQuery.objects.create(
            request_no=number,
            person=loan.borrower,
            loan=loan,
            purpose=Purpose.LOAN,
            consent=consent,
            state=QueryState.QUEUED,
            created_at=now,
            queued_at=now,
            changed_at=now,
        )
    fetch.delay(query.pk)


@app.task(name="plain.fetch", ignore_result=True)
def fetch(query_pk: int) -> None:
    query = CreditQuery.objects.select_related("consent", "person").get(pk=query_pk)
    person, consent = identity(query.person), query.consent
    assert person is not None and consent is not None
    inquiry = Inquiry(
        request_no=query.request_no,
        person=Person(person.name, person.id_type, person.id_number, person.phone),
        reason=query.purpose,
        consent_reference=consent.reference,
        consent_sha256=consent.sha256,
        consent_signed_at=consent.signed_at,
    )
    entrance = channels.ordered({})[0]
    gateway = GATEWAYS[entrance.adapter]
    answer = gateway.inquire(entrance.access, inquiry, deadline=Deadline(30))
    assert isinstance(answer, Report)
    outcome = checked(answer, inquiry)
    assert isinstance(outcome, Delivered), outcome
    now = timezone.now()
    with transaction.atomic():
        CreditReport.objects.create(
            query=query,
            number=outcome.number,
            content=outcome.source,
            received_at=now,
            expires_at=now + VALID,
        )
        CreditQuery.objects.filter(pk=query_pk).update(state=QueryState.SUCCEEDED, changed_at=now)
