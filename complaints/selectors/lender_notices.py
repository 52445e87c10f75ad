"""What a borrower tells the lender about a query that stood still, and what of that was read."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from complaints.lender.facts import Facts
from complaints.models import IncidentImpact, LenderNotice
from complaints.selectors import impacts, letters
from creditquery.models import CreditQuery, Institution
from portal import masks


def impact_of(query: CreditQuery) -> IncidentImpact | None:
    """The latest incident that touched this query, if one still stands."""
    return impacts.of_person(query.person).filter(query=query).first()


def facts(query: CreditQuery, impact: IncidentImpact) -> Facts:
    """What the notice says, from the rows as they are now."""
    incident, letter = impact.incident, letters.for_query(query)
    return Facts(
        lender=query.loan.institution.name,
        reference=query.loan.reference,
        borrower=masks.name(query.person.name),
        request_no=query.request_no,
        incident=incident.number,
        title_zh=incident.title_zh,
        title_en=incident.title_en,
        touched_from=_moment(impact.touched_from),
        touched_until=_moment(impact.touched_until),
        serial=letter.number if letter else "",
        verify=f"{settings.SITE_URL}/verify/{letter.serial}/" if letter else "",
    )


def of_query(query: CreditQuery) -> QuerySet[LenderNotice]:
    """What the lender was told about a query, the newest first."""
    return _notices().filter(query=query).order_by("-sent_at")


def inbox(institution: Institution) -> QuerySet[LenderNotice]:
    """What this lender was told: the unread first, then the newest."""
    rows = _notices().filter(institution=institution)
    return rows.order_by(F("read_at").desc(nulls_first=True), "-sent_at")


def _notices() -> QuerySet[LenderNotice]:
    """Each with `stands`: False once the incident, corrected, no longer finds this query."""
    standing = IncidentImpact.objects.filter(
        incident=OuterRef("incident"), query=OuterRef("query"), withdrawn_in=None
    )
    rows = LenderNotice.objects.select_related("incident", "query__loan", "delivery", "read_by")
    return rows.annotate(stands=Exists(standing))


def _moment(at: dt.datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
