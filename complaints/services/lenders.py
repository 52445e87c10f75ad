"""A lender is told what held a query up: prepared by us, sent by the borrower, read in evidence."""

import datetime as dt
import hashlib
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import Delivery, User
from accounts.refusals import Refused
from accounts.selectors import email_hash
from accounts.services import deliveries
from accounts.states import Channel
from complaints.lender.facts import Facts
from complaints.models import LenderNotice
from complaints.selectors import lender_notices as selectors
from creditquery.models import CreditQuery, InstitutionContact
from evidence.services import record


def tell(*, query: CreditQuery, person: User, now: dt.datetime) -> LenderNotice:
    """The notice about the latest incident that touched the query, sent once; the first one when
    it is told again. Raises Refused when no incident did, or the query is somebody else's."""
    impact = selectors.impact_of(query)
    if impact is None or query.person_id != person.pk:
        raise Refused("lender-untouched")
    with transaction.atomic():
        CreditQuery.objects.select_for_update().get(pk=query.pk)
        earlier = LenderNotice.objects.filter(query=query, incident=impact.incident).first()
        if earlier is not None:
            return earlier
        facts = selectors.facts(query, impact)
        text = facts.text()
        notice = LenderNotice.objects.create(
            query=query,
            incident=impact.incident,
            institution=query.loan.institution,
            facts=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            sent_at=now,
        )
        notice.delivery = _mail(notice, facts, now)
        notice.save(update_fields=["delivery"])
        _record("sent", notice, {"by_mail": notice.delivery is not None}, now)
        return notice


def read(*, notice: LenderNotice, user: User, now: dt.datetime) -> None:
    """The lender has read it; the first reader and time stay."""
    with transaction.atomic():
        unread = LenderNotice.objects.filter(pk=notice.pk, read_at=None)
        if unread.update(read_at=now, read_by=user):
            _record("read", notice, {"by": user.pk}, now)


def _mail(notice: LenderNotice, facts: Facts, now: dt.datetime) -> Delivery | None:
    """To the lender's mailbox, if one is known; its pages here have the notice anyway."""
    contact = InstitutionContact.objects.filter(institution=notice.institution).first()
    if contact is None:
        return None
    with translation.override(contact.language):
        path = reverse("complaints:lender-notice", kwargs={"pk": notice.pk})
    return deliveries.prepare(
        kind="complaints.lender_notice",
        channel=Channel.EMAIL,
        address=contact.email,
        address_hash=email_hash(contact.email),
        language=contact.language,
        context={**asdict(facts), "link": settings.SITE_URL + path},
        now=now,
    )


def _record(what: str, notice: LenderNotice, body: dict[str, object], now: dt.datetime) -> None:
    facts = {
        "incident": notice.incident.number,
        "institution": notice.institution.code,
        "sha256": notice.sha256,
    }
    kind = f"complaints.lendernotice.{what}"
    record(kind=kind, subject=notice.query.request_no, body={**facts, **body}, now=now)
