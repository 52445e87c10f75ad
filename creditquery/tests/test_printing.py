"""The printed report: complete, in order, legible to people and to screen readers."""

import io
import re
import subprocess
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from django.template.loader import render_to_string

from creditquery.report import printing
from creditquery.report.document import (
    Document,
    Facts,
    GridYear,
    Group,
    MonthGrid,
    Section,
    Table,
    Text,
)
from creditquery.report.layout import layout
from creditquery.report.read import read_report
from creditquery.report.samples import JSON, XML, tree
from creditquery.report.synthetic import synthetic, to_json
from creditquery.templatetags import report as filters
from portal.pdf import PasswordUnfit

HEADER = Table(("姓名", "证件号码"), (("王小二", "11010519491231002X"),))
PUBLIC = (
    "PF01AQ01", "PF02AQ01", "PF03AQ01", "PF04AQ01", "PF05AQ04", "PF06AQ02", "PF07AQ01", "PF08AQ01",
)  # fmt: skip


def document(*blocks, **changes) -> Document:
    group = Group("（一）一组", blocks)
    sections = (Section("一、一节", "one", (group,)),)
    plain = Document("个人信用报告", "2019101617463675115707", "2019.10.16", HEADER, sections)
    return replace(plain, **changes)


def text(pdf: bytes) -> str:
    """The words in the order in which the pages show them, without the breaks between lines."""
    command = ["pdftotext", "-raw", "-", "-"]
    shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", shown)


@cache
def sixty() -> bytes:
    """A report of 60 accounts, 130 inquiries and two public records of each kind."""
    report = synthetic(tree(), accounts=60, inquiries=130)
    return printing.pdf(layout(read_report(to_json(report))))


def test_every_account_inquiry_and_public_record_is_printed_once():
    shown = text(sixty())
    accounts = [f"BS{n:06}" for n in range(60)]
    inquiries = [f"查询机构{n:06}" for n in range(130)]
    records = [f"{field}{n:06}" for field in PUBLIC for n in range(2)]
    wanted = accounts + inquiries + records
    assert {name: shown.count(name) for name in wanted} == dict.fromkeys(wanted, 1)


def test_xml_and_json_print_alike():
    prints = [text(printing.pdf(layout(read_report(raw)))) for raw in (XML, JSON)]
    assert prints[0] == prints[1]


def test_each_page_bears_its_number_and_the_report_s():
    pages = len(pikepdf.open(io.BytesIO(sixty())).pages)
    shown = text(sixty())
    assert all(shown.count(f"第{n}页，共{pages}页") == 1 for n in range(1, pages + 1))
    assert shown.count("2019101617463675115707") == pages


def test_the_outline_names_each_section_and_account():
    with pikepdf.open(io.BytesIO(sixty())).open_outline() as outline:
        (report,) = outline.root
        sections = [section.title for section in report.children]
        credit = report.children[2]
        accounts = [item for group in credit.children for item in group.children]
    assert sections[:3] == ["一、个人基本信息", "二、信息概要", "三、信贷交易信息明细"]
    assert len([account for account in accounts if account.title.startswith("账户")]) == 60


def test_a_long_table_repeats_its_heads_and_tells_each_cell_its_head():
    rows = tuple((str(n), "贷后管理") for n in range(1, 201))
    pdf = printing.pdf(document(Table(("编号", "查询原因"), rows)))
    opened = pikepdf.open(io.BytesIO(pdf))
    assert text(pdf).count("编号查询原因") == len(opened.pages)
    cells = [dict(e.A) for e in opened.objects if e_is(e, "/TD") and "/A" in e]
    assert len(cells) == 2 + 2 * len(rows)
    assert all(len(cell["/Headers"]) == 1 for cell in cells)


def e_is(thing: object, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == kind


def test_a_month_belongs_to_its_year_and_month():
    year = GridYear("2019", ("N",) * 11 + ("3",), ("0",) * 11 + ("1,200",))
    opened = pikepdf.open(io.BytesIO(printing.pdf(document(MonthGrid("还款记录", (year,))))))
    cells = [e for e in opened.objects if e_is(e, "/TD") and "/A" in e]
    assert [len(cell.A.Headers) for cell in cells[-12:]] == [2] * 12


def test_what_stands_in_a_report_is_text_and_never_markup():
    pdf = printing.pdf(document(Text(("<b>粗</b> & <script>",), title="<i>")))
    assert "<i><b>粗</b>&<script>" in text(pdf)


def test_a_character_without_a_glyph_is_spelt_out_and_noted():
    shown = text(printing.pdf(document(Text(("王\ue123",)), notes=("代码 99 未列入代码表。",))))
    assert "王〔U+E123〕" in shown
    assert "代码99未列入代码表。" in shown
    assert "报告中以其统一码编号代替：〔U+E123〕。" in shown


def test_the_file_is_sound(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(sixty())
    assert (
        subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    )


def test_with_a_password_the_wrong_one_opens_nothing():
    pdf = printing.pdf(document(), "correct horse")
    assert pikepdf.open(io.BytesIO(pdf), password="correct horse").docinfo.Title
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(pdf), password="correct horsf")
    with pytest.raises(PasswordUnfit):
        printing.pdf(document(), "")


def test_the_page_shows_the_same_and_scrolls_only_its_tables():
    facts = Facts((("性别", "男"),), title="身份")
    grid = MonthGrid("还款记录", (GridYear("2019", ("N",) * 12),))
    context = {"document": document(facts, grid)}
    page = render_to_string("creditquery/_report_document.html", context)
    assert "<dt>性别</dt><dd>男</dd>" in page
    assert page.count('<div class="scroll" tabindex="0"') == 1
    assert "<html" not in page


def test_strips_give_long_values_room_and_leave_no_hole():
    pairs = (
        ("性别", "男"),
        ("地址", "长" * 30),
        ("学历", "本科"),
        ("说明", "x" * 300),
        ("末", "1"),
    )
    spans = [[span for _, _, span in strip] for strip in filters.strips(Facts(pairs))]
    assert spans == [[1, 2, 3], [6], [1, 5]]


def test_a_single_strip_shares_the_row_evenly():
    assert filters.strips(Facts((("a", "1"), ("b", "2")))) == [[("a", "1", 1), ("b", "2", 1)]]


@pytest.mark.parametrize(
    ("status", "amount", "shown"),
    [
        ("N", "0", "N\n0"),
        ("#", "--", "#"),
        ("", "", ""),
        ("--", "--", "--"),
        ("3", "1,200", "3\n1,200"),
    ],
)
def test_a_month_shows_its_amount_where_there_is_one(status, amount, shown):
    assert filters.months(GridYear("2019", (status,) * 12, (amount,) * 12)) == [shown] * 12


def test_widths_follow_the_table_or_its_longest_cells():
    assert filters.shares(Table(("a", "b"), (("1", "2"),), widths=(1, 3))) == [25, 75]
    assert filters.shares(Table(("a", "b"), (("1", "2"),))) == []
    by_cells = filters.shares(Table(("编号", "内容"), (("1", "长" * 90), ("2", "短"))))
    assert by_cells == [18, 81]


def test_amounts_are_set_right_only_where_there_are_several():
    table = Table(("a", "b"), (("1", "2"),), numbers=frozenset({1}))
    assert filters.flush_right(table) == frozenset()
    assert filters.flush_right(replace(table, rows=table.rows * 2)) == {1}
