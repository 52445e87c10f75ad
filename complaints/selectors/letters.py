"""Reading letters: the borrower's own, a lender's, one by its number for everybody."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.roles import Role
from complaints.letter import serials
from complaints.models import (
    Incident,
    IncidentImpact,
    IncidentWindow,
    Letter,
    LetterAccess,
    LetterFile,
    LetterRevocation,
)
from complaints.selectors import impacts
from complaints.states.incidents import FAILING
from complaints.states.letters import Ending, LetterState
from complaints.states.proposals import ProposalState
from creditquery.models import CreditQuery, Institution, LoanApplication

OpenSpan = tuple[dt.datetime, dt.datetime | None]
PRINTED: Final = (
    "incident",
    "component",
    "touched_from",
    "touched_until",
    "withdrawn_in",
    "person__name",
    "person__id_number",
    "query__request_no",
    "query__consent__signed_at",
    "query__consent__sha256",
    "loan__reference",
    "loan__institution",
)
"""What of a touch a letter says; reading whole rows was a third of what issuing it cost."""


def letters() -> QuerySet[Letter]:
    """All letters with what lists show of them, nothing sealed opened."""
    rows = Letter.objects.select_related("incident", "loan", "institution", "query")
    return rows.defer("document").order_by("-issued_at", "-pk")


def of_person(person: User) -> QuerySet[Letter]:
    """The borrower's own letters, the newest first; those whose text was deleted are not among
    them, and are only verified by their number."""
    return letters().filter(person=person, document__isnull=False)


def own(person: User, serial: str) -> Letter | None:
    """One of the person's own, with what it says."""
    rows = Letter.objects.select_related("incident", "loan", "institution", "replaced_by")
    return rows.filter(person=person, serial=serial, document__isnull=False).first()


def for_query(query: CreditQuery) -> Letter | None:
    """The letter about a query that is valid now."""
    return letters().filter(query=query, state=LetterState.ISSUED).first()


def valid_for(impact: IncidentImpact) -> Letter | None:
    return letters().filter(impact=impact, state=LetterState.ISSUED).first()


def for_loan(loan: LoanApplication, kind: str, person: User) -> Letter | None:
    """The valid letter of a kind about a person's part in a loan."""
    rows = letters().filter(loan=loan, kind=kind, person=person, state=LetterState.ISSUED)
    return rows.first()


def without_letter(person: User) -> list[IncidentImpact]:
    """What touched the borrower and has no valid letter, one line a query; the newest first."""
    rows = impacts.of_person(person).exclude(letters__state=LetterState.ISSUED)
    found = list(rows.exclude(letters__ending=Ending.OFFICER))
    by_query = set(
        impacts.of_person(person).filter(query__isnull=False).values_list("incident", flat=True)
    )
    return [impact for impact in found if impact.query_id or impact.incident_id not in by_query]


def received_by(institution: Institution) -> QuerySet[Letter]:
    """Letters about loans at a lender, the newest first, whatever has become of them."""
    rows = letters().filter(institution=institution, document__isnull=False)
    return rows.select_related("person")


def by_serial(typed: str) -> Letter | None:
    """The letter of a number as somebody typed it; None for no number and for an unknown one."""
    serial = serials.read(typed)
    rows = Letter.objects.select_related("institution", "person", "replaced_by").defer("document")
    return rows.filter(serial=serial).first() if serial else None


def text_of(letter: Letter) -> str:
    """The canonical document, of a letter whose time is not over."""
    assert letter.document is not None
    return letter.document


def said(letter: Letter) -> dict[str, Any]:
    """What a letter says, as data."""
    content: dict[str, Any] = json.loads(text_of(letter))
    return content


def file_of(letter: Letter) -> LetterFile | None:
    """The letter's file without its content; None until it has been made."""
    return LetterFile.objects.filter(letter=letter).defer("content").first()


def content_of(letter: Letter) -> bytes | None:
    """The signed file itself."""
    file = LetterFile.objects.filter(letter=letter).first()
    return bytes(file.content) if file else None


def accesses(letter: Letter) -> QuerySet[LetterAccess]:
    return letter.accesses.select_related("actor").order_by("-at", "-pk")


def successor(letter: Letter) -> Letter | None:
    """The newest letter in place of this one, through however many corrections."""
    following: Letter | None = letter
    found = None
    while following is not None:
        following = Letter.objects.filter(replaces=following).defer("document").first()
        found = following or found
    return found


# --- Officers -------------------------------------------------------------------------------


def found(*, typed: str, incident: str = "", state: str = "") -> QuerySet[Letter]:
    """For officers: by number, by incident number, by state; all of them when nothing is given."""
    rows = letters()
    if typed:
        rows = rows.filter(serial=serials.read(typed) or "")
    if incident:
        rows = rows.filter(incident__number=incident)
    return rows.filter(state=state) if state else rows


def revocations() -> QuerySet[LetterRevocation]:
    """Proposals that wait for a second person, the oldest first."""
    rows = LetterRevocation.objects.filter(state=ProposalState.PROPOSED)
    return rows.select_related("letter", "proposed_by").defer("letter__document").order_by("pk")


# --- What a delay letter is made from -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Touch:
    """One impact that a letter is about, or that takes a letter back."""

    impact: IncidentImpact
    deserves: bool


def touches(incident: Incident, *, after: int, until: int) -> list[Touch]:
    """The impacts with a key above `after` up to `until`, locked for writing, each with whether a
    letter is due.

    One letter a query; who was touched by logging in alone has one about that. Without an account
    there is nobody yet to write to.
    """
    alone = IncidentImpact.objects.filter(
        incident=OuterRef("incident"),
        account_hash=OuterRef("account_hash"),
        withdrawn_in=None,
        query__isnull=False,
    )
    rows = (
        incident.impacts.filter(pk__gt=after, pk__lte=until, person__isnull=False)
        .select_related("person", "query__consent", "loan")
        .prefetch_related("component", "loan__institution")
        .only(*PRINTED)
        .annotate(by_query=Exists(alone))
        .order_by("pk")
    )
    return [
        Touch(
            impact,
            impact.withdrawn_in is None and (impact.query_id is not None or not impact.by_query),
        )
        for impact in rows.select_for_update(of=("self",))
    ]


def valid_letters(keys: Collection[int]) -> dict[int, Letter]:
    """The valid letters about these impacts, by impact."""
    rows = Letter.objects.filter(impact__in=keys, state=LetterState.ISSUED).defer("document")
    return {letter.impact_id: letter for letter in rows if letter.impact_id}


def barred(keys: Collection[int]) -> set[tuple[int, str]]:
    """Impact and facts of letters that two members of staff revoked: the same is not said again."""
    rows = Letter.objects.filter(impact__in=keys, ending=Ending.OFFICER)
    return set(rows.values_list("impact", "facts_hash"))


def failing(incident: Incident) -> Mapping[int, list[OpenSpan]]:
    """When each component failed, merged and in order; an end that is None is still to come."""
    windows = IncidentWindow.objects.filter(
        incident=incident, revision=incident.revision, status__in=FAILING
    )
    by_component: dict[int, list[OpenSpan]] = defaultdict(list)
    for component, start, end in windows.values_list("component", "starts_at", "ends_at"):
        by_component[component].append((start, end))
    return {component: joined(spans) for component, spans in by_component.items()}


def joined(spans: Iterable[OpenSpan]) -> list[OpenSpan]:
    """The union of spans of which one may have no end."""
    union: list[OpenSpan] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        last = union[-1] if union else None
        if last is None or (last[1] is not None and start > last[1]):
            union.append((start, end))
        else:
            longer = None if None in (last[1], end) else max(last[1], end)  # type: ignore[type-var]
            union[-1] = (last[0], longer)
    return union


def readers(ended: Iterable[Letter]) -> list[tuple[User, Letter]]:
    """Who of the lenders opened these letters, each once a letter."""
    rows = LetterAccess.objects.filter(letter__in=list(ended), actor__role=Role.LENDER_USER)
    rows = rows.select_related("actor", "letter").defer("letter__document")
    return list({(row.actor_id, row.letter_id): (row.actor, row.letter) for row in rows}.values())
