"""Statements read from pictures: seconds a page and characters right, beside Tesseract chi_sim.

Both read the same pages on the same core, way by way in turns: ours in a process of its own,
Tesseract 5 in one process for all pages of a way, in the mode that served it best (a uniform block;
for turned pages the one that looks for their direction first).
"""

import json
import os
import random
import statistics
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks import ocr_pages, ocr_peer
from benchmarks.child import Answer, Child
from benchmarks.ocr_pages import Sheet
from benchmarks.rows import Row

PAGES = 6
"""Of each way: two of each layout."""
SEED = 20261123
PEER = "tesseract chi_sim"
KIB_IN_MIB = 1024


def measure() -> Iterator[Row]:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the children inherit it
    peer = ocr_peer.tesseract()
    name = PEER if peer else f"{PEER}: not to be had on this machine"
    peak = 0.0
    with TemporaryDirectory() as folder:
        sheets = {way: _pages(way, Path(folder)) for way in ocr_pages.WAYS}
        command: list[str | Path] = [sys.executable, "-m", "benchmarks.ocr_child"]
        with Child(command, json.dumps([folder, list(sheets)]).encode()) as ours:
            for way, written in sheets.items():
                answer = ours.go()
                theirs = ocr_peer.read(peer, Path(folder) / way) if peer else None
                yield from _figures(way, written, answer, name, theirs)
                peak = max(peak, answer["peak"] / KIB_IN_MIB)
    yield _row("memory at most", peak, "MiB")


def _figures(
    way: str, sheets: Sequence[Sheet], answer: Answer, peer: str, theirs: ocr_peer.Answer | None
) -> Iterator[Row]:
    seconds = statistics.median(answer["seconds"])
    yield _row(f"{way}: a page", seconds, "s", peer, theirs.seconds if theirs else None)
    right = _right(sheets, answer["texts"])
    peer_right = _right(sheets, theirs.texts) if theirs else None
    yield _row(f"{way}: characters right", right, "%", peer, peer_right, more=True)
    yield _row(f"{way}: entries right", _entries_right(sheets, answer["entries"]), "%", more=True)


def _row(
    figure: str,
    value: float,
    unit: str,
    peer: str | None = None,
    peer_value: float | None = None,
    **rest: Any,
) -> Row:
    theirs = None if peer_value is None else round(peer_value, 2)
    return Row(
        bench="ocr", figure=figure, value=round(value, 2), unit=unit, peer=peer, peer_value=theirs,
        **rest,
    )  # fmt: skip


def _pages(way: str, folder: Path) -> list[Sheet]:
    """Each way has pages of its own, the same in every run; their pictures lie in its folder."""
    (folder / way).mkdir()
    dice = random.Random(f"{SEED} {way}")
    layouts = list(ocr_pages.LAYOUTS)
    sheets = [ocr_pages.sheet(layouts[n % len(layouts)], dice) for n in range(PAGES)]
    for number, sheet in enumerate(sheets):
        seen = ocr_pages.WAYS[way](sheet.image, dice)
        (folder / way / f"{number}.png").write_bytes(ocr_pages.png(seen))
    return sheets


# --- What is right --------------------------------------------------------------------------


def _right(sheets: Sequence[Sheet], texts: Sequence[str]) -> float:
    """Per cent: what is left of the text after its edit distance; spaces do not count."""
    shares = []
    for sheet, text in zip(sheets, texts, strict=True):
        truth, read = _plain("".join(sheet.rows)), _plain(text)
        shares.append(max(0.0, 1 - distance(truth, read) / len(truth)))
    return 100 * statistics.mean(shares)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def distance(first: str, second: str) -> int:
    """Characters to insert, remove or replace (Levenshtein), a row of the table at a time."""
    codes = np.array([ord(character) for character in second], dtype=np.int64)
    places = np.arange(len(second) + 1)
    row = places.copy()
    for number, character in enumerate(first, 1):
        replaced = row[:-1] + (codes != ord(character))
        best = np.concatenate(([number], np.minimum(replaced, row[1:] + 1)))
        # Insertions run along the row: the smallest so far, plus the steps since.
        row = np.minimum.accumulate(best - places) + places
    return int(row[-1])


def _entries_right(sheets: Sequence[Sheet], entries: Sequence[Sequence[Sequence[Any]]]) -> float:
    """Per cent of the entries whose day, sum with its sign, and balance are all right."""
    wanted = right = 0
    for sheet, found in zip(sheets, entries, strict=True):
        read = {tuple(entry) for entry in found}
        truth = [(entry.day.isoformat(), entry.amount, entry.balance) for entry in sheet.entries]
        wanted += len(truth)
        right += sum(entry in read for entry in truth)
    return 100 * right / wanted
