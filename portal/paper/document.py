"""Pages, faces and tags into a file: PDF 1.7, PDF/UA-1 (ISO 14289-1)."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import pydyf

from portal import fonts
from portal.paper.blocks import Block, Figure, Items, Part, Rows, Text
from portal.paper.faces import FONT_UNITS, Typeface, typeface
from portal.paper.lines import Setter
from portal.paper.pages import HEIGHT, WIDTH, Composer, Page, Tag, Used

Named = pydyf.Dictionary
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
{ranges}
endcmap CMapName currentdict /CMap defineresource pop end end"""
MOST_IN_A_RANGE = 100  # of a CMap's bfchar section (Adobe Technical Note 5411, 1.4.1)


def printed(
    title: str, parts: Sequence[Part], *, attached: Mapping[str, bytes] | None = None
) -> bytes:
    """The paper as a PDF; its language is that of the first part.

    Characters that no installed font has are spelt out (portal/fonts.py), and the title of the file
    keeps them. `attached`: files that travel inside it, by name. Raises fonts.FontsMissing.
    """
    outfit = fonts.outfit("".join(text for part in parts for text in _texts(part.blocks)))
    spelt = {ord(character): fonts.spell(character) for character in outfit.missing}
    composer = Composer(*_setters(outfit.faces, spelt))
    root = composer.compose(parts)
    pdf = pydyf.PDF()
    faces = {face.name: _font(pdf, face, used) for face, used in composer.used.items()}
    pages = [_page(pdf, number, page, faces) for number, page in enumerate(composer.pages)]
    tree = _tree(pdf, root, pages, [page.owners for page in composer.pages])
    _catalogue(pdf, title, parts[0].language, tree)
    _attach(pdf, attached or {})
    written = io.BytesIO()
    pdf.write(written, version=b"1.7", identifier=True)
    return written.getvalue()


def _setters(faces: Sequence[fonts.Face], spelt: Mapping[int, str]) -> tuple[Setter, Setter]:
    """Of plain and of bold text; both go on to the faces of rare characters."""
    plain = [typeface(face) for face in faces if face.weight != fonts.BOLD]
    bold = [typeface(face) for face in faces if face.weight == fonts.BOLD]
    return Setter(plain, spelt), Setter([*bold, *plain], spelt)


def _texts(blocks: Sequence[Block]) -> list[str]:
    texts = []
    for block in blocks:
        match block:
            case Text():
                texts.append(block.text)
            case Rows():
                texts += [text for pair in block.pairs for text in pair]
            case Items():
                texts += block.texts
            case Figure():
                texts += _texts(block.beside)
    return texts


# --- Pages and faces ------------------------------------------------------------------------


def _page(
    pdf: pydyf.PDF, number: int, page: Page, faces: Mapping[str, pydyf.Dictionary]
) -> pydyf.Dictionary:
    pdf.add_object(page.stream)
    made = Named(
        {
            "Type": "/Page",
            "Parent": pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
            "Contents": page.stream.reference,
            "Resources": Named(
                {"Font": Named({name: font.reference for name, font in faces.items()})}
            ),
            "StructParents": number,
            "Tabs": "/S",
        }
    )
    pdf.add_page(made)
    return made


def _font(pdf: pydyf.PDF, face: Typeface, used: Mapping[int, Used]) -> pydyf.Dictionary:
    """A composite font with just the glyphs used (ISO 32000-1, 9.7)."""
    gids = sorted(glyph.gid for glyph in used.values())
    mark = hashlib.sha256(repr(gids).encode()).digest()[:6]
    name = "/" + "".join(chr(65 + byte % 26) for byte in mark) + "+" + face.name
    character_font = {
        "Type": "/Font",
        "Subtype": "/CIDFontType0" if face.is_outline else "/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": Named(
            {
                "Registry": pydyf.String("Adobe"),
                "Ordering": pydyf.String("Identity"),
                "Supplement": 0,
            }
        ),
        "FontDescriptor": _descriptor(pdf, face, name, face.program(gids)).reference,
        "DW": FONT_UNITS,
        "W": _widths(used),
    }
    if not face.is_outline:
        character_font["CIDToGIDMap"] = "/Identity"
    descendant = _added(pdf, Named(character_font))
    unicode = _added(pdf, pydyf.Stream([_to_unicode(used).encode()], compress=True))
    composite = {
        "Type": "/Font",
        "Subtype": "/Type0",
        "BaseFont": name,
        "Encoding": "/Identity-H",
        "DescendantFonts": pydyf.Array([descendant.reference]),
        "ToUnicode": unicode.reference,
    }
    return _added(pdf, Named(composite))


def _descriptor(pdf: pydyf.PDF, face: Typeface, name: str, program: bytes) -> pydyf.Dictionary:
    extra = {"Subtype": "/CIDFontType0C"} if face.is_outline else {"Length1": len(program)}
    file = _added(pdf, pydyf.Stream([program], extra, compress=True))
    measures = face.measures
    described = {
        "Type": "/FontDescriptor",
        "FontName": name,
        "Flags": 4,  # symbolic: it has no standard encoding
        "FontBBox": pydyf.Array(measures.box),
        "ItalicAngle": 0,
        "Ascent": measures.ascent,
        "Descent": measures.descent,
        "CapHeight": measures.ascent,
        "StemV": 80,
        ("FontFile3" if face.is_outline else "FontFile2"): file.reference,
    }
    return _added(pdf, Named(described))


def _widths(used: Mapping[int, Used]) -> pydyf.Array:
    """Those that are not a full square."""
    widths = pydyf.Array()
    for code, glyph in sorted(used.items()):
        if glyph.width != FONT_UNITS:
            widths += [code, pydyf.Array([glyph.width])]
    return widths


def _to_unicode(used: Mapping[int, Used]) -> str:
    """What is copied and read aloud: the character of each code."""
    pairs = [
        f"<{code:04x}> <{glyph.character.encode('utf-16-be').hex()}>"
        for code, glyph in sorted(used.items())
    ]
    ranges = []
    for start in range(0, len(pairs), MOST_IN_A_RANGE):
        some = pairs[start : start + MOST_IN_A_RANGE]
        ranges.append("\n".join((f"{len(some)} beginbfchar", *some, "endbfchar")))
    return TO_UNICODE.format(ranges="\n".join(ranges))


# --- Tags -----------------------------------------------------------------------------------


def _tree(
    pdf: pydyf.PDF,
    root: Tag,
    pages: Sequence[pydyf.Dictionary],
    owners: Sequence[Sequence[Tag]],
) -> pydyf.Dictionary:
    """The structure tree, and for each page which tag its marked contents belong to."""
    tree = _added(pdf, Named({"Type": "/StructTreeRoot"}))
    made: dict[int, pydyf.Dictionary] = {}
    top = _element(pdf, root, tree, pages, made)
    tree["K"] = pydyf.Array([top.reference])
    numbers = pydyf.Array()
    for number, marks in enumerate(owners):
        listed = pydyf.Array([made[id(tag)].reference for tag in marks])
        numbers += [number, _added(pdf, listed).reference]
    tree["ParentTree"] = _added(pdf, Named({"Nums": numbers})).reference
    tree["ParentTreeNextKey"] = len(owners)
    return tree


def _element(
    pdf: pydyf.PDF,
    tag: Tag,
    parent: pydyf.Dictionary,
    pages: Sequence[pydyf.Dictionary],
    made: dict[int, pydyf.Dictionary],
) -> pydyf.Dictionary:
    element = _added(
        pdf, Named({"Type": "/StructElem", "S": f"/{tag.kind}", "P": parent.reference})
    )
    made[id(tag)] = element
    if tag.language:
        element["Lang"] = pydyf.String(tag.language)
    if tag.alt:
        element["Alt"] = pydyf.String(tag.alt)
    if tag.box:
        box = pydyf.Array(round(edge, 2) for edge in tag.box)
        element["A"] = Named({"O": "/Layout", "BBox": box})
    if tag.kind == "TH":
        element["A"] = Named({"O": "/Table", "Scope": "/Row"})
    kids = pydyf.Array()
    for page, number in tag.marks:
        content = {"Type": "/MCR", "Pg": pages[page].reference, "MCID": number}
        kids.append(Named(content).data)
    kids += [_element(pdf, kid, element, pages, made).reference for kid in tag.kids]
    element["K"] = kids
    return element


def _catalogue(pdf: pydyf.PDF, title: str, language: str, tree: pydyf.Dictionary) -> None:
    about = XMP.format(title=escape(title)).encode()
    metadata = _added(pdf, pydyf.Stream([about], {"Type": "/Metadata", "Subtype": "/XML"}))
    pdf.info["Title"] = pydyf.String(title)
    pdf.info["Producer"] = pydyf.String("Credit Portal")
    pdf.catalog["Lang"] = pydyf.String(language)
    pdf.catalog["MarkInfo"] = Named({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = Named({"DisplayDocTitle": "true"})
    pdf.catalog["StructTreeRoot"] = tree.reference
    pdf.catalog["Metadata"] = metadata.reference


def _attach(pdf: pydyf.PDF, attached: Mapping[str, bytes]) -> None:
    """Files within the file (ISO 32000-1, 7.11.4), named where every reader looks."""
    named = pydyf.Array()
    for name, data in sorted(attached.items()):
        stream = _added(pdf, pydyf.Stream([data], {"Type": "/EmbeddedFile"}, compress=True))
        described = {
            "Type": "/Filespec",
            "F": pydyf.String(name),
            "UF": pydyf.String(name),
            "Desc": pydyf.String(name),
            "AFRelationship": "/Data",
            "EF": Named({"F": stream.reference}),
        }
        named += [pydyf.String(name), _added(pdf, Named(described)).reference]
    if named:
        pdf.catalog["AF"] = pydyf.Array(named[1::2])
        pdf.catalog["Names"] = Named({"EmbeddedFiles": Named({"Names": named})})


def _added(pdf: pydyf.PDF, thing: Any) -> Any:
    pdf.add_object(thing)
    return thing
