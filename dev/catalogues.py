"""The translation catalogues in locale/.

python -m dev.catalogues compile   write each .mo that is older than its .po
python -m dev.catalogues update    bring the .po files up to date with the sources
python -m dev.catalogues check     say what is missing, left over, untranslated or fuzzy

English is the language of the message ids, so only the other languages have a catalogue.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from dev.paths import CHECKOUT

LOCALE = CHECKOUT / "locale"
LANGUAGES = ("zh_Hans",)


def catalogues() -> list[Path]:
    return [LOCALE / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES]


def compile_all() -> None:
    for path in filter(Path.exists, catalogues()):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            draft = target.with_suffix(".draft")
            polib.pofile(str(path)).save_as_mofile(str(draft))
            draft.rename(target)


def update() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for path, fresh in extracted(Path(scratch)):
            path.parent.mkdir(parents=True, exist_ok=True)
            ours, catalogue = read(path), read(fresh)
            catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
            # A date that changes at every run would make every diff a conflict.
            catalogue.header, catalogue.metadata = ours.header, ours.metadata
            catalogue.metadata_is_fuzzy = False
            catalogue.save(str(path))


def check() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        faults = [
            f"{path.relative_to(CHECKOUT)}: {fault}"
            for path, fresh in extracted(Path(scratch))
            for fault in differences(read(path), read(fresh))
        ]
    print("\n".join(faults or ["translations are complete"]))
    return 1 if faults else 0


def read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=98) if path.exists() else polib.POFile(wrapwidth=98)


def differences(ours: polib.POFile, fresh: polib.POFile) -> Iterator[str]:
    known, wanted = keys(ours), keys(fresh)
    yield from (f"not in the catalogue: {msgid!r}" for _, msgid in sorted(wanted - known))
    yield from (f"not in the sources: {msgid!r}" for _, msgid in sorted(known - wanted))
    yield from (f"left over: {entry.msgid!r}" for entry in ours.obsolete_entries())
    yield from (f"fuzzy: {entry.msgid!r}" for entry in ours.fuzzy_entries())
    yield from (f"untranslated: {entry.msgid!r}" for entry in ours.untranslated_entries())


def keys(catalogue: polib.POFile) -> set[tuple[str, str]]:
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}


def extracted(scratch: Path) -> list[tuple[Path, Path]]:
    """Each catalogue with its up-to-date copy, made from a copy of the sources.

    makemessages writes where it reads, and with the settings it would write into the checkout.
    """
    folders = {path.parent for path in CHECKOUT.glob("*/apps.py")} | {CHECKOUT / "templates"}
    for folder in (*folders, LOCALE):
        if folder.exists():
            shutil.copytree(
                folder,
                scratch / folder.name,
                ignore=shutil.ignore_patterns("tests", "migrations", "static", "__pycache__"),
            )
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    (scratch / LOCALE.name).mkdir(exist_ok=True)
    options = [f"--locale={language}" for language in LANGUAGES]
    options += ["--no-location", "--no-wrap", "--no-obsolete", "--extension=html,txt,py"]
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--verbosity=0", *options],
        cwd=scratch,
        env=environment,
        check=True,
    )
    return [(path, scratch / path.relative_to(CHECKOUT)) for path in catalogues()]


def main(argv: list[str]) -> int:
    match argv:
        case ["compile"]:
            compile_all()
        case ["update"]:
            update()
        case ["check"]:
            return check()
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
