"""Files that mean harm are handed in, one after the other, to the cleaner itself.

N files: a corpus made by the drill, then files of it damaged at random. Each goes through
portal.intake.clean with its own child process, and what comes out is judged by other readers
(drills/uploads_judge.py). lost: files that got neither a copy nor a refusal with a sentence in
both languages, or another answer than they must get, or whose copy shows nothing of what the page
showed. doubled: files whose copy has more pages than they have.
"""

import json
import logging
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import translation

from dev.paths import CHECKOUT
from drills import uploads_judge as judge
from drills.harness import Figure, Row
from drills.stage import CouldNotRun, Stage
from drills.uploads_corpus import CLEANED, EITHER, Case
from drills.uploads_pdf import VISIBLE
from portal.catalogue import ENTRIES
from portal.gateway import Unavailable
from portal.intake.clean import Cleaned, IntakeRefused, clean
from portal.intake.limits import LIMITS, MIB

N = 200
LANGUAGES = ("en", "zh-hans")
SECONDS_GOAL = 20.0
PAGES_JUDGED = 3
NOBODY_KNOWS = "no answer"
TRIES = 5
"""A machine that is too busy to tell says so, and the work is tried again."""
TOLD = 25
"""A line on the screen after so many files."""


@dataclass
class Tally:
    answers: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    active: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    starved: int = 0
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")

    def measured(self, case: Case, seconds: float, kibibytes: int) -> None:
        self.slowest = max(self.slowest, (seconds, case.name))
        self.largest = max(self.largest, (kibibytes * 1024 // MIB, case.name))


class Children(logging.Handler):
    """What is logged of the child that reads a file: its memory, and whether the file ended it."""

    def __init__(self) -> None:
        super().__init__()
        self.kibibytes = self.crashes = 0
        for name in ("portal.intake.jail", "portal.intake.clean"):
            logging.getLogger(name).addHandler(self)
        logging.getLogger("portal.intake.jail").setLevel(logging.DEBUG)
        logging.getLogger("portal.intake.jail").propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        if "ended the child" in record.msg:
            self.crashes += 1
        if "KiB" in record.msg and isinstance(record.args, tuple):
            self.kibibytes = int(str(record.args[1]))


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    began = time.monotonic()
    tally, children, files = Tally(), Children(), stage.folder / "files"
    make_files(files, n, seed)
    for number, case in enumerate(Case(**said) for said in json.loads(text_of(files))):
        hand_in(case, (files / str(number)).read_bytes(), tally, children, stage.folder)
        if number % TOLD == 0:
            print(f"{time.monotonic() - began:5.0f} s  {number} of {n}", flush=True)
    for complaint in (*tally.active, *tally.lost, *tally.doubled):
        print(complaint)
    return Row(
        drill="uploads",
        n=n,
        seed=seed,
        seconds=round(time.monotonic() - began, 1),
        faults=dict(tally.families),
        operations=tally.answers.total(),
        lost=len(tally.lost),
        doubled=len(tally.doubled),
        figures=figures(tally, children.crashes),
        notes=f"slowest: {tally.slowest[1]}; largest: {tally.largest[1]}; "
        + ", ".join(f"{count} {answer}" for answer, count in sorted(tally.answers.items())),
    )


def make_files(folder: Path, n: int, seed: int) -> None:
    maker = [sys.executable, "-m", "drills.uploads_corpus", str(folder), str(n), str(seed)]
    if subprocess.run(maker, cwd=CHECKOUT, check=False).returncode:
        raise CouldNotRun("the files could not be made")


def text_of(files: Path) -> str:
    return (files / "index.json").read_text()


# --- One file ---------------------------------------------------------------------------------


def hand_in(case: Case, data: bytes, tally: Tally, children: Children, folder: Path) -> None:
    tally.families[case.family] += 1
    answer, cleaned = NOBODY_KNOWS, None
    for _ in range(TRIES):
        answer, cleaned = ask(case, data, tally, children)
        if answer != NOBODY_KNOWS:
            break
        tally.starved += 1
    tally.answers[answer] += 1
    if answer == NOBODY_KNOWS or (case.wants != EITHER and answer != case.wants):
        tally.lost.append(f"{case.name}: {answer}, should be {case.wants}")
    if cleaned is not None:
        look_at(case, cleaned, tally, folder)
    elif answer != NOBODY_KNOWS and not has_sentences(answer):
        tally.lost.append(f"{case.name}: {answer} without a sentence")


def ask(case: Case, data: bytes, tally: Tally, children: Children) -> tuple[str, Cleaned | None]:
    began, children.kibibytes = time.monotonic(), 0
    try:
        return CLEANED, clean(data, password=case.password)
    except IntakeRefused as refused:
        return refused.code, None
    except Unavailable:
        return NOBODY_KNOWS, None
    finally:
        tally.measured(case, round(time.monotonic() - began, 2), children.kibibytes)


def look_at(case: Case, cleaned: Cleaned, tally: Tally, folder: Path) -> None:
    found = judge.active_parts(cleaned.document, cleaned.media_type, folder)
    for page in cleaned.pages[:PAGES_JUDGED]:
        found += judge.active_parts(page.image, page.media_type, folder)
    tally.active += [f"{case.name}: {part} is left" for part in found]
    if case.wants != CLEANED:
        return
    if len(cleaned.pages) > case.pages:
        tally.doubled.append(f"{case.name}: {len(cleaned.pages)} pages")
    words = [word.text for word in cleaned.pages[0].words]
    shown = VISIBLE in words if case.shows_text else True
    if not shown or len(cleaned.pages) < case.pages or judge.is_blank(cleaned.pages[0].image):
        tally.lost.append(f"{case.name}: the copy does not show what the page shows")


def has_sentences(code: str) -> bool:
    """Cause and next step, in both languages, and not the same in both."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append((str(ENTRIES[code].cause), str(ENTRIES[code].next_step)))
    (cause, step), (other_cause, other_step) = said
    return all((cause, step, other_cause, other_step)) and cause != other_cause


def figures(tally: Tally, crashes: int) -> dict[str, Figure]:
    seconds, peak = tally.slowest[0], tally.largest[0]
    most = LIMITS.memory_bytes // MIB
    return {
        "active_parts": Figure(len(tally.active), "parts", 0, not tally.active),
        "peak_memory": Figure(peak, "MiB", most, peak <= most),
        "slowest": Figure(seconds, "s", SECONDS_GOAL, seconds <= SECONDS_GOAL),
        "tried_again_on_a_busy_machine": Figure(tally.starved, "times"),
        "children_that_crashed": Figure(crashes, "processes"),
    }
