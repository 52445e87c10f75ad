"""A real web process whose PostgreSQL and Redis are not there."""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from complaints.services import status
from complaints.tests.test_status_page import NUMBER

START_SECONDS = 60
NOBODY = "127.0.0.1:1"


@pytest.fixture
def copies(settings, tmp_path, db, outage):
    settings.PUBLIC = tmp_path / "public"
    outage()
    status.publish(now=timezone.now())
    return settings.PUBLIC


@pytest.fixture
def web(tmp_path, copies):
    """gunicorn as it runs in production, with engines that refuse every connection."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    engines = {
        "DATABASE_URL": f"postgres://nobody:secret@{NOBODY}/nothing",
        "REDIS_URL": f"redis://{NOBODY}/0",
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_PUBLIC": str(copies),
    }
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--no-control-socket"]
    process = subprocess.Popen(
        [*command, f"--bind=127.0.0.1:{port}", "--threads=2", "--log-level=error"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **engines},
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            get(port, "/status/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the web did not start")


def get(port: int, path: str) -> tuple[int, str]:
    """As somebody asks who was logged in before everything went down."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path, headers={"Cookie": "sessionid=" + "a" * 32})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_every_copy_is_served_without_engines_to_who_was_logged_in(web, copies):
    for path in ("/status/", "/en/status/", f"/en/status/{NUMBER}/", "/status.json", "/status.rss"):
        code, content = get(web, path)
        name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        assert (code, content) == (200, (copies / name).read_text())
