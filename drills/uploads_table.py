"""The stage of the drill of uploads: a folder. It needs no engines and no other programs."""

import shutil

from drills.stage import CouldNotRun, Stage

READERS = ("pdfinfo", "pdfdetach")


class Table(Stage):
    def _furnish(self) -> None:
        missing = [name for name in READERS if shutil.which(name) is None]
        if missing:
            raise CouldNotRun(f"{', '.join(missing)} of poppler-utils judge the copies")
