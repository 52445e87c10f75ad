"""The report of whoever was asked for, made from one sample.

What differs from person to person stands in the first two segments (PRH, PIM). All that follows
is kept as ready Base64, which is why an answer costs microseconds and not a serialised tree.
"""

import base64
import copy
import functools
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from simulators.mainland import beijing

SAMPLE = Path(__file__).parent / "data" / "report.xml"


@dataclass(frozen=True)
class Subject:
    """The person a report is about."""

    name: str
    id_type: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class Sample:
    head: str  # text with {placeholders}, up to and including PIM
    tail: bytes  # Base64 of the rest; the head is padded to a multiple of three bytes


def report_number(at: float, serial: int) -> str:
    """22 digits: the time to the second and a running number."""
    return f"{beijing(at):%Y%m%d%H%M%S}{serial % 10**8:08d}"


def report_base64(
    subject: Subject, *, number: str, at: float, institution: str, reason: str, accounts: int
) -> bytes:
    """The report's XML in Base64. The same arguments always give the same bytes."""
    sample = _sample(accounts)
    male = subject.id_number[16:17].isdigit() and int(subject.id_number[16]) % 2
    head = sample.head.format(
        number=number,
        at=beijing(at).replace(tzinfo=None).isoformat(timespec="seconds"),
        name=escape(subject.name),
        id_type=subject.id_type,
        id_number=subject.id_number,
        institution=institution,
        reason=reason,
        sex="1" if male or subject.id_type != "10" else "2",
        birth=_birth(subject),
        phone=subject.phone,
    ).encode()
    return base64.b64encode(head + b" " * (-len(head) % 3)) + sample.tail


def _birth(subject: Subject) -> str:
    if subject.id_type != "10":
        return "1970-01-08"
    digits = subject.id_number[6:14]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


@functools.lru_cache(maxsize=8)
def _sample(accounts: int) -> Sample:
    root = ElementTree.parse(SAMPLE).getroot()  # noqa: S314  (our own file)
    for element in root.iter():
        element.tail = None
        if len(element):
            element.text = None
    _set_accounts(root, accounts)
    _place_holders(root)
    text = ElementTree.tostring(root, encoding="unicode")
    head, end, tail = text.partition("</PIM>")
    # Braces are the placeholders' alone: the sample has none.
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' + head + end
    return Sample(head, base64.b64encode(tail.encode()))


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
        "PRH/PA01/PA01A/PA01AI01": "{number}",
        "PRH/PA01/PA01A/PA01AR01": "{at}",
        "PRH/PA01/PA01B/PA01BQ01": "{name}",
        "PRH/PA01/PA01B/PA01BD01": "{id_type}",
        "PRH/PA01/PA01B/PA01BI01": "{id_number}",
        "PRH/PA01/PA01B/PA01BI02": "{institution}",
        "PRH/PA01/PA01B/PA01BD02": "{reason}",
        "PIM/PB01/PB01A/PB01AD01": "{sex}",
        "PIM/PB01/PB01A/PB01AR01": "{birth}",
        "PIM/PB01/PB01B/PB01BH/PB01BQ01": "{phone}",
    }
    for path, holder in places.items():
        element = root.find(path)
        assert element is not None, path
        element.text = holder
