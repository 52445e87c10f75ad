"""A picture is really read: lying on its side too, without a network, and not without end."""

import io
import socket
from pathlib import Path

import numpy as np
import pytest
import rapidocr
from PIL import Image, ImageDraw, ImageFont

from portal import fonts
from portal.reading import ocr
from portal.reading.lines import visual_rows

TEXT = [["户名:王建国", "证件号码:330106199003071236"], ["实发工资", "12,345.60"]]


def picture() -> Image.Image:
    face = ImageFont.truetype(io.BytesIO(fonts.outfit("一").faces[0].data), 22)
    image = Image.new("RGB", (620, 130), "white")
    brush = ImageDraw.Draw(image)
    for number, row in enumerate(TEXT):
        for left, text in zip((20, 230), row, strict=True):
            brush.text((left, 20 + 55 * number), text, fill="#222", font=face)
    return image


def content(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("reading a picture looked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(("turned", "box"), [(0, (20, 75)), (90, (75, 510)), (270, (30, 20))])
def test_a_picture_is_read_whichever_way_it_lies(turned, box):
    """`turned` is by how much it must be turned back, clockwise."""
    lines = ocr.read_image(content(picture().rotate(turned, expand=True)), 3)
    assert [[piece.line.text for piece in row] for row in visual_rows(lines)] == TEXT
    assert {(line.page, line.source, line.turned) for line in lines} == {(3, "ocr", turned)}
    assert min(line.confidence for line in lines) > 0.9
    [wages] = [line for line in lines if line.text == "实发工资"]
    assert wages.box.left == pytest.approx(box[0], abs=12)
    assert wages.box.top == pytest.approx(box[1], abs=12)


def test_an_empty_page_has_no_lines():
    assert ocr.read_image(content(Image.new("L", (300, 200), 255)), 1) == []


@pytest.mark.parametrize("image", [b"", b"no picture", content(picture())[:200], b"<svg></svg>"])
def test_what_is_no_picture_is_said_to_be_none(image):
    with pytest.raises(ocr.Unreadable):
        ocr.read_image(image, 1)


def test_more_pixels_than_agreed_are_not_unpacked(monkeypatch):
    monkeypatch.setattr(ocr, "MOST_PIXELS", 1000)
    with pytest.raises(ocr.Unreadable):
        ocr.read_image(content(picture()), 1)


def test_a_page_full_of_tiny_print_is_read_in_part():
    strip = np.zeros((10, 2000, 3), np.uint8)
    pieces = [ocr.Piece(np.zeros((4, 2)), strip)] * 1000
    kept = ocr._affordable(pieces)
    assert len(kept) == ocr.MOST_STRIPS // (ocr.LONGEST_STRIP * ocr.STRIP_HEIGHT)
    assert {piece.strip.shape for piece in kept} == {(48, 60 * 48, 3)}


def test_the_models_lie_inside_the_package():
    models = Path(rapidocr.__file__).parent / "models"
    assert {"PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"} <= {
        file.name for file in models.iterdir()
    }
