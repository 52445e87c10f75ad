"""Idling: warned of in time, extended by a press, and by nothing that a page does by itself."""

import pytest

pytestmark = pytest.mark.django_db


def is_in(visitor):
    return visitor.client.get("/account/").status_code == 200


def test_the_button_extends_and_says_nothing(visitor, clock):
    visitor.log_in()
    for _ in range(3):
        clock.pass_(minutes=13)
        answer = visitor.client.head("/account/stay/")
        assert (answer.status_code, answer.content) == (204, b"")
    clock.pass_(minutes=13)
    assert is_in(visitor)


def test_too_late_it_does_not(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=15)
    answer = visitor.client.head("/account/stay/")
    assert answer.status_code == 302 and "/login/" in answer.url
    assert not is_in(visitor)


def test_it_does_not_reach_beyond_twelve_hours(visitor, clock):
    visitor.log_in()
    for _ in range(72):
        clock.pass_(minutes=10)
        visitor.client.head("/account/stay/")
    assert not is_in(visitor)


def test_what_polls_neither_extends_nor_is_written(visitor, clock):
    visitor.log_in()
    before = visitor.client.session["seen_at"]
    clock.pass_(minutes=5)
    visitor.client.get("/login/code/state.json")
    assert visitor.client.session["seen_at"] == before


def test_pages_say_it_with_and_without_a_script(visitor, settings):
    visitor.log_in()
    page = visitor.client.get("/en/account/").content.decode()
    seconds = settings.SESSION_IDLE_MINUTES * 60 - 60  # to the minute it is known who was here
    assert f'data-idle="{seconds}"' in page and 'data-stay="/en/account/stay/"' in page
    noscript = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert f"After {settings.SESSION_IDLE_MINUTES} minutes" in noscript


def test_a_stranger_is_told_nothing_of_it(client):
    assert "data-idle" not in client.get("/login/").content.decode()
