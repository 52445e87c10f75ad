"""What deploy/ ships: units that start what exists, a proxy that tells the truth, no secret."""

import base64
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from complaints.status.files import ADDRESS
from dev.plan import LANES, celery
from portal.tests.test_configuration import read_by_the_code
from portal.work.states import Lane

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD, NGINX = ROOT / "deploy/systemd", ROOT / "deploy/nginx"
ENVIRONMENT = ROOT / "deploy/portal.env.example"
UNITS = sorted(SYSTEMD.glob("*.service"))
PYTHON = "/opt/portal/.venv/bin/python "


def entries(path: Path) -> list[tuple[str, str]]:
    """(key, value) of each line of a unit or an environment file."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    pairs = [line.partition("=") for line in lines if line and line[0] not in "#["]
    assert all(sign for _, sign, _ in pairs), path
    return [(key, value) for key, _, value in pairs]


def unit(name: str) -> list[tuple[str, str]]:
    return entries(SYSTEMD / "portal-.service.d/hardening.conf") + entries(SYSTEMD / name)


def directives(path: Path) -> list[str]:
    text = re.sub(r"(?m)^\s*#.*$", "", path.read_text())
    return [" ".join(part.split()) for part in re.split(r"[;{}]", text) if part.strip()]


# --- systemd --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_every_unit_starts_what_exists(path: Path) -> None:
    commands = [value for key, value in entries(path) if key == "ExecStart"]
    assert commands
    for command in commands:
        assert command.startswith(PYTHON)
        match command.removeprefix(PYTHON).split():
            case ["-m", module, *_]:
                assert importlib.util.find_spec(module)
            case ["manage.py", name, *_]:
                assert name in get_commands()
            case other:
                pytest.fail(f"{path.name} starts {other}")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_every_unit_is_confined_and_bounded(path: Path) -> None:
    settings = dict(unit(path.name))
    assert settings["User"] == "portal"
    assert settings["ProtectSystem"] == "strict"
    assert settings["CapabilityBoundingSet"] == settings["AmbientCapabilities"] == ""
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert settings[key] == "yes"
    assert settings["RestrictAddressFamilies"] == "AF_INET AF_INET6 AF_UNIX"
    assert "WatchdogSec" not in settings  # nothing here pets a watchdog
    assert "MemoryMax" in settings or path.stem.endswith("@")
    if settings.get("Type") != "oneshot":
        assert settings["Restart"] == "always" and int(settings["RestartSec"]) >= 1
        assert settings["WantedBy"] == "portal.target" == settings["PartOf"]


def test_each_lane_has_the_pool_that_it_has_in_development() -> None:
    shipped = {}
    for folder in SYSTEMD.glob("portal-worker@*.service.d"):
        settings = entries(folder / "lane.conf")
        assert "MemoryMax" in dict(settings)
        name, _, pool = dict(settings)["Environment"].strip('"').partition("=")
        assert name == "LANE_POOL"
        shipped[folder.name.removeprefix("portal-worker@").removesuffix(".service.d")] = pool
    assert set(shipped) == set(Lane.values)
    assert shipped == {lane: " ".join(pool) for lane, pool in LANES.items()}


def test_a_worker_may_finish_the_call_that_it_is_at() -> None:
    for name in ("portal-worker@.service", "portal-sweeper.service"):
        settings = dict(unit(name))
        assert int(settings["TimeoutStopSec"]) > 30  # QUERY_DEADLINE_SECONDS
        assert settings["KillMode"] == "mixed"  # SIGTERM to the parent alone
    command = dict(unit("portal-worker@.service"))["ExecStart"].split()
    options = {word for word in command if word.startswith("--without")}
    assert {"--app=portal", "--queues=%i", "$LANE_POOL"} <= set(command)
    assert options <= set(celery("worker", "--without-gossip", "--without-mingle"))


def test_systemd_has_nothing_to_say() -> None:
    """Where systemd is installed, it reads what the tests above have read as text."""
    analyze = shutil.which("systemd-analyze")
    names = ["portal-web@8000", "portal-beat", *(f"portal-worker@{lane}" for lane in Lane)]
    for name in names if analyze else ():
        done = subprocess.run(
            [str(analyze), "verify", "--man=no", f"{name}.service"],
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{SYSTEMD}:"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert [line for line in done.stderr.splitlines() if "not executable" not in line] == []


# --- The environment ------------------------------------------------------------------------


def test_the_environment_to_fill_in_names_settings_and_holds_no_secret() -> None:
    shipped = dict(entries(ENVIRONMENT))
    assert set(shipped) <= read_by_the_code() | {"WEB_CONCURRENCY"}
    secrets = [n for n in shipped if re.search(r"SECRET|KEYS?$|TOKEN|KEY_ID|_ID$", n)]
    assert {"SECRET_KEY", "FIELD_KEYS", "PBOC_SECRET", "BANK_PRIVATE_KEY"} <= set(secrets)
    assert {name: shipped[name] for name in secrets if shipped[name]} == {}
    passwords = re.findall(r"//[^:/]*:([^@/]+)@", " ".join(shipped.values()))
    assert set(passwords) == {"PASSWORD"}
    assert {name for name, _ in entries(ROOT / "deploy/host.env.example")} == {
        "PORTAL_HOST",
        "PORTAL_LISTEN",
    }


def start(environment: dict[str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=ROOT,
        env={**environment, "PORTAL_VAR": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_environment_filled_in_is_all_that_production_needs(tmp_path: Path) -> None:
    shipped = dict(entries(ENVIRONMENT))
    done = start(shipped, tmp_path)
    assert done.returncode == 1 and "SECRET_KEY: is missing" in done.stderr
    filled = {name: value or filling(name) for name, value in shipped.items()}
    done = start(filled, tmp_path)
    assert done.returncode == 0, done.stderr


def filling(name: str) -> str:
    if name == "FIELD_KEYS":
        return "k1:" + base64.b64encode(bytes(32)).decode()
    if name.endswith("_URL"):
        return ("smtps" if name == "EMAIL_URL" else "https") + "://outside.example"
    if name.endswith("_TOKEN"):
        return "f1ll3d-in_" * 4
    return f"filled in: {name} " * 3


# --- nginx ----------------------------------------------------------------------------------


def test_the_proxy_speaks_tls_of_today_only() -> None:
    tls = directives(NGINX / "portal-tls.conf")
    assert "ssl_protocols TLSv1.2 TLSv1.3" in tls and "ssl_session_tickets off" in tls
    said = directives(NGINX / "portal.conf")
    # The version is settled by the first server of the port, so both of them must include it.
    assert said.count("include /etc/nginx/portal-tls.conf") == 2
    assert {line for line in said if line.startswith("listen 443")} == {
        "listen 443 ssl http2 default_server",
        "listen 443 ssl http2",
    }


def test_the_proxy_believes_nobody_about_the_way_here() -> None:
    said = directives(NGINX / "portal.conf")
    headers = dict(
        line.split(maxsplit=2)[1:] for line in said if line.startswith("proxy_set_header")
    )
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "https"
    for name in ("Forwarded", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP", "Connection"):
        assert headers[name] == '""'
    # One in a location would drop all of these there.
    text = (NGINX / "portal.conf").read_text()
    assert "proxy_set_header" not in text[text.index("location / {\n        limit_req") :]
    assert dict(entries(ENVIRONMENT))["TRUSTED_PROXIES"] == "1"


def test_the_proxy_repeats_nothing_that_was_sent() -> None:
    said = directives(NGINX / "portal.conf")
    assert [line for line in said if line.startswith("proxy_next_upstream ")] == [
        "proxy_next_upstream error timeout"
    ]


def test_bodies_of_files_fill_no_more_memory_than_the_proxy_has() -> None:
    said = directives(NGINX / "portal.conf")
    place = said[said.index("client_max_body_size 32m") - 3 :]
    assert place[:5] == [
        "limit_req zone=portal_visitors burst=60 nodelay",
        "limit_conn portal_connections 8",  # 256 MB of one address
        "limit_conn portal_uploads 64",  # 2 GB of all
        "client_max_body_size 32m",
        "client_body_buffer_size 32m",
    ]
    assert "limit_conn_zone $server_name zone=portal_uploads:1m" in said


def test_without_any_web_the_proxy_shows_the_copy_of_the_status_page() -> None:
    said = directives(NGINX / "portal.conf")
    place = next(line for line in said if line.startswith("location ~ ^/(en/)?status"))
    pattern = re.search(r"location ~ (\S+) \{", (NGINX / "portal.conf").read_text())
    assert pattern and "error_page 502 504 = @status_copy" in said[said.index(place) :]
    served = re.compile(pattern[1])
    for path in ("/status/", "/en/status/", "/status.json", "/en/status.atom", "/status.rss"):
        assert served.match(path) and ADDRESS.fullmatch(path)
    assert served.match("/status/IN-20261122-001/")
    for path in ("/status/subscribe/", "/status/../x/", "/status.jsonx", "/statuses/"):
        assert not served.match(path) and not ADDRESS.fullmatch(path)
    folder = dict(line.split(maxsplit=1) for line in said if line.startswith("root /var/cache"))
    units = [value for key, value in unit("portal-status.service") if key == "Environment"]
    assert f"PORTAL_PUBLIC={folder['root']}" in units
    assert dict(unit("portal-status.service"))["CacheDirectoryMode"] == "0755"


def test_the_proxy_shows_figures_to_the_inner_network_only() -> None:
    said = directives(NGINX / "portal.conf")
    place = said.index("location = /metrics")
    assert said[place + 1 : place + 3] == ["allow 10.20.0.0/24", "deny all"]


def test_the_headers_of_an_answer_are_set_in_one_place() -> None:
    said = " ".join(directives(NGINX / "portal.conf"))
    assert "Strict-Transport-Security" not in said
