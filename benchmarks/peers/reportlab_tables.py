"""ReportLab printing the same cells. Runs in its own environment, so it imports nothing of ours.

ReportLab cannot embed Noto's outlines, so it uses the TrueType face of fonts-babelstone-han.
"""

import base64
import io
import json
import sys
import time

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, SimpleDocTemplate, Spacer, TableStyle

FACE = "/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"
STYLE = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "Han", 8, 12),
        ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
)


def number(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont("Han", 8)
    canvas.drawCentredString(A4[0] / 2, 30, f"第{document.page}页")


def printed(tables: list[list[list[str]]]) -> bytes:
    story = []
    for rows in tables:
        columns = max(map(len, rows))
        filled = [row + [""] * (columns - len(row)) for row in rows]
        width = (A4[0] - 85) / columns
        story += [LongTable(filled, colWidths=[width] * columns, style=STYLE, repeatRows=1)]
        story += [Spacer(1, 6)]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4).build(story, onFirstPage=number, onLaterPages=number)
    return buffer.getvalue()


pdfmetrics.registerFont(TTFont("Han", FACE))
tables = json.loads(base64.b64decode(sys.stdin.readline()))
for _ in sys.stdin:
    began = time.perf_counter()
    printed(tables)
    print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
