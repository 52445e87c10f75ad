"""ReportLab with a face cut to GB 2312 once: lines at fixed places and a QR code, signed.

Runs in its own environment, so it imports nothing of ours. ReportLab cannot embed Noto's outlines,
so the face is BabelStone Han.
"""

import base64
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import qrcode
from fontTools import subset
from fontTools.ttLib import TTFont as Font
from letter_signer import loaded, signed
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FACE = "/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"
MARGIN, SIZE, LEADING = 60, 9, 13


def cut() -> str:
    rows = range(0xA1, 0xF8)
    pairs = b"".join(bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    options = subset.Options(layout_features=[], hinting=False)
    with Font(FACE, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=bytes(range(32, 127)).decode() + pairs.decode("gb2312", "ignore"))
        cutter.subset(font)
        path = Path(tempfile.mkdtemp()) / "cut.ttf"
        font.save(path)
    return str(path)


def printed(lines: list[str], address: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Han", SIZE)
    y = A4[1] - MARGIN
    for line in lines:
        for part in simpleSplit(line, "Han", SIZE, A4[0] - 2 * MARGIN):
            canvas.drawString(MARGIN, y, part)
            y -= LEADING
            if y < MARGIN:
                canvas.showPage()
                canvas.setFont("Han", SIZE)
                y = A4[1] - MARGIN
    code = qrcode.QRCode(border=0, mask_pattern=3)
    code.add_data(address)
    code.make(fit=True)
    for row, cells in enumerate(code.get_matrix()):
        for column, dark in enumerate(cells):
            if dark:
                canvas.rect(MARGIN + 2 * column, MARGIN + 80 - 2 * row, 2, 2, stroke=0, fill=1)
    canvas.save()
    return buffer.getvalue()


given = json.loads(base64.b64decode(sys.stdin.readline()))
signer = loaded(given["pem"])
pdfmetrics.registerFont(TTFont("Han", cut()))
for _ in sys.stdin:
    began = time.perf_counter()
    for _number in range(given["letters"]):
        signed(printed(given["lines"], given["address"]), signer)
    seconds = (time.perf_counter() - began) / given["letters"]
    held = Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]
    print(json.dumps({"seconds": seconds, "resident": int(held)}), flush=True)
