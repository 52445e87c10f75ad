"""What a file is, is told by its content."""

import pytest

from drills import uploads_pictures as pictures
from drills.uploads_pdf import MARK, plain, written
from portal.intake.clean import LIMITS, IntakeRefused, Kind, clean, kind_of


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.JPEG, pictures.written(pictures.drawn(), "JPEG")),
        (Kind.PNG, pictures.png()),
        (Kind.HEIC, pictures.written(pictures.drawn(), "HEIF")),
        (Kind.HEIC, b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(40)),
        (Kind.PDF, written(plain()[0])),
        (Kind.PDF, b"\xef\xbb\xbf\r\n%PDF-1.4"),
        (Kind.PDF, b"<html>" + b" " * 1018 + b"%PDF-1.4"),
        # Opens as a picture, so it is one: what follows does not survive.
        (Kind.JPEG, pictures.written(pictures.drawn(), "JPEG")[:200] + b"%PDF-1.4"),
    ],
)
def test_the_first_bytes_tell_the_kind(kind, data):
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    "data",
    [
        *(data for _name, data in pictures.foreign(MARK)),
        b" " * 1025 + b"%PDF-1.4",
        b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + bytes(40) + b"heic",
        b"%PDF",
        b"\xff",
    ],
)
def test_everything_else_is_refused(data):
    with pytest.raises(IntakeRefused) as refused:
        kind_of(data)
    assert refused.value.code == "upload-kind"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("upload-empty", b""),
        ("upload-too-big", b"%PDF-" + bytes(LIMITS.most_bytes)),
        ("upload-kind", b"<svg onload=alert(1)>"),
    ],
)
def test_what_needs_no_look_inside_starts_no_child(code, data, monkeypatch):
    monkeypatch.setattr("portal.intake.jail.CHILD", ["/nonexistent"])
    with pytest.raises(IntakeRefused) as refused:
        clean(data)
    assert refused.value.code == code
