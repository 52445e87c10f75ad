"""Days left are told in good time, for the leaf and for whatever vouches for it."""

import datetime as dt
import ssl

import pytest
from django.utils import translation

from portal import tasks as portal_tasks
from portal.deadline import call
from portal.gateway import Unavailable
from portal.tests.tls_server import issue, serving
from portal.watch import kinds, selectors, services
from portal.watch.certificates import Shown, read_chain, read_file
from portal.watch.handshake import look
from portal.watch.models import Alarm, Certificate
from portal.work import services as work
from portal.work import tasks
from portal.work.models import Work
from portal.work.states import Lane

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def after(days):
    return NOW + dt.timedelta(days=days)


def shown(left, *, lifetime=365.0, name="bureau", hosts=("bureau.example",)):
    return Shown(name, after(left - lifetime), after(left), hosts)


@pytest.mark.parametrize(
    ("left", "lifetime", "step"),
    [
        (31, 365, None),
        (30, 365, 30),
        (14.1, 365, 30),
        (14, 365, 14),
        (6, 365, 7),
        (2, 365, 3),
        (0.5, 365, 1),
        (0, 365, 0),
        (-40, 365, 0),
        # 47 days from 2029 on: a third of them is less than thirty.
        (15.7, 47, None),
        (15.6, 47, 47 / 3),
        (13, 47, 14),
        # Six days: told for the first time with a third left, not on the first day.
        (2.1, 6, None),
        (2, 6, 2),
        (1, 6, 1),
    ],
)
def test_the_step_is_the_smaller_of_days_and_a_third_of_the_lifetime(left, lifetime, step):
    found = shown(left, lifetime=lifetime).step(NOW)
    assert found == (step if step is None else pytest.approx(step))


@pytest.mark.parametrize(("left", "days"), [(2.9, 2), (2, 2), (0.1, 0), (-0.1, -1)])
def test_days_left_are_whole_days(left, days):
    assert shown(left).days_left(NOW) == days


@pytest.mark.parametrize(
    ("host", "fits"),
    [
        ("bureau.example", True),
        ("BUREAU.example.", True),
        ("a.banks.example", True),
        ("a.b.banks.example", False),
        ("banks.example", False),
        ("10.0.0.1", True),
        ("10.0.0.2", False),
        ("evil.example", False),
    ],
)
def test_a_certificate_fits_the_hosts_it_was_made_out_for(host, fits):
    hosts = ("bureau.example", "*.banks.example", "10.0.0.1", "*.0.0.2")
    assert shown(60, hosts=hosts).fits(host) == fits


def test_a_chain_is_read_as_it_was_shown():
    authority = issue("authority", hosts=(), days=(-100, 1000), now=NOW)
    leaf = issue(
        "bureau", hosts=("bureau.example", "10.0.0.1"), days=(-9, 9), by=authority, now=NOW
    )
    chain = read_chain([leaf.der, authority.der])
    assert chain == (
        Shown("bureau", after(-9), after(9), ("bureau.example", "10.0.0.1")),
        Shown("authority", after(-100), after(1000)),
    )
    assert read_file(leaf.pem + authority.pem) == chain
    with pytest.raises(ValueError):
        read_chain([b"no certificate"])


def test_what_a_stranger_wrote_into_a_certificate_fits_a_line_and_a_column():
    """The look verifies nothing: a name may break a log line, or a table."""
    made_up = issue("a\nERROR forged\0")
    assert [link.name for link in read_chain([made_up.der] * 30)] == ["a?ERROR forged?"] * 10


# --- Looking --------------------------------------------------------------------------------


def test_a_look_tells_tls_http_and_the_whole_chain(tmp_path):
    authority = issue("authority", hosts=())
    with serving(tmp_path, issue("bureau", by=authority), authority, protocols=("h2",)) as url:
        seen = look(url)
    assert (seen.host, seen.tls, seen.http) == ("127.0.0.1", "TLSv1.3", "HTTP/2")
    assert seen.cipher.startswith("TLS_")
    assert [link.name for link in seen.chain] == ["bureau", "authority"]


def test_who_offers_no_http_2_is_told_apart_and_mail_servers_are_looked_at(tmp_path):
    with serving(tmp_path, issue("bureau")) as url:
        assert look(url).http == "HTTP/1.1"
        assert look(url.replace("https", "smtps")).chain[0].name == "bureau"


def test_an_address_without_tls_shows_nothing():
    assert look("http://127.0.0.1:1/") is None


def test_nobody_there_is_unavailable():
    with pytest.raises(Unavailable):
        look("https://127.0.0.1:1/", seconds=1)


def test_an_expired_certificate_fails_the_call_and_can_be_looked_at(tmp_path):
    with serving(tmp_path, issue("bureau", days=(-40, -3))) as url:
        trusting = ssl.create_default_context(cafile=tmp_path / "chain.pem")
        with pytest.raises(Unavailable, match="tls: certificate has expired") as error:
            call("GET", url, seconds=5, tls=trusting)
        (link,) = look(url).chain
    assert not error.value.sent
    assert link.step(dt.datetime.now(dt.UTC)) == 0


# --- Alarms ---------------------------------------------------------------------------------


def judge(*chain, host="bureau.example", now=NOW):
    services.judge_certificates(place="pboc.east", chain=chain, host=host, now=now)


def alarms():
    rows = selectors.open_alarms()
    return [(alarm.kind, alarm.subject, alarm.severity) for alarm in rows]


@pytest.mark.django_db
def test_two_days_left_alarm():
    judge(shown(2.2))
    (alarm,) = selectors.open_alarms()
    assert (alarm.kind, alarm.subject, alarm.severity) == (
        "certificate",
        "pboc.east bureau 3",
        "critical",
    )
    assert alarm.detail == {
        "days": 2,
        "name": "bureau",
        "not_after": after(2.2).isoformat(),
    }


@pytest.mark.django_db
def test_an_expired_one_says_so():
    judge(shown(-3))
    assert alarms() == [("certificate-expired", "pboc.east bureau", "critical")]
    with translation.override("en"):
        assert str(kinds.KINDS["certificate-expired"].title) == "A certificate has expired"
    assert selectors.open_alarms().get().detail["days"] == -3


@pytest.mark.django_db
def test_each_step_is_an_alarm_of_its_own_and_a_new_certificate_ends_them():
    leaf = shown(31)
    seen = []
    for days in (0, 2, 10, 20, 25, 29, 30.5, 32):
        judge(leaf, now=after(days))
        seen.append([(kind, subject.split()[-1]) for kind, subject, _ in alarms()])
    assert seen == [
        [],
        [("certificate", "30")],
        [("certificate", "30")],
        [("certificate", "14")],
        [("certificate", "7")],
        [("certificate", "3")],
        [("certificate", "1")],
        [("certificate-expired", "bureau")],
    ]
    judge(shown(400), now=after(33))
    assert alarms() == []
    assert Alarm.objects.count() == 6
    assert Certificate.objects.get().not_after == after(400)


@pytest.mark.django_db
def test_what_vouches_for_it_counts_as_much():
    judge(shown(300), shown(10, name="authority"))
    assert alarms() == [("certificate", "pboc.east authority 14", "warning")]
    judge(shown(300))
    assert [row.depth for row in Certificate.objects.all()] == [0]


@pytest.mark.django_db
def test_a_certificate_of_another_host_alarms():
    judge(shown(300), host="another.example")
    assert alarms() == [("certificate-host", "pboc.east bureau", "critical")]


@pytest.mark.django_db
def test_one_place_does_not_clear_the_alarms_of_another():
    judge(shown(2))
    services.judge_certificates(place="pboc.south", chain=[shown(300)], host="", now=NOW)
    services.judge_certificates(place="pboc", chain=[shown(300)], host="", now=NOW)
    assert len(alarms()) == 1


# --- Addresses of the settings, and files ---------------------------------------------------


@pytest.mark.django_db
def test_our_own_site_and_our_own_files_are_looked_at(tmp_path, settings):
    mine = tmp_path / "bank.pem"
    mine.write_bytes(issue("our key for the bank", days=(-300, 6.5)).pem)
    settings.CERTIFICATE_FILES = {"bank-client": str(mine)}
    for name in portal_tasks.ADDRESSES:
        setattr(settings, name, "http://127.0.0.1:1")
    with serving(tmp_path, issue("portal", days=(-300, 13), hosts=("another.example",))) as url:
        settings.SITE_URL = url
        now = dt.datetime.now(dt.UTC)
        work.add(kind="portal.tasks.look_at_certificates", subject="t", lane=Lane.UPKEEP, now=now)
        tasks.drain(Lane.UPKEEP)
    assert set(Work.objects.values_list("state", flat=True)) == {"done"}
    assert alarms() == [
        ("certificate-host", "SITE_URL portal", "critical"),
        ("certificate", "bank-client our key for the bank 7", "critical"),
        ("certificate", "SITE_URL portal 14", "warning"),
    ]
