"""Section 3: accounts by kind, liabilities for others' debts, credit agreements."""

from collections.abc import Callable

from creditquery.report.document import Group, Section
from creditquery.report.fields import PartialDate
from creditquery.report.layout import grid
from creditquery.report.layout.text import Column, Sheet, section_of, spoken
from creditquery.report.model import Report
from creditquery.report.model.account import Account, Latest, Monthly
from creditquery.report.model.commitment import Agreement, Liability, LiabilityTerms
from creditquery.report.model.remark import Remarks

# The printed edition has the accounts in this order; R4 is called 一 and R1 二.
KINDS = {
    "C1": "被追偿信息",
    "D1": "非循环贷账户",
    "R4": "循环贷账户一",
    "R1": "循环贷账户二",
    "R2": "贷记卡账户",
    "R3": "准贷记卡账户",
}
OTHER = "其他账户"

# An empty 担保方式 of a loan or card means that it is not secured.
_GUARANTEE = Column("guarantee", empty="信用/免担保")


def section(report: Report) -> Section:
    by_kind: dict[str, list[Account]] = {name: [] for name in (*KINDS.values(), OTHER)}
    for account in report.accounts:
        by_kind[KINDS.get(_kind(account), OTHER)].append(account)
    entries: list[tuple[str, list[Group]]] = []
    before = 0
    for name, accounts in by_kind.items():
        if accounts or name != OTHER:
            entries.append(
                (name, [_account(item, before, n) for n, item in enumerate(accounts, 1)])
            )
        before += len(accounts)
    liabilities = [_liability(item, number) for number, item in enumerate(report.liabilities, 1)]
    agreements = [_agreement(item, number) for number, item in enumerate(report.agreements, 1)]
    entries += [("相关还款责任信息", liabilities), ("授信协议信息", agreements)]
    return section_of("信贷交易信息明细", "credit", entries)


def _kind(account: Account) -> str:
    kind = account.basics.kind if account.basics else None
    return kind.value if kind else ""


def _account(account: Account, before: int, number: int) -> Group:
    """`before` counts the accounts of the kinds printed before, `number` within the kind."""
    sheet = Sheet()
    title = f"账户{number}"
    basics = account.basics
    if basics:
        marks = [
            f"{label}：{text}"
            for label, text in (("账户编号", basics.number), ("授信协议标识", basics.agreement))
            if text
        ]
        title += f"（{'，'.join(marks)}）" if marks else ""
        sheet.shown(basics, "kind", "number", "agreement")
    _BODY.get(_kind(account), _loan)(sheet, account)
    _months(sheet, account)
    _lists(sheet, account)
    sheet.rest(
        account,
        basics,
        account.latest,
        account.monthly,
        account.transactions,
        account.events,
        account.instalments,
        account.remarks,
    )
    return Group(title, tuple(sheet.blocks), anchor=f"account-{before + number}", level=2)


def _recovered(sheet: Sheet, account: Account) -> None:
    basics, latest = account.basics, account.latest
    sheet.row(
        basics,
        "organisation",
        "business",
        Column("opened", "债权接收日期"),
        Column("loan", "债权金额"),
        "transfer_status",
    )
    columns = ["status", "balance", "paid_on"]
    if latest and latest.closed:
        columns.append("closed")
    sheet.row(latest, *columns, title=_as_of(sheet, latest))


def _loan(sheet: Sheet, account: Account) -> None:
    basics, monthly = account.basics, account.monthly
    sum_of_account = "limit" if _kind(account) == "R1" else "loan"
    sheet.row(basics, "organisation", "identifier", "opened", "due", sum_of_account, "currency")
    terms = ["periods", "frequency", "repayment", "joint"]
    if basics and basics.issue_form:
        terms.append("issue_form")
    sheet.row(basics, "business", _GUARANTEE, *terms)
    sheet.row(
        monthly,
        "status",
        "five_class",
        "balance",
        "periods_left",
        "due",
        "due_on",
        "paid",
        "paid_on",
        title=_as_of(sheet, monthly),
    )
    sheet.row(
        monthly,
        "overdue_periods",
        "overdue",
        "overdue_31",
        "overdue_61",
        "overdue_91",
        "overdue_181",
    )
    _latest(sheet, account.latest)


def _card(sheet: Sheet, account: Account) -> None:
    basics, monthly = account.basics, account.monthly
    sheet.row(
        basics,
        Column("organisation", "发卡机构"),
        "identifier",
        "opened",
        "limit",
        "shared_limit",
        "currency",
        "business",
        _GUARANTEE,
    )
    sheet.row(
        monthly,
        "status",
        "balance",
        "used",
        "unbilled",
        Column("periods_left", "剩余分期期数"),
        "average_used",
        "most_used",
        title=_as_of(sheet, monthly),
    )
    sheet.row(
        monthly,
        Column("due_on", "账单日"),
        "due",
        "paid",
        "paid_on",
        "overdue_periods",
        "overdue",
    )
    _latest(sheet, account.latest)


def _quasi_card(sheet: Sheet, account: Account) -> None:
    basics, monthly = account.basics, account.monthly
    sheet.row(
        basics,
        Column("organisation", "发卡机构"),
        "identifier",
        "opened",
        "limit",
        "shared_limit",
        "currency",
        _GUARANTEE,
    )
    sheet.row(
        monthly,
        "status",
        Column("balance", "透支余额"),
        "average_overdrawn",
        "most_overdrawn",
        "overdrawn_181",
        title=_as_of(sheet, monthly),
    )
    sheet.row(monthly, Column("due_on", "账单日"), "paid", "paid_on")
    _latest(sheet, account.latest)


_BODY: dict[str, Callable[[Sheet, Account], None]] = {
    "C1": _recovered,
    "R2": _card,
    "R3": _quasi_card,
}


def _latest(sheet: Sheet, latest: Latest | None) -> None:
    """A closed account has its state here; a live one what was reported after its last month."""
    if latest is None:
        return
    columns = [name for name in ("status", "closed", "transferred") if getattr(latest, name)]
    title = _as_of(sheet, latest)
    sheet.row(
        latest,
        *columns,
        "five_class",
        "balance",
        "paid_on",
        "paid",
        "repayment_status",
        title=title + "的最新表现" if title else "最新表现",
    )


def _as_of(sheet: Sheet, part: Latest | Monthly | LiabilityTerms | None) -> str:
    """The heading 截至…, in place of the field."""
    if part is None or not isinstance(part.as_of, PartialDate):
        return ""
    sheet.shown(part, "as_of")
    return f"截至{spoken(part.as_of)}"


def _months(sheet: Sheet, account: Account) -> None:
    monthly = account.monthly
    if monthly and _month(monthly.month) == _month(monthly.as_of):
        sheet.shown(monthly, "month")  # the heading's date has it
    grids = (
        (account.five_years, grid.five_years(account.five_years)),
        (account.two_years, grid.two_years(account.two_years, account.five_years)),
    )
    for record, blocks in grids:
        sheet.add(*blocks)
        if record:
            sheet.unknown(record, *record.months)


def _month(value: object) -> object:
    return (value.year, value.month) if isinstance(value, PartialDate) else value


def _lists(sheet: Sheet, account: Account) -> None:
    if account.transactions:
        sheet.table(
            account.transactions.items,
            "kind",
            "on",
            "months_changed",
            "amount",
            "detail",
            title="特殊交易",
        )
    if account.events:
        sheet.table(account.events.items, "month", "kind", title="特殊事件说明")
    if account.instalments:
        sheet.table(
            account.instalments.items, "limit", "starts", "ends", "used", title="大额专项分期"
        )
    remarks(sheet, account.remarks)


def remarks(sheet: Sheet, found: Remarks | None) -> None:
    if found:
        sheet.table(found.items, "kind", "text", "added", title="标注及声明")


def _liability(liability: Liability, number: int) -> Group:
    sheet, terms = Sheet(), liability.terms
    sheet.row(
        terms, "borrower", "organisation", "business", "opened", "due", "liable_as", "contract"
    )
    sheet.row(
        terms,
        "liable",
        "currency",
        "account_kind",
        "balance",
        "five_class",
        "repayment_status",
        "overdue_months",
        title=_as_of(sheet, terms),
    )
    return _commitment(sheet, "相关还款责任", "liability", number, liability)


def _agreement(agreement: Agreement, number: int) -> Group:
    sheet, terms = Sheet(), agreement.terms
    sheet.row(terms, "organisation", "identifier", "use", "starts", "ends", "status")
    sheet.row(terms, "limit", "used", "cap", "cap_number", "currency")
    return _commitment(sheet, "授信协议", "agreement", number, agreement)


def _commitment(
    sheet: Sheet, name: str, anchor: str, number: int, whole: Agreement | Liability
) -> Group:
    title = f"{name}{number}"
    if isinstance(whole, Agreement) and whole.terms and whole.terms.number:
        title += f"（授信协议编号：{whole.terms.number}）"
        sheet.shown(whole.terms, "number")
    remarks(sheet, whole.remarks)
    sheet.rest(whole, whole.terms, whole.remarks)
    return Group(title, tuple(sheet.blocks), anchor=f"{anchor}-{number}", level=2)
