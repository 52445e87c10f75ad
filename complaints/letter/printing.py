"""The paper of a letter: Chinese with number, code and hash on the first page, English on the
second, its data inside the file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings

from complaints.letter import qr, serials
from complaints.letter.texts import words
from complaints.letter.words import Words
from portal.paper import printed
from portal.paper.blocks import Block, Figure, Items, Part, Rows, Style, Text
from portal.signing.signer import Signer

DATA = "letter.json"
"""The canonical text, attached: whoever has the file can hash it without asking anybody."""
BODY = Style()
TITLE = Style(size=17, lead=24, bold=True, align="center", after=4)
NUMBER = Style(bold=True, align="center", after=10)
TO = Style(bold=True)
FACTS = Style(size=9, lead=14.5, after=9)
SIGNED = Style(align="right", before=4)
SMALL = Style(size=8.5, lead=12.5, after=2)


def signed(content: Mapping[str, Any], text: str, content_hash: str, *, signer: Signer) -> bytes:
    """The finished file. Raises fonts.FontsMissing and SigningFailed."""
    plain = paper(content, text, content_hash)
    reason = f"{content['kind']} {serials.grouped(content['serial'])}"
    return signer.sign(plain, reason=reason, location="CN")


def paper(content: Mapping[str, Any], text: str, content_hash: str) -> bytes:
    """The letter before it is signed."""
    zh, en = words(content, "zh-hans"), words(content, "en")
    number = serials.grouped(content["serial"])
    parts = [
        Part(zh.language, [*_letter(zh, number), _proof(content, content_hash, zh, en)]),
        Part(en.language, [*_letter(en, number)], on_new_page=True),
    ]
    return printed(f"{zh.title} {number}", parts, attached={DATA: text.encode()})


def verification(serial: str) -> str:
    """Where anybody sees whether the letter of a number is valid."""
    return f"{settings.SITE_URL}/verify/{serial}/"


def _letter(said: Words, number: str) -> Iterator[Block]:
    yield Text(said.title, TITLE, "H1")
    yield Text(f"{said.numbered} {number}", NUMBER)
    yield Text(said.to, TO)
    for paragraph in said.paragraphs:
        yield Text(paragraph, BODY)
    yield Rows(said.facts, style=FACTS)
    if said.law_intro:
        yield Text(said.law_intro, BODY)
    if said.law:
        yield Items([f"{name}：“{wording}”" for name, wording in said.law])
    for note in said.notes:
        yield Text(note, BODY)
    yield Text(said.signed, SIGNED)


def _proof(content: Mapping[str, Any], content_hash: str, zh: Words, en: Words) -> Figure:
    """How to check the letter, beside the code that leads there."""
    address = verification(content["serial"])
    side, runs = qr.drawn(address)
    version = replace(SMALL, grey=True)
    beside = [
        Text(zh.how_to_verify, SMALL),
        Text(en.how_to_verify, SMALL),
        Text(address, SMALL),
        Text(f"SHA-256 {content_hash}", SMALL),
        Text(f"{content['template']} · {content['font']}", version),
    ]
    return Figure(side, runs, address, beside)
