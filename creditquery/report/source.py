"""From the bytes of a bureau answer to a tree of plain values, in bounded memory and time.

A tree is a dict from upper-case key to a text, None, another tree, or a list of these. XML and
JSON of the same report give the same tree but for two things that XML cannot say: it has "" where
JSON may have null, and one element where JSON has a list of one.
"""

import codecs
import json
import re
from typing import TypeAlias

from lxml import etree

from creditquery.report.errors import ReportError, UnknownStructure

Tree: TypeAlias = dict[str, "Value"]
Value: TypeAlias = "str | Tree | list[Value] | None"

# A report of 1,000 accounts has 360,000 values in 6.4 MB. The bounds keep the worst document of
# the allowed size below 200 MiB: what costs memory is the number of values more than of bytes.
MAX_BYTES = 12 * 1024 * 1024
MAX_VALUES = 500_000
MAX_ATTRIBUTES = 10_000
MAX_DEPTH = 12  # /Document/PDA/PD01/PD01E/PD01EH/PD01ER03 is 6
_CHUNK = 64 * 1024

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml\s.*?\?>", re.DOTALL)
# GB 18030 holds all of GB 2312 and GBK; senders name any of the three.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> Tree:
    """The tree below the root <Document>, or of the JSON object. Raises ReportError."""
    if len(data) > max_bytes:
        raise ReportError(f"The document is larger than {max_bytes} bytes.")
    text = _decode(data)
    start = text.lstrip()[:1]
    if start == "<":
        return _parse_xml(text)
    if start == "{":
        return _parse_json(text)
    raise ReportError("The document is neither XML nor JSON.")


def _decode(data: bytes) -> str:
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "")
    if not encoding:
        declared = _DECLARED.match(data[:256])
        name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
        encoding = _ENCODINGS.get(name, "")
        if not encoding:
            raise ReportError("The document declares an encoding that reports do not use.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise ReportError(f"The document is not the {encoding} text it should be.") from None


def _parse_xml(text: str) -> Tree:
    # No report needs a document type; every entity attack does.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ReportError("The document declares a document type.")
    # The parser holds all attributes of one element at once; reports have next to none.
    if text.count("=") > MAX_ATTRIBUTES:
        raise ReportError("The document has too many attributes.")
    builder = _TreeBuilder()
    parser = etree.XMLParser(
        target=builder,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
    )
    content = _DECLARATION.sub("", text, count=1).encode()
    try:
        for offset in range(0, len(content), _CHUNK):
            parser.feed(content[offset : offset + _CHUNK])
        tree: Tree | None = parser.close()
    except (etree.LxmlError, ValueError):
        raise ReportError("The document is not well-formed XML, or was cut short.") from None
    if tree is None:
        raise ReportError("The document has no content.")
    return tree


class _TreeBuilder:
    """Receives the parser's events, so that no XML tree is ever built."""

    def __init__(self) -> None:
        self._values = 0
        self._stack: list[tuple[str, Tree, list[str]]] = []
        self._root: Tree | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._values += 1
        if self._values > MAX_VALUES or len(self._stack) >= MAX_DEPTH:
            raise ReportError("The document has too many elements, or too deep ones.")
        name = tag.rpartition("}")[2]
        if not self._stack and name.lower() != "document":
            raise ReportError("The root element is not <Document>.")
        if attributes and self._stack and any("}" not in key for key in attributes):
            raise UnknownStructure("An element carries attributes.")
        self._stack.append((name.upper(), {}, []))

    def data(self, text: str) -> None:
        self._stack[-1][2].append(text)

    def end(self, tag: str) -> None:
        name, children, texts = self._stack.pop()
        text = "".join(texts).strip()
        if children and text:
            raise UnknownStructure("An element holds text beside its parts.")
        if not self._stack:
            self._root = children
            return
        value: Value = children or text
        parent = self._stack[-1][1]
        if name not in parent:
            parent[name] = value
            return
        known = parent[name]
        if isinstance(known, list):
            known.append(value)
        else:
            parent[name] = [known, value]

    def close(self) -> Tree | None:
        # The parser calls this after an error too; an exception here would hide the first one.
        return self._root


def _parse_json(text: str) -> Tree:
    # Counted before parsing: an empty object costs 64 bytes for its two characters.
    if text.count(",") + text.count("{") + text.count("[") > MAX_VALUES:
        raise ReportError("The document has too many values.")
    try:
        tree = json.loads(
            text, object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError):
        raise ReportError("The document is not well-formed JSON, or was cut short.") from None
    if set(tree) == {"DOCUMENT"} and isinstance(tree["DOCUMENT"], dict):
        tree = tree["DOCUMENT"]
    return tree


def _object(pairs: list[tuple[str, Value]]) -> Tree:
    # Keys come in upper or lower case, depending on whose front end wrote them.
    tree = {key.upper(): value for key, value in pairs}
    if len(tree) != len(pairs):
        raise ReportError("An object names the same key twice.")
    return tree
