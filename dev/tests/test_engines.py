"""The engines' launcher, with real servers in a folder of the test's own."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from dev import launcher, postgres
from dev.paths import socket_dir
from dev.tests.conftest import Machine, eventually

ENGINES = "dev.engines"
WHO = "SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"


def sockets(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAL_VAR", str(machine.var))
    return socket_dir()


def test_run_starts_both_and_leaves_nothing(machine, monkeypatch):
    folder = sockets(machine, monkeypatch)
    script = f'ls -A "{folder}"; exit 7'
    code, output = machine.run(ENGINES, "run", "--", "sh", "-c", script)
    assert code == 7
    assert {".s.PGSQL.5432", "redis.sock"} <= set(output.split())
    assert machine.processes() == []
    assert not folder.exists()


def test_the_application_role_is_no_superuser(machine, monkeypatch):
    psql = [postgres.program("psql"), "-XAt", "-h", str(sockets(machine, monkeypatch))]
    command = [*psql, "-U", "portal", "-d", "portal", "-c", WHO]
    assert machine.run(ENGINES, "run", "--", *command) == (0, "portal|f|t\n")


def test_data_outlives_a_stop(machine, monkeypatch):
    psql = [postgres.program("psql"), "-XqAt", "-h", str(sockets(machine, monkeypatch))]
    portal = [*psql, "-U", "portal", "-d", "portal", "-c"]
    machine.run(ENGINES, "run", "--", *portal, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert machine.run(ENGINES, "run", "--", *portal, "TABLE kept") == (0, "42\n")


@pytest.mark.parametrize(("hasty", "shown"), [("", "on\n"), ("1", "off\n")])
def test_only_who_says_so_forgets_at_a_power_cut(machine, monkeypatch, hasty, shown):
    psql = [postgres.program("psql"), "-XAt", "-h", str(sockets(machine, monkeypatch))]
    command = [*psql, "-U", "portal", "-d", "portal", "-c", "SHOW fsync"]
    assert machine.run(ENGINES, "run", "--", *command, PORTAL_NO_FSYNC=hasty) == (0, shown)


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_second_start_says_who_holds_it(machine, name):
    first = started(machine, name)
    code, output = machine.run(ENGINES, name)
    assert code == 1
    assert output == f"{name} already runs in {machine.var} (started by process {first.pid}).\n"


@pytest.mark.parametrize("name", ["postgres", "redis"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_signal_stops_it(machine, name, number):
    process = started(machine, name)
    process.send_signal(number)
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert machine.processes() == []


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_killed_launcher_takes_its_server_along(machine, name):
    process = started(machine, name)
    process.kill()
    assert eventually(lambda: machine.processes() == []) < 5


def test_a_start_waits_for_a_dying_server(machine):
    started(machine, "redis").kill()
    second = started(machine, "redis")
    assert second.poll() is None


def test_stale_files_of_a_dead_server_do_not_stop_the_next(machine, monkeypatch):
    folder = sockets(machine, monkeypatch)
    machine.run(ENGINES, "run", "--", "true")
    # The number of a living process of ours: PostgreSQL alone would refuse to start for ever.
    ours = str(os.getpid())
    (machine.var / "postgres/postmaster.pid").write_text(f"{ours}\n{machine.var}/postgres\n")
    folder.mkdir(mode=0o700)
    (folder / ".s.PGSQL.5432.lock").write_text(ours)
    assert machine.run(ENGINES, "run", "--", "true") == (0, "")


def test_a_half_made_cluster_is_made_again(machine):
    half = machine.var / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert machine.run(ENGINES, "run", "--", "true") == (0, "")
    assert not half.exists()


def test_given_servers_are_left_alone(machine):
    given = {"DATABASE_URL": "postgres://db.example/portal", "REDIS_URL": "redis://redis.example"}
    assert machine.run(ENGINES, "run", "--", "echo", "ran", **given) == (0, "ran\n")
    assert list(machine.var.iterdir()) == []
    code, output = machine.run(ENGINES, "postgres", **given)
    assert (code, output) == (0, "DATABASE_URL is set: postgres is not started.\n")


def test_wait_becomes_the_command(machine):
    waiting = machine.start(ENGINES, "wait", "--", "echo", "there")
    started(machine, "postgres")
    assert waiting.poll() is None
    started(machine, "redis")
    output, _ = waiting.communicate(timeout=10)
    assert (waiting.returncode, output) == (0, "there\n")


def test_a_signal_reaches_the_command(machine):
    process = machine.start(ENGINES, "run", "--", "sh", "-c", "echo up; exec sleep 60")
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 128 + signal.SIGTERM


def test_an_unknown_command_is_named(machine):
    assert machine.run(ENGINES, "run", "--", "no-such-program") == (
        1,
        "no-such-program: No such file or directory.\n",
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_namespaces_becomes_nobody(tmp_path):
    # pytest's own folder is private to root, so this one stands beside it.
    var = Path("/var/tmp") / f"portal-test-{os.getpid()}"  # noqa: S108 (made by the test)
    machine = Machine(var)
    try:
        code, output = machine.run(
            ENGINES, "run", "--", "stat", "-c", "%U", f"{var}/postgres", PORTAL_NO_NAMESPACE="1"
        )
        assert (code, output) == (0, "nobody\n")
    finally:
        subprocess.run(["rm", "-rf", str(var)], check=True)


def test_a_missing_wheel_names_the_setting():
    with pytest.raises(SystemExit, match="set REDIS_URL to a server of your own"):
        launcher.binary("no_such_wheel", "bin/redis-server", "REDIS_URL")


def started(machine: Machine, name: str) -> subprocess.Popen[str]:
    process = machine.start(ENGINES, name)
    assert process.stdout is not None
    for line in process.stdout:
        if line == f"{name} is ready\n":
            return process
    raise AssertionError(f"{name} did not start")
