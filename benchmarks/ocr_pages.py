"""Bank statements of made-up people as pictures, with the text that stands on them.

Three layouts of the kind that Chinese banks print, A4 at 150 dots an inch; and what happens to
paper on its way to us: turned, askew, photographed.
"""

import datetime as dt
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from portal import fonts

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
LEFT, TOP, ROW = 60, 70, 40
SIZE = 20  # 9.6 points, as statements are set
ROWS = 34
PAPER, INK = 255, 25
PHOTO_QUALITY = 55
EMPLOYERS = ("青禾精密仪器有限公司", "临江第三纺织厂", "云岭软件技术有限公司")
PAYEES = ("美家超市", "城东加油站", "自来水公司", "早安餐饮店", "长风书店", "市公交集团", "李秀兰")
SPENDING = ("消费", "快捷支付", "转账支出", "代扣水费", "手机充值")
NAMES = ("王建国", "欧阳晓彤", "赵一鸣")
ID_NUMBERS = ("330106199003071236", "51010419851122002X", "110101199912310078")


@dataclass(frozen=True)
class Column:
    title: str
    left: int
    value: Callable[["Entry"], str]
    right_aligned: bool = False


@dataclass(frozen=True)
class Entry:
    day: dt.date
    number: int
    text: str
    other: str
    amount: int
    balance: int


@dataclass(frozen=True)
class Sheet:
    """`rows` is what a person reads, row by row from the left, cells between tabs."""

    image: Image.Image
    rows: tuple[str, ...]
    entries: tuple[Entry, ...]


def yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def signed(fen: int) -> str:
    return f"{fen / 100:+,.2f}"


LAYOUTS: dict[str, tuple[Column, ...]] = {
    "income and spending": (
        Column("交易日期", 60, lambda e: f"{e.day:%Y-%m-%d}"),
        Column("摘要", 220, lambda e: e.text),
        Column("收入", 470, lambda e: yuan(e.amount) if e.amount > 0 else "", True),
        Column("支出", 630, lambda e: yuan(-e.amount) if e.amount < 0 else "", True),
        Column("账户余额", 810, lambda e: yuan(e.balance), True),
        Column("对方户名", 840, lambda e: e.other),
    ),
    "debit and credit": (
        Column("序号", 60, lambda e: str(e.number)),
        Column("记账日期", 130, lambda e: f"{e.day:%Y%m%d}"),
        Column("摘要", 260, lambda e: e.text),
        Column("借贷", 390, lambda e: "贷" if e.amount > 0 else "借"),
        Column("交易金额", 590, lambda e: yuan(abs(e.amount)), True),
        Column("余额", 760, lambda e: yuan(e.balance), True),
        Column("对手信息", 800, lambda e: e.other),
    ),
    "signed amounts": (
        Column("日期", 60, lambda e: f"{e.day:%Y/%m/%d}"),
        Column("币种", 210, lambda _: "人民币"),
        Column("交易金额", 440, lambda e: signed(e.amount), True),
        Column("联机余额", 620, lambda e: yuan(e.balance), True),
        Column("交易摘要", 660, lambda e: e.text),
        Column("交易对手", 840, lambda e: e.other),
    ),
}


def entries(dice: random.Random, count: int = ROWS) -> tuple[Entry, ...]:
    """Three months of an account: a salary on the tenth, small sums in between."""
    employer = dice.choice(EMPLOYERS)
    salary = dice.randrange(600_000, 1_800_000)
    balance, found = dice.randrange(500_000, 3_000_000), []
    days = sorted(dt.date(2026, 8, 1) + dt.timedelta(dice.randrange(92)) for _ in range(count - 3))
    paydays = [dt.date(2026, month, 10) for month in (8, 9, 10)]
    for number, day in enumerate(sorted([*days, *paydays]), 1):
        if day in paydays:
            paydays.remove(day)
            text, other, amount = "代发工资", employer, salary + dice.randrange(50_000)
        else:
            text, other = dice.choice(SPENDING), dice.choice(PAYEES)
            amount = -min(dice.randrange(500, 80_000), balance)
        balance += amount
        found.append(Entry(day, number, text, other, amount, balance))
    return tuple(found)


def sheet(layout: str, dice: random.Random, rows: int = ROWS) -> Sheet:
    """One page, clean."""
    image = Image.new("L", (WIDTH, HEIGHT), PAPER)
    brush = ImageDraw.Draw(image)
    columns, found = LAYOUTS[layout], entries(dice, rows)
    who = dice.randrange(len(NAMES))
    lines = [
        [(LEFT + 380, "个人账户交易明细", 28)],
        [
            (LEFT, f"户名：{NAMES[who]}", SIZE),
            (LEFT + 260, f"证件号码：{ID_NUMBERS[who]}", SIZE),
            (LEFT + 700, "查询期间：2026年08月至2026年10月", SIZE),
        ],
        [(_start(column, column.title), column.title, SIZE) for column in columns],
        *(_cells(columns, entry) for entry in found),
    ]
    for number, cells in enumerate(lines):
        for x, text, size in cells:
            brush.text((x, TOP + number * ROW), text, fill=INK, font=face(size))
    for number in range(2, len(lines) + 1):
        y = TOP + number * ROW - 8
        brush.line((LEFT - 10, y, WIDTH - LEFT + 10, y), fill=170)
    written = tuple("\t".join(text for _, text, _ in cells) for cells in lines)
    return Sheet(image, written, found)


def _cells(columns: Sequence[Column], entry: Entry) -> list[tuple[int, str, int]]:
    values = [(column, column.value(entry)) for column in columns]
    return [(_start(column, text), text, SIZE) for column, text in values if text]


def _start(column: Column, text: str) -> int:
    return column.left - round(face(SIZE).getlength(text)) if column.right_aligned else column.left


_faces: dict[int, ImageFont.FreeTypeFont] = {}


def face(size: int) -> ImageFont.FreeTypeFont:
    """The face of the portal's own papers."""
    if size not in _faces:
        _faces[size] = ImageFont.truetype(io.BytesIO(fonts.outfit("一").faces[0].data), size)
    return _faces[size]


# --- What happens to paper ------------------------------------------------------------------


def clean(image: Image.Image, _dice: random.Random) -> Image.Image:
    return image


def turned(image: Image.Image, dice: random.Random) -> Image.Image:
    """Laid on the scanner sideways."""
    return image.rotate(dice.choice((90, 270)), expand=True)


def upside_down(image: Image.Image, _dice: random.Random) -> Image.Image:
    return image.rotate(180)


def askew(image: Image.Image, dice: random.Random) -> Image.Image:
    """Three degrees off."""
    angle = dice.choice((-3, 3))
    return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)


def photographed(image: Image.Image, dice: random.Random) -> Image.Image:
    """From the hand: perspective, a hint of blur, light from one side, noise, JPEG."""
    width, height = image.size
    seen = np.asarray(image, dtype=np.uint8)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    shifts = [(dice.uniform(0, 0.035), dice.uniform(0, 0.035)) for _ in range(4)]
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], dtype=np.float32)
    moved = (corners + inward * np.array(shifts) * (width, height)).astype(np.float32)
    bent = cv2.warpPerspective(
        seen, cv2.getPerspectiveTransform(corners, moved), (width, height), borderValue=90
    )
    soft = cv2.GaussianBlur(bent, (0, 0), 0.9).astype(np.float32)
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = 0.95 - 0.4 * (dice.random() * across + (1 - dice.random()) * down) / 2
    noise = np.random.default_rng(dice.randrange(1 << 30)).normal(0, 6, soft.shape)
    photo = Image.fromarray(np.clip(soft * light + noise, 0, 255).astype(np.uint8))
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=PHOTO_QUALITY)
    return Image.open(io.BytesIO(kept.getvalue()))


WAYS = {
    "clean": clean,
    "turned 90": turned,
    "upside down": upside_down,
    "3 degrees askew": askew,
    "photographed": photographed,
}


def png(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
