"""The pages' markup. Every value from outside passes `escape`."""

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import quote

from simulators.bureau.people import SPECIAL_BIRTHS, special_id_number
from simulators.bureau.register import Entry
from simulators.capacity import Upstreams
from simulators.faults import Switch, modes
from simulators.mainland import beijing
from simulators.pages import words
from simulators.pages.words import Language, pick, root, word
from simulators.phones import Inboxes, Message
from simulators.settings import LARGEST_REPORT
from simulators.world import World

SHOWN = 10  # rows of a list on the first page


def layout(title: str, main: str, language: Language, path: str, *, refresh: bool = False) -> str:
    other = path if language == "en" else f"/en{path}"
    code = "en" if language == "en" else "zh-Hans"
    other_code = "zh-Hans" if language == "en" else "en"
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{again}'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/simulators.css"></head>'
        f"<body><header>{_home(language) if path != '/' else '<span></span>'}"
        f'<a href="{escape(other)}" lang="{other_code}" hreflang="{other_code}">'
        f"{word('other_language', language)}</a></header>"
        f"<main><h1>{escape(title)}</h1>{main}</main></body></html>"
    )


def render_index(world: World, language: Language) -> str:
    entries = [entry for entry in world.register.all() if entry.recorded]
    main = "".join(
        (
            f'<p class="lead">{word("intro", language)}</p>',
            _section("phones", _phones(world.phones, language), language),
            _section("switches", _switches(world.faults.all(), language), language),
            _section("capacity", _capacities(world.upstreams, language), language),
            _section("inquiries", _inquiries(entries, language), language),
            _section("mailboxes", _mailboxes(world.mailboxes, language), language),
            _section("special", _special(language), language),
            _section("report", _report_form(world.register.accounts, language), language),
            _section("reset", _reset_form(language), language),
        )
    )
    return layout(word("title", language), main, language, "/")


def render_inbox(
    kind: str, address: str, messages: list[Message], language: Language, path: str
) -> str:
    """A phone with its messages, or a mailbox; the newest last, as on a phone."""
    bubbles = "".join(_bubble(message, language) for message in messages)
    name = word("messages" if kind == "phone" else "mails", language)
    main = (
        f'<section class="{kind}"><h2>{name}</h2>'
        f'<ol class="bubbles">{bubbles}</ol>'
        f'<p class="quiet">{"" if messages else word("empty", language)}</p></section>'
    )
    return layout(address, main, language, path, refresh=True)


def _bubble(message: Message, language: Language) -> str:
    code = (
        f'<p class="code"><span>{word("code", language)}</span> <b>{escape(message.code)}</b></p>'
        if message.code
        else ""
    )
    subject = f"<h3>{escape(message.subject)}</h3>" if message.subject else ""
    at = f"{beijing(message.at):%m-%d %H:%M:%S}"
    return (
        f"<li><time>{at}</time><div>{subject}"
        f'<p class="text">{escape(message.text)}</p>{code}</div></li>'
    )


def _section(key: str, content: str, language: Language) -> str:
    return f'<section><h2 id="{key}">{word(key, language)}</h2>{content}</section>'


def _switches(switches: Iterable[Switch], language: Language) -> str:
    presets = (
        ("all", "ok", "all_well"),
        ("pboc", "hang", "bureau_down"),
        ("bureau", "hang", "channels_down"),
    )
    buttons = "".join(
        f'<form method="post" action="{root(language)}switches/">'
        f'<input type="hidden" name="service" value="{service}">'
        f'<input type="hidden" name="mode" value="{mode}">'
        f'<button class="plain">{word(key, language)}</button></form>'
        for service, mode, key in presets
    )
    groups: dict[str, list[Switch]] = {}
    for switch in switches:
        channel = switch.service.partition(".")[0]
        groups.setdefault(channel if channel in words.CHANNELS else "vendors", []).append(switch)
    folds = "".join(_group(name, group, language) for name, group in groups.items())
    return f'<div class="row">{buttons}</div>{folds}'


def _group(name: str, switches: list[Switch], language: Language) -> str:
    """A fold of switches; the blind bank, which few look for, is closed while it is well."""
    title = pick(words.CHANNELS.get(name, words.VENDORS), language)
    shown = name != "blind" or any(switch.mode != "ok" for switch in switches)
    cards = "".join(_switch(switch, language) for switch in switches)
    return (
        f"<details{' open' if shown else ''}><summary>{title}</summary>"
        f'<div class="cards">{cards}</div></details>'
    )


def _switch(switch: Switch, language: Language) -> str:
    name = switch.service
    options = "".join(
        f'<option value="{mode}"{" selected" if mode == switch.mode else ""}>'
        f"{pick(words.MODES[mode], language)}</option>"
        for mode in modes(name)
    )
    state = "well" if switch.mode == "ok" else "ill"
    return (
        f'<form class="card {state}" method="post" action="{root(language)}switches/">'
        f"<h3>{pick(words.SERVICES[name], language)}</h3>"
        f'<p class="state">{pick(words.MODES[switch.mode], language)}</p>'
        f'<input type="hidden" name="service" value="{name}">'
        f'<label class="wide">{word("mode", language)}'
        f'<select name="mode">{options}</select></label>'
        f"<label>{word('rate', language)}"
        f'<input name="rate" type="number" min="0" max="1" step="0.01" value="{switch.rate:g}">'
        f"</label><label>{word('seconds', language)}"
        f'<input name="seconds" type="number" min="0" max="86400" step="any"'
        f' placeholder="{_seconds(switch) or word("usual", language)}"></label>'
        f"<button>{word('apply', language)}</button></form>"
    )


def _seconds(switch: Switch) -> str:
    """Only a hint, not the field's value: the next mode starts with its own default."""
    return f"{switch.seconds:g}" if switch.mode != "ok" and switch.seconds else ""


def _phones(phones: Inboxes, language: Language) -> str:
    look = (
        f'<form class="row" method="get" action="{root(language)}phone/">'
        f"<label>{word('number', language)}"
        f'<input name="number" type="tel" inputmode="numeric" required></label>'
        f'<button class="plain">{word("open", language)}</button></form>'
    )
    return _inboxes("phone", phones, "no_phones", language) + look


def _mailboxes(mailboxes: Inboxes, language: Language) -> str:
    return _inboxes("mailbox", mailboxes, "no_mails", language)


def _inboxes(kind: str, boxes: Inboxes, none: str, language: Language) -> str:
    rows = "".join(
        f'<li><a href="{root(language)}{kind}/{quote(address)}/">{escape(address)}</a>'
        f"<span>{escape(message.subject or message.text)}</span></li>"
        for address, message in boxes.latest(SHOWN)
    )
    return f'<ul class="list">{rows}</ul>' if rows else f"<p>{word(none, language)}</p>"


def _inquiries(entries: list[Entry], language: Language) -> str:
    if not entries:
        return f"<p>{word('no_inquiries', language)}</p>"
    heads = "".join(
        f'<th scope="col">{word(key, language)}</th>'
        for key in ("time", "entrance", "person", "request_no")
    )
    rows = "".join(
        f"<tr><td>{beijing(entry.at):%m-%d %H:%M:%S}</td>"
        f"<td>{pick(words.SERVICES[f'{entry.channel}.{entry.region}'], language)}</td>"
        f"<td>{escape(entry.name[:1])}** {escape(entry.id_number[-4:])}</td>"
        f"<td><code>{entry.request_no}</code></td></tr>"
        for entry in reversed(entries[-SHOWN:])
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="inquiries"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _capacities(upstreams: Upstreams, language: Language) -> str:
    forms = "".join(_capacity(row, language) for row in upstreams.as_json())
    return f"<p>{word('capacity_note', language)}</p>{forms}"


def _capacity(row: dict[str, Any], language: Language) -> str:
    name = pick(words.CHANNELS[row["service"]], language)
    inside = f"{word('inside', language)} {row['inside']} · {row['strength']:.0%}"
    return (
        f'<form class="row" method="post" action="{root(language)}capacity/">'
        f'<input type="hidden" name="service" value="{row["service"]}">'
        f"<label>{name} · {word('per_second', language)}"
        f'<input name="per_second" type="number" min="0" max="10000" step="any"'
        f' value="{row["per_second"]:g}"></label>'
        f"<label>{word('warm_seconds', language)}"
        f'<input name="warm_seconds" type="number" min="0" max="86400" step="any"'
        f' value="{row["warm_seconds"]:g}"></label>'
        f'<button class="plain">{word("apply", language)}</button><span>{inside}</span></form>'
    )


def _special(language: Language) -> str:
    people = [
        (special_id_number(birth), words.SPECIAL_BIRTHS[code])
        for birth, code in SPECIAL_BIRTHS.items()
    ]
    numbers = [(f"138000{tail}", pair) for tail, pair in words.SPECIAL_TAILS.items()]
    rows = "".join(
        f"<tr><td><code>{entered}</code></td><td>{pick(pair, language)}</td></tr>"
        for entered, pair in people + numbers
    )
    note = word("special_note", language)
    return f"<p>{note}</p><table><tbody>{rows}</tbody></table>"


def _report_form(accounts: int, language: Language) -> str:
    return (
        f'<form class="row" method="post" action="{root(language)}report/">'
        f"<label>{word('accounts', language)}"
        f'<input name="accounts" type="number" min="0" max="{LARGEST_REPORT}"'
        f' value="{accounts}"></label>'
        f'<button class="plain">{word("apply", language)}</button></form>'
    )


def _reset_form(language: Language) -> str:
    return (
        f'<form method="post" action="{root(language)}reset/">'
        f"<p>{word('reset_note', language)}</p>"
        f'<button class="plain">{word("reset", language)}</button></form>'
    )


def _home(language: Language) -> str:
    return f'<a href="{root(language)}">{word("title", language)}</a>'
