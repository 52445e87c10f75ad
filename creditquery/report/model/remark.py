"""Remarks (block Z of each unit), statements about the report (POS) and inquiries (POQ)."""

from creditquery.report import codes
from creditquery.report.fields import (
    Block,
    Code,
    PartialDate,
    Unread,
    code,
    count,
    date,
    part,
    rows,
    text,
)


@part
class Remark(Block):
    kind: Code | None = code("?D01", "类型", codes.REMARK_KIND)
    text: str | None = text("?Q01", "内容")
    added: PartialDate | Unread | None = date("?R01", "添加日期")


@part
class Remarks(Block):
    """The remarks on one account or record (PD01Z, PD02Z, … PF08Z)."""

    total: int | Unread | None = count("?S01", "标注及声明数")
    items: tuple[Remark, ...] = rows("?H", Remark, count="?S01")


@part
class Statement(Block):
    kind: Code | None = code("PG010D03", "类型", codes.REMARK_KIND)
    text: str | None = text("PG010Q01", "内容")
    added: PartialDate | Unread | None = date("PG010R01", "添加日期")


@part
class RemarkedObject(Block):
    """The report or one part of it, with what was declared about it."""

    object_kind: Code | None = code("PG010D01", "对象类型", codes.REMARK_OBJECT_KIND)
    object: Code | None = code("PG010D02", "对象", codes.REMARK_OBJECT)
    total: int | Unread | None = count("PG010S01", "标注及声明数")
    items: tuple[Statement, ...] = rows("PG010H", Statement, count="PG010S01")


@part
class Inquiry(Block):
    on: PartialDate | Unread | None = date("PH010R01", "查询日期")
    organisation_type: Code | None = code("PH010D01", "查询机构类型", codes.ORGANISATION_TYPE)
    organisation: str | None = text("PH010Q02", "查询机构")
    reason: Code | None = code("PH010Q03", "查询原因", codes.QUERY_REASON)
