"""Header and personal information: segments PRH, PIM, PMM, PRM and POM."""

from datetime import datetime

from creditquery.report import codes
from creditquery.report.fields import (
    Block,
    Code,
    PartialDate,
    Unread,
    block,
    code,
    count,
    date,
    part,
    rows,
    stamp,
    text,
)


@part
class ReportMark(Block):
    number: str = text("PA01AI01", "报告编号")
    reported_at: datetime | Unread | None = stamp("PA01AR01", "报告时间")


@part
class Subject(Block):
    """Whom the report is about, and who asked for it."""

    name: str = text("PA01BQ01", "被查询者姓名")
    id_type: Code | None = code("PA01BD01", "被查询者证件类型", codes.ID_TYPE)
    id_number: str = text("PA01BI01", "被查询者证件号码")
    organisation: str | None = text("PA01BI02", "查询机构")
    reason: Code | None = code("PA01BD02", "查询原因", codes.QUERY_REASON)


@part
class OtherDocument(Block):
    id_type: Code | None = code("PA01CD01", "证件类型", codes.ID_TYPE)
    id_number: str | None = text("PA01CI01", "证件号码")


@part
class OtherDocuments(Block):
    total: int | Unread | None = count("PA01CS01", "其他证件数")
    items: tuple[OtherDocument, ...] = rows("PA01CH", OtherDocument, count="PA01CS01")


@part
class FraudAlert(Block):
    flag: Code | None = code("PA01DQ01", "防欺诈警示", codes.FRAUD_ALERT)
    phone: str | None = text("PA01DQ02", "警示联系电话")
    starts: PartialDate | Unread | None = date("PA01DR01", "警示生效日期")
    ends: PartialDate | Unread | None = date("PA01DR02", "警示截止日期")


@part
class Disputes(Block):
    total: int | Unread | None = count("PA01ES01", "异议标注数")


@part
class Header(Block):
    mark: ReportMark = block("PA01A", ReportMark)
    subject: Subject = block("PA01B", Subject)
    documents: OtherDocuments | None = block("PA01C", OtherDocuments)
    fraud_alert: FraudAlert | None = block("PA01D", FraudAlert)
    disputes: Disputes | None = block("PA01E", Disputes)


@part
class Identity(Block):
    sex: Code | None = code("PB01AD01", "性别", codes.SEX)
    born: PartialDate | Unread | None = date("PB01AR01", "出生日期")
    education: Code | None = code("PB01AD02", "学历", codes.EDUCATION)
    degree: Code | None = code("PB01AD03", "学位", codes.DEGREE)
    employment: Code | None = code("PB01AD04", "就业状况", codes.EMPLOYMENT)
    email: str | None = text("PB01AQ01", "电子邮箱")
    address: str | None = text("PB01AQ02", "通讯地址")
    nationality: Code | None = code("PB01AD05", "国籍", codes.COUNTRY)
    registered_address: str | None = text("PB01AQ03", "户籍地址")


@part
class Mobile(Block):
    number: str | None = text("PB01BQ01", "手机号码")
    updated: PartialDate | Unread | None = date("PB01BR01", "信息更新日期")


@part
class Mobiles(Block):
    total: int | Unread | None = count("PB01BS01", "手机号码数")
    items: tuple[Mobile, ...] = rows("PB01BH", Mobile, count="PB01BS01")


@part
class Person(Block):
    identity: Identity | None = block("PB01A", Identity)
    mobiles: Mobiles | None = block("PB01B", Mobiles)


@part
class Spouse(Block):
    marital: Code | None = code("PB020D01", "婚姻状况", codes.MARITAL)
    name: str | None = text("PB020Q01", "姓名")
    id_type: Code | None = code("PB020D02", "证件类型", codes.ID_TYPE)
    id_number: str | None = text("PB020I01", "证件号码")
    employer: str | None = text("PB020Q02", "工作单位")
    phone: str | None = text("PB020Q03", "联系电话")


@part
class Residence(Block):
    address: str | None = text("PB030Q01", "居住地址")
    phone: str | None = text("PB030Q02", "住宅电话")
    status: Code | None = code("PB030D01", "居住状况", codes.RESIDENCE)
    updated: PartialDate | Unread | None = date("PB030R01", "信息更新日期")


@part
class Employment(Block):
    status: Code | None = code("PB040D01", "就业状况", codes.EMPLOYMENT)
    employer: str | None = text("PB040Q01", "工作单位")
    nature: Code | None = code("PB040D02", "单位性质", codes.EMPLOYER_NATURE)
    industry: Code | None = code("PB040D03", "行业", codes.INDUSTRY)
    address: str | None = text("PB040Q02", "单位地址")
    phone: str | None = text("PB040Q03", "单位电话")
    occupation: Code | None = code("PB040D04", "职业", codes.OCCUPATION)
    position: Code | None = code("PB040D05", "职务", codes.POSITION)
    title: Code | None = code("PB040D06", "职称", codes.PROFESSIONAL_TITLE)
    since: PartialDate | Unread | None = date("PB040R01", "进入本单位年份")
    updated: PartialDate | Unread | None = date("PB040R02", "信息更新日期")
