"""Names, identity numbers, sums, months and employers on a paper, each with where it stands.

What names a person is held against the borrower. A hint is shown beside the picture with its
confidence; whatever it says, a person looks.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice
from typing import NamedTuple

from django.core.exceptions import ValidationError

from portal.reading import figures, labels
from portal.reading.columns import headed
from portal.reading.lines import Box, Line, Placed, part, printable, visual_rows
from portal.validators import clean_id_number

MOST_OF_A_KIND = 40
"""Of one paper; nobody reads more, and a hostile one holds millions."""
MOST_LABELS = 10
"""Of a kind in one line."""
MATCHES, DIFFERS, INVALID = "matches", "differs", "invalid"


class HintKind(StrEnum):
    NAME = "name"
    ID_NUMBER = "id_number"
    AMOUNT = "amount"
    MONTH = "month"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Hint:
    """`check` is "matches" or "differs" (against the borrower), "invalid" (no such identity number
    can exist, GB 11643) or empty where there is nothing to hold it against."""

    kind: HintKind
    value: str
    page: int
    box: Box
    confidence: float
    source: str
    check: str = ""


_HAN = "\u3400-\u9fff\U00020000-\U000323af"
_PERSON = re.compile(
    rf"[{_HAN}*](?: (?![{_HAN}]{{2}}))?[{_HAN}*·](?:(?: (?![{_HAN}]{{2}}))?[{_HAN}*·]){{0,13}}"
)
_DOT = re.compile(rf"(?<=[{_HAN}])[•・‧⋅](?=[{_HAN}])")
_DASH = re.compile(rf"(?<=[{_HAN}])[-—–](?=[{_HAN}])")
_FIRM = re.compile(rf"(?=[^{_HAN}]{{0,9}}[{_HAN}])[\w()·&]{{4,50}}")
_SUM = re.compile(
    rf"(?<![\d,])(?:{figures.MONEY}|¥?\d{{1,3}}(?:,\d{{3}})+|¥?\d{{3,8}})(?![\d年月])"
)
# O for 0, I and l for 1: what OCR makes of digits. A star or a bullet hides one, so do many X.
_DIGITS = str.maketrans("OoQIl|●•#×", "00011" + "1***X")
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z*●•#])[0-9OoQIl|][0-9OoQIl|*●•#Xx×]{2,16}[0-9OoQIl|*●•#Xx×]?(?![0-9A-Za-z*●•#])"
)


def find(lines: Sequence[Line], *, name: str, id_number: str) -> list[Hint]:
    """The hints of a paper, page by page from above; each value of a page once."""
    found: list[Hint] = []
    seen: set[tuple[HintKind, str, int]] = set()
    kinds: Counter[HintKind] = Counter()
    ordered = sorted(lines, key=lambda line: line.page)
    for _, page in groupby(ordered, key=lambda line: line.page):
        rows = visual_rows(list(page))
        for hint in _page(rows, printable(name), id_number.upper()):
            key = (hint.kind, hint.value, hint.page)
            if key not in seen and kinds[hint.kind] < MOST_OF_A_KIND:
                seen.add(key)
                kinds[hint.kind] += 1
                found.append(hint)
    return found


def _page(rows: Sequence[Sequence[Placed]], name: str, id_number: str) -> Iterator[Hint]:
    bare = any(labels.MONTH.search(piece.line.text) for row in rows for piece in row)
    for number, row in enumerate(rows):
        if headed(row):
            continue  # the headings of a bank statement are said of its rows, not of the borrower
        below = rows[number + 1] if number + 1 < len(rows) else ()
        for column, piece in enumerate(row):
            yield from _names(piece.line, name, _values(labels.NAME, row, column, below))
            yield from _numbers(piece.line, id_number, row[:column])
            yield from _employers(_values(labels.EMPLOYER, row, column, below))
            yield from _amounts(_values(labels.AMOUNT, row, column, below))
            yield from _months(piece.line, bare=bare)


def _hint(kind: HintKind, value: str, line: Line, start: int, end: int, check: str = "") -> Hint:
    box = part(line, start, end)
    return Hint(kind, value, line.page, box, line.confidence, line.source, check)


# --- Labels ---------------------------------------------------------------------------------


class Value(NamedTuple):
    """What is said of a label: a text, and where it begins in which line."""

    label: str
    text: str
    start: int
    line: Line


def _values(
    label: re.Pattern[str], row: Sequence[Placed], column: int, below: Sequence[Placed]
) -> Iterator[Value]:
    """The rest of a label's own line, else the piece beside it, else the one below."""
    line = row[column].line
    for match in islice(label.finditer(line.text), MOST_LABELS):
        gap = labels.AFTER.match(line.text, match.end())
        start = gap.end() if gap else match.end()
        following = labels.ANY.search(line.text, start)
        said = line.text[start : following.start() if following else None].rstrip()
        beside = row[column + 1].line if column + 1 < len(row) else None
        if said:
            yield Value(match.group(), said, start, line)
        elif beside and not labels.ANY.match(beside.text):
            yield Value(match.group(), beside.text, 0, beside)
        elif under := _under(row[column].box, below):
            yield Value(match.group(), under.text, 0, under)


def _under(box: Box, below: Sequence[Placed]) -> Line | None:
    """The piece below that shares the most width with a label."""

    def shared(piece: Placed) -> int:
        return min(box.right, piece.box.right) - max(box.left, piece.box.left)

    best = max(below, key=shared, default=None)
    return best.line if best and shared(best) > 0 and not labels.ANY.match(best.line.text) else None


# --- Persons --------------------------------------------------------------------------------


def _names(line: Line, name: str, labelled: Iterable[Value]) -> Iterator[Hint]:
    """Names after a label, and the borrower's own wherever it stands."""
    for value in labelled:
        if match := _PERSON.match(_as_in_names(value.text)):
            shown = match.group().replace(" ", "").removesuffix("先生").removesuffix("女士")
            check = MATCHES if same_name(shown, name) else DIFFERS
            end = value.start + match.end()
            yield _hint(HintKind.NAME, shown, value.line, value.start, end, check)
    alone = rf"(?<![{_HAN}]){re.escape(name)}(?![{_HAN}])"
    if name and (match := re.search(alone, _as_in_names(line.text))):
        yield _hint(HintKind.NAME, name, line, match.start(), match.end(), MATCHES)


def _as_in_names(text: str) -> str:
    """What OCR mistakes in names, place by place: the dot between parts, and 一 for a dash."""
    return _DASH.sub("一", _DOT.sub("·", text))


def same_name(shown: str, name: str) -> bool:
    """Whether a name, some of it hidden by stars, can be this one: 张*, *三, 王*二, 欧阳**."""
    if "*" not in shown:
        return shown == name
    if not shown.strip("*") or not name:
        return False
    if len(shown) == len(name):
        return all(a in ("*", b) for a, b in zip(shown, name, strict=True))
    # Some print one star or two whatever the length.
    first, last = shown.split("*")[0], shown.split("*")[-1]
    return len(first + last) < len(name) and name.startswith(first) and name.endswith(last)


def _numbers(line: Line, id_number: str, before: Sequence[Placed]) -> Iterator[Hint]:
    for match in _NUMBER.finditer(line.text):
        shown = match.group().translate(_DIGITS).upper()
        shown = re.sub("X{3,}", lambda run: "*" * len(run.group()), shown)
        said = line.text[: match.start()] or (before[-1].line.text if before else "")
        check = _number_check(shown, id_number, labelled=bool(labels.ID.search(said)))
        if check:
            yield _hint(HintKind.ID_NUMBER, shown, line, match.start(), match.end(), check)


def _number_check(shown: str, id_number: str, *, labelled: bool) -> str:
    """How a number stands to the borrower's; empty for what is no identity number."""
    if same_number(shown, id_number):
        return MATCHES
    if shown.startswith("9"):  # an organisation (GB 32100)
        return ""
    if "*" in shown:
        return DIFFERS if labelled else ""
    try:
        clean_id_number(shown)
    except ValidationError as error:
        # Without a label it may be the number of an account, unless place and birth are right.
        return INVALID if labelled or error.code == "id-number-checksum" else ""
    return DIFFERS


def same_number(shown: str, id_number: str) -> bool:
    """Whether a number with its middle hidden can be this one; the count of stars may be wrong."""
    if "*" not in shown:
        return shown == id_number
    first, last = shown.split("*")[0], shown.split("*")[-1]
    if len(first + last) < 2:
        return False
    if len(shown) == len(id_number):
        return all(a in ("*", b) for a, b in zip(shown, id_number, strict=True))
    return id_number.startswith(first) and id_number.endswith(last)


# --- Work and pay ------------------------------------------------------------------------


def _amounts(labelled: Iterable[Value]) -> Iterator[Hint]:
    """Sums after their label: "缴存基数 12,000.00"."""
    for value in labelled:
        match = _SUM.search(value.text)
        amount = figures.fen(match.group()) if match else None
        if match and amount:
            shown = f"{value.label} {figures.yuan(amount[0])}"
            start, end = value.start + match.start(), value.start + match.end()
            yield _hint(HintKind.AMOUNT, shown, value.line, start, end)


def _employers(labelled: Iterable[Value]) -> Iterator[Hint]:
    for value in labelled:
        if match := _FIRM.match(value.text):
            end = value.start + match.end()
            yield _hint(HintKind.EMPLOYER, match.group(), value.line, value.start, end)


def _months(line: Line, *, bare: bool) -> Iterator[Hint]:
    """Months; six bare digits only on a page that speaks of months."""
    for month, start, end in figures.months(line.text, bare=bare):
        yield _hint(HintKind.MONTH, f"{month:%Y-%m}", line, start, end)
