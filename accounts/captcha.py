"""A captcha of our own: letters in a picture, or a sum in words for whoever cannot see it.

Both answers are derived from the captcha's id, so that nothing about them is stored. It is a
speed bump before a text message, not a wall: what guards an account are the budgets.
"""

import hashlib
import hmac
import io
import random
import uuid

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from portal.keys import derive
from portal.validators import plain

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"  # without what looks alike
LENGTH = 5
WIDTH, HEIGHT = 220, 72


def _digest(captcha_id: uuid.UUID) -> bytes:
    return hmac.digest(derive("captcha"), captcha_id.bytes, hashlib.sha256)


def letters(captcha_id: uuid.UUID) -> str:
    """What the picture shows."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in _digest(captcha_id)[:LENGTH])


def _terms(captcha_id: uuid.UUID) -> tuple[int, int]:
    digest = _digest(captcha_id)
    return digest[LENGTH] % 9 + 1, digest[LENGTH + 1] % 9 + 1


def question(captcha_id: uuid.UUID) -> str:
    """The sum, in words of the page's language."""
    words = (
        _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"),
        _("nine"),
    )  # fmt: skip
    first, second = _terms(captcha_id)
    return _("How much is %(first)s plus %(second)s?") % {
        "first": words[first - 1],
        "second": words[second - 1],
    }


def right(captcha_id: uuid.UUID, answer: str) -> bool:
    """Whether these are the letters, in any case, or the sum in digits."""
    given = plain(answer).upper().encode()
    total = str(sum(_terms(captcha_id))).encode()
    # Both are compared in full, whatever the first says.
    seen = hmac.compare_digest(given, letters(captcha_id).encode())
    return seen | hmac.compare_digest(given, total)


def picture(captcha_id: uuid.UUID) -> bytes:
    """PNG; the same id gives the same picture."""
    noise = random.Random(_digest(captcha_id))  # noqa: S311 (only where the strokes lie)
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    for place, letter in enumerate(letters(captcha_id)):
        tile = Image.new("L", (56, 56), 0)
        font = ImageFont.load_default(size=noise.randint(36, 44))
        ImageDraw.Draw(tile).text((28, 28), letter, fill=255, font=font, anchor="mm")
        turned = tile.rotate(noise.uniform(-24, 24), resample=Image.Resampling.BICUBIC)
        at = (4 + place * 41 + noise.randint(-4, 4), 8 + noise.randint(-7, 7))
        image.paste(noise.randint(0, 70), (*at, at[0] + 56, at[1] + 56), turned)
    draw = ImageDraw.Draw(image)
    for _stroke in range(7):
        points = [(noise.randint(0, WIDTH), noise.randint(0, HEIGHT)) for _end in range(3)]
        draw.line(points, fill=noise.randint(40, 170), width=2)
    with io.BytesIO() as file:
        image.save(file, "PNG", optimize=True)
        return file.getvalue()
