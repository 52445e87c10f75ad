"""What the report sums up: segments PSM, PCO, PNO, PPO and PQO."""

from creditquery.report import codes
from creditquery.report.fields import (
    Block,
    Code,
    PartialDate,
    Unread,
    amount,
    block,
    code,
    code_list,
    count,
    date,
    part,
    rows,
    text,
)


@part
class Score(Block):
    """The bureau's score from 0 to 1000, and the share of people below it in per cent."""

    score: int | Unread | None = count("PC010Q01", "数字解读")
    relative: int | Unread | None = count("PC010Q02", "相对位置")
    total: int | Unread | None = count("PC010S01", "分数说明条数")
    reasons: tuple[Code, ...] = code_list("PC010D01", "分数说明", codes.SCORE_REASON)


@part
class BusinessSummary(Block):
    business: Code | None = code("PC02AD01", "业务类型", codes.SUMMARY_BUSINESS)
    group: Code | None = code("PC02AD02", "业务大类", codes.SUMMARY_CLASS)
    accounts: int | Unread | None = count("PC02AS03", "账户数")
    first_month: PartialDate | Unread | None = date("PC02AR01", "首笔业务发放月份")


@part
class BusinessSummaries(Block):
    accounts: int | Unread | None = count("PC02AS01", "账户数合计")
    total: int | Unread | None = count("PC02AS02", "业务类型数")
    items: tuple[BusinessSummary, ...] = rows("PC02AH", BusinessSummary, count="PC02AS02")


@part
class RecoveredSummary(Block):
    business: Code | None = code("PC02BD01", "业务类型", codes.RECOVERED_BUSINESS)
    accounts: int | Unread | None = count("PC02BS03", "账户数")
    balance: int | Unread | None = amount("PC02BJ02", "余额")


@part
class RecoveredSummaries(Block):
    accounts: int | Unread | None = count("PC02BS01", "账户数合计")
    balance: int | Unread | None = amount("PC02BJ01", "余额合计")
    total: int | Unread | None = count("PC02BS02", "业务类型数")
    items: tuple[RecoveredSummary, ...] = rows("PC02BH", RecoveredSummary, count="PC02BS02")


@part
class BadDebtSummary(Block):
    accounts: int | Unread | None = count("PC02CS01", "账户数")
    balance: int | Unread | None = amount("PC02CJ01", "余额")


@part
class OverdueSummary(Block):
    kind: Code | None = code("PC02DD01", "账户类型", codes.OVERDUE_ACCOUNT)
    accounts: int | Unread | None = count("PC02DS02", "账户数")
    months: int | Unread | None = count("PC02DS03", "月份数")
    highest: int | Unread | None = amount("PC02DJ01", "单月最高逾期（透支）总额")
    longest: int | Unread | None = count("PC02DS04", "最长逾期（透支）月数")


@part
class OverdueSummaries(Block):
    total: int | Unread | None = count("PC02DS01", "账户类型数")
    items: tuple[OverdueSummary, ...] = rows("PC02DH", OverdueSummary, count="PC02DS01")


@part
class LoanSummary(Block):
    """Open loans of one kind (blocks PC02E, PC02F and PC02G)."""

    organisations: int | Unread | None = count("?S01", "管理机构数")
    accounts: int | Unread | None = count("?S02", "账户数")
    limit: int | Unread | None = amount("?J01", "授信总额")
    balance: int | Unread | None = amount("?J02", "余额")
    due: int | Unread | None = amount("?J03", "最近6个月平均应还款")


@part
class CardSummary(Block):
    """Open cards of one kind (blocks PC02H and PC02I)."""

    organisations: int | Unread | None = count("?S01", "发卡机构数")
    accounts: int | Unread | None = count("?S02", "账户数")
    limit: int | Unread | None = amount("?J01", "授信总额")
    highest: int | Unread | None = amount("?J02", "单家机构最高授信额")
    lowest: int | Unread | None = amount("?J03", "单家机构最低授信额")
    used: int | Unread | None = amount("?J04", "已用额度")
    average: int | Unread | None = amount("?J05", "最近6个月平均使用额度")


@part
class LiabilitySummary(Block):
    borrower: Code | None = code("PC02KD01", "主业务借款人", codes.LIABLE_FOR)
    kind: Code | None = code("PC02KD02", "责任类型", codes.LIABILITY_CLASS)
    accounts: int | Unread | None = count("PC02KS02", "账户数")
    liable: int | Unread | None = amount("PC02KJ01", "还款责任金额")
    balance: int | Unread | None = amount("PC02KJ02", "余额")


@part
class LiabilitySummaries(Block):
    total: int | Unread | None = count("PC02KS01", "责任类型数")
    items: tuple[LiabilitySummary, ...] = rows("PC02KH", LiabilitySummary, count="PC02KS01")


@part
class CreditSummary(Block):
    businesses: BusinessSummaries | None = block("PC02A", BusinessSummaries)
    recovered: RecoveredSummaries | None = block("PC02B", RecoveredSummaries)
    bad_debt: BadDebtSummary | None = block("PC02C", BadDebtSummary)
    overdue: OverdueSummaries | None = block("PC02D", OverdueSummaries)
    loans: LoanSummary | None = block("PC02E", LoanSummary)
    revolving_one: LoanSummary | None = block("PC02F", LoanSummary)
    revolving_two: LoanSummary | None = block("PC02G", LoanSummary)
    cards: CardSummary | None = block("PC02H", CardSummary)
    quasi_cards: CardSummary | None = block("PC02I", CardSummary)
    liabilities: LiabilitySummaries | None = block("PC02K", LiabilitySummaries)


@part
class PostpaidClass(Block):
    kind: Code | None = code("PC030D01", "业务类型", codes.POSTPAID_CLASS)
    accounts: int | Unread | None = count("PC030S02", "欠费账户数")
    owed: int | Unread | None = amount("PC030J01", "欠费金额")


@part
class PostpaidSummary(Block):
    total: int | Unread | None = count("PC030S01", "业务类型数")
    items: tuple[PostpaidClass, ...] = rows("PC030H", PostpaidClass, count="PC030S01")


@part
class PublicClass(Block):
    kind: Code | None = code("PC040D01", "信息类型", codes.PUBLIC_CLASS)
    records: int | Unread | None = count("PC040S02", "记录数")
    sum: int | Unread | None = amount("PC040J01", "涉及金额")


@part
class PublicSummary(Block):
    total: int | Unread | None = count("PC040S01", "信息类型数")
    items: tuple[PublicClass, ...] = rows("PC040H", PublicClass, count="PC040S01")


@part
class LastInquiry(Block):
    on: PartialDate | Unread | None = date("PC05AR01", "上一次查询日期")
    organisation_type: Code | None = code("PC05AD01", "上一次查询机构类型", codes.ORGANISATION_TYPE)
    organisation: str | None = text("PC05AI01", "上一次查询机构")
    reason: Code | None = code("PC05AQ01", "上一次查询原因", codes.QUERY_REASON)


@part
class InquiryCounts(Block):
    month_loan_organisations: int | Unread | None = count(
        "PC05BS01", "最近1个月内的查询机构数（贷款审批）"
    )
    month_card_organisations: int | Unread | None = count(
        "PC05BS02", "最近1个月内的查询机构数（信用卡审批）"
    )
    month_loan: int | Unread | None = count("PC05BS03", "最近1个月内的查询次数（贷款审批）")
    month_card: int | Unread | None = count("PC05BS04", "最近1个月内的查询次数（信用卡审批）")
    month_self: int | Unread | None = count("PC05BS05", "最近1个月内的查询次数（本人查询）")
    years_loan_care: int | Unread | None = count("PC05BS06", "最近2年内的查询次数（贷后管理）")
    years_guarantee: int | Unread | None = count("PC05BS07", "最近2年内的查询次数（担保资格审查）")
    years_merchant: int | Unread | None = count(
        "PC05BS08", "最近2年内的查询次数（特约商户实名审查）"
    )


@part
class InquirySummary(Block):
    last: LastInquiry | None = block("PC05A", LastInquiry)
    counts: InquiryCounts | None = block("PC05B", InquiryCounts)
