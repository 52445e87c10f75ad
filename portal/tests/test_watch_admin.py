"""What was watched can be read in the admin, and nobody writes it there."""

import datetime as dt

import pytest
from django.contrib.admin import site
from django.utils import translation

from accounts.roles import Role, permissions
from portal.tests.test_work_admin import Person
from portal.watch import kinds, services
from portal.watch.models import Alarm, Certificate, Heartbeat, ProbeResult, Severity

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MODELS = [Alarm, Certificate, Heartbeat, ProbeResult]


@pytest.mark.parametrize("model", MODELS)
def test_it_is_read_only_and_shown_to_administrators_and_auditors(rf, model):
    name, page = model._meta.model_name, site._registry[model]
    request = rf.get("/")
    request.user = Person(f"portal.view_{name}", f"portal.change_{name}", f"portal.add_{name}")
    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    readers = {role for role in Role if f"portal.view_{name}" in permissions(role)}
    assert readers == {Role.ADMINISTRATOR, Role.AUDITOR}


@pytest.fixture
def alarms():
    for subject in ("pboc.east", "bank.east"):
        services.raise_alarm(
            kind=kinds.CLOCK_SKEW,
            subject=subject,
            severity=Severity.WARNING,
            detail={"clock": "ahead", "seconds": 45},
            repair=kinds.HOST_LEFT_OUT,
            now=NOW,
        )
    services.clear(kind=kinds.CLOCK_SKEW, subject="bank.east", now=NOW)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {"pboc.east", "bank.east"}),
        ({"open": "yes"}, {"pboc.east"}),
        ({"open": "no"}, {"bank.east"}),
        ({"kind": "clock-skew", "open": "no"}, {"bank.east"}),
        ({"kind": "no-route"}, set()),
    ],
)
def test_open_alarms_are_told_from_those_that_are_over(rf, alarms, asked, shown):
    request = rf.get("/", asked)
    request.user = Person("portal.view_alarm")
    changes = site._registry[Alarm].get_changelist_instance(request)
    assert {alarm.subject for alarm in changes.get_queryset(request)} == shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_alarm_is_told_in_words(alarms, language):

    page, alarm = site._registry[Alarm], Alarm.objects.get(subject="pboc.east")
    with translation.override(language):
        words = [page.called(alarm), page.figures(alarm), page.what_to_do(alarm), page.done(alarm)]
    expected = {
        "en": [
            "Our clock and theirs differ",
            "our clock is: ahead, seconds: 45",
            "Look at the time service of our hosts first; else tell the other side the seconds.",
            "The host is left out of this route, and tried again by itself.",
        ],
        "zh-hans": [
            "本方与对方时钟不一致",
            "本方时钟：偏快，秒数：45",
            "先检查本方主机的对时服务；如无异常，将相差秒数告知对方。",
            "该主机已暂停使用此路由，系统会自动再次尝试。",
        ],
    }
    assert words == expected[language]


def test_an_alarm_of_an_unknown_kind_is_called_by_its_kind():
    assert (kinds.title("new-kind"), kinds.what_to_do("new-kind")) == ("new-kind", "")
    with translation.override("en"):
        assert kinds.figures({"x": {"now": 1, "y": "z"}}) == "x: (now: 1, y: z)"
    with translation.override("zh-hans"):
        assert kinds.figures({"latency": {"now": 1}}) == "平均耗时（毫秒）：（当前：1）"
