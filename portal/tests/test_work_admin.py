"""The page where a person sees why work stands still."""

import pytest
from django.contrib.admin import site
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from accounts.roles import Role, permissions
from portal.tests.work_probe import in_state, state_of
from portal.work.models import Work
from portal.work.states import TROUBLED, WorkState

pytestmark = pytest.mark.django_db


class Person:
    is_active = is_staff = is_authenticated = True
    pk = 1

    def __init__(self, *permissions):
        self.permissions = permissions

    def has_perm(self, permission, obj=None):
        return permission in self.permissions

    def has_module_perms(self, app_label):
        return True

    def has_usable_password(self):
        return False

    def is_verified(self):
        return True

    def get_username(self):
        return "li.si"


@pytest.fixture
def page():
    return site._registry[Work]


def request(*permissions, **query):
    made = RequestFactory().get("/", query)
    made.user = Person(*permissions)
    made._messages = CookieStorage(made)
    return made


def test_whoever_may_look_sees_but_changes_nothing(page):
    looker = request("portal.view_work")
    assert page.has_view_permission(looker)
    assert not page.has_add_permission(looker)
    assert not page.has_change_permission(looker)
    assert not page.has_delete_permission(looker)
    assert page.get_actions(looker) == {}


READER = ["portal.view_work", "portal.view_workevent"]


def test_the_page_of_one_work_tells_its_history(page):
    row = in_state(WorkState.PARKED)
    shown = page.change_view(request(*READER), str(row.pk)).render().content.decode()
    for event in row.events.all():
        assert event.get_to_state_display() in shown
    assert 'name="_save"' not in shown


def test_the_list_tells_state_and_reason(page):
    row = in_state(WorkState.DEAD)
    Work.objects.filter(pk=row.pk).update(reason="ValueError (tasks.py:9)")
    shown = page.changelist_view(request(*READER)).render().content.decode()
    assert row.kind in shown
    assert "ValueError (tasks.py:9)" in shown


def test_an_administrator_may_try_again_and_an_auditor_may_look():
    assert permissions(Role.ADMINISTRATOR) >= {"portal.retry_work", *READER}
    assert permissions(Role.AUDITOR) >= set(READER)
    assert "portal.retry_work" not in permissions(Role.AUDITOR)


def test_trying_again_wants_its_own_permission(page):
    assert list(page.get_actions(request("portal.view_work", "portal.retry_work"))) == ["try_again"]


def test_trying_again_takes_what_stands_still_and_leaves_the_rest(page):
    dead, done = in_state(WorkState.DEAD), in_state(WorkState.DONE)
    asked = request("portal.retry_work")
    page.try_again(asked, Work.objects.all())
    assert (state_of(dead), state_of(done)) == (WorkState.READY, WorkState.DONE)
    assert dead.events.last().actor == "li.si"
    assert [message.level_tag for message in get_messages(asked)] == ["success", "warning"]


def test_the_list_can_be_cut_down_to_what_stands_still(page):
    rows = {state: in_state(state) for state in WorkState if state != WorkState.READY}
    changes = page.get_changelist_instance(request("portal.view_work", trouble="yes"))
    assert set(changes.get_queryset(request("portal.view_work", trouble="yes"))) == {
        rows[state] for state in TROUBLED
    }
