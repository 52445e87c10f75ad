"""How long a session lasts, and who is out at once."""

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


def is_in(visitor):
    return visitor.client.get("/account/").status_code == 200


def test_fifteen_idle_minutes_end_it(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=14)
    assert is_in(visitor)
    clock.pass_(minutes=14)
    assert is_in(visitor)
    clock.pass_(minutes=16)
    assert not is_in(visitor)


def test_twelve_hours_end_it_whatever_one_does(visitor, clock):
    visitor.log_in()
    for _ in range(71):
        clock.pass_(minutes=10)
        assert is_in(visitor)
    clock.pass_(minutes=10)
    assert not is_in(visitor)


def test_a_page_that_polls_is_not_a_person_at_work(visitor, clock):
    visitor.log_in()
    for _ in range(4):
        clock.pass_(minutes=4)
        visitor.client.get("/queries/ABCDEFGHIJKLMNOPQRSTUVWX/progress.json")
    assert not is_in(visitor)


def test_a_disabled_person_is_out_on_the_next_request(visitor):
    visitor.log_in()
    User.objects.update(is_active=False)
    assert not is_in(visitor)


def test_a_session_without_marks_is_over(visitor):
    visitor.log_in()
    session = visitor.client.session
    del session["started_at"]
    session.save()
    assert not is_in(visitor)


def test_personal_pages_are_not_kept_by_the_browser(visitor):
    visitor.log_in()
    assert "no-store" in visitor.client.get("/account/")["Cache-Control"]


@pytest.mark.parametrize("page", ["/", "/help/", "/account/real-name/", "/queries/loan/", "/none/"])
def test_no_page_of_a_session_is_kept(visitor, page):
    visitor.log_in()
    assert "no-store" in visitor.client.get(page)["Cache-Control"]
