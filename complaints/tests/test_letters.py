"""Letters: for those really touched, once, with evidence; taken back when facts change."""

import datetime as dt
import hashlib
import json

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Delivery
from accounts.refusals import Refused
from complaints.models import IncidentRevision, IncidentWindow, Letter
from complaints.selectors import letters as selectors
from complaints.services import letters, parts
from complaints.services.impacts import LETTERS
from complaints.states.letters import LetterState
from complaints.tests.people import touched
from creditquery.tests.conftest import reasons_of_trouble, work_off
from evidence.models import Record
from portal import fonts
from portal.work.states import Lane


def corrected(incident, *, seconds):
    """A new revision in which the outage was shorter by so many seconds; None: it goes on."""
    last = incident.windows.get(revision=incident.revision)
    incident.revision += 1
    incident.save(update_fields=["revision"])
    IncidentRevision.objects.create(
        incident=incident, number=incident.revision, reason="log of the bureau", at=last.ends_at
    )
    IncidentWindow.objects.create(
        incident=incident,
        revision=incident.revision,
        component=last.component,
        status=last.status,
        starts_at=last.starts_at,
        ends_at=None if seconds is None else last.ends_at - dt.timedelta(seconds=seconds),
    )


def only(**which) -> Letter:
    return Letter.objects.get(**which)


def test_each_touched_query_has_one_letter_and_evidence_of_its_hash(outage, person, query, now):
    incident = outage()
    touched(incident, person, query)
    letters.issue(incident=incident, now=now)
    letter = only()
    assert (letter.state, letter.person, letter.query, letter.institution) == (
        "issued",
        person,
        query,
        query.loan.institution,
    )
    assert letter.content_hash == hashlib.sha256(letter.document.encode()).hexdigest()
    record = Record.objects.get(kind="complaints.letter.issued", subject=letter.serial)
    assert record.body["content_hash"] == letter.content_hash
    assert person.name not in json.dumps(record.body, ensure_ascii=False)


def test_the_letter_says_what_rows_hold(outage, person, query, now):
    incident = outage(7201)
    impact = touched(incident, person, query)
    said = selectors.said(letters.issue_one(impact=impact, now=now))
    assert said["borrower"] == {"name": "王小二", "id_number": "110************02X"}
    assert said["incident"]["number"] == incident.number
    assert said["incident"]["seconds"] == 7201
    assert said["query"]["consent_sha256"] == query.consent.sha256
    assert said["loan"]["reference"] == query.loan.reference
    assert [entry["article"] for entry in said["law"]] == ["第五百九十条", "第十八条", "第十七条"]
    assert said["font"] == fonts.version()
    assert said == json.loads(only().document)


def test_issued_again_nothing_changes(outage, person, query, now):
    incident = outage()
    impact = touched(incident, person, query)
    first = letters.issue_one(impact=impact, now=now)
    letters.issue(incident=incident, now=now + dt.timedelta(hours=1))
    assert letters.issue_one(impact=impact, now=now) == first
    assert Letter.objects.count() == 1


def test_a_login_alone_has_a_letter_and_beside_a_query_none(
    outage, person, make_person, query, now
):
    incident, other = outage(), make_person("13800000002", name="李四")
    touched(incident, person, query)
    touched(incident, person)
    touched(incident, other)
    letters.issue(incident=incident, now=now)
    assert sorted(Letter.objects.values_list("person", "query")) == sorted(
        [(person.pk, query.pk), (other.pk, None)]
    )
    assert selectors.said(only(person=other))["query"] is None


def test_a_correction_supersedes_and_tells_the_holder_once(outage, person, query, now):
    incident = outage()
    touched(incident, person, query)
    letters.issue(incident=incident, now=now)
    old = only()
    corrected(incident, seconds=1)
    for _again in range(2):
        letters.issue(incident=incident, now=now)
    old.refresh_from_db()
    new = only(state=LetterState.ISSUED)
    assert (old.state, old.ending, new.replaces) == ("superseded", "corrected", old)
    assert selectors.said(new)["replaces"] == old.serial
    assert selectors.said(new)["incident"]["seconds"] == 7200
    assert selectors.successor(old) == new
    (told,) = Delivery.objects.filter(kind="complaints.letter_superseded")
    assert json.loads(told.context) == {"no": old.serial[-4:]}


def test_a_revision_with_the_same_facts_changes_no_letter(outage, person, query, now):
    incident = outage()
    touched(incident, person, query)
    letters.issue(incident=incident, now=now)
    corrected(incident, seconds=0)
    letters.issue(incident=incident, now=now)
    assert Letter.objects.count() == 1


def test_whom_a_correction_does_not_touch_any_more_loses_the_letter(outage, person, query, now):
    incident = outage()
    impact = touched(incident, person, query)
    letters.issue(incident=incident, now=now)
    impact.withdrawn_in = 2
    impact.save(update_fields=["withdrawn_in"])
    letters.issue(incident=incident, now=now)
    letter = only()
    assert (letter.state, letter.ending) == ("revoked", "not_touched")
    assert Delivery.objects.filter(kind="complaints.letter_revoked").count() == 1
    with pytest.raises(Refused, match="letter-not-touched"):
        letters.issue_one(impact=impact, now=now)


def test_a_part_is_about_its_own_keys(outage, make_person, now):
    incident = outage()
    people = [make_person(f"1380000{n:04}", name=f"借款人{n}") for n in range(5)]
    keys = [touched(incident, someone).pk for someone in people]
    letters.issue(incident=incident, now=now, after=keys[0], until=keys[2])
    assert sorted(Letter.objects.values_list("impact", flat=True)) == keys[1:3]
    letters.issue(incident=incident, now=now)
    assert Letter.objects.count() == 5


def test_the_work_that_follows_an_incident_issues_its_letters(outage, person, query, now):
    incident = outage()
    impact = touched(incident, person, query)
    parts.follow(incident=incident, kind=LETTERS, keys=[impact.pk], now=now)
    assert work_off(Lane.UPKEEP) == 1
    assert reasons_of_trouble() == []
    assert only().query == query


def test_the_database_refuses_a_second_valid_letter_about_one_touch(outage, person, query, now):
    letters.issue_one(impact=touched(outage(), person, query), now=now)
    letter = only()
    letter.pk, letter.serial = None, "0" * 20
    with pytest.raises(IntegrityError, match="letter_one_valid_per_impact"), transaction.atomic():
        letter.save(force_insert=True)


def test_while_it_goes_on_the_letter_says_so_and_a_later_one_replaces_it(
    outage, person, query, now
):
    incident = outage()
    corrected(incident, seconds=None)
    impact = touched(incident, person, query)
    impact.touched_until = None
    impact.save(update_fields=["touched_until"])
    first = letters.issue_one(impact=impact, now=now)
    assert selectors.said(first)["incident"]["seconds"] is None
    incident.windows.filter(revision=incident.revision).update(ends_at=now)
    second = letters.issue_one(impact=impact, now=now)
    assert (second.replaces, selectors.for_query(query)) == (first, second)


def test_a_letter_about_a_decision_replaces_the_one_before(person, loan, now):
    facts = {
        "original": "2026-11-30",
        "until": "2026-12-21",
        "counted_from": "2026-11-30",
        "days": 15,
        "decided_at": "2026-11-23T02:00:00Z",
        "policy": "2026.1",
        "calendar": "cn/2026.1",
        "provisional": False,
    }
    given = {"kind": "extension", "person": person, "loan": loan, "now": now}
    first = letters.issue_document(facts=facts, **given)
    assert letters.issue_document(facts=facts, **given) == first
    second = letters.issue_document(facts={**facts, "until": "2026-12-22"}, **given)
    first.refresh_from_db()
    assert (first.state, second.replaces) == ("superseded", first)
    assert selectors.said(second)["decision"]["until"] == "2026-12-22"
