"""The JSON addresses by which a program drives the simulators and sees what reached them."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from simulators.bureau_register import Entry
from simulators.bureau_wire import rfc3339
from simulators.exchange import Answer, Request, as_json
from simulators.faults import BadSwitch, modes
from simulators.settings import LARGEST_REPORT
from simulators.world import World


def answer(world: World, request: Request) -> Answer | None:
    """The answer to a control address; None when the path is not one."""
    found = re.fullmatch(r"/(phone|mailbox)/([^/]+)/messages\.json", request.path)
    if found:
        boxes = world.phones if found[1] == "phone" else world.mailboxes
        address = unquote(found[2]).lower()
        return as_json([message.as_json() for message in boxes.messages(address)])
    handlers: dict[tuple[str, str], Callable[[], Answer]] = {
        ("GET", "/faults.json"): lambda: _faults(world),
        ("POST", "/faults.json"): lambda: _set_faults(world, request),
        ("GET", "/bureau/inquiries.json"): lambda: _inquiries(world, request),
        ("GET", "/bureau/report.json"): lambda: as_json({"accounts": world.bureau.accounts}),
        ("POST", "/bureau/report.json"): lambda: _set_report(world, request),
        ("POST", "/reset.json"): lambda: _reset(world),
    }
    handler = handlers.get((request.method, request.path))
    if handler is None and request.path.endswith(".json"):
        return as_json({"error": "no such address or method"}, 404)
    return handler() if handler else None


def _faults(world: World) -> Answer:
    return as_json(
        [switch.as_json() | {"modes": modes(switch.service)} for switch in world.faults.all()]
    )


def _set_faults(world: World, request: Request) -> Answer:
    wishes = _body(request)
    try:
        for wish in wishes if isinstance(wishes, list) else [wishes]:
            world.faults.set(wish)
    except BadSwitch as error:
        return as_json({"error": str(error)}, 400)
    return _faults(world)


def _inquiries(world: World, request: Request) -> Answer:
    """What stands on people's files: one row an inquiry, refusals not among them."""
    wanted = request.query("request_no")
    entries = world.bureau.register.all()
    rows = [e for e in entries if e.recorded and wanted in ("", e.request_no)]
    return as_json([_inquiry(entry) for entry in rows])


def _inquiry(entry: Entry) -> dict[str, str]:
    return {
        "at": rfc3339(entry.at),
        "channel": "pboc",
        "region": entry.region,
        "person": f"{entry.name} {entry.id_number}",
        "request_no": entry.request_no,
        "report_no": entry.number,
    }


def _set_report(world: World, request: Request) -> Answer:
    wish = _body(request)
    accounts = wish.get("accounts") if isinstance(wish, dict) else None
    if not isinstance(accounts, int) or not 0 <= accounts <= LARGEST_REPORT:
        return as_json({"error": f"accounts is a whole number from 0 to {LARGEST_REPORT}"}, 400)
    world.bureau.accounts = accounts
    return as_json({"accounts": accounts})


def _reset(world: World) -> Answer:
    world.reset()
    return as_json({})


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None
