"""`python -m drills.uploads_corpus FOLDER N SEED`: N files; index.json says what each should get.

The first are the corpus, each once; the rest are files of it, damaged at random. It runs as a
process of its own because it holds pictures of 48 megapixels, and a child that is measured later
would seem to have held them, too.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from drills import uploads_bombs as bombs
from drills import uploads_pdf as pdf
from drills import uploads_pictures as pictures

CLEANED = "cleaned"
EITHER = "either"


@dataclass(frozen=True)
class Case:
    """`wants`: cleaned, either, or the code of the refusal; `pages`: so many when it is cleaned."""

    name: str
    family: str
    wants: str
    pages: int = 1
    password: str | None = None
    shows_text: bool = False


def corpus() -> Iterator[tuple[Case, bytes]]:
    for name, data in pdf.cleanable():
        pages = 60 if name == "60 pages" else 1
        yield Case(name, "active pdf", CLEANED, pages, shows_text=True), data
    for name, data in bombs.straining():
        yield Case(name, "straining pdf", EITHER), data
    yield from locked()
    for name, data in pictures.cleanable(pdf.MARK):
        yield Case(name, "picture", CLEANED), data
    for name, data in pictures.straining(pdf.MARK):
        yield Case(name, "straining picture", EITHER), data
    for name, data in pictures.foreign(pdf.MARK):
        yield Case(name, "another kind", "upload-kind"), data
    yield Case("10,000 pages", "too much", "upload-too-many-pages"), pdf.many_pages(10_000)
    yield Case("nothing", "too much", "upload-empty"), b""
    yield Case("11 MB", "too much", "upload-too-big"), b"%PDF-1.7" + bytes(11_000_000)


def locked() -> Iterator[tuple[Case, bytes]]:
    data = pdf.encrypted()
    yield Case("password missing", "locked", "upload-password-needed"), data
    yield Case("password wrong", "locked", "upload-password-wrong", password="no"), data  # noqa: S106
    yield Case("password right", "locked", CLEANED, password=pdf.PASSWORD, shows_text=True), data
    yield Case("locked against copying", "locked", CLEANED, shows_text=True), pdf.owner_only()


def damaged(made: list[tuple[Case, bytes]], chance: random.Random) -> Iterator[tuple[Case, bytes]]:
    """Files of the corpus with bytes changed, cut out, doubled, or taken from another."""
    small = [(case, data) for case, data in made if 100 < len(data) < 200_000]
    while True:
        case, data = chance.choice(small)
        hurt = bytearray(data)
        for _ in range(chance.randint(1, 5)):
            at, length = chance.randrange(len(hurt)), chance.randint(1, 12)
            other = chance.choice(small)[1]
            start = chance.randrange(len(other))
            hurt[at : at + chance.choice((0, length))] = chance.choice(
                (chance.randbytes(length), b"", other[start : start + length], b"9" * length)
            )
        yield Case(f"{case.name}, damaged", "damaged", EITHER, password=case.password), bytes(hurt)


def make(folder: Path, n: int, seed: int) -> None:
    made = list(corpus())
    chance = random.Random(seed)
    wrecks = damaged(made, chance)
    made += [next(wrecks) for _ in range(n - len(made))]
    folder.mkdir(parents=True)
    for number, (_case, data) in enumerate(made[:n]):
        (folder / str(number)).write_bytes(data)
    index = [asdict(case) for case, _data in made[:n]]
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
