"""The JSON addresses by which a program drives the simulators and sees what reached them."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

from simulators.bureau.bank_keys import BadKey
from simulators.bureau.register import Entry
from simulators.capacity import BadCapacity
from simulators.certificates import BadCertificate, Wish
from simulators.exchange import Answer, Request, as_json
from simulators.faults import BadSwitch, modes
from simulators.mainland import rfc3339
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
        ("GET", "/bureau/report.json"): lambda: as_json({"accounts": world.register.accounts}),
        ("POST", "/bureau/report.json"): lambda: _set_report(world, request),
        ("GET", "/capacity.json"): lambda: as_json(world.upstreams.as_json()),
        ("POST", "/capacity.json"): lambda: _set_capacity(world, request),
        ("GET", "/callbacks.json"): lambda: as_json(world.callbacks.tries()),
        ("GET", "/keys.json"): lambda: _keys(world),
        ("POST", "/keys.json"): lambda: _set_keys(world, request),
        ("GET", "/certificate.json"): lambda: _certificate(world),
        ("POST", "/certificate.json"): lambda: _set_certificate(world, request),
        ("POST", "/forget.json"): lambda: _forget(world),
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
    entries = world.register.all()
    rows = [e for e in entries if e.recorded and wanted in ("", e.request_no)]
    return as_json([_inquiry(entry) for entry in rows])


def _inquiry(entry: Entry) -> dict[str, str]:
    return {
        "at": rfc3339(entry.at),
        "channel": entry.channel,
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
    world.register.accounts = accounts
    return as_json({"accounts": accounts})


def _set_capacity(world: World, request: Request) -> Answer:
    try:
        world.upstreams.set(_body(request))
    except BadCapacity as error:
        return as_json({"error": str(error)}, 400)
    return as_json(world.upstreams.as_json())


def _keys(world: World) -> Answer:
    keys = world.bank_keys
    pairs = [
        {"kid": pair.public.kid, "public_key": pair.public.text, "signs": pair is keys.signer}
        for pair in keys.pairs
    ]
    institution = [{"kid": key.kid, "public_key": key.text} for key in keys.institution]
    return as_json({"bank": pairs, "institution": institution})


def _set_keys(world: World, request: Request) -> Answer:
    """`institution`: the public keys that are registered; `bank`: announce or use the next one."""
    wish = _body(request)
    try:
        match wish:
            case {"institution": [*texts]}:
                world.bank_keys.register(texts)
            case {"bank": "announce"}:
                world.bank_keys.announce()
            case {"bank": "use"}:
                world.bank_keys.use_newest()
            case _:
                raise BadKey("institution is a list of public keys, or bank is announce or use")
    except BadKey as error:
        return as_json({"error": str(error)}, 400)
    return _keys(world)


def _certificate(world: World) -> Answer:
    if world.authority is None:
        return as_json({"error": "SIMULATOR_TLS_PORT is not set"}, 404)
    return as_json(asdict(world.authority.wish) | {"ca": world.authority.root_pem.decode()})


def _set_certificate(world: World, request: Request) -> Answer:
    try:
        if world.authority:
            world.authority.issue(Wish.read(_body(request)))
    except BadCertificate as error:
        return as_json({"error": str(error)}, 400)
    return _certificate(world)


def _forget(world: World) -> Answer:
    world.forget()
    return as_json({})


def _reset(world: World) -> Answer:
    world.reset()
    return as_json({})


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None
