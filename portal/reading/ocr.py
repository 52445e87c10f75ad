"""Text from pictures: rapidocr with the models inside its wheel, on one core, without a network.

Importing this takes a second and 100 MB, so only `portal.reading.read` does, when a page needs it.
"""

import io
import logging
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import rapidocr
from PIL import Image
from rapidocr.main import RapidOCRError

from portal.reading.lines import Box, Line, printable

log = logging.getLogger(__name__)

ENGINE = f"rapidocr {version('rapidocr')} PP-OCRv6 small"
LONGEST_SIDE = 2400
"""Pixels: A4 at 200 dots an inch. A larger picture is made smaller before it is read."""
MOST_PIXELS = 50_000_000
SEARCHED_SIDE = 1280
"""Pixels of the copy in which text is looked for; it is read at full size. Of a page in 7 points
98.5 % was right, and 99.8 % at 2000 for half as much memory again; all entries were at either."""
LEAST_CONFIDENCE = 0.5
MOST_STRIPS = 400_000
"""Pixels of text put one after the other at the height the model reads (48): ten full pages. A
page of dots that look like tiny print would otherwise keep the processor for minutes."""
STRIP_HEIGHT = 48
NARROWEST = 224
"""Pixels to which a short piece is padded. The package has 320, a third slower; below 160 一 and 摘
were misread now and then."""
LONGEST_STRIP = 60
"""Times its height; a line of print across A4 has 56. What is longer is squeezed, for memory."""
VOTERS = 12
VOTER_SHAPE = range(3, 10)
"""Width by height of a piece that shows which way up it stands."""
TALL = 1.5

SMALLEST = 3
"""Pixels of width and height of a piece; less is dust."""

Picture = np.ndarray


class Piece(NamedTuple):
    """Where text stands, four corners from its upper left, and that part of the picture."""

    corners: np.ndarray
    strip: Picture

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        first, second, _, last = self.corners
        return float(np.linalg.norm(second - first)), float(np.linalg.norm(last - first))


class Unreadable(Exception):
    """These bytes are no picture, or one of too many pixels."""


def read_image(image: bytes, page: int) -> list[Line]:
    """The lines of a PNG or JPEG in any of four directions and a few degrees askew, from above.

    Raises Unreadable.
    """
    picture, scale = _opened(image)
    found = _search(picture)
    sideways = _sideways(found)
    if sideways:
        found = _search(np.ascontiguousarray(np.rot90(picture, -1)))
    found = _affordable(found)
    if not found:
        return []
    over = _upside_down(found)
    strips = [np.ascontiguousarray(p.strip[::-1, ::-1]) if over else p.strip for p in found]
    read = _engine().recognize_txt(strips)
    turned, lines = 90 * sideways + 180 * over, []
    for piece, text, score in zip(found, read.txts, read.scores, strict=True):
        shown = printable(text)
        if shown and score >= LEAST_CONFIDENCE:
            places = _turned_back(piece.corners, picture.shape[0]) if sideways else piece.corners
            lines.append(
                Line(page, shown, _box(places * scale), round(float(score), 3), "ocr", turned)
            )
    return lines


@cache
def _engine() -> Any:
    """Made once in a process, with the paths of the models spelt out: it looks for no others."""
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_vertical_padding": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Det.limit_type": "max",
            "Det.limit_side_len": SEARCHED_SIDE,
            "Cls.model_path": str(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
            "Rec.rec_img_shape": [3, STRIP_HEIGHT, NARROWEST],
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        }
    )


def _opened(image: bytes) -> tuple[Picture, float]:
    """The picture, and by what its places must be multiplied to be those of the one given."""
    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG")) as given:
            if given.width * given.height > MOST_PIXELS:
                raise Unreadable
            picture = given.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable from error
    longest = max(picture.size)
    if longest > LONGEST_SIDE:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # In one piece: OpenCV would copy the whole of a mere view for each piece that it cuts out.
    pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    return pixels, longest / max(picture.size)


# --- Pieces ---------------------------------------------------------------------------------


def _search(picture: Picture) -> list[Piece]:
    """The pieces of text of a picture, from above."""
    try:
        strips, found = _engine().detect_and_crop(picture, {})
    except RapidOCRError:  # how it says that there is none
        return []
    pieces = [Piece(np.asarray(box), strip) for box, strip in zip(found.boxes, strips, strict=True)]
    return [piece for piece in pieces if min(piece.size) >= SMALLEST]


def _affordable(pieces: list[Piece]) -> list[Piece]:
    """The first pieces, up to what one page may cost."""
    kept: list[Piece] = []
    length = 0.0
    for piece in pieces:
        height, width = piece.strip.shape[:2]
        length += STRIP_HEIGHT * min(width / height, LONGEST_STRIP)
        if length > MOST_STRIPS:
            log.warning("a page holds %d pieces of text; %d are read", len(pieces), len(kept))
            break
        kept.append(piece if width <= LONGEST_STRIP * height else _squeezed(piece))
    return kept


def _squeezed(piece: Piece) -> Piece:
    size = (LONGEST_STRIP * STRIP_HEIGHT, STRIP_HEIGHT)
    strip = Image.fromarray(piece.strip).resize(size, Image.Resampling.BILINEAR)
    return Piece(piece.corners, np.asarray(strip))


def _box(corners: np.ndarray) -> Box:
    left, top = np.floor(corners.min(axis=0)).clip(min=0)
    right, bottom = np.ceil(corners.max(axis=0))
    return Box(int(left), int(top), int(right), int(bottom))


# --- Which way up ---------------------------------------------------------------------------


def _sideways(pieces: list[Piece]) -> bool:
    """Whether more of the text runs up or down than across."""
    down = sum(height for width, height in (p.size for p in pieces) if height > TALL * width)
    across = sum(width for width, height in (p.size for p in pieces) if width > TALL * height)
    return down > across


def _upside_down(pieces: list[Piece]) -> bool:
    """What the classifier says of most pieces that are neither a digit nor a whole line."""
    voters = [p.strip for p in pieces if p.strip.shape[1] // p.strip.shape[0] in VOTER_SHAPE]
    if not voters:
        return False
    _, answer = _engine().cls_and_rotate(voters[:: max(1, len(voters) // VOTERS)])
    votes = [label == "180" for label, _ in answer.cls_res]
    return sum(votes) * 2 > len(votes)


def _turned_back(corners: np.ndarray, height: int) -> np.ndarray:
    """Places of a picture that was turned by 90 degrees clockwise, in the picture as it was."""
    return np.stack([corners[:, 1], height - corners[:, 0]], axis=1)
