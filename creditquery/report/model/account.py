"""One credit account: unit PD01 of segment PDA."""

from creditquery.report import codes
from creditquery.report.fields import (
    Block,
    Code,
    PartialDate,
    Unread,
    amount,
    block,
    code,
    count,
    date,
    part,
    rows,
    text,
)
from creditquery.report.model.remark import Remarks


@part
class Basics(Block):
    kind: Code | None = code("PD01AD01", "账户类型", codes.ACCOUNT_KIND)
    number: str | None = text("PD01AI01", "账户编号")
    organisation_type: Code | None = code("PD01AD02", "业务管理机构类型", codes.ORGANISATION_TYPE)
    organisation: str | None = text("PD01AI02", "管理机构")
    identifier: str | None = text("PD01AI03", "账户标识")
    agreement: str | None = text("PD01AI04", "授信协议编号")
    business: Code | None = code("PD01AD03", "业务种类", codes.BUSINESS)
    opened: PartialDate | Unread | None = date("PD01AR01", "开立日期")
    currency: Code | None = code("PD01AD04", "账户币种", codes.CURRENCY)
    loan: int | Unread | None = amount("PD01AJ01", "借款金额")
    limit: int | Unread | None = amount("PD01AJ02", "账户授信额度")
    shared_limit: int | Unread | None = amount("PD01AJ03", "共享授信额度")
    due: PartialDate | Unread | None = date("PD01AR02", "到期日期")
    repayment: Code | None = code("PD01AD05", "还款方式", codes.REPAYMENT)
    frequency: Code | None = code("PD01AD06", "还款频率", codes.FREQUENCY)
    periods: int | Unread | None = count("PD01AS01", "还款期数")
    guarantee: Code | None = code("PD01AD07", "担保方式", codes.GUARANTEE)
    issue_form: Code | None = code("PD01AD08", "贷款发放形式", codes.ISSUE_FORM)
    joint: Code | None = code("PD01AD09", "共同借款标志", codes.JOINT_BORROWER)
    transfer_status: Code | None = code("PD01AD10", "债权转移时的还款状态", codes.TRANSFER_STATUS)


@part
class Latest(Block):
    """What is known last. The status stands here once an account is closed or a bad debt."""

    status: Code | None = code("PD01BD01", "账户状态", codes.ACCOUNT_STATUS)
    closed: PartialDate | Unread | None = date("PD01BR01", "关闭日期")
    transferred: PartialDate | Unread | None = date("PD01BR04", "转出月份")
    balance: int | Unread | None = amount("PD01BJ01", "余额")
    paid_on: PartialDate | Unread | None = date("PD01BR02", "最近一次还款日期")
    paid: int | Unread | None = amount("PD01BJ02", "最近一次还款金额")
    five_class: Code | None = code("PD01BD03", "五级分类", codes.FIVE_CLASS)
    repayment_status: Code | None = code("PD01BD04", "当前还款状态", codes.REPAYMENT_STATUS)
    as_of: PartialDate | Unread | None = date("PD01BR03", "信息报告日期")


@part
class Monthly(Block):
    """The last month reported of a live account."""

    month: PartialDate | Unread | None = date("PD01CR01", "月份")
    status: Code | None = code("PD01CD01", "账户状态", codes.ACCOUNT_STATUS)
    balance: int | Unread | None = amount("PD01CJ01", "余额")
    used: int | Unread | None = amount("PD01CJ02", "已用额度")
    unbilled: int | Unread | None = amount("PD01CJ03", "未出单的大额专项分期余额")
    five_class: Code | None = code("PD01CD02", "五级分类", codes.FIVE_CLASS)
    periods_left: int | Unread | None = count("PD01CS01", "剩余还款期数")
    due_on: PartialDate | Unread | None = date("PD01CR02", "应还款日")
    due: int | Unread | None = amount("PD01CJ04", "本月应还款")
    paid: int | Unread | None = amount("PD01CJ05", "本月实还款")
    paid_on: PartialDate | Unread | None = date("PD01CR03", "最近一次还款日期")
    overdue_periods: int | Unread | None = count("PD01CS02", "当前逾期期数")
    overdue: int | Unread | None = amount("PD01CJ06", "当前逾期总额")
    overdue_31: int | Unread | None = amount("PD01CJ07", "逾期31-60天未还本金")
    overdue_61: int | Unread | None = amount("PD01CJ08", "逾期61-90天未还本金")
    overdue_91: int | Unread | None = amount("PD01CJ09", "逾期91-180天未还本金")
    overdue_181: int | Unread | None = amount("PD01CJ10", "逾期180天以上未还本金")
    overdrawn_181: int | Unread | None = amount("PD01CJ11", "透支180天以上未付余额")
    average_used: int | Unread | None = amount("PD01CJ12", "最近6个月平均使用额度")
    average_overdrawn: int | Unread | None = amount("PD01CJ13", "最近6个月平均透支余额")
    most_used: int | Unread | None = amount("PD01CJ14", "最大使用额度")
    most_overdrawn: int | Unread | None = amount("PD01CJ15", "最大透支余额")
    as_of: PartialDate | Unread | None = date("PD01CR04", "信息报告日期")


@part
class StatusMonth(Block):
    month: PartialDate | Unread | None = date("PD01DR03", "月份")
    status: Code | None = code("PD01DD01", "还款状态", codes.REPAYMENT_STATUS)


@part
class TwoYears(Block):
    first: PartialDate | Unread | None = date("PD01DR01", "起始年月")
    last: PartialDate | Unread | None = date("PD01DR02", "截止年月")
    months: tuple[StatusMonth, ...] = rows("PD01DH", StatusMonth)


@part
class AmountMonth(Block):
    month: PartialDate | Unread | None = date("PD01ER03", "月份")
    status: Code | None = code("PD01ED01", "还款状态", codes.REPAYMENT_STATUS)
    overdue: int | Unread | None = amount("PD01EJ01", "逾期（透支）总额")


@part
class FiveYears(Block):
    """Up to 60 months. The count is of the months in range, not of the slots that came."""

    first: PartialDate | Unread | None = date("PD01ER01", "起始年月")
    last: PartialDate | Unread | None = date("PD01ER02", "截止年月")
    total: int | Unread | None = count("PD01ES01", "月数")
    months: tuple[AmountMonth, ...] = rows("PD01EH", AmountMonth)


@part
class Transaction(Block):
    kind: Code | None = code("PD01FD01", "特殊交易类型", codes.SPECIAL_TRANSACTION)
    on: PartialDate | Unread | None = date("PD01FR01", "发生日期")
    months_changed: int | Unread | None = count("PD01FS02", "到期日期变更月数")
    amount: int | Unread | None = amount("PD01FJ01", "发生金额")
    detail: str | None = text("PD01FQ01", "明细记录")


@part
class Transactions(Block):
    total: int | Unread | None = count("PD01FS01", "特殊交易数")
    items: tuple[Transaction, ...] = rows("PD01FH", Transaction, count="PD01FS01")


@part
class Event(Block):
    month: PartialDate | Unread | None = date("PD01GR01", "发生月份")
    kind: Code | None = code("PD01GD01", "特殊事件类型", codes.SPECIAL_EVENT)


@part
class Events(Block):
    total: int | Unread | None = count("PD01GS01", "特殊事件数")
    items: tuple[Event, ...] = rows("PD01GH", Event, count="PD01GS01")


@part
class Instalment(Block):
    limit: int | Unread | None = amount("PD01HJ01", "大额专项分期额度")
    starts: PartialDate | Unread | None = date("PD01HR01", "分期额度生效日期")
    ends: PartialDate | Unread | None = date("PD01HR02", "分期额度到期日期")
    used: int | Unread | None = amount("PD01HJ02", "已用分期额度")


@part
class Instalments(Block):
    total: int | Unread | None = count("PD01HS01", "大额专项分期数")
    items: tuple[Instalment, ...] = rows("PD01HH", Instalment, count="PD01HS01")


@part
class Account(Block):
    basics: Basics | None = block("PD01A", Basics)
    latest: Latest | None = block("PD01B", Latest)
    monthly: Monthly | None = block("PD01C", Monthly)
    two_years: TwoYears | None = block("PD01D", TwoYears)
    five_years: FiveYears | None = block("PD01E", FiveYears)
    transactions: Transactions | None = block("PD01F", Transactions)
    events: Events | None = block("PD01G", Events)
    instalments: Instalments | None = block("PD01H", Instalments)
    remarks: Remarks | None = block("PD01Z", Remarks)
