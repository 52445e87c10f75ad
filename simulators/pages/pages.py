"""Which page answers which address, and the forms."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from simulators.exchange import Answer, Request, redirect
from simulators.faults import BadSwitch
from simulators.pages.render import layout, render_inbox, render_index
from simulators.pages.words import Language, root, word
from simulators.settings import LARGEST_REPORT
from simulators.world import World

STYLE = (Path(__file__).parent / "simulators.css").read_bytes()


def answer(world: World, request: Request, now: float) -> Answer:
    """The page, the result of a form, or a page that says there is none."""
    path, language = _split_language(request.path)
    if request.method == "POST":
        return _post(world, request, path, language)
    if path == "/simulators.css":
        return Answer(200, STYLE, "text/css; charset=utf-8")
    if path == "/phone/":
        number = re.sub(r"\D", "", request.query("number"))[-11:]
        return redirect(f"{root(language)}phone/{number}/" if number else root(language))
    found = re.fullmatch(r"/(phone|mailbox)/([^/]+)/", path)
    if found:
        boxes = world.phones if found[1] == "phone" else world.mailboxes
        address = unquote(found[2])
        return _html(
            render_inbox(found[1], address, boxes.messages(address.lower()), language, path)
        )
    if path == "/":
        return _html(render_index(world, language))
    return _html(layout(word("not_found", language), "", language, "/"), 404)


def _post(world: World, request: Request, path: str, language: Language) -> Answer:
    forms: dict[str, Callable[[dict[str, str]], None]] = {
        "/switches/": lambda form: _switch(world, form),
        "/report/": lambda form: _report(world, form),
        "/capacity/": lambda form: _capacity(world, form),
        "/reset/": lambda form: world.reset(),
    }
    if path not in forms:
        return _html(layout(word("not_found", language), "", language, "/"), 404)
    try:
        forms[path](request.form())
    except ValueError:
        return _html(layout(word("bad_input", language), "", language, "/"), 400)
    return redirect(root(language))


def _switch(world: World, form: dict[str, str]) -> None:
    wish: dict[str, object] = {"service": form.get("service"), "mode": form.get("mode", "ok")}
    for name in ("rate", "seconds"):
        if form.get(name):
            wish[name] = float(form[name])
    world.faults.set(wish)


def _report(world: World, form: dict[str, str]) -> None:
    accounts = int(form.get("accounts", ""))
    if not 0 <= accounts <= LARGEST_REPORT:
        raise BadSwitch("accounts out of range")
    world.register.accounts = accounts


def _capacity(world: World, form: dict[str, str]) -> None:
    wish: dict[str, object] = {"service": form.get("service")}
    for name in ("per_second", "warm_seconds"):
        if form.get(name):
            wish[name] = float(form[name])
    world.upstreams.set(wish)


def _split_language(path: str) -> tuple[str, Language]:
    return (path[3:], "en") if path.startswith("/en/") else (path, "zh")


def _html(text: str, status: int = 200) -> Answer:
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, text.encode(), "text/html; charset=utf-8", headers)
