"""What is done in parts is done once, wherever a worker dies, and it is known how much is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import FollowUp
from complaints.services import compensation, notices, parts
from complaints.services.impacts import COMPENSATION, NOTICES
from complaints.services.parts import Part
from complaints.tests.money import seed
from complaints.tests.people import touched
from creditquery.tests.conftest import work_off
from portal.work.models import Work
from portal.work.services import WorkState, claim
from portal.work.states import Lane
from portal.work.tasks import perform

KEYS = st.lists(st.integers(1, 10_000), unique=True).map(sorted)


@given(keys=KEYS, size=st.integers(1, 40))
def test_every_key_is_in_one_part_and_none_is_too_large(keys, size):
    made = parts.cut(7, keys=keys, size=size)
    held = [[key for key in keys if part.after < key <= part.until] for part in made]
    assert [key for some in held for key in some] == keys
    assert all(0 < len(some) <= size for some in held)
    assert len(made) == -(-len(keys) // size)


@given(st.builds(Part, *[st.integers(0, parts.LAST)] * 3))
def test_a_part_is_read_as_it_was_written(part):
    assert Part.read(str(part)) == part


@pytest.fixture
def crowd(db, outage, make_person, now):
    """Five people whom an outage touched, and the keys of their impacts."""
    seed()
    incident = outage()
    incident.computed_at = now
    incident.save()
    return incident, [touched(incident, make_person(f"1390000000{place}")).pk for place in range(5)]


@pytest.mark.django_db(transaction=True)
def test_what_fails_or_dies_is_left_and_counted(crowd, monkeypatch, now):
    incident, keys = crowd
    monkeypatch.setattr(parts, "cut", lambda of, keys: [Part(of, k - 1, k) for k in keys])
    parts.follow(incident=incident, kind=NOTICES, keys=keys, now=now)
    assert work_off(Lane.UPKEEP, most=2) == 2
    (dies,) = claim(lane=Lane.UPKEEP, now=now, holder="dies")
    (fails,) = claim(lane=Lane.UPKEEP, now=now, holder="fails")
    with monkeypatch.context() as patched:
        patched.setattr(notices, "tell", lambda **_: 1 // 0)
        perform(fails)
    work_off(Lane.UPKEEP)
    followup = FollowUp.objects.get()
    assert (followup.parts, followup.left, followup.done_at) == (5, 2, None)
    assert incident.notices.count() == 3
    for late in (fails, dies):
        Work.objects.filter(pk=late.id).update(
            state=WorkState.READY, lease_until=None, run_after=now
        )
    work_off(Lane.UPKEEP)
    perform(dies)  # it had only been slow: its lease is gone, and nobody is told twice
    followup.refresh_from_db()
    assert (followup.left, incident.notices.count()) == (0, 5)
    assert followup.done_at is not None


def test_a_relay_goes_on_by_itself_one_after_the_other(crowd, monkeypatch, now):
    incident, _ = crowd
    people = sorted(incident.impacts.values_list("person", flat=True))
    monkeypatch.setitem(compensation.assess.__kwdefaults__, "limit", 2)
    parts.relay(incident=incident, kind=COMPENSATION, keys=people, now=now)
    for done in (2, 4, 5):
        assert Work.objects.filter(kind=COMPENSATION, state=WorkState.READY).count() == 1
        assert work_off(Lane.UPKEEP, most=1) == 1
        assert incident.compensations.count() == done
    assert (FollowUp.objects.get().left, work_off(Lane.UPKEEP)) == (0, 0)


def test_what_is_about_times_that_were_corrected_is_left_to_its_successor(crowd, now):
    incident, keys = crowd
    parts.follow(incident=incident, kind=NOTICES, keys=keys, now=now)
    incident.revision = 2
    incident.save()
    assert work_off(Lane.UPKEEP) == 1
    assert (FollowUp.objects.get().left, incident.notices.count()) == (0, 0)
    parts.follow(incident=incident, kind=NOTICES, keys=keys, now=now)
    work_off(Lane.UPKEEP)
    assert incident.notices.count() == 5


def test_where_nobody_was_touched_nothing_is_ordered(outage, db, now):
    parts.follow(incident=outage(), kind=NOTICES, keys=[], now=now)
    assert not FollowUp.objects.exists()
