"""The table of vendors: an administrator orders it, evidence keeps it, compliance is told."""

import datetime as dt

import pytest

from accounts.models import Delivery, MessageVendor
from accounts.roles import Role
from accounts.selectors import vendors as selectors
from accounts.services import alarms, vendors
from accounts.services import staff as staff_services
from creditquery.tests.staff import member
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm

pytestmark = pytest.mark.django_db


def page(name="tencent"):
    return f"/en/admin/accounts/messagevendor/{MessageVendor.objects.get(name=name).pk}/change/"


def change(browser, **fields):
    return browser.post(page(), {"rank": 0, "enabled": "on", "sends_sms": "on", **fields})


def test_an_administrator_changes_the_order_and_it_is_told(clock):
    browser = member(Role.ADMINISTRATOR)
    assert change(browser).status_code == 302
    assert selectors.in_order("sms") == ["tencent", "aliyun"]
    assert selectors.in_order("voice") == ["aliyun"]
    told = Record.objects.get(kind="accounts.messagevendor.changed")
    assert (told.subject, told.body["rank"], told.body["makes_calls"]) == ("tencent", "0", "False")
    alarm = Alarm.objects.get(kind=kinds.VENDOR_CHANGED)
    assert (alarm.subject, alarm.cleared_at) == ("tencent", None)
    assert alarm.detail == {"vendor_fields": "makes_calls, rank"}


def test_what_was_not_changed_alarms_nobody(clock):
    browser = member(Role.ADMINISTRATOR)
    browser.post(page(), {"rank": 2, "enabled": "on", "sends_sms": "on", "makes_calls": "on"})
    assert not Alarm.objects.exists()
    assert not Record.objects.filter(kind__startswith="accounts.messagevendor").exists()


def test_compliance_is_mailed_within_the_minute(clock):
    browser = member(Role.ADMINISTRATOR)
    officer = staff_services.create(
        username="officer",
        role=Role.COMPLIANCE_OFFICER,
        password="long enough",
        secret=b"s" * 20,
        now=clock(),
    )
    staff_services.set_email(user=officer, email="officer@example.com", now=clock())
    Delivery.objects.all().delete()
    change(browser)
    alarms.tell(now=clock())
    assert Delivery.objects.filter(user=officer, kind="accounts.alarms").count() == 1


def test_the_alarm_is_over_after_a_day(clock):
    change(member(Role.ADMINISTRATOR))
    assert vendors.settle_alarms(now=clock() + dt.timedelta(hours=23)) == 0
    assert vendors.settle_alarms(now=clock() + dt.timedelta(hours=25)) == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMPLIANCE_OFFICER, Role.LOAN_OFFICER])
def test_nobody_else_changes_it(clock, role):
    assert change(member(role)).status_code in (302, 403)
    assert MessageVendor.objects.get(name="tencent").rank == 2


def test_no_address_and_no_key_is_in_the_table():
    names = {field.name for field in MessageVendor._meta.get_fields()}
    assert names == {"id", "name", "rank", "enabled", "sends_sms", "makes_calls"}
    assert (
        member(Role.ADMINISTRATOR).get("/en/admin/accounts/messagevendor/add/").status_code == 403
    )
