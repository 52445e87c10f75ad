"""Section 2: what the bureau sums up itself. Nothing here is computed by the portal."""

from creditquery.report.document import Section
from creditquery.report.fields import Block as Part
from creditquery.report.layout.text import Column, Sheet, section_of, show, subsection
from creditquery.report.model import Report
from creditquery.report.model.summary import CreditSummary, RecoveredSummaries


def section(report: Report) -> Section:
    credit = report.credit_summary or CreditSummary()
    return section_of(
        "信息概要",
        "summary",
        [
            ("提示信息", subsection(_alerts(report))),
            ("数字解读", subsection(_score(report))),
            ("信贷交易信息提示", subsection(_businesses(credit))),
            ("信贷交易违约信息概要", subsection(_defaults(credit))),
            ("信贷交易授信及负债信息概要", subsection(_debts(credit))),
            ("非信贷交易信息概要", subsection(_postpaid(report))),
            ("公共信息概要", subsection(_public(report))),
            ("查询记录概要", subsection(_inquiries(report))),
        ],
    )


def _alerts(report: Report) -> Sheet:
    sheet = Sheet()
    sheet.facts(report.header.fraud_alert, "flag", "phone", "starts", "ends", title="防欺诈警示")
    sheet.facts(report.header.disputes, "total", title="异议提示")
    sheet.rest(report.header.fraud_alert, report.header.disputes)
    return sheet


def _score(report: Report) -> Sheet:
    sheet = Sheet()
    sheet.row(report.score, "score", Column("relative", "相对位置（%）"), "reasons")
    sheet.rest(report.score)
    return sheet


def _businesses(credit: CreditSummary) -> Sheet:
    sheet = Sheet()
    found = credit.businesses
    if found:
        foot = ("合计", "", show(found.accounts), "")
        sheet.table(found.items, "group", "business", "accounts", "first_month", foot=foot)
        _rest_of_total(sheet, found, *(["accounts"] if found.items else []))
    sheet.rest(credit)
    return sheet


def _defaults(credit: CreditSummary) -> Sheet:
    sheet = Sheet()
    _recovered(sheet, credit.recovered)
    sheet.row(credit.bad_debt, "accounts", "balance", title="呆账信息汇总")
    sheet.rest(credit.bad_debt)
    if credit.overdue:
        sheet.table(
            credit.overdue.items,
            "kind",
            "accounts",
            "months",
            "highest",
            "longest",
            title="逾期（透支）信息汇总",
        )
        sheet.rest(credit.overdue)
    return sheet


def _recovered(sheet: Sheet, found: RecoveredSummaries | None) -> None:
    if found is None:
        return
    foot = ("合计", show(found.accounts), show(found.balance))
    sheet.table(found.items, "business", "accounts", "balance", title="被追偿信息汇总", foot=foot)
    _rest_of_total(sheet, found, *(["accounts", "balance"] if found.items else []))


def _debts(credit: CreditSummary) -> Sheet:
    sheet = Sheet()
    loans = _named(
        ("非循环贷账户", credit.loans),
        ("循环贷账户一", credit.revolving_one),
        ("循环贷账户二", credit.revolving_two),
    )
    columns = ("organisations", "accounts", "limit", "balance", "due")
    sheet.table([part for _, part in loans], *columns, lead=_lead(loans), title="贷款信息汇总")
    cards = _named(("贷记卡账户", credit.cards), ("准贷记卡账户", credit.quasi_cards))
    sheet.table(
        [part for _, part in cards],
        "organisations",
        "accounts",
        "limit",
        "highest",
        "lowest",
        Column("used", "已用额度/透支余额"),
        Column("average", "最近6个月平均使用额度/透支余额"),
        lead=_lead(cards),
        title="信用卡信息汇总",
    )
    if credit.liabilities:
        sheet.table(
            credit.liabilities.items,
            "borrower",
            "kind",
            "accounts",
            "liable",
            "balance",
            title="相关还款责任信息汇总",
        )
    sheet.rest(*(part for _, part in (*loans, *cards)), credit.liabilities)
    return sheet


def _postpaid(report: Report) -> Sheet:
    sheet = Sheet()
    if report.postpaid_summary:
        sheet.table(report.postpaid_summary.items, "kind", "accounts", "owed")
        sheet.rest(report.postpaid_summary)
    return sheet


def _public(report: Report) -> Sheet:
    sheet = Sheet()
    if report.public_summary:
        sheet.table(report.public_summary.items, "kind", "records", "sum")
        sheet.rest(report.public_summary)
    return sheet


def _inquiries(report: Report) -> Sheet:
    sheet = Sheet()
    found = report.inquiry_summary
    if found:
        sheet.row(found.last, "on", "organisation", "reason")
        sheet.facts(
            found.counts,
            "month_loan_organisations",
            "month_card_organisations",
            "month_loan",
            "month_card",
            "month_self",
            "years_loan_care",
            "years_guarantee",
            "years_merchant",
        )
        sheet.rest(found, found.last, found.counts)
    return sheet


def _named(*entries: tuple[str, Part | None]) -> list[tuple[str, Part]]:
    return [(name, part) for name, part in entries if part is not None]


def _lead(entries: list[tuple[str, Part]]) -> tuple[str, list[str]]:
    return "账户类型", [name for name, _ in entries]


def _rest_of_total(sheet: Sheet, part: Part, *in_foot: str) -> None:
    sheet.shown(part, *in_foot)
    sheet.rest(part)
