"""Postpaid services (PND) and the eight kinds of public records (POT … PAH)."""

from creditquery.report import codes
from creditquery.report.fields import (
    Block,
    Code,
    PartialDate,
    Unread,
    amount,
    block,
    code,
    date,
    part,
    text,
)
from creditquery.report.model.remark import Remarks


@part
class PostpaidTerms(Block):
    kind: Code | None = code("PE01AD01", "账户类型", codes.POSTPAID_KIND)
    organisation: str | None = text("PE01AQ01", "机构名称")
    business: Code | None = code("PE01AD02", "业务类型", codes.POSTPAID_BUSINESS)
    opened: PartialDate | Unread | None = date("PE01AR01", "业务开通日期")
    status: Code | None = code("PE01AD03", "当前缴费状态", codes.POSTPAID_STATUS)
    owed: int | Unread | None = amount("PE01AJ01", "当前欠费金额")
    month: PartialDate | Unread | None = date("PE01AR02", "记账年月")
    record: str | None = text("PE01AQ02", "最近24个月缴费记录")


@part
class Postpaid(Block):
    terms: PostpaidTerms | None = block("PE01A", PostpaidTerms)
    remarks: Remarks | None = block("PE01Z", Remarks)


@part
class TaxArrearsTerms(Block):
    authority: str | None = text("PF01AQ01", "主管税务机关")
    sum: int | Unread | None = amount("PF01AJ01", "欠税总额")
    on: PartialDate | Unread | None = date("PF01AR01", "欠税统计日期")


@part
class TaxArrears(Block):
    terms: TaxArrearsTerms | None = block("PF01A", TaxArrearsTerms)
    remarks: Remarks | None = block("PF01Z", Remarks)


@part
class JudgmentTerms(Block):
    court: str | None = text("PF02AQ01", "立案法院")
    cause: str | None = text("PF02AQ02", "案由")
    filed: PartialDate | Unread | None = date("PF02AR01", "立案日期")
    closing: Code | None = code("PF02AD01", "结案方式", codes.JUDGMENT_CLOSING)
    result: str | None = text("PF02AQ03", "判决/调解结果")
    effective: PartialDate | Unread | None = date("PF02AR02", "判决/调解生效日期")
    object: str | None = text("PF02AQ04", "诉讼标的")
    sum: int | Unread | None = amount("PF02AJ01", "诉讼标的金额")


@part
class Judgment(Block):
    terms: JudgmentTerms | None = block("PF02A", JudgmentTerms)
    remarks: Remarks | None = block("PF02Z", Remarks)


@part
class EnforcementTerms(Block):
    court: str | None = text("PF03AQ01", "执行法院")
    cause: str | None = text("PF03AQ02", "执行案由")
    filed: PartialDate | Unread | None = date("PF03AR01", "立案日期")
    closing: Code | None = code("PF03AD01", "结案方式", codes.ENFORCEMENT_CLOSING)
    state: str | None = text("PF03AQ03", "案件状态")
    closed: PartialDate | Unread | None = date("PF03AR02", "结案日期")
    applied_object: str | None = text("PF03AQ04", "申请执行标的")
    applied: int | Unread | None = amount("PF03AJ01", "申请执行标的金额")
    executed_object: str | None = text("PF03AQ05", "已执行标的")
    executed: int | Unread | None = amount("PF03AJ02", "已执行标的金额")


@part
class Enforcement(Block):
    terms: EnforcementTerms | None = block("PF03A", EnforcementTerms)
    remarks: Remarks | None = block("PF03Z", Remarks)


@part
class PenaltyTerms(Block):
    authority: str | None = text("PF04AQ01", "处罚机构")
    content: str | None = text("PF04AQ02", "处罚内容")
    sum: int | Unread | None = amount("PF04AJ01", "处罚金额")
    starts: PartialDate | Unread | None = date("PF04AR01", "处罚生效日期")
    ends: PartialDate | Unread | None = date("PF04AR02", "处罚截止日期")
    review: str | None = text("PF04AQ03", "行政复议结果")


@part
class Penalty(Block):
    terms: PenaltyTerms | None = block("PF04A", PenaltyTerms)
    remarks: Remarks | None = block("PF04Z", Remarks)


@part
class HousingFundTerms(Block):
    """The shares are of the wage, in per cent. Which of the two keys is whose is not published;
    the field dictionary has the person's first."""

    place: str | None = text("PF05AQ01", "参缴地")
    joined: PartialDate | Unread | None = date("PF05AR01", "参缴日期")
    status: Code | None = code("PF05AD01", "缴费状态", codes.HOUSING_FUND_STATUS)
    first: PartialDate | Unread | None = date("PF05AR02", "初缴月份")
    until: PartialDate | Unread | None = date("PF05AR03", "缴至月份")
    person_share: str | None = text("PF05AQ02", "个人缴存比例")
    employer_share: str | None = text("PF05AQ03", "单位缴存比例")
    monthly: int | Unread | None = amount("PF05AJ01", "月缴存额")
    employer: str | None = text("PF05AQ04", "缴费单位")
    updated: PartialDate | Unread | None = date("PF05AR04", "信息更新日期")


@part
class HousingFund(Block):
    terms: HousingFundTerms | None = block("PF05A", HousingFundTerms)
    remarks: Remarks | None = block("PF05Z", Remarks)


@part
class AllowanceTerms(Block):
    person: Code | None = code("PF06AD01", "人员类别", codes.ALLOWANCE_PERSON)
    place: str | None = text("PF06AQ01", "所在地")
    employer: str | None = text("PF06AQ02", "工作单位")
    income: str | None = text("PF06AQ03", "家庭月收入")
    applied: PartialDate | Unread | None = date("PF06AR01", "申请日期")
    approved: PartialDate | Unread | None = date("PF06AR02", "批准日期")
    updated: PartialDate | Unread | None = date("PF06AR03", "信息更新日期")


@part
class Allowance(Block):
    terms: AllowanceTerms | None = block("PF06A", AllowanceTerms)
    remarks: Remarks | None = block("PF06Z", Remarks)


@part
class QualificationTerms(Block):
    name: str | None = text("PF07AQ01", "执业资格名称")
    authority: str | None = text("PF07AQ02", "颁发机构")
    level: Code | None = code("PF07AD01", "等级", codes.QUALIFICATION_LEVEL)
    place: str | None = text("PF07AD02", "机构所在地")
    obtained: PartialDate | Unread | None = date("PF07AR01", "获得年月")
    ends: PartialDate | Unread | None = date("PF07AR02", "到期年月")
    revoked: PartialDate | Unread | None = date("PF07AR03", "吊销年月")


@part
class Qualification(Block):
    terms: QualificationTerms | None = block("PF07A", QualificationTerms)
    remarks: Remarks | None = block("PF07Z", Remarks)


@part
class AwardTerms(Block):
    authority: str | None = text("PF08AQ01", "奖励机构")
    content: str | None = text("PF08AQ02", "奖励内容")
    starts: PartialDate | Unread | None = date("PF08AR01", "生效年月")
    ends: PartialDate | Unread | None = date("PF08AR02", "截止年月")


@part
class Award(Block):
    terms: AwardTerms | None = block("PF08A", AwardTerms)
    remarks: Remarks | None = block("PF08Z", Remarks)
