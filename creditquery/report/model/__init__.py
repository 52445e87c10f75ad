"""The second-generation personal credit report as typed data: all 24 segments.

Parts: `person` (header and personal information), `summary`, `account`, `commitment` (agreements
and liabilities), `record` (postpaid services and public records), `remark` (notes, statements and
inquiries). `fields` explains how a part is declared.
"""

from dataclasses import dataclass
from enum import StrEnum

from creditquery.report.fields import Block, block, part, rows
from creditquery.report.model.account import Account
from creditquery.report.model.commitment import Agreement, Liability
from creditquery.report.model.person import Employment, Header, Person, Residence, Spouse
from creditquery.report.model.record import (
    Allowance,
    Award,
    Enforcement,
    HousingFund,
    Judgment,
    Penalty,
    Postpaid,
    Qualification,
    TaxArrears,
)
from creditquery.report.model.remark import Inquiry, RemarkedObject
from creditquery.report.model.summary import (
    CreditSummary,
    InquirySummary,
    PostpaidSummary,
    PublicSummary,
    Score,
)


class Trouble(StrEnum):
    """What the reader found odd; none of them keeps the report from being read."""

    UNKNOWN_CODE = "unknown_code"
    UNREAD_VALUE = "unread_value"
    UNKNOWN_FIELD = "unknown_field"
    COUNT_DIFFERS = "count_differs"
    REPEATED_ACCOUNT = "repeated_account"
    UNPRINTABLE = "unprintable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd thing: the field's key and label, and what stood there (may be personal data)."""

    trouble: Trouble
    key: str
    label: str
    value: str


@part
class Report(Block):
    """One report. Segments that are empty are None or ()."""

    header: Header = block("PRH", Header, unit="PA01")
    person: Person | None = block("PIM", Person, unit="PB01")
    spouse: Spouse | None = block("PMM", Spouse, unit="PB02")
    residences: tuple[Residence, ...] = rows("PRM", Residence, unit="PB03")
    employments: tuple[Employment, ...] = rows("POM", Employment, unit="PB04")
    score: Score | None = block("PSM", Score, unit="PC01")
    credit_summary: CreditSummary | None = block("PCO", CreditSummary, unit="PC02")
    postpaid_summary: PostpaidSummary | None = block("PNO", PostpaidSummary, unit="PC03")
    public_summary: PublicSummary | None = block("PPO", PublicSummary, unit="PC04")
    inquiry_summary: InquirySummary | None = block("PQO", InquirySummary, unit="PC05")
    accounts: tuple[Account, ...] = rows("PDA", Account, unit="PD01")
    agreements: tuple[Agreement, ...] = rows("PCA", Agreement, unit="PD02")
    liabilities: tuple[Liability, ...] = rows("PCR", Liability, unit="PD03")
    postpaid: tuple[Postpaid, ...] = rows("PND", Postpaid, unit="PE01")
    tax_arrears: tuple[TaxArrears, ...] = rows("POT", TaxArrears, unit="PF01")
    judgments: tuple[Judgment, ...] = rows("PCJ", Judgment, unit="PF02")
    enforcements: tuple[Enforcement, ...] = rows("PCE", Enforcement, unit="PF03")
    penalties: tuple[Penalty, ...] = rows("PAP", Penalty, unit="PF04")
    housing_funds: tuple[HousingFund, ...] = rows("PHF", HousingFund, unit="PF05")
    allowances: tuple[Allowance, ...] = rows("PBS", Allowance, unit="PF06")
    qualifications: tuple[Qualification, ...] = rows("PPQ", Qualification, unit="PF07")
    awards: tuple[Award, ...] = rows("PAH", Award, unit="PF08")
    remarks: tuple[RemarkedObject, ...] = rows("POS", RemarkedObject, unit="PG01")
    inquiries: tuple[Inquiry, ...] = rows("POQ", Inquiry, unit="PH01")
    warnings: tuple[Finding, ...] = ()
