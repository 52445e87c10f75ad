"""Papers set by hand: complete, tagged, broken where Chinese breaks, every character a glyph."""

import io
import re
import subprocess

import pikepdf
import pytest

from portal import fonts
from portal.paper import printed
from portal.paper.blocks import Figure, Items, Part, Rows, Style, Text
from portal.paper.faces import typeface
from portal.paper.lines import Setter

LONG = "本函由系统依据运行记录核算后自动出具，不收取费用；只说明事实，不认定任何一方的责任。" * 3
FACES = [typeface(face) for face in fonts.outfit("一").faces]


def paper(*blocks, title="测试", **given) -> bytes:
    return printed(title, [Part("zh-CN", blocks)], **given)


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def text(content: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def lines(words: str, width: float = 200) -> list[str]:
    set_lines = Setter(FACES, {}).lines(words, size=10, width=width)
    assert all(line.width <= width + 0.01 for line in set_lines)
    return ["".join(run.text for run in line.runs) for line in set_lines]


# --- Lines ----------------------------------------------------------------------------------


def test_nothing_is_lost_between_lines():
    assert "".join(lines(LONG)) == LONG


@pytest.mark.parametrize("width", range(60, 200, 7))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(width):
    for line in lines(LONG + "（甲）“乙”《丙》" * 9, width):
        assert line[0] not in "，。；）”》"
        assert line[-1] not in "（“《"


def test_words_stay_whole_and_what_is_wider_than_a_line_is_broken():
    words = "The interruption caused this delay, and the borrower could do nothing."
    assert " ".join(lines(words, 90)) == words
    assert "".join(lines("a1b2" * 40, 90)) == "a1b2" * 40


# --- The file -------------------------------------------------------------------------------


def test_it_is_tagged_titled_and_sound(tmp_path):
    content = paper(
        Text("标题", Style(bold=True), "H1"),
        Text(LONG),
        Rows([("贷款申请编号", "LA-2026-1"), ("时间", LONG)]),
        Items(["《民法典》第五百九十条"]),
        Figure(2, [(0, 0, 1), (1, 1, 1)], "https://portal.example/", [Text("扫描")]),
    )
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    assert subprocess.run(["qpdf", "--check", path], capture_output=True).returncode == 0
    document = opened(content)
    assert (str(document.Root.Lang), str(document.docinfo.Title)) == ("zh-CN", "测试")
    assert b"<pdfuaid:part>1" in document.Root.Metadata.read_bytes()
    (section,) = document.Root.StructTreeRoot.K[0].K
    assert str(section.Lang) == "zh-CN"
    assert [str(k.S) for k in section.K] == ["/H1", "/P", "/Table", "/L", "/Figure", "/P"]
    assert str(section.K[4].Alt) == "https://portal.example/"
    assert str(section.K[2].K[0].K[0].A.Scope) == "/Row"


def test_every_mark_leads_to_its_tag():
    """A screen reader goes from the content of a page to the tree by this table."""
    document = opened(paper(*(Text(LONG) for _ in range(30))))
    assert len(document.pages) > 1
    numbers = document.Root.StructTreeRoot.ParentTree.Nums
    for page, owners in zip(document.pages, list(numbers)[1::2], strict=True):
        stream = page.Contents.read_bytes()
        marks = [int(number) for number in re.findall(rb"MCID (\d+)", stream)]
        assert marks == list(range(len(owners)))
        assert stream.count(b"BDC") + stream.count(b"BMC") == stream.count(b"EMC")


def test_each_page_bears_its_number_and_a_heading_is_not_left_alone():
    blocks = [block for _ in range(20) for block in (Text("小标题", kind="H2"), Text(LONG))]
    content = paper(*blocks)
    pages = text(content).split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        *_above, last, foot = page.replace(" / ", "/").split()
        assert foot == f"{number}/{len(pages)}"
        assert last != "小标题"


def test_rare_characters_are_drawn_and_what_no_font_has_is_spelt():
    content = paper(Text("王𡌴李𫰠张𱖎〇", Style(bold=True)), Text("赵\ue123"))
    assert "王𡌴李𫰠张𱖎〇" in text(content)
    assert "赵〔U+E123〕" in text(content)
    document = opened(content)
    for font in document.pages[0].Resources.Font.values():
        assert b"<0000>" not in font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]


def test_the_glyphs_shown_are_those_of_the_characters(tmp_path):
    """What is drawn, not only what is said: a long stroke lies flat or stands upright."""
    flat, upright = (
        _ink(paper(Text(words, Style(size=300, lead=360))), tmp_path) for words in ("一", "｜")
    )
    assert flat[0] > 5 * flat[1]
    assert upright[1] > 5 * upright[0]


def _ink(content: bytes, path) -> tuple[int, int]:
    """How wide and how high the ink of the page is, in points, the foot left aside."""
    header, rest = _drawn(content, path).split(b"\n255\n", 1)
    width = int(header.split()[1])
    rows = [rest[start : start + width] for start in range(0, 700 * width, width)]
    dark = [{x for x, level in enumerate(row) if level < 128} for row in rows]
    across = set().union(*dark)
    down = [y for y, row in enumerate(dark) if row]
    return max(across) - min(across) + 1, down[-1] - down[0] + 1


def _drawn(content: bytes, path) -> bytes:
    source = path / "paper.pdf"
    source.write_bytes(content)
    command = ["pdftoppm", "-r", "72", "-gray", "-singlefile", source, path / "page"]
    subprocess.run(command, check=True)
    return (path / "page.pgm").read_bytes()


def test_only_the_glyphs_used_are_embedded():
    small, large = paper(Text("一")), paper(Text(LONG))
    assert len(small) < 6000 < len(large)


def test_a_file_travels_inside_under_its_name():
    document = opened(paper(Text("一"), attached={"letter.json": b"{}"}))
    assert document.attachments["letter.json"].get_file().read_bytes() == b"{}"
