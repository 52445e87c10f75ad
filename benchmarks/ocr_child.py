"""The process that reads for the benchmark ocr: a folder of ways first, then one way a line.

Answers each line with {"seconds", "texts", "entries", "peak"}: a figure, a text and the rows of a
statement for each page of the way, and the most memory that the process ever held, in KiB.
"""

import base64
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from portal.reading.lines import Line, visual_rows
from portal.reading.ocr import read_image
from portal.reading.statements import rows


def main() -> None:
    folder, ways = json.loads(base64.b64decode(sys.stdin.readline()))
    pictures = {way: sorted((Path(folder) / way).iterdir()) for way in ways}
    read_image(pictures[ways[0]][0].read_bytes(), 1)  # loads the models
    for way, _ in zip(ways, sys.stdin, strict=False):
        pages = [page(picture) for picture in pictures[way]]
        answer = {key: [one[key] for one in pages] for key in ("seconds", "texts", "entries")}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**answer, "peak": peak}), flush=True)


def page(picture: Path) -> dict[str, Any]:
    content = picture.read_bytes()
    began = time.perf_counter()
    lines = read_image(content, 1)
    entries = rows(lines)
    seconds = time.perf_counter() - began
    found = [(row.day.isoformat(), row.amount, row.balance) for row in entries]
    return {"seconds": seconds, "texts": text(lines), "entries": found}


def text(lines: list[Line]) -> str:
    """As one would read it aloud: row by row, each from the left."""
    return "\n".join(" ".join(piece.line.text for piece in row) for row in visual_rows(lines))


if __name__ == "__main__":
    main()
