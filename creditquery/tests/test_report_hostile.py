"""Hostile and broken answers: refused with ReportError, in bounded memory, whatever the bytes."""

import json
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditquery.report import source
from creditquery.report.read import ReportError, read_report
from creditquery.report.samples import JSON, XML

BOMB = b"""<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Document><PRH>&c;</PRH></Document>"""
EXTERNAL = b"""<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Document><PRH>&x;</PRH></Document>"""


def refused(data: bytes, **limits: int) -> str:
    with pytest.raises(ReportError) as caught:
        read_report(data, **limits)
    return str(caught.value)


@pytest.mark.parametrize("data", [BOMB, EXTERNAL, BOMB.decode().encode("utf-16")])
def test_document_types_are_refused(data):
    assert refused(data) == "The document declares a document type."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\x00",
        b"%PDF-1.7",
        b"OK",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ],
)
def test_what_is_no_document(data):
    refused(data)


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'{"code": "0000"}',
        b"<Document/>",
        b"<Document>text</Document>",
        b"<Document><Msg><ResultCode>AAA000</ResultCode></Msg></Document>",
    ],
)
def test_a_document_that_is_no_report(data):
    assert refused(data) == "The document holds no segment of a credit report."


def test_html_is_no_report():
    assert refused(b"<html><body>502</body></html>") == "The root element is not <Document>."


@pytest.mark.parametrize("data", [JSON, XML], ids=["json", "xml"])
@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_answer(data, share):
    # Cut within a character the text itself is broken; else the document is.
    refused(data[: int(len(data) * share)])


def test_the_wrong_encoding():
    mislabelled = XML.decode().encode("gb18030")
    assert refused(mislabelled) == "The document is not the utf-8 text it should be."
    assert (
        refused(JSON.decode().encode("gbk")) == "The document is not the utf-8 text it should be."
    )


@pytest.mark.parametrize("name", ["utf-7", "ebcdic-cp-us", "unicode_escape", "zlib", "rot13"])
def test_an_encoding_that_no_report_has(name):
    data = XML.replace(b"UTF-8", name.encode(), 1)
    assert refused(data) == "The document declares an encoding that reports do not use."


def test_the_size_is_looked_at_before_the_content():
    assert refused(b"<" * 101, max_bytes=100) == "The document is larger than 100 bytes."
    assert refused(b" " * (50 * 1024 * 1024)).startswith("The document is larger than")


@pytest.mark.parametrize(
    "data",
    [
        b'{"PDA":' * 100_000,
        b'{"PDA":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"<Document>" + b"<PDA>" * 100_000,
        b"<Document>" + b"<PDA>" * 20 + b"</PDA>" * 20 + b"</Document>",
    ],
)
def test_deep_nesting(data):
    refused(data)


def test_a_key_named_twice():
    assert refused(b'{"PRH": {}, "prh": {}}') == "An object names the same key twice."


def test_a_number_of_ten_thousand_digits():
    report = JSON.replace(b'"PD01AJ01": "1000"', b'"PD01AJ01": ' + b"9" * 10_000)
    assert report != JSON
    assert len(read_report(report).accounts) == 28


# --- memory -----------------------------------------------------------------------------------

MEMORY_LIMIT = 256 * 1024  # KiB on top of what the interpreter and the parser take at rest

MANY = source.MAX_VALUES - 20
SIZE = source.MAX_BYTES - 100
ROW = b'{"PD01":{"PD01A":{"PD01AX":"aaaaaaaaaaaaaaaaaaaa"}}},'
HEAVY = {
    "xml bomb": lambda: BOMB,
    "fifty megabytes": lambda: b"<Document>" + b"<A>x</A>" * (50 * 2**20 // 8),
    "xml of empty elements": lambda: b"<Document>" + b"<A/>" * (SIZE // 4) + b"</Document>",
    "xml of one text": lambda: b"<Document><PRH>" + b"x" * (SIZE - 50) + b"</PRH></Document>",
    "xml never closed": lambda: b"<Document><PRH>" + b"<A>" * (SIZE // 3),
    "xml of attributes": lambda: b"<Document " + b"".join(b'a%d="" ' % n for n in range(10**6)),
    "json of empty objects": lambda: b'{"PDA":[' + b"{}," * (MANY // 2) + b"{}]}",
    "json of numbers": lambda: b'{"PDA":[' + b"1," * (SIZE // 2 - 10) + b"1]}",
    "json of small parts": lambda: b'{"PDA":[' + ROW * (MANY // 4) + b"{}]}",
    "json of one text": lambda: b'{"PRH":"' + "征".encode() * (SIZE // 3) + b'"}',
}
CHILD = """
import pathlib, re, sys
from creditquery.report.read import ReportError, read_report
from creditquery.report.samples import XML

def peak():
    # Not getrusage: its high-water mark is inherited from the parent.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+([0-9]+) kB", status)[1])

read_report(XML)
data = pathlib.Path(sys.argv[1]).read_bytes()
before = peak()
try:
    read_report(data)
except ReportError:
    print(peak() - before)
"""


@pytest.mark.parametrize("name", HEAVY)
def test_memory_stays_bounded(name, tmp_path):
    # In a process of its own: the high-water mark of this one is of no use.
    document = tmp_path / "document"
    document.write_bytes(HEAVY[name]())
    run = subprocess.run(
        [sys.executable, "-c", CHILD, document], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < MEMORY_LIMIT


# --- any bytes --------------------------------------------------------------------------------


def survives(data: bytes) -> None:
    with suppress(ReportError):
        read_report(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data):
    survives(data)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["<Document>{}</Document>", '{{"PRH":{}}}', "<{}"]))
def test_no_text_raises_anything_else(text, frame):
    survives(frame.format(text).encode("utf-8", "surrogatepass"))


keys = st.sampled_from(
    ["PRH", "PA01", "PA01A", "PA01AI01", "PDA", "PD01", "PD01A", "PD01AJ01", "PD01AR01",
     "PD01E", "PD01EH", "PD01ED01", "PSM", "PC01", "PC010D01", "POS", "PG01", "PG010H", "x"]
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(keys, json_values, max_size=4))
def test_no_json_raises_anything_else(tree):
    survives(json.dumps(tree).encode())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([JSON, XML]), st.integers(0), st.binary(min_size=1, max_size=6))
def test_no_damage_to_a_report_raises_anything_else(data, place, damage):
    place %= len(data)
    survives(data[:place] + damage + data[place + len(damage) :])
