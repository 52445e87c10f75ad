"""Blocks onto pages: each piece of content marked with the tag that it belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pydyf

from portal.paper.blocks import Block, Figure, Items, Part, Rows, Style, Text
from portal.paper.faces import Typeface
from portal.paper.lines import Line, Run, Setter

WIDTH, HEIGHT = 595.28, 841.89  # A4
LEFT, TOP, BOTTOM = 62.0, 57.0, 54.0
MEASURE = WIDTH - 2 * LEFT
INK, GREY, BRAND, RULE = (
    (0.09, 0.13, 0.17),
    (0.29, 0.34, 0.39),
    (0.09, 0.31, 0.49),
    (0.6, 0.65, 0.7),
)
ASCENT = 0.88  # of the size: where the baseline of Noto's Chinese stands in its square
FOOT = Style(size=8, grey=True)


@dataclass(slots=True)
class Tag:
    """A node of the structure tree; `marks` are (page, number of the marked content)."""

    kind: str
    kids: list["Tag"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    language: str = ""
    alt: str = ""
    box: tuple[float, float, float, float] | None = None
    """Where a figure stands on its page."""

    def add(self, kind: str) -> "Tag":
        self.kids.append(Tag(kind))
        return self.kids[-1]


@dataclass(frozen=True, slots=True)
class Used:
    """A glyph that stands on the paper, and the character that it is."""

    gid: int
    width: float
    character: str


@dataclass(slots=True)
class Page:
    stream: pydyf.Stream
    owners: list[Tag] = field(default_factory=list)
    """The tag of each marked content, by its number."""


class Composer:
    """Goes down the page; opens the next one when a line does not fit."""

    def __init__(self, regular: Setter, bold: Setter) -> None:
        self.pages: list[Page] = []
        self.used: dict[Typeface, dict[int, Used]] = {}
        self._setters = {False: regular, True: bold}
        self._y = 0.0
        self._fresh_page()

    def compose(self, parts: Sequence[Part]) -> Tag:
        """All of it; gives the root of the tags."""
        root = Tag("Document")
        for part in parts:
            if part.on_new_page:
                self._fresh_page()
            section = root.add("Sect")
            section.language = part.language
            for block in part.blocks:
                self._block(block, section)
        for number, page in enumerate(self.pages, 1):
            self._foot(page, f"{number} / {len(self.pages)}")
        return root

    # --- Blocks ---------------------------------------------------------------------------

    def _block(self, block: Block, section: Tag) -> None:
        match block:
            case Text():
                self._text(block, section)
            case Rows():
                self._rows(block, section)
            case Items():
                self._items(block, section)
            case Figure():
                self._figure(block, section)

    def _text(self, block: Text, section: Tag) -> None:
        style = block.style
        self._space(style.before)
        heading = block.kind != "P"
        self._need(style.lead * (4 if heading else 1))  # a heading never stands last on a page
        tag = section.add(block.kind)
        self._flow(self._lines(block.text, style, MEASURE), style, tag, LEFT, MEASURE)
        self._y -= style.after

    def _rows(self, block: Rows, section: Tag) -> None:
        style, table = block.style, section.add("Table")
        value_width = MEASURE - block.term_width
        self._need(3 * style.lead)
        self._rule(RULE, 0.6)
        self._y -= 3
        for term, value in block.pairs:
            lines = self._lines(value, style, value_width)
            heads = self._lines(term, style, block.term_width - 6)
            self._need(style.lead * max(len(lines), len(heads)))
            row, top = table.add("TR"), self._y
            self._flow(heads, replace(style, grey=True), row.add("TH"), LEFT, value_width)
            after_head, self._y = self._y, top
            x = LEFT + block.term_width
            self._flow(lines, style, row.add("TD"), x, value_width)
            self._y = min(self._y, after_head)
        self._y -= 3
        self._rule(RULE, 0.6)
        self._y -= style.after

    def _items(self, block: Items, section: Tag) -> None:
        listed = section.add("L")
        for text in block.texts:
            body = listed.add("LI").add("LBody")
            lines = self._lines(text, block.style, MEASURE - 10)
            self._flow(lines, block.style, body, LEFT + 10, MEASURE - 10)
            self._y -= block.style.after

    def _figure(self, block: Figure, section: Tag) -> None:
        x, width = LEFT + block.size + 14, MEASURE - block.size - 14
        beside = [(text, self._lines(text.text, text.style, width)) for text in block.beside]
        tall = sum(len(lines) * t.style.lead + t.style.after for t, lines in beside)
        self._space(14)
        self._need(max(block.size, tall) + 14)
        self._rule(BRAND, 1.2)
        self._y -= 8
        top = self._y
        figure = section.add("Figure")
        figure.alt = block.alt
        figure.box = (LEFT, top - block.size, LEFT + block.size, top)
        self._marked(figure, lambda stream: _cells(stream, block, LEFT, top))
        for text, lines in beside:
            self._flow(lines, text.style, section.add(text.kind), x, width)
            self._y -= text.style.after
        self._y = min(self._y, top - block.size)

    # --- Lines ----------------------------------------------------------------------------

    def _lines(self, text: str, style: Style, width: float) -> list[Line]:
        return self._setters[style.bold].lines(text, size=style.size, width=width)

    def _flow(self, lines: Sequence[Line], style: Style, tag: Tag, x: float, width: float) -> None:
        for line in lines:
            self._need(style.lead)
            room = width - line.width
            indent = {"left": 0.0, "center": room / 2, "right": room}[style.align]
            baseline = self._y - (style.lead - style.size) / 2 - ASCENT * style.size
            self._marked(tag, self._drawn(line, style, x + indent, baseline))
            self._y -= style.lead

    def _drawn(
        self, line: Line, style: Style, x: float, baseline: float
    ) -> Callable[[pydyf.Stream], None]:
        def draw(stream: pydyf.Stream) -> None:
            stream.begin_text()
            stream.set_color_rgb(*(GREY if style.grey else INK))
            stream.set_text_matrix(1, 0, 0, 1, round(x, 2), round(baseline, 2))
            for run in line.runs:
                stream.set_font_size(run.face.name, style.size)
                stream.show_text(_hex(self._use(run)))
            stream.end_text()

        return draw

    def _use(self, run: Run) -> list[int]:
        """The codes of a run; its glyphs are to be embedded."""
        used = self.used.setdefault(run.face, {})
        for character, glyph in zip(run.text, run.glyphs, strict=True):
            used[glyph.code] = Used(glyph.gid, glyph.width, character)
        return [glyph.code for glyph in run.glyphs]

    # --- Pages ----------------------------------------------------------------------------

    def _marked(self, tag: Tag, draw: Callable[[pydyf.Stream], None]) -> None:
        page = self.pages[-1]
        number = len(page.owners)
        page.owners.append(tag)
        tag.marks.append((len(self.pages) - 1, number))
        page.stream.begin_marked_content(tag.kind, pydyf.Dictionary({"MCID": number}).data)
        draw(page.stream)
        page.stream.end_marked_content()

    def _rule(self, colour: tuple[float, float, float], weight: float) -> None:
        stream = self.pages[-1].stream
        stream.begin_marked_content("Artifact")
        stream.set_color_rgb(*colour, stroke=True)
        stream.set_line_width(weight)
        stream.move_to(LEFT, round(self._y, 2))
        stream.line_to(LEFT + MEASURE, round(self._y, 2))
        stream.stroke()
        stream.end_marked_content()

    def _foot(self, page: Page, text: str) -> None:
        line = self._setters[False].line(text, FOOT.size)
        page.stream.begin_marked_content("Artifact")
        self._drawn(line, FOOT, (WIDTH - line.width) / 2, BOTTOM - 22)(page.stream)
        page.stream.end_marked_content()

    def _need(self, height: float) -> None:
        if self._y - height < BOTTOM:
            self._fresh_page()

    def _space(self, height: float) -> None:
        if self._y < HEIGHT - TOP:
            self._y -= height

    def _fresh_page(self) -> None:
        self.pages.append(Page(pydyf.Stream(compress=True)))
        self._y = HEIGHT - TOP


def _cells(stream: pydyf.Stream, block: Figure, x: float, top: float) -> None:
    cell = block.size / block.side
    stream.set_color_rgb(0, 0, 0)
    for across, down, length in block.runs:
        left, under = x + across * cell, top - (down + 1) * cell
        stream.rectangle(*(round(n, 3) for n in (left, under, length * cell, cell)))
    stream.fill()


def _hex(codes: Sequence[int]) -> str:
    return "<" + "".join(f"{code:04x}" for code in codes) + ">"
