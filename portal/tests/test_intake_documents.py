"""A PDF comes back with what its pages show, and with nothing that acts."""

import io
import zlib
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from drills import uploads_bombs
from drills import uploads_pdf as hostile
from drills.uploads_judge import active_parts
from portal.intake import documents
from portal.intake.clean import LIMITS, Cleaned, IntakeRefused, Kind, clean

PATIENT = replace(LIMITS, seconds=60)
"""The tests share the machine with others."""


def cleaned(data: bytes, **how) -> Cleaned:
    return clean(data, limits=PATIENT, **how)


def refusal(data: bytes, **how) -> str:
    with pytest.raises(IntakeRefused) as refused:
        clean(data, **{"limits": PATIENT, **how})
    return refused.value.code


def words(copy: Cleaned) -> list[str]:
    return [word.text for word in copy.pages[0].words]


@pytest.mark.parametrize("name", hostile.PLANTS)
def test_nothing_that_acts_survives(name, tmp_path):
    data = hostile.planted(hostile.PLANTS[name])
    seen = active_parts(data, "application/pdf", tmp_path)
    assert (seen == []) is (name in hostile.HARMLESS)  # else the judge is blind
    document, _removed = documents.rebuild(data, None, LIMITS)
    assert active_parts(document, "application/pdf", tmp_path) == []


@pytest.mark.parametrize(
    ("name", "removed"),
    [
        ("javascript", {"javascript"}),
        ("launch", {"launch", "link"}),
        ("submit form", {"submit", "link"}),
        ("embedded file", {"attachment"}),
        ("richmedia", {"media", "javascript"}),
        ("xfa", {"form", "xfa", "javascript", "submit"}),
        ("signature", {"form", "signature"}),
        ("layers", {"layers"}),
        ("metadata", {"metadata"}),
        ("data from outside", {"external"}),
    ],
)
def test_the_officer_is_told_what_is_missing(name, removed):
    data = hostile.planted(hostile.PLANTS[name])
    assert {word.value for word in documents.rebuild(data, None, LIMITS)[1]} == removed


def test_a_page_keeps_its_words_where_they_are_seen():
    copy = cleaned(hostile.written(hostile.plain()[0]))
    page = copy.pages[0]
    assert (copy.kind, copy.media_type, copy.removed) == (Kind.PDF, "application/pdf", ())
    assert (page.width, page.height) == (1653, 2339)  # A4 at 200 dots an inch
    assert words(copy) == ["Balance", "1,234.56"]
    balance, amount = page.words
    assert balance.left == pytest.approx(60 / 72 * 200, abs=6)
    assert balance.top < (842 - 700) / 72 * 200 < balance.bottom
    assert amount.left > balance.right


def test_a_turned_page_is_shown_as_a_reader_shows_it():
    pdf, page = hostile.plain()
    page.obj.Rotate = 90
    copy = cleaned(hostile.written(pdf))
    turned = copy.pages[0]
    assert (turned.width, turned.height) == (2339, 1653)
    # The top of the sheet is at the right now, and its left edge on top.
    assert turned.words[0].left > turned.width * 0.7
    assert turned.words[0].top < turned.height * 0.2


def test_what_a_field_or_a_stamp_shows_stays():
    assert "Filled" in words(cleaned(hostile.planted(hostile.form)))


def test_what_a_page_inherits_stays():
    pdf, page = hostile.plain()
    for key in ("/Resources", "/MediaBox"):
        pdf.Root.Pages[key] = page.obj[key]
        del page.obj[key]
    assert words(cleaned(hostile.written(pdf))) == ["Balance", "1,234.56"]


@pytest.mark.parametrize("page", [b"<html><script>" + hostile.MARK, b"PK\3\4" + hostile.MARK])
def test_bytes_before_and_behind_do_not_survive(page, tmp_path):
    copy = cleaned(page + hostile.written(hostile.plain()[0]) + page)
    assert active_parts(copy.document, copy.media_type, tmp_path) == []
    assert copy.removed == ("foreign",)


def test_an_earlier_version_does_not_survive(tmp_path):
    copy = cleaned(hostile.earlier_version())
    assert active_parts(copy.document, copy.media_type, tmp_path) == []


def test_a_password_is_asked_for_and_used():
    data = hostile.encrypted()
    assert refusal(data) == "upload-password-needed"
    assert refusal(data, password="wrong") == "upload-password-wrong"
    copy = cleaned(data, password=hostile.PASSWORD)
    assert words(copy)[0] == hostile.VISIBLE
    assert "password" in copy.removed
    assert not pikepdf.open(io.BytesIO(copy.document)).is_encrypted
    assert words(cleaned(hostile.owner_only()))[0] == hostile.VISIBLE


@pytest.mark.parametrize("count", [61, 10_000])
def test_too_many_pages_are_not_counted_to_the_end(count):
    assert refusal(hostile.many_pages(count)) == "upload-too-many-pages"


def test_a_circle_of_pages_ends():
    assert refusal(uploads_bombs.circle_of_pages()) == "upload-damaged"


def test_references_to_references_are_copied_once():
    document, _removed = documents.rebuild(
        hostile.planted(hostile.references_to_references), None, LIMITS
    )
    assert len(document) < 5_000


def test_a_picture_of_too_many_pixels_is_not_drawn():
    def plant(pdf, page):
        drawn = pdf.make_stream(b"\0", Subtype=Name.Image, Width=50_001, Height=1000)
        page.obj.Resources.XObject = Dictionary(P=drawn)

    assert refusal(hostile.planted(plant)) == "upload-too-many-pixels"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(2000), hostile.planted(hostile.form)[:900]]
)
def test_what_is_no_document_is_damaged(data):
    assert refusal(data) == "upload-damaged"


def test_what_unfolds_beyond_its_memory_is_refused():
    content = zlib.compress(zlib.compress(bytes(300_000_000), 1), 1)

    def plant(pdf, page):
        page.obj.Contents = pdf.make_stream(content, Filter=Array([Name.FlateDecode] * 2))

    limits = replace(PATIENT, memory_bytes=250_000_000)
    assert refusal(hostile.planted(plant), limits=limits) == "upload-too-slow"


def test_pictures_in_it_are_carried_over_byte_by_byte():
    packed = zlib.compress(bytes(64 * 48))
    box = {"Subtype": Name.Image, "Width": 64, "Height": 48, "BitsPerComponent": 8}

    def plant(pdf, page):
        drawn = pdf.make_stream(
            packed + b"behind", ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode, **box
        )
        page.obj.Resources.XObject = Dictionary(P=drawn)

    document, _removed = documents.rebuild(hostile.planted(plant), None, LIMITS)
    with pikepdf.open(io.BytesIO(document)) as copy:
        assert copy.pages[0].obj.Resources.XObject.P.read_raw_bytes() == packed


@pytest.mark.parametrize(
    ("data", "how"),
    [
        (b"\xc1\x00\x80", Name.RunLengthDecode),
        (b"00" * 64 + b">", Name.ASCIIHexDecode),
        (zlib.compress(b"00" * 64 + b">"), Array([Name.FlateDecode, Name.ASCIIHexDecode])),
    ],
)
def test_other_packings_are_undone(data, how):
    def plant(pdf, page):
        space = pdf.make_indirect(Name.DeviceGray)  # an object of its own, as some programs write
        drawn = pdf.make_stream(
            data, Filter=how, ColorSpace=space,
            Subtype=Name.Image, Width=8, Height=8, BitsPerComponent=8,
        )  # fmt: skip
        page.obj.Resources.XObject = Dictionary(P=drawn)

    document, _removed = documents.rebuild(hostile.planted(plant), None, LIMITS)
    with pikepdf.open(io.BytesIO(document)) as copy:
        drawn = copy.pages[0].obj.Resources.XObject.P
        assert (drawn.ColorSpace, drawn.Filter) == (Name.DeviceGray, Name.FlateDecode)
        assert drawn.read_bytes() == bytes(64)
