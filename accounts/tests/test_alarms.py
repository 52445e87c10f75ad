"""Administrators are mailed about each critical alarm once, and of changes once an hour."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.roles import Role
from accounts.services import alarms, staff
from evidence.models import Record
from portal.watch import kinds, services
from portal.watch.models import Alarm, Severity
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def after(**span):
    return NOW + dt.timedelta(**span)


def member(username, *, role=Role.ADMINISTRATOR, email="", language="zh-hans"):
    user = staff.create(username=username, role=role, password="x", secret=b"s" * 20, now=NOW)
    User.objects.filter(pk=user.pk).update(language=language)
    if email:
        staff.set_email(user=user, email=email, now=NOW)
    return user


def raised(kind=kinds.NO_ROUTE, *, subject="", severity=Severity.CRITICAL, at=NOW, **more):
    return services.raise_alarm(kind=kind, subject=subject, severity=severity, now=at, **more)


def mails():
    return list(Delivery.objects.order_by("created_at", "pk").values_list("kind", "user__username"))


def test_a_critical_alarm_is_told_once_to_administrators_who_have_an_address():
    member("chen", email="chen@portal.example")
    member("wang")
    member("lin", role=Role.AUDITOR, email="lin@portal.example")
    gone = member("zhao", email="zhao@portal.example")
    staff.set_active(user=gone, active=False, by=gone, now=NOW)
    raised()
    raised(kinds.CLOCK_SKEW, subject="pboc.east", severity=Severity.WARNING)
    assert [alarms.tell(now=NOW) for _ in range(3)] == [1, 0, 0]
    raised(at=after(minutes=5))
    assert alarms.tell(now=after(minutes=5)) == 0
    assert mails() == [("accounts.alarms", "chen")]
    assert Alarm.objects.get(kind=kinds.NO_ROUTE).told_at == NOW


def test_twenty_alarms_at_once_are_one_mail():
    member("chen", email="chen@portal.example")
    for number in range(20):
        raised(kinds.CERTIFICATE_EXPIRED, subject=f"pboc.{number}")
    assert alarms.tell(now=NOW) == 20
    assert len(mails()) == 1


def test_a_storm_is_told_in_parts():
    member("chen", email="chen@portal.example")
    for number in range(alarms.MOST + 1):
        raised(kinds.CERTIFICATE_EXPIRED, subject=f"pboc.{number}")
    assert [alarms.tell(now=NOW) for _ in range(3)] == [alarms.MOST, 1, 0]


def test_without_a_reader_an_alarm_counts_as_told():
    raised()
    assert alarms.tell(now=NOW) == 1
    member("chen", email="chen@portal.example")
    assert alarms.tell(now=NOW) == 0


def test_the_summary_names_warnings_and_what_is_over_and_keeps_quiet_otherwise():
    member("chen", email="chen@portal.example")
    raised(kinds.CLOCK_SKEW, subject="pboc.east", severity=Severity.WARNING, at=after(minutes=-90))
    assert alarms.sum_up(since=after(hours=-1), now=NOW) == 0
    raised(kinds.ANOMALY, subject="bank.east", severity=Severity.WARNING, at=after(minutes=-30))
    services.clear(kind=kinds.ANOMALY, subject="bank.east", now=after(minutes=-10))
    assert alarms.sum_up(since=after(hours=-1), now=NOW) == 2
    assert mails() == [("accounts.alarm_summary", "chen")]


@pytest.mark.django_db(transaction=True)
def test_the_mail_arrives_in_the_readers_language_and_says_what_to_do(outside):
    member("chen", email="chen@portal.example", language="en")
    now = timezone.now()
    raised(
        kinds.CERTIFICATE_EXPIRED,
        subject="pboc.east bureau.example",
        detail={"days": -3, "name": "bureau.example"},
        at=now,
    )
    raised(kinds.NO_ROUTE, at=now)
    services.clear(kind=kinds.NO_ROUTE, now=now + dt.timedelta(seconds=30))
    alarms.tell(now=now)
    drain("message")
    (mail,) = outside.messages("mailbox", "chen@portal.example")
    assert mail["subject"] == "Alarm: the portal needs an operator"
    text = " ".join(mail["text"].split())
    assert "A certificate has expired: pboc.east bureau.example Since" in text
    assert "days left: -3, made out to: bureau.example" in text
    assert "Have whoever owns it do so now." in text
    assert "over again" in text and "Nothing is lost" not in text


def test_an_address_is_set_by_invitation_and_by_command():
    staff.invite(username="sun", role=Role.ADMINISTRATOR, by=None, email="s@x.example", now=NOW)
    user = User.objects.get(username="sun")
    assert (user.email, bool(user.email_hash)) == ("s@x.example", True)
    call_command("set_staff_email", "sun", "sun@portal.example")
    assert User.objects.get(username="sun").email == "sun@portal.example"
    call_command("set_staff_email", "sun")
    assert not alarms.readers().exists()
    kinds_of = Record.objects.filter(subject=str(user.pk)).values_list("kind", flat=True)
    assert {"accounts.user.email_bound", "accounts.user.email_removed"} <= set(kinds_of)


@pytest.mark.parametrize("words", [["nobody", "a@b.example"], ["chen", "no address"]])
def test_the_command_refuses_strangers_and_nonsense(words):
    member("chen")
    with pytest.raises(CommandError):
        call_command("set_staff_email", *words)
