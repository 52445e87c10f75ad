"""The report of whoever was asked for, made from one sample, as XML or as JSON.

What differs from person to person stands in the first two segments (PRH, PIM). All that follows
is kept as ready Base64, which is why an answer costs microseconds and not a serialised tree.
"""

import base64
import copy
import functools
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from simulators.bureau.people import SOMEONE_ELSE
from simulators.bureau.register import Entry
from simulators.mainland import beijing

SAMPLE = Path(__file__).parents[1] / "data" / "report.xml"
IMPOSSIBLE_SECONDS = 75 * 365 * 86400  # how far a report with impossible dates is from the future

Form = Literal["xml", "json"]


@dataclass(frozen=True)
class Sample:
    head: tuple[str, ...]  # texts and, at odd places, names of what stands between them
    tail: bytes  # Base64 of the rest; the head is padded to a multiple of three bytes


def report_base64(entry: Entry, form: Form, mode: str = "ok") -> bytes:
    """The report in Base64; the same arguments always give the same bytes.

    `mode` is a fault: one of the lies, or no matter here.
    """
    sample = _sample(entry.accounts, form)
    subject = SOMEONE_ELSE if mode in ("wrong_person", "forged") else entry.subject
    at = entry.at + (IMPOSSIBLE_SECONDS if mode == "impossible_dates" else 0)
    male = subject.id_number[16:17].isdigit() and int(subject.id_number[16]) % 2
    values = {
        "number": entry.number,
        "at": beijing(at).replace(tzinfo=None).isoformat(timespec="seconds"),
        "name": subject.name,
        "id_type": subject.id_type,
        "id_number": subject.id_number,
        "institution": entry.institution,
        "reason": entry.reason,
        "sex": "1" if male or subject.id_type != "10" else "2",
        "birth": _birth(subject.id_type, subject.id_number),
        "phone": subject.phone,
    }
    quoted = escape if form == "xml" else _quoted
    parts = (quoted(values[part]) if n % 2 else part for n, part in enumerate(sample.head))
    head = "".join(parts).encode()
    return base64.b64encode(head + b" " * (-len(head) % 3)) + sample.tail


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _birth(id_type: str, id_number: str) -> str:
    if id_type != "10":
        return "1970-01-08"
    digits = id_number[6:14]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


@functools.lru_cache(maxsize=8)
def _sample(accounts: int, form: Form) -> Sample:
    root = ElementTree.parse(SAMPLE).getroot()  # noqa: S314  (our own file)
    for element in root.iter():
        element.tail = None
        if len(element):
            element.text = None
    _set_accounts(root, accounts)
    _place_holders(root)
    head, tail = _xml(root) if form == "xml" else _json(root)
    return Sample(tuple(re.split(r"⟦(\w+)⟧", head)), base64.b64encode(tail.encode()))


def _xml(root: ElementTree.Element) -> tuple[str, str]:
    text = ElementTree.tostring(root, encoding="unicode")
    head, end, tail = text.partition("</PIM>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{end}', tail


def _json(root: ElementTree.Element) -> tuple[str, str]:
    head, tail = (
        json.dumps(part, ensure_ascii=False, separators=(",", ":"))
        for part in (_tree(root[:2]), _tree(root[2:]))
    )
    return f"{head[:-1]},", tail[1:]


def _tree(elements: Any) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for element in elements:
        value = _tree(element) if len(element) else element.text
        if element.tag not in tree:
            tree[element.tag] = value
        elif isinstance(tree[element.tag], list):
            tree[element.tag].append(value)
        else:
            tree[element.tag] = [tree[element.tag], value]
    return tree


def _set_accounts(root: ElementTree.Element, accounts: int) -> None:
    segment = root.find("PDA")
    assert segment is not None
    models = list(segment)
    for model in models:
        segment.remove(model)
    for index in range(accounts):
        account = copy.deepcopy(models[index % len(models)])
        if index >= len(models):
            _rename(account, index + 1)
        segment.append(account)


def _rename(account: ElementTree.Element, number: int) -> None:
    """Give a copied account a number of its own; the sample's have five digits."""
    element = account.find("PD01A/PD01AI01")
    assert element is not None
    element.text = str(100_000 + number)


def _place_holders(root: ElementTree.Element) -> None:
    places = {
        "PRH/PA01/PA01A/PA01AI01": "number",
        "PRH/PA01/PA01A/PA01AR01": "at",
        "PRH/PA01/PA01B/PA01BQ01": "name",
        "PRH/PA01/PA01B/PA01BD01": "id_type",
        "PRH/PA01/PA01B/PA01BI01": "id_number",
        "PRH/PA01/PA01B/PA01BI02": "institution",
        "PRH/PA01/PA01B/PA01BD02": "reason",
        "PIM/PB01/PB01A/PB01AD01": "sex",
        "PIM/PB01/PB01A/PB01AR01": "birth",
        "PIM/PB01/PB01B/PB01BH/PB01BQ01": "phone",
    }
    for path, name in places.items():
        element = root.find(path)
        assert element is not None, path
        element.text = f"⟦{name}⟧"
