"""A picture comes back as its pixels, upright, and as nothing else."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from drills import uploads_pictures as pictures
from drills.uploads_judge import active_parts
from drills.uploads_pdf import MARK
from portal.intake.clean import LIMITS, Cleaned, IntakeRefused, clean

PATIENT = replace(LIMITS, seconds=60)
"""The tests share the machine with others."""


def opened(cleaned: Cleaned) -> Image.Image:
    return Image.open(io.BytesIO(cleaned.document))


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(IntakeRefused) as refused:
        clean(data, limits=replace(PATIENT, **limits))
    return refused.value.code


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken():
    cleaned = clean(pictures.exif_jpeg(MARK), limits=PATIENT)
    width, height = pictures.SIZE
    assert (cleaned.pages[0].width, cleaned.pages[0].height) == (height, width)
    assert cleaned.removed == ("gps", "metadata")
    assert not opened(cleaned).getexif()
    assert active_parts(cleaned.document, cleaned.media_type, Path()) == []


@pytest.mark.parametrize(
    ("name", "removed"),
    [
        ("jpeg and web page", ("foreign",)),
        ("jpeg and pdf", ("foreign",)),
        ("png and archive", ("foreign",)),
        ("png with text", ("metadata",)),
        ("heic with a place", ("gps", "metadata")),
        ("heic", ()),
    ],
)
def test_what_hides_beside_the_pixels_is_gone(name, removed):
    cleaned = clean(dict(pictures.cleanable(MARK, photo=False))[name], limits=PATIENT)
    assert cleaned.removed == removed
    assert cleaned.document == cleaned.pages[0].image
    assert active_parts(cleaned.document, cleaned.media_type, Path()) == []


def test_of_many_frames_the_first_is_kept():
    cleaned = clean(pictures.animated(3), limits=PATIENT)
    assert cleaned.removed == ("frames",)
    assert opened(cleaned).getpixel((1, 9)) == pictures.drawn().getpixel((1, 9))


def test_sixteen_bits_keep_their_brightness():
    grey = Image.frombytes("I;16", (2, 1), (0x8000).to_bytes(2, "little") * 2)
    cleaned = clean(pictures.written(grey, "PNG"), limits=PATIENT)
    assert opened(cleaned).getpixel((0, 0)) == 0x80 - 1


def test_what_is_transparent_is_paper():
    picture = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    cleaned = clean(pictures.written(picture, "PNG"), limits=PATIENT)
    assert opened(cleaned).getpixel((0, 0)) == (255, 255, 255)


def test_colours_are_brought_to_srgb():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    wrong = clean(pictures.written(pictures.drawn(), "PNG", icc_profile=lab), limits=PATIENT)
    right = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = clean(pictures.written(pictures.drawn(), "PNG", icc_profile=right), limits=PATIENT)
    for cleaned in (wrong, kept):  # one that does not fit is left out, not believed
        assert "icc_profile" not in opened(cleaned).info
        assert opened(cleaned).getpixel((5, 5)) == pictures.drawn().getpixel((5, 5))


def test_cmyk_becomes_rgb():
    cleaned = clean(pictures.written(Image.new("CMYK", (8, 8)), "JPEG"), limits=PATIENT)
    assert (opened(cleaned).mode, opened(cleaned).getpixel((2, 2))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGBA", "PNG")])
def test_a_large_picture_is_shown_smaller(mode, kind):
    data = pictures.written(Image.new(mode, (400, 200), "white"), kind)
    cleaned = clean(data, limits=replace(PATIENT, shown_pixels=20_000))
    assert (cleaned.pages[0].width, cleaned.pages[0].height) == (200, 100)


def test_too_many_pixels_are_refused_before_they_are_unpacked():
    assert refusal(pictures.giant_jpeg()) == "upload-too-many-pixels"
    assert refusal(pictures.png(), most_pixels=63) == "upload-too-many-pixels"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIF"])
def test_half_a_picture_is_refused(kind):
    data = pictures.written(pictures.drawn(size=(640, 480)), kind)
    assert refusal(data[: len(data) // 2]) == "upload-damaged"


@pytest.mark.parametrize("bomb", [pictures.text_bomb, pictures.profile_bomb])
def test_a_bomb_beside_the_pixels_goes_off_nowhere(bomb):
    try:
        cleaned = clean(bomb(), limits=PATIENT)
    except IntakeRefused as refused:
        assert refused.code in {"upload-damaged", "upload-too-slow"}
    else:
        assert active_parts(cleaned.document, cleaned.media_type, Path()) == []
