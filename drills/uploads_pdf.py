"""Hostile PDFs, made here: each does one thing that a document handed in has no business doing.

The visible page says `VISIBLE`; whatever is hostile carries `MARK`, so that a judge who knows
nothing of PDF can tell whether any of it is left.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from drills.uploads_pictures import exif_jpeg

VISIBLE = "Balance"
MARK = b"HOSTILE-MARK"
SCRIPT = f"app.alert('{MARK.decode()}')"
PASSWORD = "statement-2026"  # noqa: S105 (of a file made here)
A4 = (595, 842)

Plant = Callable[[Pdf, Page], object]


def plain() -> tuple[Pdf, Page]:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=A4)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(
        f"BT /F1 20 Tf 60 700 Td ({VISIBLE} 1,234.56) Tj ET".encode()
    )
    return pdf, page


def written(pdf: Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    """Neither packed nor in object streams, so that a changed byte changes something."""
    file = io.BytesIO()
    pdf.save(
        file,
        compress_streams=False,
        fix_metadata_version=False,
        static_id=encryption is None,
        encryption=encryption,
    )
    return file.getvalue()


def planted(plant: Plant) -> bytes:
    pdf, page = plain()
    plant(pdf, page)
    return written(pdf)


# --- Actions ----------------------------------------------------------------------------------


def action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **more)


def script() -> Dictionary:
    return action("JavaScript", JS=SCRIPT)


def open_script(pdf: Pdf, _page: Page) -> None:
    pdf.Root.OpenAction = script()
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["run", script()])))


def chained_scripts(pdf: Pdf, _page: Page) -> None:
    pdf.Root.OpenAction = action("GoTo", D=Array([0, Name.Fit]), Next=Array([script(), script()]))


def events(pdf: Pdf, page: Page) -> None:
    pdf.Root.AA = Dictionary(WC=script(), WS=script())
    page.obj.AA = Dictionary(O=script(), C=pdf.make_indirect(script()))


def outline_script(pdf: Pdf, _page: Page) -> None:
    item = pdf.make_indirect(Dictionary(Title=MARK, A=script()))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))


def with_action(kind: str, **more: Any) -> Plant:
    """A link over the whole page, an opening action, and the same behind a page event."""

    def plant(pdf: Pdf, page: Page) -> None:
        done = pdf.make_indirect(action(kind, **more))
        page.obj.Annots = Array([annotation(pdf, "Link", A=done)])
        page.obj.AA = Dictionary(O=done)
        pdf.Root.OpenAction = done

    return plant


def annotation(pdf: Pdf, kind: str, **more: Any) -> Object:
    keys: dict[str, Any] = {"Subtype": Name(f"/{kind}"), "Rect": [0, 0, *A4], **more}
    return pdf.make_indirect(Dictionary(Type=Name.Annot, **keys))


# --- Files within files -----------------------------------------------------------------------


def attached(pdf: Pdf) -> Object:
    data = pdf.make_stream(MARK * 10, Type=Name.EmbeddedFile)
    return pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F="x.exe", UF="x.exe", EF=Dictionary(F=data))
    )


def embedded(pdf: Pdf, _page: Page) -> None:
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["x", attached(pdf)])))
    pdf.Root.Collection = Dictionary(View=Name.T)


def associated(pdf: Pdf, page: Page) -> None:
    pdf.Root.AF = Array([attached(pdf)])
    page.obj.AF = Array([attached(pdf)])
    page.obj.Resources.Font.F1.AF = Array([attached(pdf)])


def pinned(pdf: Pdf, page: Page) -> None:
    page.obj.Annots = Array([annotation(pdf, "FileAttachment", FS=attached(pdf))])


def media(kind: str) -> Plant:
    def plant(pdf: Pdf, page: Page) -> None:
        assets = Dictionary(Assets=Dictionary(Names=Array(["a", attached(pdf)])))
        keys = {
            "RichMediaContent": assets,
            "Movie": Dictionary(F=attached(pdf)),
            "Sound": attached(pdf),
        }
        page.obj.Annots = Array([annotation(pdf, kind, **keys, AA=Dictionary(PO=script()))])

    return plant


def outside_data(pdf: Pdf, page: Page) -> None:
    """A picture whose bytes are to be fetched from elsewhere, with another one instead."""
    picture = pdf.make_stream(
        b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray, F=Dictionary(FS=Name.URL, F=f"http://{MARK.decode()}.example/"),
        Alternates=Array([Dictionary(Image=pdf.make_stream(MARK), DefaultForPrinting=True)]),
    )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(P=picture)


# --- Forms ------------------------------------------------------------------------------------


def form(pdf: Pdf, page: Page) -> None:
    """A filled field whose value is seen, and scripts that would change it."""
    look = pdf.make_stream(
        b"BT /F1 12 Tf 2 5 Td (Filled) Tj ET",
        Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 20],
        Resources=Dictionary(Font=Dictionary(F1=page.obj.Resources.Font.F1)),
    )  # fmt: skip
    field = annotation(
        pdf, "Widget", FT=Name.Tx, T="amount", V=MARK, F=4, Rect=[60, 500, 260, 520],
        AP=Dictionary(N=look), AA=Dictionary(K=script(), C=script()),
    )  # fmt: skip
    button = annotation(pdf, "Widget", FT=Name.Btn, T="send", A=action("SubmitForm", F=MARK))
    page.obj.Annots = Array([field, button])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field, button]), CO=Array([field]))


def xfa(pdf: Pdf, page: Page) -> None:
    form(pdf, page)
    pdf.Root.AcroForm.XFA = Array(["template", pdf.make_stream(b"<xdp>" + MARK + b"</xdp>")])


def signed(pdf: Pdf, page: Page) -> None:
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=MARK, Reason=MARK)
    field = annotation(pdf, "Widget", FT=Name.Sig, T="seal", V=value, F=132)
    page.obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


# --- What hides -------------------------------------------------------------------------------


def layers(pdf: Pdf, page: Page) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=MARK))
    page.obj.Resources.Properties = Dictionary(L1=group)
    drawn = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], OC=group)
    page.obj.Resources.XObject = Dictionary(X=drawn)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def notes(pdf: Pdf, page: Page) -> None:
    pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta>" + MARK, Type=Name.Metadata, Subtype=Name.XML)
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Author=MARK))
    page.obj.PieceInfo = Dictionary(App=Dictionary(Private=pdf.make_stream(MARK)))
    page.obj.Thumb = pdf.make_stream(MARK)
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name.P, Alt=MARK))


def odd_keys(pdf: Pdf, page: Page) -> None:
    """What has no business in a drawing, a font, a pattern or a state, nested three deep."""
    odd: dict[str, Any] = {
        "AA": Dictionary(O=script()), "A": script(), "AF": Array([attached(pdf)]), "JS": SCRIPT,
        "Metadata": pdf.make_stream(MARK), "OPI": Dictionary(X=MARK), "PS": pdf.make_stream(MARK),
        "Ref": Dictionary(F=attached(pdf)), "PieceInfo": Dictionary(X=pdf.make_stream(MARK)),
    }  # fmt: skip
    glyph = pdf.make_stream(b"500 0 d0", **odd)
    type3 = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1, 1], FontMatrix=[1, 0, 0, 1, 0, 0],
        FirstChar=65, LastChar=65, Widths=[1], CharProcs=Dictionary(a=glyph),
        Encoding=Dictionary(Differences=Array([65, Name.a]), **odd), **odd,
    )  # fmt: skip
    shapes: dict[str, Any] = {"Subtype": Name.Form, "BBox": [0, 0, 9, 9], **odd}
    inner = pdf.make_stream(b"", **shapes)
    middle = pdf.make_stream(
        b"/X Do", Resources=Dictionary(XObject=Dictionary(X=inner), **odd), **shapes
    )
    page.obj.Resources = Dictionary(
        Font=Dictionary(F1=page.obj.Resources.Font.F1, F3=type3),
        XObject=Dictionary(X=middle, P=pdf.make_stream(MARK, Subtype=Name.PS)),
        ExtGState=Dictionary(G=Dictionary(CA=1, HT=Dictionary(X=MARK), **odd)), **odd,
    )  # fmt: skip


def picture_with_place(pdf: Pdf, page: Page) -> None:
    picture = pdf.make_stream(
        exif_jpeg(MARK) + MARK, Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48,
        BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(P=picture)
    page.contents_add(b"q 64 0 0 48 60 60 cm /P Do Q")


def behind_the_end(pdf: Pdf, page: Page) -> None:
    """Bytes behind the end of a packed stream, which no reader unpacks."""
    data = zlib.compress(b"0 0 m") + MARK
    page.obj.Contents = Array([page.obj.Contents, pdf.make_stream(data, Filter=Name.FlateDecode)])


def spelled(data: bytes) -> bytes:
    """The same names, spelled with numbers, as the standard allows."""
    return data.replace(b"/JavaScript", b"/J#61v#61Script").replace(
        b"/OpenAction", b"/Open#41ction"
    )


def earlier_version() -> bytes:
    """A hostile first version, and an update that hides it without taking it away."""
    first = planted(open_script)
    catalogue = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    return first + catalogue + b"trailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF\n"


# --- What would keep a copier busy -------------------------------------------------------------


def references_to_references(pdf: Pdf, page: Page) -> None:
    """Ten arrays in a row of ten references each: a thousand million numbers when written out."""
    below: Object = pdf.make_indirect(Array([0.5] * 10))
    for _ in range(9):
        below = pdf.make_indirect(Array([below] * 10))
    page.obj.Resources.ExtGState = Dictionary(G=Dictionary(D=below))


def drawing_in_itself(pdf: Pdf, page: Page) -> None:
    drawn = pdf.make_stream(b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    drawn.Resources = Dictionary(XObject=Dictionary(X=drawn))
    page.obj.Resources.XObject = Dictionary(X=drawn)
    page.contents_add(b"/X Do")


def many_pages(count: int) -> bytes:
    pdf, page = plain()
    pdf.Root.Pages.Kids = Array([page.obj] * count)
    pdf.Root.Pages.Count = count
    return written(pdf)


# --- All of them ------------------------------------------------------------------------------

PLANTS: dict[str, Plant] = {
    "javascript": open_script,
    "javascript chained": chained_scripts,
    "page and document events": events,
    "outline script": outline_script,
    "launch": with_action("Launch", F=MARK.decode(), Win=Dictionary(F="cmd.exe")),
    "uri": with_action("URI", URI=f"http://{MARK.decode()}.example/"),
    "go to another file": with_action("GoToR", F=MARK.decode(), D=[0, Name.Fit]),
    "go to an attachment": with_action("GoToE", F=MARK.decode(), D=[0, Name.Fit]),
    "submit form": with_action("SubmitForm", F=f"http://{MARK.decode()}.example/"),
    "import data": with_action("ImportData", F=MARK.decode()),
    "rendition": with_action("Rendition", JS=SCRIPT, OP=0),
    "embedded file": embedded,
    "associated file": associated,
    "file attachment": pinned,
    **{kind.lower(): media(kind) for kind in ("RichMedia", "Screen", "Movie", "Sound", "3D")},
    "data from outside": outside_data,
    "form with scripts": form,
    "xfa": xfa,
    "signature": signed,
    "layers": layers,
    "metadata": notes,
    "odd keys, type 3, postscript": odd_keys,
    "picture with a place": picture_with_place,
    "behind a stream's end": behind_the_end,
    "drawing in itself": drawing_in_itself,
    "references to references": references_to_references,
}
"""Each is to be cleaned: what can be seen on the page stays."""
HARMLESS = {"drawing in itself", "references to references"}
"""These have nothing active; what they try is to keep whoever copies them busy for ever."""


def cleanable() -> Iterator[tuple[str, bytes]]:
    for name, plant in PLANTS.items():
        yield name, planted(plant)
    yield "names in numbers", spelled(planted(open_script))
    yield "an earlier version", earlier_version()
    page = b"<html><script>" + MARK + b"</script>"
    yield "web page before", page + planted(open_script)
    yield "archive behind", planted(open_script) + b"PK\x03\x04" + MARK * 100
    yield "60 pages", many_pages(60)


def encrypted() -> bytes:
    pdf, page = plain()
    open_script(pdf, page)
    return written(pdf, encryption=pikepdf.Encryption(user=PASSWORD, owner="owner", R=6))


def owner_only() -> bytes:
    pdf, page = plain()
    open_script(pdf, page)
    return written(pdf, encryption=pikepdf.Encryption(user="", owner="owner", R=4))
