"""Issuing letters: computed from rows, one act for all whom an incident touched.

What is issued is the canonical text and its hash, in the same transaction as the evidence. The
paper is made when somebody first wants it (services/letter_files.py).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.letter import canonical as form
from complaints.letter import facts, serials, texts
from complaints.models import Incident, IncidentImpact, Letter
from complaints.selectors import letters as selectors
from complaints.services import letter_moves
from complaints.services.parts import LAST
from complaints.states.letters import Ending, LetterKind, LetterState
from creditquery.models import LoanApplication
from evidence.services import record_many
from portal import fonts

SUPERSEDED, REVOKED = "complaints.letter_superseded", "complaints.letter_revoked"
SUPERSEDED_LENDER, REVOKED_LENDER = f"{SUPERSEDED}_lender", f"{REVOKED}_lender"


@dataclass(slots=True)
class Plan:
    """What a batch comes to: letters to issue, and those that end."""

    fresh: list[Letter] = field(default_factory=list)
    superseded: list[Letter] = field(default_factory=list)
    revoked: list[Letter] = field(default_factory=list)


def issue(*, incident: Incident, now: dt.datetime, after: int = 0, until: int = LAST) -> None:
    """Bring the letters about impacts with a key above `after` up to `until` up to date: issue,
    supersede, revoke, and tell the holders. One transaction.

    Done again it changes nothing: a letter whose facts have not changed stands.
    """
    with transaction.atomic():
        touches = selectors.touches(incident, after=after, until=until)
        _write(_plan(incident, touches, now), now)


def issue_one(*, impact: IncidentImpact, now: dt.datetime) -> Letter:
    """The valid letter about one impact: the one that stands, else a new one.

    Raises Refused("letter-not-touched") when the incident does not touch this person (any more).
    """
    with transaction.atomic():
        touches = selectors.touches(impact.incident, after=impact.pk - 1, until=impact.pk)
        _write(_plan(impact.incident, touches, now), now)
    letter = selectors.valid_for(impact)
    if letter is None:
        raise Refused("letter-not-touched")
    return letter


def issue_document(
    *,
    kind: str,
    person: User,
    loan: LoanApplication,
    facts: Mapping[str, Any],
    now: dt.datetime,
    incident: Incident | None = None,
) -> Letter:
    """A letter about a decision that was taken elsewhere, such as a longer deadline.

    `facts` is what the template of the kind prints, plain JSON (complaints/letter/texts.py). The
    valid letter of this kind to the person about the loan is superseded, or stands when nothing
    has changed.
    """
    with transaction.atomic():
        loan = LoanApplication.objects.select_for_update().get(pk=loan.pk)
        before = selectors.for_loan(loan, kind, person)
        letter = _document(kind, person, loan, facts, now)
        letter.incident = incident
        if before is not None and before.facts_hash == letter.facts_hash:
            return before
        letter.replaces = before
        _write(Plan(fresh=[letter], superseded=[before] if before else []), now)
    return letter


# --- Delay letters --------------------------------------------------------------------------


def _plan(incident: Incident, touches: Sequence[selectors.Touch], now: dt.datetime) -> Plan:
    """What is to be done about these impacts, nothing written yet."""
    plan = Plan()
    spans = selectors.failing(incident)
    impacts = [touch.impact.pk for touch in touches]
    valid, barred = selectors.valid_letters(impacts), selectors.barred(impacts)
    for touch in touches:
        before = valid.get(touch.impact.pk)
        if not touch.deserves:
            plan.revoked += [before] if before else []
            continue
        outage, touched = _facts(incident, touch.impact, spans)
        same = facts.facts_hash(outage, touched)
        if (before and before.facts_hash == same) or (touch.impact.pk, same) in barred:
            continue
        plan.superseded += [before] if before else []
        plan.fresh.append(_delay(touch.impact, incident, outage, touched, before, now))
    return plan


def _facts(
    incident: Incident,
    impact: IncidentImpact,
    spans: Mapping[int, Sequence[selectors.OpenSpan]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was down, and when it stood in this person's way."""
    outage = facts.Outage(
        number=incident.number,
        revision=incident.revision,
        title_zh=incident.title_zh,
        title_en=incident.title_en,
        component_zh=impact.component.name_zh,
        component_en=impact.component.name_en,
        spans=spans.get(impact.component_id, ()),
    )
    return facts.of_outage(outage), facts.of_touch(impact.touched_from, impact.touched_until)


def _delay(
    impact: IncidentImpact,
    incident: Incident,
    outage: dict[str, Any],
    touched: dict[str, Any],
    before: Letter | None,
    now: dt.datetime,
) -> Letter:
    person, query, loan = impact.person, impact.query, impact.loan
    assert person is not None  # selectors.touches leaves out who has no account
    consent = query.consent if query else None
    said = {
        "incident": outage,
        "touched": touched,
        "revision": incident.revision,
        "query": facts.of_query(query.request_no, consent.signed_at, consent.sha256)
        if query and consent
        else None,
        "replaces": before.serial if before else None,
    }
    letter = _letter(LetterKind.DELAY, person, loan, said, now)
    letter.facts_hash = facts.facts_hash(outage, touched)
    letter.incident, letter.impact, letter.query, letter.replaces = incident, impact, query, before
    return letter


def _document(
    kind: str, person: User, loan: LoanApplication, given: Mapping[str, Any], now: dt.datetime
) -> Letter:
    letter = _letter(kind, person, loan, {"decision": dict(given)}, now)
    letter.facts_hash = facts.facts_hash(dict(given))
    return letter


def _letter(
    kind: str,
    person: User,
    loan: LoanApplication | None,
    said: Mapping[str, Any],
    now: dt.datetime,
) -> Letter:
    """A letter that is not written yet: its number, its canonical text, its hash."""
    template, serial = texts.newest(kind), serials.fresh(now)
    lender = loan.institution if loan else None
    content = {
        **said,
        "borrower": facts.of_borrower(person.name, person.id_number),
        "loan": facts.of_loan(loan.reference, lender.name, lender.code)
        if loan and lender
        else None,
        "law": facts.of_law(template.law),
    }
    content["missing_glyphs"] = [fonts.spell(c) for c in fonts.missing(_printed(content))]
    text = form.canonical(
        form.compose(
            serial=serial,
            kind=kind,
            template=template.version,
            font=fonts.version(),
            issued_at=now,
            facts=content,
        )
    )
    return Letter(
        serial=serial,
        kind=kind,
        person=person,
        loan=loan,
        institution=lender,
        template=template.version,
        document=text,
        content_hash=form.content_hash(text),
        issued_at=now,
    )


def _printed(content: Mapping[str, Any]) -> str:
    """What of a letter may hold a character that no font has: names, typed by people."""
    loan, outage = content["loan"] or {}, content.get("incident") or {}
    named = (content["borrower"]["name"], *loan.values(), *outage.values())
    return "".join(text for text in named if isinstance(text, str))


# --- Writing --------------------------------------------------------------------------------


def _write(plan: Plan, now: dt.datetime) -> None:
    """One transaction: what ends first, for an impact has one valid letter at most."""
    letter_moves.end(plan.superseded, to=LetterState.SUPERSEDED, ending=Ending.CORRECTED, now=now)
    letter_moves.end(plan.revoked, to=LetterState.REVOKED, ending=Ending.NOT_TOUCHED, now=now)
    Letter.objects.bulk_create(plan.fresh)
    bodies = {letter.serial: _body(letter) for letter in plan.fresh}
    record_many(kind="complaints.letter.issued", bodies=bodies, now=now)
    tell(plan.superseded, kind=SUPERSEDED, lender_kind=SUPERSEDED_LENDER, now=now)
    tell(plan.revoked, kind=REVOKED, lender_kind=REVOKED_LENDER, now=now)


def _body(letter: Letter) -> dict[str, Any]:
    """What evidence holds of a letter: no personal data."""
    return {
        "kind": letter.kind,
        "content_hash": letter.content_hash,
        "template": letter.template,
        "incident": letter.incident.number if letter.incident else None,
        "replaces": letter.replaces.serial if letter.replaces else None,
    }


def tell(letters: Collection[Letter], *, kind: str, lender_kind: str, now: dt.datetime) -> None:
    """Tell the holders of letters that ended: the borrower, and whoever of a lender opened one."""
    if not letters:
        return
    by_person: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        by_person[letter.person_id].append(letter)
    people = User.objects.filter(pk__in=by_person).only(*messages.ADDRESSED).order_by("pk")
    rows = ((p, {"no": letter.serial[-4:]}) for p in people for letter in by_person[p.pk])
    messages.send_many(rows=rows, kind=kind, now=now)
    for reader, letter in selectors.readers(letters):
        if reader.email and reader.is_active:
            context = {"number": letter.number}
            messages.send_to_mailbox(user=reader, kind=lender_kind, context=context, now=now)
