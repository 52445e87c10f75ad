"""The public status page: what it says, and that it says it when nothing else works."""

import datetime as dt
import json
import os
import re

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from complaints.models import Incident, IncidentUpdate, IncidentWindow
from complaints.services import status
from complaints.states.incidents import ComponentStatus, Impact, IncidentKind, IncidentState

ATOM = "{http://www.w3.org/2005/Atom}"
NUMBER = "IN-20261122-001"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC = tmp_path / "public"
    return settings.PUBLIC


def text(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def going_on(incident: Incident) -> Incident:
    """The same incident, corrected: it has not ended."""
    (window,) = incident.windows.all()
    IncidentWindow.objects.create(
        incident=incident,
        revision=2,
        component=window.component,
        status=window.status,
        starts_at=window.starts_at,
    )
    incident.state, incident.revision = IncidentState.INVESTIGATING, 2
    incident.ended_at = incident.resolved_at = None
    incident.save()
    return incident


def say(incident: Incident, words: str, *, corrects: IncidentUpdate | None = None):
    return IncidentUpdate.objects.create(
        incident=incident,
        state=incident.state,
        text_zh=f"{words}（中文）",
        text_en=words,
        corrects=corrects,
        at=timezone.now(),
    )


def test_before_the_first_publication_it_says_that_nothing_is_known():
    """No database mark: a query would fail this test as it would fail the page."""
    answer = Client().get("/en/status/")
    assert answer.status_code == 200 and "Nothing is known yet" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Client().get("/status.json").json() == {"status": {"indicator": "unknown"}}


@pytest.mark.django_db
def test_a_part_that_is_down_has_its_state_since_when_and_what_to_do(outage):
    incident = going_on(outage(3600))
    say(incident, "We are looking for the cause.")
    status.publish(now=timezone.now())
    page = text("/en/status/")
    assert "One part of the service is in trouble" in page and "Major outage" in page
    since = timezone.localtime(incident.began_at).replace(microsecond=0).isoformat()
    assert page.count(f'<time datetime="{since}">') >= 2
    assert "We are looking for the cause." in page and "You need not submit a query again" in page
    assert "没有" not in page and "1项服务" in text("/status/")


@pytest.mark.django_db
def test_a_correction_stands_beside_what_it_corrects_the_newest_first(outage):
    incident = going_on(outage())
    wrong = say(incident, "Since ten o'clock.")
    say(incident, "Since nine o'clock.", corrects=wrong)
    status.publish(now=timezone.now())
    page = text(f"/en/status/{NUMBER}/")
    assert page.index("Since nine") < page.index("Since ten")
    assert page.count("Corrected later") == 1 and "Puts right what was said at" in page


@pytest.mark.django_db
def test_json_has_the_words_of_statuspage_and_minutes_by_day(outage):
    ended = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)  # half past midnight in Beijing
    outage(7201, ended=ended)
    status.publish(now=dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC))
    known = json.loads(text("/status.json"))
    assert known["status"] == {"indicator": "none"} and known["incidents"] == []
    assert known["page"]["updated_at"] == "2026-11-22T12:00:00+08:00"
    (part,) = [part for part in known["components"] if part["key"] == "bureau"]
    assert part["status"] == "operational" and part["since"] is None
    assert part["days"] == {"2026-11-20": 91, "2026-11-21": 30}  # 90 minutes and a second
    assert part["minutes_down"] == 121
    assert part["uptime_percent"] == "99.907"  # 1 - 7201 / 7,776,000 = 99.9073…
    (past,) = known["past"]
    assert (past["number"], past["impact"], past["status"]) == (NUMBER, "major", "resolved")


@pytest.mark.django_db
def test_what_was_down_twice_at_once_is_counted_once(outage, bureau):
    ended = timezone.now() - dt.timedelta(days=1)
    outage(3600, ended=ended)
    outage(3600, ended=ended, number="IN-20261122-002")
    status.publish(now=timezone.now())
    (part,) = [p for p in json.loads(text("/status.json"))["components"] if p["key"] == bureau.key]
    assert part["minutes_down"] == 60


@pytest.mark.django_db
def test_windows_of_an_older_revision_and_of_a_joined_incident_count_no_longer(outage):
    corrected, joined = outage(3600), outage(3600, number="IN-20261122-002")
    Incident.objects.filter(pk=corrected.pk).update(revision=2)
    Incident.objects.filter(pk=joined.pk).update(state=IncidentState.MERGED, merged_into=corrected)
    status.publish(now=timezone.now())
    known = json.loads(text("/status.json"))
    assert {part["minutes_down"] for part in known["components"]} == {0}
    assert [event["number"] for event in known["past"]] == [NUMBER]


@pytest.mark.django_db
def test_planned_maintenance_is_announced_and_is_no_outage(outage, bureau):
    begins = timezone.now() + dt.timedelta(days=2)
    planned = Incident.objects.create(
        number="MW-20261124-001",
        kind=IncidentKind.MAINTENANCE,
        state=IncidentState.SCHEDULED,
        impact=Impact.NONE,
        source="maintenance",
        title_zh="计划维护",
        title_en="A new line to the bureau",
        began_at=begins,
        ended_at=begins + dt.timedelta(hours=2),
        opened_at=timezone.now(),
    )
    IncidentWindow.objects.create(
        incident=planned,
        revision=1,
        component=bureau,
        status=ComponentStatus.MAINTENANCE,
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=2),
    )
    status.publish(now=timezone.now())
    known = json.loads(text("/status.json"))
    assert [event["number"] for event in known["scheduled_maintenances"]] == ["MW-20261124-001"]
    assert known["status"]["indicator"] == "none" and known["past"] == []
    assert "A new line to the bureau" in text("/en/status/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "entry"), [("status.atom", f"{ATOM}entry"), ("status.rss", "item")]
)
def test_a_feed_has_one_entry_an_update(outage, path, entry):
    incident = going_on(outage())
    say(incident, "First & foremost")
    say(incident, "Second")
    status.publish(now=timezone.now())
    chinese, english = (
        etree.fromstring(text(f"/{prefix}{path}").encode()) for prefix in ("", "en/")
    )
    texts = ["".join(node.itertext()) for node in english.iter(entry)]
    assert len(texts) == 2 and "Second" in texts[0] and "First & foremost" in texts[1]
    assert len(list(chinese.iter(entry))) == 2


@pytest.mark.django_db
def test_an_incident_is_written_again_only_when_something_new_is_said(outage, folder):
    incident = outage()
    now = timezone.now()
    written = status.publish(now=now)
    page = folder / "status" / NUMBER / "index.html"
    os.utime(page, (0, 0))
    assert status.publish(now=now) == written - 2 and page.stat().st_mtime == 0
    say(incident, "What we found out.")
    assert status.publish(now=now) == written and "What we found out." in text(
        f"/en/status/{NUMBER}/"
    )


@pytest.mark.django_db
def test_an_old_copy_says_by_itself_that_it_is_old(outage, folder, monkeypatch):
    status.publish(now=timezone.now())
    fresh = Client().get("/en/status/")
    assert "may be out of date" not in fresh.content.decode()
    later = timezone.now() + dt.timedelta(minutes=3, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    old = Client().get("/en/status/", headers={"If-None-Match": fresh["ETag"]})
    assert old.status_code == 200 and "may be out of date" in old.content.decode()
    assert "Last written at" in old.content.decode()


@pytest.mark.django_db
def test_what_has_not_changed_is_not_sent_again():
    status.publish(now=timezone.now())
    first = Client().get("/status/")
    again = Client().get("/status/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert first["Cache-Control"] == "public, max-age=10"
    assert "Set-Cookie" not in first and "sessionid" not in first.cookies


@pytest.mark.django_db
def test_it_asks_neither_database_nor_session_of_somebody_who_is_logged_in(
    browser, outage, django_assert_num_queries
):
    outage()
    status.publish(now=timezone.now())
    paths = ("/status/", "/en/status/", "/status.json", "/status.atom", "/status.rss")
    with django_assert_num_queries(0):
        for path in (*paths, f"/status/{NUMBER}/", "/status/IN-1/"):
            answer = browser.get(path)
            assert answer.status_code == (404 if path == "/status/IN-1/" else 200)
            assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.django_db
def test_its_stylesheet_lies_beside_it_for_the_proxy_that_is_left_alone(folder):
    status.publish(now=timezone.now())
    named = re.findall(r'(?:href|src)="/(static/[^"]+\.(?:css|svg))"', text("/status/"))
    assert len(set(named)) == 2 and all((folder / name).stat().st_size for name in named)


@pytest.mark.django_db
def test_nothing_is_written_through_it():
    status.publish(now=timezone.now())
    assert Client().post("/status/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/status/../secrets/", "/status/IN-..-1/", "/status.json/x", "/status/in-1/"]
)
def test_no_other_file_can_be_asked_for(path, folder):
    status.publish(now=timezone.now())
    assert Client().get(path).status_code in (302, 404)


@pytest.mark.django_db
def test_nobody_is_on_it_and_the_proxy_may_read_it(outage, folder, person):
    before = os.umask(0o077)  # as the units have it
    try:
        status.publish(now=timezone.now())
    finally:
        os.umask(before)
    shown = [path for path in folder.rglob("*") if not path.name.startswith(".")]
    assert {path.stat().st_mode & 0o777 for path in shown if path.is_dir()} == {0o755}
    files = [path for path in shown if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}
    for content in (path.read_text() for path in files):
        assert person.phone not in content and "csrfmiddlewaretoken" not in content
    assert not list(folder.rglob(".writing-*"))
