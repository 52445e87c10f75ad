"""The risk officer's table: drafted by one, published by another, never edited once in force."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import RiskPolicy, RiskWeight
from accounts.refusals import Refused
from accounts.risks.shipped import FIRST
from accounts.risks.signals import Signal
from accounts.roles import Role
from accounts.selectors import risk as selectors
from accounts.services import risk_policies
from accounts.tests.test_staff import PASSWORD, member, token
from evidence.models import Record
from evidence.services import IllegalMove

pytestmark = pytest.mark.django_db
LEVELS = {"prior": -9210, "notify": -6000, "step_up": -2000, "hold": 500, "rationale": "figures"}


@pytest.fixture
def maker(clock):
    return member(clock, role=Role.RISK_OFFICER, username="risk-one")


@pytest.fixture
def other(clock):
    return member(clock, role=Role.COMPLIANCE_OFFICER, username="compliance")


@pytest.fixture
def draft(maker, clock):
    policy = RiskPolicy(**LEVELS)
    risk_policies.draft(policy=policy, by=maker, now=clock())
    return policy


def test_the_release_ships_the_first_policy_as_its_constants_say():
    assert selectors.policy() == FIRST
    row = RiskPolicy.objects.get()
    assert row.published_by is None and row.state == "published"


def test_a_draft_begins_with_the_weights_in_force_and_weighs_nothing(draft):
    assert draft.version == 2
    assert {w.signal: w.weight for w in draft.weights.all()} == FIRST.weights
    assert selectors.policy().version == 1


def test_another_person_puts_it_in_force(draft, other, clock):
    draft.weights.filter(signal=Signal.ODD_HOUR).update(weight=900)
    risk_policies.publish(policy=draft, by=other, now=clock())
    policy = selectors.policy()
    assert (policy.version, policy.hold, policy.weights["odd_hour"]) == (2, 500, 900)
    assert selectors.policy(version=1) == FIRST  # of logins that it weighed
    kept = Record.objects.get(kind="accounts.riskpolicy.published")
    assert kept.subject == "2" and kept.body["weights"]["odd_hour"] == 900


def test_nobody_publishes_an_own_draft(draft, maker, clock):
    with pytest.raises(Refused, match="risk-policy-own"):
        risk_policies.publish(policy=draft, by=maker, now=clock())
    assert selectors.policy().version == 1


def test_the_database_refuses_two_eyes(draft, maker, clock):
    with pytest.raises(IntegrityError, match="risk_policy_four_eyes"), transaction.atomic():
        RiskPolicy.objects.bulk_update(
            [_published(draft, by=maker, now=clock())], ["state", "published_by", "published_at"]
        )


def _published(draft, *, by, now):
    draft.state, draft.published_by, draft.published_at = "published", by, now
    return draft


def test_it_is_published_once(draft, other, clock):
    risk_policies.publish(policy=draft, by=other, now=clock())
    with pytest.raises(IllegalMove):
        risk_policies.publish(policy=draft, by=other, now=clock())


ATTACKS = {
    "a level": lambda policy: RiskPolicy.objects.filter(pk=policy.pk).update(hold=9000),
    "its removal": lambda policy: RiskPolicy.objects.filter(pk=policy.pk).delete(),
    "a weight": lambda policy: policy.weights.update(weight=0),
    "a weight less": lambda policy: policy.weights.all().delete(),
    "a weight more": lambda policy: RiskWeight.objects.create(
        policy=policy, signal=Signal.PASSKEY, weight=1
    ),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_is_in_force_is_never_edited(attack):
    policy = RiskPolicy.objects.get(version=1)
    with pytest.raises(DatabaseError, match="published"), transaction.atomic():
        attack(policy)


@pytest.mark.parametrize(
    "levels", [{"hold": -2000}, {"notify": -1000}, {"prior": -5000}, {"step_up": 600}], ids=str
)
def test_thresholds_rise(maker, clock, levels):
    policy = RiskPolicy(**{**LEVELS, **levels})
    with pytest.raises(IntegrityError, match="thresholds_rise"), transaction.atomic():
        risk_policies.draft(policy=policy, by=maker, now=clock())


@pytest.mark.parametrize("weight", [10_001, -10_001])
def test_no_sign_outweighs_all_others(draft, weight):
    with pytest.raises(IntegrityError, match="bounded"), transaction.atomic():
        draft.weights.filter(signal=Signal.FROZEN).update(weight=weight)


# --- In the admin ---------------------------------------------------------------------------

LIST = "/admin/accounts/riskpolicy/"


def inline(policy, **changed):
    """The form of a draft as the admin shows it, with some weights changed."""
    rows = list(policy.weights.order_by("-weight"))
    form = {"weights-TOTAL_FORMS": len(rows), "weights-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        form |= {
            f"weights-{place}-id": row.pk,
            f"weights-{place}-policy": policy.pk,
            f"weights-{place}-signal": row.signal,
            f"weights-{place}-weight": changed.get(row.signal, row.weight),
        }
    return form


def test_the_risk_officer_makes_and_edits_a_draft(client, maker):
    log_in_as(client, "risk-one")
    page = client.get(f"{LIST}add/").content.decode()
    assert "-9210" in page and "-6300" in page
    empty = {"weights-TOTAL_FORMS": 0, "weights-INITIAL_FORMS": 0}
    made = client.post(f"{LIST}add/", {**LEVELS, **empty})
    assert made.status_code == 302, made.content.decode()
    policy = RiskPolicy.objects.get(version=2)
    assert policy.made_by == maker
    changed = {**LEVELS, "hold": 700, **inline(policy, odd_hour=1500)}
    assert client.post(f"{LIST}{policy.pk}/change/", changed).status_code == 302
    policy.refresh_from_db()
    assert policy.hold == 700 and policy.weights.get(signal="odd_hour").weight == 1500


def test_nobody_edits_anothers_draft_nor_what_is_in_force(client, draft, other, clock):
    member(clock, role=Role.RISK_OFFICER, username="risk-two")
    log_in_as(client, "risk-two")
    for policy in (draft, RiskPolicy.objects.get(version=1)):
        page = client.get(f"{LIST}{policy.pk}/change/")
        assert page.status_code == 200 and b'name="hold"' not in page.content
        assert client.post(f"{LIST}{policy.pk}/change/", LEVELS).status_code == 403
        assert client.post(f"{LIST}{policy.pk}/delete/").status_code == 403


def publishing(policy):
    return {"action": "publish", "_selected_action": [policy.pk]}


def test_the_compliance_officer_publishes_from_the_list(client, draft, other):
    log_in_as(client, "compliance")
    assert client.get(f"{LIST}add/").status_code == 403
    client.post(LIST, publishing(draft))
    assert selectors.policy().version == 2


def test_the_maker_is_told_that_another_publishes(client, draft, maker):
    log_in_as(client, "risk-one")
    page = client.post(LIST, publishing(draft), follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert selectors.policy().version == 1
    assert "本人" in page.content.decode() or "yourself" in page.content.decode()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_only_reads_publishes_nothing(client, clock, draft, role):
    member(clock, role=role, username="reader")
    log_in_as(client, "reader")
    assert client.get(LIST).status_code == 200
    client.post(LIST, publishing(draft))
    assert selectors.policy().version == 1


def log_in_as(client, username):
    client.post("/staff/login/", {"username": username, "password": PASSWORD})
    answer = client.post("/staff/login/token/", {"otp_token": token()})
    assert answer.status_code == 302
