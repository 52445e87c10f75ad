"""The real-name check: each answer of the operators has its words and its way on."""

import pytest

from accounts.models import Delivery, IdentityCheck, User
from accounts.selectors import identity
from accounts.states import CHECK_TERMINAL, CHECK_TRANSITIONS, CheckState
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
NUMBER = "11010119900307002X"
FORM = {"name": "王小二", "id_number": NUMBER}


def check(visitor, **changes):
    return visitor.client.post("/en/account/real-name/", {**FORM, **changes})


def test_a_match_names_the_person(visitor, outside):
    visitor.log_in()
    assert identity(visitor.user) is None
    waiting = check(visitor, id_number="11010119900307002x").url
    page = visitor.client.get(waiting)
    assert page.status_code == 200 and b'http-equiv="refresh"' in page.content
    drain("message")
    assert visitor.client.get(waiting).status_code == 302
    found = identity(visitor.user)
    assert (found.name, found.id_number, found.phone) == ("王小二", NUMBER, visitor.phone)
    assert found.id_type == "10"


def test_it_goes_on_where_it_began(visitor, outside):
    visitor.log_in()
    waiting = visitor.client.post("/account/real-name/?next=/account/", FORM).url
    drain("message")
    assert visitor.client.get(waiting).url == "/account/"


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("99001", "Name, ID number and phone do not agree"),
        ("99002", "The operators have no record of this person"),
        ("99003", "The operators answer no more questions about this person today"),
        ("99005", "This phone number cannot be checked"),
    ],
)
def test_each_other_answer_says_what_to_do(db, outside, tail, words):
    visitor = Visitor(f"139000{tail}").log_in()
    waiting = check(visitor).url
    drain("message")
    page = visitor.client.get(waiting).content.decode()
    assert words in page and "What you can do" in page
    assert visitor.user.verified_at is None


def test_no_answer_is_asked_three_times_and_costs_no_try(outside, clock, db):
    visitor = Visitor("13900099004").log_in()
    waiting = check(visitor).url
    for _ in range(4):
        drain("message")
        clock.pass_(seconds=90)
    page = visitor.client.get(waiting).content.decode()
    assert "The operators do not answer at the moment" in page
    for _ in range(6):
        IdentityCheck.objects.update(state=CheckState.UNAVAILABLE)
        assert check(visitor).status_code == 302


def test_what_was_typed_is_forgotten_with_the_answer(outside, db):
    visitor = Visitor("13900099001").log_in()
    check(visitor)
    assert IdentityCheck.objects.get().id_number == NUMBER
    drain("message")
    found = IdentityCheck.objects.get()
    assert (found.name, found.id_number) == ("", "")
    bodies = str(list(Record.objects.values_list("body", flat=True)))
    assert NUMBER not in bodies and "王" not in bodies


def test_the_sixth_try_of_a_day_is_refused_with_the_time(visitor, outside, clock):
    visitor.log_in()
    for _ in range(5):
        check(visitor)
        IdentityCheck.objects.update(state=CheckState.MISMATCHED)
    response = check(visitor)
    assert response.status_code == 429
    assert "You can try again after" in response.content.decode()


def test_pressing_twice_is_one_check(visitor, outside):
    visitor.log_in()
    assert check(visitor).url == check(visitor).url
    assert IdentityCheck.objects.count() == 1


def test_a_second_account_of_the_same_person_is_told_to_the_first(outside, clock, db):
    first, second = Visitor(fresh_phone()).log_in(), Visitor(fresh_phone()).log_in()
    for visitor in (first, second):
        check(visitor)
        drain("message")
    assert User.objects.filter(verified_at__isnull=False).count() == 2
    told = Delivery.objects.filter(kind="accounts.identity_bound")
    assert [delivery.user for delivery in told] == [first.user]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Enter your name."),
        ("name", "王", "Enter your name exactly as on your identity card."),
        ("name", "Wang 2", "Enter your name exactly as on your identity card."),
        ("id_number", "", "Enter your ID number."),
        ("id_number", "123", "Enter the 18 characters of your ID number."),
        ("id_number", "110101199003070010", "does not add up"),
        ("id_number", "110101199013070010", "impossible place or date of birth"),
    ],
)
def test_every_typing_error_names_itself(visitor, field, typed, words):
    visitor.log_in()
    page = check(visitor, **{field: typed}).content.decode()
    assert words in page and f'id="id_{field}_error"' in page
    assert not IdentityCheck.objects.exists()


def test_somebody_elses_check_is_not_found(visitor, outside):
    visitor.log_in()
    waiting = check(visitor).url
    assert Visitor(fresh_phone()).log_in().client.get(waiting).status_code == 404


def test_only_waiting_moves():
    assert {state for state, to in CHECK_TRANSITIONS.items() if not to} == CHECK_TERMINAL
    assert CHECK_TRANSITIONS[CheckState.WAITING] == CHECK_TERMINAL
