"""Hostile and unusual pictures, made here; what is hostile in them carries the mark it is given."""

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import ExifTags, Image

SIZE = (64, 48)
BOMB_SIDE = 30_000

pillow_heif.register_heif_opener()


def drawn(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    grey = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", [grey, grey.transpose(Image.Transpose.ROTATE_180), grey]).convert(
        mode
    )


def written(picture: Image.Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def place(mark: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = mark.decode()
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (31.0, 13.0, 50.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    return exif


def exif_jpeg(mark: bytes) -> bytes:
    return written(drawn(), "JPEG", exif=place(mark), comment=b"<script>" + mark)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, side: int = 8) -> bytes:
    """A grey square, with chunks between its head and its pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", packed_rows(side))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def packed_rows(side: int) -> bytes:
    packer, row = zlib.compressobj(9), b"\0" + bytes(n % 256 for n in range(side))
    return b"".join(packer.compress(row) for _ in range(side)) + packer.flush()


def text_bomb() -> bytes:
    texts = zlib.compress(bytes(50_000_000), 9)
    return png(*[chunk(b"zTXt", b"note\0\0" + texts)] * 20)


def profile_bomb() -> bytes:
    return png(chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(200_000_000), 9)))


def animated(frames: int) -> bytes:
    rest = [Image.new("RGB", SIZE, (n % 256, 0, 0)) for n in range(1, frames)]
    return written(drawn(), "PNG", save_all=True, append_images=rest)


def giant_jpeg() -> bytes:
    """A small picture whose head says that it has four thousand million pixels."""
    data = written(drawn(), "JPEG")
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + b"\xff\xdc\xff\xdc" + data[at + 9 :]


def cleanable(mark: bytes, *, photo: bool = True) -> Iterator[tuple[str, bytes]]:
    yield "jpeg with a place", exif_jpeg(mark)
    yield "jpeg and web page", written(drawn(), "JPEG") + b"<html><script>" + mark
    yield "jpeg in cmyk", written(drawn("CMYK"), "JPEG")
    yield "jpeg and pdf", written(drawn(), "JPEG") + b"%PDF-1.7 " + mark
    yield "png with text", png(chunk(b"tEXt", b"Comment\0" + mark))
    yield "png and archive", png() + b"PK\x03\x04" + mark
    yield "png of 16 bits", written(drawn("L").convert("I;16"), "PNG")
    yield "png with transparency", written(drawn("RGBA"), "PNG")
    yield "png of 300 frames", animated(300)
    yield "heic", written(drawn(), "HEIF")
    yield "heic with a place", written(drawn(), "HEIF", exif=place(mark).tobytes())
    if photo:
        yield "photo of 48 megapixels", written(drawn(size=(8000, 6000)), "JPEG", quality=60)


def straining(mark: bytes) -> Iterator[tuple[str, bytes]]:
    yield "bomb of pixels in a png", png(side=BOMB_SIDE)
    yield "bomb of text in a png", text_bomb()
    yield "bomb of a profile in a png", profile_bomb()
    yield "jpeg that says it is giant", giant_jpeg()
    whole = written(drawn(size=(640, 480)), "PNG")
    yield "png cut off", whole[: len(whole) // 2]
    whole = written(drawn(size=(640, 480)), "JPEG")
    yield "jpeg cut off", whole[: len(whole) // 2]
    whole = written(drawn(size=(640, 480)), "HEIF")
    yield "heic cut off", whole[: len(whole) // 2]
    yield "png head alone", b"\x89PNG\r\n\x1a\n" + mark


def foreign(mark: bytes) -> Iterator[tuple[str, bytes]]:
    yield "web page", b"<!DOCTYPE html><script>" + mark + b"</script>"
    yield "svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="' + mark + b'"/>'
    yield "archive", b"PK\x03\x04" + mark * 10
    yield "program", b"MZ\x90\0" + mark * 10
    yield "gif", written(drawn(), "GIF") + mark
    yield "tiff", written(drawn(), "TIFF")
    yield "webp", written(drawn(), "WEBP")
    yield "avif brand", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + mark
