"""How a person logs in at each site, and the peers as programs on the same PostgreSQL server."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from accounts.codes import code_for
from accounts.models import LoginChallenge
from accounts.selectors import phone_hash
from benchmarks.login_client import Browser, Site, WentWrong, fields
from benchmarks.peers import environment
from dev.paths import CHECKOUT, ROLE, socket_dir
from drills.stage import Stage

OPEN, ASK, CODE_PAGE, ENTER = "open", "ask", "code page", "enter"
PEERS = {
    "two-factor-auth": ("two_factor_site", environment.TWO_FACTOR),
    "allauth": ("allauth_site", environment.ALLAUTH),
}
PASSWORD = "peer"  # noqa: S105 (of people who are made for an hour)


def ours(browser: Browser, phone: str) -> None:
    page = browser.get(OPEN, "/login/")
    where, _ = browser.post(ASK, "/login/", {**fields(page), "phone": phone})
    page = browser.get(CODE_PAGE, where)
    where, _ = browser.post(ENTER, where, {**fields(page), "code": code_of(phone)})
    if where != "/queries/":
        raise WentWrong(f"ours led to {where}")


def code_of(phone: str) -> str:
    """What the phone would show, derived as the sender derives it."""
    try:
        asked = LoginChallenge.objects.filter(address_hash=phone_hash(phone)).latest("created_at")
        return code_for(asked.pk, asked.purpose)
    finally:
        connection.close()  # back into the pool: there are more browsers than connections


def at_two_factor(codes: Path) -> Callable[[Browser, str], None]:
    """Its first request asks for name and password; the token's page is the answer to them."""

    def log_in(browser: Browser, name: str) -> None:
        path = "/account/login/"
        form = fields(browser.get(OPEN, path))
        form |= {"auth-username": name, "auth-password": PASSWORD}
        _, page = browser.post(ASK, path, form)
        form = fields(page) | {"token-otp_token": (codes / name).read_text()}
        where, _ = browser.post(ENTER, path, form)
        if where != "/in/":
            raise WentWrong(f"two-factor-auth led to {where}")

    return log_in


def at_allauth(codes: Path) -> Callable[[Browser, str], None]:
    def log_in(browser: Browser, name: str) -> None:
        path = "/accounts/login/code/"
        form = fields(browser.get(OPEN, path)) | {"email": f"{name}@peer.example"}
        where, _ = browser.post(ASK, path, form)
        page = browser.get(CODE_PAGE, where)
        form = fields(page) | {"code": (codes / name).read_text()}
        where, _ = browser.post(ENTER, where, form)
        if where != "/in/":
            raise WentWrong(f"allauth led to {where}")

    return log_in


WALKS = {"two-factor-auth": at_two_factor, "allauth": at_allauth}


def peers(stage: Stage, names: list[str]) -> list[Site]:
    """Each in its own environment and database, served as we are: two workers, eight threads."""
    listed = stage.folder / "names"
    listed.write_text("\n".join(names))
    return [peer(stage, name, listed, 10 + place) for place, name in enumerate(PEERS)]


def peer(stage: Stage, name: str, listed: Path, place: int) -> Site:
    module, packages = PEERS[name]
    python, port = environment.python(*packages), int(os.environ["PORT"]) + place
    codes = stage.folder / "codes" / module
    codes.mkdir(parents=True)
    given = {"PEER_CODES": str(codes), "PEER_DATABASE": module}
    os.environ.update(given, PEER_USER=ROLE, PEER_HOST=str(socket_dir()))
    make_database(module)
    folder = CHECKOUT / "benchmarks" / "peers"
    subprocess.run([python, folder / f"{module}.py", listed], check=True)
    options = [f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=8", f"--chdir={folder}"]
    server = ["-m", "gunicorn", f"{module}:application", *options, "--no-control-socket"]
    stage.start(name, [str(python), *server])
    stage.until(lambda: answers(port), name)
    return Site(name, port, WALKS[name](codes))


def make_database(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')


def answers(port: int) -> bool:
    try:
        Browser(port, "10.0.0.1").get("ready", "/in/")
    except WentWrong:
        return True
    except OSError:
        return False
    return True
