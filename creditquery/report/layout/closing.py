"""Sections 6 to 9: statements, annotations, inquiries, and how to read the report."""

from collections import Counter

from creditquery.report.document import Group, Section, Table, Text
from creditquery.report.layout.text import NOTHING, Sheet, section_of, show, subsection
from creditquery.report.model import Finding, Report, Trouble
from creditquery.report.model.remark import Inquiry, RemarkedObject, Statement

OWN_STATEMENT = "3"
SELF_QUERY = "本人"

EXPLANATIONS = (
    "本报告由中国人民银行征信中心的个人征信系统生成，本平台按您的授权取回，并按本人版的次序排印；内容以"
    "征信系统在报告时间的记载为准。",
    "本报告供您本人使用。请妥善保管，因保管不当造成的信息泄露，平台与征信中心无法代您挽回。",
    "“--”表示征信系统没有此项内容，或者该项对这类业务不适用；它不表示零。金额为零时印作“0”。",
    "除注明币种的账户金额以外，金额均以人民币元为单位，取整数；汇总金额中的外币已折算为人民币。",
    "日期写作“年.月.日”；只有年或年月的，表示报送机构只提供到年或月。",
    "手机号码、居住信息和职业信息最多各展示五条；它们由多家机构提供，可能与您现在的情况不同。",
    "信息概要由征信系统汇总，其中的账户数和金额可能与明细的报送时点不同，因此不一定相等。",
    "非循环贷账户：额度一次使用，还款后不能再用。循环贷账户一：在循环额度下逐笔开立的账户。循环贷账户二："
    "一个账户内可以随时借、随时还。",
    "被追偿信息包括由资产管理公司承接的债务，以及保险公司、担保公司等代为偿还后形成的债务。",
    "贷记卡先消费、后还款，并享有免息期；准贷记卡先存款，余额不足时可以小额透支，透支即计息。",
    "还款记录的符号：“N”正常还款；“M”在约定还款日之后、当月月底之前还款；“*”当月不需要还款且此前没有"
    "拖欠；“#”账户已开立，但当月状况未知；“/”当月跳过；“A”账单日调整，当月不出单。",
    "还款记录的数字表示逾期或透支的长短：“1”1至30天；“2”31至60天；“3”61至90天；“4”91至120天；“5”"
    "121至150天；“6”151至180天；“7”180天以上。",
    "还款记录的其他字母：“B”呆账；“C”结清或正常销户；“D”担保人代还；“Z”以资抵债；“G”以其他方式结束。",
    "还款记录每年一栏，每月上为还款状态、下为逾期或透支总额，没有金额的只列状态；空白的月份不在记录期内。",
    "最近24个月的还款记录只在五年记录没有包含其内容时另行列出。",
    "五级分类由发放机构认定：正常、关注、次级、可疑、损失；“未分类”表示机构未作认定。",
    "相关还款责任指您为他人或企业的债务承担的责任，如保证、共同借款；主债务人逾期时，您可能需要偿还。",
    "缴费记录的符号：“N”正常；“*”已开通，当月不需要缴费；“#”未知；“0”至“6”欠费超过宽限期的月数，"
    "“0”不足1个月，“6”6个月以上；“C”销户；“G”结束。",
    "查询记录列出哪些机构、因何原因查询过您的信用报告；您本人的查询单独列出。",
    "您认为内容有错误或遗漏的，可以向征信中心或者提供该信息的机构提出异议；收到异议的机构应当在20日内"
    "核查并书面答复。您也可以对有关信息作出本人声明。",
)  # fmt: skip


def statements(report: Report) -> Section:
    found = [entry for entry in _entries(report) if _is_own(entry[1])]
    return Section("本人声明", "statements", _remarks("本人声明", found), _none(found))


def annotations(report: Report) -> Section:
    found = [entry for entry in _entries(report) if not _is_own(entry[1])]
    groups = _remarks("异议标注及其他说明", found)
    sheet = Sheet()
    for item in report.remarks:
        # Which part a remark is about stands in its row; objects without remarks say nothing.
        sheet.shown(item, "object_kind", "object")
        sheet.unknown(*item.items)
        sheet.rest(item)
    if sheet.blocks:
        groups = (*groups, Group("其他", tuple(sheet.blocks)))
    return Section("异议标注", "annotations", groups, _none(groups))


def _entries(report: Report) -> list[tuple[RemarkedObject, Statement]]:
    return [(item, statement) for item in report.remarks for statement in item.items]


def _is_own(statement: Statement) -> bool:
    return statement.kind is not None and statement.kind.value == OWN_STATEMENT


def _remarks(title: str, found: list[tuple[RemarkedObject, Statement]]) -> tuple[Group, ...]:
    rows = tuple(
        (
            str(number),
            show(item.object or item.object_kind),
            show(statement.kind),
            show(statement.text),
            show(statement.added),
        )
        for number, (item, statement) in enumerate(found, 1)
    )
    if not rows:
        return ()
    columns = ("编号", "对象", "类型", "内容", "添加日期")
    return (Group(title, (Table(columns, rows, widths=(1, 2, 2, 8, 2)),)),)


def _none(found: object) -> tuple[str, ...]:
    return () if found else (NOTHING,)


def inquiries(report: Report) -> Section:
    by_self = [inquiry for inquiry in report.inquiries if _is_self(inquiry)]
    by_others = [inquiry for inquiry in report.inquiries if not _is_self(inquiry)]
    return section_of(
        "查询记录",
        "inquiries",
        [
            ("机构查询记录明细", subsection(_inquiries(by_others))),
            ("本人查询记录明细", subsection(_inquiries(by_self))),
        ],
    )


def _is_self(inquiry: Inquiry) -> bool:
    reason = inquiry.reason.value if inquiry.reason else ""
    return reason.startswith(SELF_QUERY) or inquiry.organisation == SELF_QUERY


def _inquiries(found: list[Inquiry]) -> Sheet:
    sheet = Sheet()
    sheet.numbered(found, "on", "organisation", "reason")
    sheet.rest(*found)
    return sheet


def explanations(report: Report) -> Section:
    items = tuple(f"{number}. {text}" for number, text in enumerate(EXPLANATIONS, 1))
    return Section("报告说明", "explanations", (Group("", (Text(items),)),))


_SENTENCES = {
    Trouble.UNKNOWN_CODE: "{label}的代码“{value}”不在代码表中，照原样印出",
    Trouble.UNREAD_VALUE: "{label}的内容“{value}”不是应有的日期或数字，照原样印出",
    Trouble.UNKNOWN_FIELD: "字段{key}不在已知的报告结构中，列在所属部分的“其他信息”",
    Trouble.COUNT_DIFFERS: "{label}与实际列出的条数不一致（{value}）",
    Trouble.REPEATED_ACCOUNT: "账户编号{value}出现不止一次，均照原样印出",
    Trouble.UNPRINTABLE: "{label}含有不能打印的控制字符，已略去",
}


def findings(report: Report) -> tuple[str, ...]:
    """What the reader found odd, each thing once with the number of its places."""
    counts = Counter(_sentence(finding) for finding in report.warnings)
    return tuple(
        f"{sentence}（{times}处）。" if times > 1 else f"{sentence}。"
        for sentence, times in counts.items()
    )


def _sentence(finding: Finding) -> str:
    label = f"{finding.label}（{finding.key}）" if finding.label else finding.key
    text = _SENTENCES[finding.trouble]
    return text.format(label=label, key=finding.key, value=finding.value)
