"""Printed documents: tagged, closed to the outside, every character a glyph, under a password."""

import gc
import io
import socket
import subprocess
from typing import Any

import pikepdf
import pydyf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from portal import fonts, pdf

CSS = "@page { size: A4 }"


def page(body: str, title: str = "测试") -> str:
    return f'<html lang="zh-CN"><head><title>{title}</title></head><body>{body}</body></html>'


def opened(markup: str, css: str = CSS) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.render(markup, css=css)))


def glyphs(document: pikepdf.Pdf) -> dict[str, set[int]]:
    """The numbers of the glyphs that the pages show, by the name of their font."""
    found: dict[str, set[int]] = {}
    for sheet in document.pages:
        for instruction in pikepdf.parse_content_stream(sheet):
            operands: Any = instruction.operands
            operator = instruction.operator
            if str(operator) == "Tf":
                name = str(sheet.Resources.Font[operands[0]].BaseFont)
                shown = found.setdefault(name.partition("+")[2], set())
            elif str(operator) in {"Tj", "TJ"}:
                for part in operands[0] if str(operator) == "TJ" else operands:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part)
                        shown |= {int.from_bytes(codes[i : i + 2]) for i in range(0, len(codes), 2)}
    return found


def text(document: pikepdf.Pdf) -> str:
    whole = io.BytesIO()
    document.save(whole)
    command = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(
        command, input=whole.getvalue(), capture_output=True, check=True
    ).stdout.decode()


def test_a_document_is_tagged_titled_and_in_chinese():
    document = opened(page("<h1>报告</h1><h2>第一部分</h2><p>正文</p>", title="个人信用报告"))
    root = document.Root
    assert str(root.Lang) == "zh-CN"
    assert bool(root.MarkInfo.Marked) is True
    assert bool(root.ViewerPreferences.DisplayDocTitle) is True
    assert str(document.docinfo.Title) == "个人信用报告"
    assert b"pdfuaid" in root.Metadata.read_bytes()
    kinds = [str(root.StructTreeRoot.K[0].K[n].S) for n in range(3)]
    assert kinds == ["/H1", "/H2", "/P"]
    with document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["报告"]
        assert [item.title for item in outline.root[0].children] == ["第一部分"]


def test_rare_characters_come_from_a_font_that_has_them():
    rare = "𡌴𫰠𱖎䶮㙓𠮷喆堃"
    document = opened(page(f"<h1>{rare}</h1><p>{rare} abc {rare}，{rare}</p>"))
    assert text(document).count(rare) == 4
    shown = glyphs(document)
    assert all(name.startswith("Portal-") for name in shown)
    assert all(0 not in numbers for numbers in shown.values())


def test_a_character_that_no_font_has_is_spelt_out_never_a_box():
    document = opened(page("<p>张\ue000\u200b\U000e0001\ud800三</p>"))
    spelt = "张〔U+E000〕〔U+200B〕〔U+E0001〕〔U+D800〕三"
    assert spelt in text(document).replace("\n", "")
    assert all(0 not in numbers for numbers in glyphs(document).values())


def test_every_glyph_shown_is_drawn():
    """A glyph may be in a font and yet be empty; only spaces may."""
    document = opened(page("<p>征信直通 abc 0123456789 —…“”（）：、￥</p>"))
    (font,) = document.pages[0].Resources.Font.values()
    (shown,) = glyphs(document).values()
    embedded = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile3.read_bytes()))
    outlines = embedded["CFF "].cff[0].CharStrings
    names = [embedded.getGlyphName(number) for number in shown]
    assert sum(len(outlines[name].bytecode or outlines[name].program) <= 2 for name in names) <= 1


def test_nothing_outside_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        http = f"http://127.0.0.1:{trap.getsockname()[1]}/a"
        document = opened(
            page(
                f'<img src="{http}" alt="a"><img src="file:///etc/hostname" alt="b">'
                f'<link rel="stylesheet" href="{http}"><style>@import url("{http}");</style>'
                '<link rel="attachment" href="file:///etc/hostname"><p>完</p>'
            ),
            css=f'{CSS} p {{ background: url("{http}") }}',
        )
        with pytest.raises(TimeoutError):
            trap.accept()
    assert not document.attachments
    assert not document.pages[0].get_images()


def test_the_password_opens_the_document_and_no_other_does():
    sealed = pdf.encrypt(pdf.render(page("<p>密</p>"), css=CSS), "长密码correct-horse")
    for wrong in ("", "correct-horse", "长密码correct-hors"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(sealed), password=wrong)
    document = pikepdf.open(io.BytesIO(sealed), password="长密码correct-horse")
    assert (document.encryption.R, document.encryption.bits) == (6, 256)
    assert document.allow.accessibility
    assert not document.allow.modify_other


@pytest.mark.parametrize(
    "password", ["", "123456789", "密" * 9, "x" * 128, "密" * 43, "\udcff" * 10]
)
def test_an_unfit_password_is_refused(password):
    with pytest.raises(pdf.PasswordUnfit, match="10 or more printable characters"):
        pdf.encrypt(b"", password)


def test_the_collector_works_again_afterwards():
    pdf.render(page("<p>一</p>"), css=CSS)
    assert gc.isenabled()
    with pytest.raises(RuntimeError), pdf._collector_at_rest():
        raise RuntimeError
    assert gc.isenabled()


def test_page_references_are_those_of_pydyf():
    made = pydyf.PDF()
    for count in range(3):
        assert len(made.page_references) == count
        made.add_page(pydyf.Dictionary({"Type": "/Page"}))
    kids = made.pages["Kids"]
    assert made.page_references == tuple(f"{number} 0 R".encode() for number in kids[::3])


@pytest.fixture
def forgotten_fonts():
    caches = (fonts._base_faces, fonts._covered, fonts._installed, fonts._cut, fonts._source_of)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_printing_leaves_others_strict_about_truncated_pictures():
    whole = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(whole, "PNG")
    pdf.render(page("<p>一</p>"), css=CSS)
    with (
        pytest.raises(OSError, match="truncated"),
        Image.open(io.BytesIO(whole.getvalue()[:-60])) as cut,
    ):
        cut.load()


def test_a_machine_without_chinese_fonts_gets_one_clear_sentence(forgotten_fonts, monkeypatch):
    monkeypatch.setattr(fonts, "_installed", lambda pattern: ())
    with pytest.raises(fonts.FontsMissing, match="the package fonts-noto-cjk has one"):
        pdf.render(page("<p>一</p>"), css=CSS)


def test_the_faces_are_cut_once_and_kept(forgotten_fonts, settings, tmp_path, monkeypatch):
    cuts = []
    monkeypatch.setattr(fonts, "_cut", lambda source, text: cuts.append(source) or b"face")
    settings.VAR, settings.BASE_DIR = tmp_path / "var", tmp_path
    first = fonts._base_faces()
    for folder in (settings.VAR, tmp_path / "another"):
        settings.VAR = folder
        fonts._base_faces.cache_clear()
        assert fonts._base_faces() == first
    assert len(cuts) == 2
    assert {face.weight for face in first} == {fonts.REGULAR, fonts.BOLD}
