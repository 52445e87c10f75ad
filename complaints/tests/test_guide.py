"""The emergency guide: the right ways for this borrower, each leading somewhere, none of others."""

import datetime as dt

import pytest
from django.utils import timezone

from complaints import guide
from complaints.case.classification import Topic
from complaints.guide import Line, Tier, Way, shown
from complaints.models import Incident, IncidentWindow
from complaints.selectors import guide as selectors
from complaints.services import cases, lenders, letters
from complaints.states.incidents import IncidentState
from complaints.tests.people import touched
from creditquery.models import CreditQuery
from creditquery.states import QueryState
from creditquery.tests.conftest import log_in

pytestmark = pytest.mark.django_db
FIRST = ("tell-lender", "letter", "extension")


@pytest.fixture
def stuck(query, outage):
    """A parked query that an outage touched, which is over."""
    touched(outage(), query.person, query)
    return in_state(query, QueryState.PARKED)


def in_state(query, state):
    CreditQuery.objects.filter(pk=query.pk).update(state=state)
    query.refresh_from_db()
    return query


def goes_on(incident):
    Incident.objects.filter(pk=incident.pk).update(
        state=IncidentState.INVESTIGATING, ended_at=None, resolved_at=None
    )
    window = incident.windows.get()
    IncidentWindow.objects.create(
        incident=incident,
        revision=incident.revision,
        component=window.component,
        status=window.status,
        starts_at=window.ends_at,
    )


def keys(query):
    return [step.line.key for step in selectors.of_query(query).steps]


def standing(query, key):
    steps = {step.line.key: step.standing for step in selectors.of_query(query).steps}
    return steps[key]


# --- The lines ------------------------------------------------------------------------------


def test_the_tiers_come_in_their_order(stuck):
    tiers = [step.line.tier for step in selectors.of_query(stuck).steps]
    assert tiers == sorted(tiers) and set(tiers) == set(Tier)
    assert tuple(keys(stuck)[:3]) == FIRST


def test_every_line_leads_to_a_page_that_answers(stuck, browser):
    for step in selectors.of_query(stuck).steps:
        if not step.line.leaves:
            answer = browser.get(step.line.address)
            assert answer.status_code == 200, step.line.key


def test_what_is_not_built_or_not_known_is_absent():
    lines = (
        Line("unbuilt", Tier.NOW, "t", "w", (Way("complaints:never-built"),)),
        Line("unknown", Tier.NOW, "t", "w", (Way("complaints:letter", (guide.LETTER,)),)),
        Line("second", Tier.NOW, "t", "w", (Way("complaints:never"), Way("complaints:status"))),
    )
    assert [line.key for line in shown({}, lines)] == ["second"]


def test_what_was_done_says_so(stuck):
    impact = stuck.impacts.get()
    assert standing(stuck, "tell-lender") is standing(stuck, "letter") is None
    now = timezone.now()
    lenders.tell(query=stuck, person=stuck.person, now=now)
    letter = letters.issue_one(impact=impact, now=now)
    filed = cases.file(
        person=stuck.person, reason=Topic.OUTAGE, text="…", incident=impact.incident, now=now
    )
    assert standing(stuck, "tell-lender").at == now
    assert standing(stuck, "letter").number == letter.number
    assert standing(stuck, "complaint").number == filed.number


# --- Whose ----------------------------------------------------------------------------------


def test_a_query_that_nothing_touched_has_no_guide(query, outage, make_person, browser):
    touched(outage(), make_person("13800000077"))
    in_state(query, QueryState.SUCCEEDED)
    assert selectors.of_query(query) is None
    assert browser.get(f"/queries/{query.request_no}/guide/").status_code == 404


def test_a_query_that_waits_has_one_before_anything_is_computed(query, outage, browser):
    in_state(query, QueryState.PARKED)
    assert "bureau" in keys(query) and "tell-lender" not in keys(query)
    incident = outage()
    goes_on(incident)
    assert selectors.of_query(query).incident == incident
    page = browser.get(f"/en/queries/{query.request_no}/guide/").content.decode()
    assert incident.number in page and "still going on" in page


def test_a_stranger_finds_nothing(stuck, make_person, client):
    other = log_in(client, make_person("13800000078"))
    number = stuck.impacts.get().incident.number
    for path in ("guide/", f"guide/{number}/papers/"):
        assert other.get(f"/queries/{stuck.request_no}/{path}").status_code == 404
    assert other.get("/guide/").status_code == 404
    assert other.get(f"/guide/{number}/papers/").status_code == 404


def test_who_could_not_log_in_has_a_guide_without_a_query(person, outage, browser):
    touched(outage(), person)
    page = browser.get("/guide/")
    assert page.status_code == 200
    assert "tell-lender" not in page.content.decode()


def test_the_outage_in_the_address_is_the_one_shown(person, outage, browser):
    touched(outage(), person)
    older = outage(ended=timezone.now() - dt.timedelta(days=2), number="IN-20261120-001")
    touched(older, person)
    page = browser.get(f"/en/guide/?incident={older.number}").content.decode()
    assert page.index(older.number) < page.index("Other outages that touched you")
    assert browser.get("/guide/?incident=IN-20200101-001").status_code == 404


# --- Beside it ------------------------------------------------------------------------------


def test_the_papers_name_every_number_and_mask_the_name(stuck, browser):
    letter = letters.issue_one(impact=stuck.impacts.get(), now=timezone.now())
    number = stuck.impacts.get().incident.number
    page = browser.get(f"/queries/{stuck.request_no}/guide/{number}/papers/").content.decode()
    for told in (number, stuck.request_no, stuck.loan.reference, letter.number, "12378", "12363"):
        assert told in page
    assert stuck.person.name not in page


def test_the_page_of_the_query_leads_to_the_guide(stuck, browser):
    page = browser.get(f"/queries/{stuck.request_no}/").content.decode()
    assert page.count(f"/queries/{stuck.request_no}/guide/") == 1
    in_state(stuck, QueryState.REFUSED)
    page = browser.get(f"/queries/{stuck.request_no}/").content.decode()
    assert page.count(f"/queries/{stuck.request_no}/guide/") == 1
