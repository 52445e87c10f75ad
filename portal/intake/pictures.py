"""A picture drawn anew from its pixels: turned upright, in sRGB, and with nothing else in it."""

import contextlib
import io
import math
import warnings
from collections.abc import Iterator
from functools import partial

import pi_heif
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from portal.intake import wire
from portal.intake.cleaned import Page
from portal.intake.kinds import Kind
from portal.intake.limits import Limits
from portal.intake.refusals import IntakeRefused
from portal.intake.removed import Removed

JPEG_QUALITY = 90
DEEP_MODES = {"I", "I;16", "I;16B", "I;16L", "F"}
ORIENTATION = ExifTags.Base.Orientation
STRIP = 256
END = {Kind.JPEG: b"\xff\xd9", Kind.PNG: b"IEND\xaeB`\x82"}
NOTES = ("comment", "xmp", "photoshop")

Image.preinit()
# One thread: each would take a stack and a heap of its own out of the memory that there is.
pi_heif.register_heif_opener(
    decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
)
_SRGB = ImageCms.createProfile("sRGB")


def clean(kind: Kind, data: bytes, _password: str | None, limits: Limits) -> Iterator[bytes]:
    """The frames of a result. Raises IntakeRefused."""
    Image.MAX_IMAGE_PIXELS = limits.most_pixels
    warnings.simplefilter("ignore")  # of pixels too many: asked for below, before any is decoded
    try:
        with Image.open(io.BytesIO(data), formats=[_format(kind)]) as picture:
            yield from _redraw(picture, kind, data, limits)
    except Image.DecompressionBombError:
        raise IntakeRefused("upload-too-many-pixels") from None
    except (UnidentifiedImageError, SyntaxError, EOFError, OSError, ValueError):
        raise IntakeRefused("upload-damaged") from None


CLEANERS = {kind: partial(clean, kind) for kind in (Kind.JPEG, Kind.PNG, Kind.HEIC)}


def _format(kind: Kind) -> str:
    return "HEIF" if kind is Kind.HEIC else kind.name


def _redraw(
    picture: ImageFile.ImageFile, kind: Kind, data: bytes, limits: Limits
) -> Iterator[bytes]:
    if picture.width * picture.height > limits.most_pixels:
        raise IntakeRefused("upload-too-many-pixels")
    removed = _extras(picture, kind, data)
    turned, profile = picture.getexif().get(ORIENTATION, 1), picture.info.get("icc_profile")
    size = _shown_size(picture.size, limits)
    picture.draft(None, size)  # a JPEG is not even decoded at its full size
    drawn = _resized(_flat(picture), size)
    drawn = _in_srgb(_upright(drawn, turned), profile)
    media_type = wire.PNG_TYPE if kind is Kind.PNG else wire.JPEG_TYPE
    image = encode(drawn, media_type, JPEG_QUALITY)
    yield wire.page(Page(1, image, media_type, drawn.width, drawn.height))
    yield wire.ending(removed=removed, document=b"", media_type=media_type)


def encode(picture: Image.Image, media_type: str, quality: int) -> bytes:
    """Only what is passed here is written: no EXIF, no profile, no text, no comment."""
    picture.info.clear()
    written = io.BytesIO()
    if media_type == wire.PNG_TYPE:
        picture.save(written, "PNG")
    else:
        picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


# --- Pixels -----------------------------------------------------------------------------------


def _shown_size(size: tuple[int, int], limits: Limits) -> tuple[int, int]:
    share = math.sqrt(limits.shown_pixels / (size[0] * size[1]))
    return size if share >= 1 else (max(1, int(size[0] * share)), max(1, int(size[1] * share)))


def _flat(picture: ImageFile.ImageFile) -> Image.Image:
    """Grey, RGB or CMYK of 8 bits, with paper where it is transparent. Pillow keeps four bytes a
    pixel, so whatever needs a conversion is converted by strips, or there would be three copies."""
    picture.load()
    if picture.mode in {"L", "RGB", "CMYK"} and "transparency" not in picture.info:
        return picture
    grey = picture.mode in {"1", *DEEP_MODES}
    flat = Image.new("L" if grey else "RGB", picture.size, "white")
    share = _to_eight_bits(picture) if picture.mode in DEEP_MODES else 1.0
    for top in range(0, picture.height, STRIP):
        strip = picture.crop((0, top, picture.width, min(top + STRIP, picture.height)))
        strip.info = picture.info
        if picture.mode in DEEP_MODES:  # convert() alone would cut off what is brighter than 255
            strip = strip.convert("F").point(lambda value: value * share + 0)
        strip = strip.convert("L" if grey else "RGBA")
        flat.paste(strip, (0, top), None if grey else strip)
    picture.close()
    return flat


def _to_eight_bits(picture: Image.Image) -> float:
    _darkest, brightest = picture.getextrema()
    return 1 / 257 if isinstance(brightest, int | float) and brightest > 255 else 1.0


def _resized(flat: Image.Image, size: tuple[int, int]) -> Image.Image:
    if flat.size == size:
        return flat
    return flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _upright(drawn: Image.Image, turned: int) -> Image.Image:
    drawn.getexif()[ORIENTATION] = turned
    return ImageOps.exif_transpose(drawn)


def _in_srgb(drawn: Image.Image, profile: bytes | None) -> Image.Image:
    """By the profile that it came with, if that can be read; of CMYK by rule of thumb if not."""
    if profile and drawn.mode != "L":
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(drawn, own, _SRGB, outputMode="RGB")
            return converted or drawn
    return drawn if drawn.mode in {"L", "RGB"} else drawn.convert("RGB")


# --- What is left behind ----------------------------------------------------------------------


def _extras(picture: ImageFile.ImageFile, kind: Kind, data: bytes) -> set[Removed]:
    found, exif = set(), picture.getexif()
    texts = any(isinstance(value, str) for value in picture.info.values())
    if exif or texts or any(picture.info.get(name) for name in NOTES):
        found.add(Removed.METADATA)
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        found.add(Removed.GPS)
    if getattr(picture, "n_frames", 1) > 1:
        found.add(Removed.FRAMES)
    if kind in END and not data.rstrip(b"\0\r\n ").endswith(END[kind]):
        found.add(Removed.FOREIGN)
    return found
