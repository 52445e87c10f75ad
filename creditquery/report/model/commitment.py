"""Credit agreements (PCA) and liabilities for other people's debts (PCR)."""

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
    text,
)
from creditquery.report.model.remark import Remarks


@part
class AgreementTerms(Block):
    number: str | None = text("PD02AI01", "授信协议编号")
    organisation_type: Code | None = code("PD02AD01", "业务管理机构类型", codes.ORGANISATION_TYPE)
    organisation: str | None = text("PD02AI02", "管理机构")
    identifier: str | None = text("PD02AI03", "授信协议标识")
    use: Code | None = code("PD02AD02", "授信额度用途", codes.LIMIT_USE)
    limit: int | Unread | None = amount("PD02AJ01", "授信额度")
    currency: Code | None = code("PD02AD03", "币种", codes.CURRENCY)
    starts: PartialDate | Unread | None = date("PD02AR01", "生效日期")
    ends: PartialDate | Unread | None = date("PD02AR02", "到期日期")
    status: Code | None = code("PD02AD04", "授信协议状态", codes.AGREEMENT_STATUS)
    used: int | Unread | None = amount("PD02AJ04", "已用额度")
    cap: int | Unread | None = amount("PD02AJ03", "授信限额")
    cap_number: str | None = text("PD02AI04", "授信限额编号")


@part
class Agreement(Block):
    terms: AgreementTerms | None = block("PD02A", AgreementTerms)
    remarks: Remarks | None = block("PD02Z", Remarks)


@part
class LiabilityTerms(Block):
    borrower: Code | None = code("PD03AD08", "主业务借款人", codes.BORROWER_KIND)
    organisation_type: Code | None = code("PD03AD01", "业务管理机构类型", codes.ORGANISATION_TYPE)
    organisation: str | None = text("PD03AQ01", "管理机构")
    business: Code | None = code("PD03AD02", "业务种类", codes.LIABILITY_BUSINESS)
    opened: PartialDate | Unread | None = date("PD03AR01", "开立日期")
    due: PartialDate | Unread | None = date("PD03AR02", "到期日期")
    liable_as: Code | None = code("PD03AD03", "责任人类型", codes.LIABLE_AS)
    contract: str | None = text("PD03AQ02", "保证合同编号")
    liable: int | Unread | None = amount("PD03AJ01", "还款责任金额")
    currency: Code | None = code("PD03AD04", "币种", codes.CURRENCY)
    balance: int | Unread | None = amount("PD03AJ02", "余额")
    five_class: Code | None = code("PD03AD05", "五级分类", codes.FIVE_CLASS)
    account_kind: Code | None = code("PD03AD06", "账户类型", codes.ACCOUNT_KIND)
    repayment_status: Code | None = code("PD03AD07", "还款状态", codes.REPAYMENT_STATUS)
    overdue_months: int | Unread | None = count("PD03AS01", "逾期月数")
    as_of: PartialDate | Unread | None = date("PD03AR03", "信息报告日期")


@part
class Liability(Block):
    terms: LiabilityTerms | None = block("PD03A", LiabilityTerms)
    remarks: Remarks | None = block("PD03Z", Remarks)
