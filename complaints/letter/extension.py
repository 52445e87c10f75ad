"""The letter about a longer deadline: what was decided, by whom, and how the days were counted.

`decision` holds `original` and `until` (days, ISO 8601), `days` (working days), `counted_from`,
`decided_at` (a moment in UTC), `policy` and `calendar` (versions), `provisional`.
"""

from complaints.letter.words import Content, Words, en_day, en_moment, zh_day, zh_moment


def extension_1_zh(content: Content) -> Words:
    loan, borrower, decision = content["loan"], content["borrower"], content["decision"]
    return Words(
        language="zh-CN",
        title="审批期限延长通知函",
        numbered="编号",
        to=f"{borrower['name']}：",
        paragraphs=(
            f"{loan['lender']}就编号{loan['reference']}的贷款申请，"
            f"已将审批期限延长至{zh_day(decision['until'])}。",
            "延长的工作日数是运营方与贷款机构约定的规则，并非法律规定；原期限仍记录在案。",
        ),
        facts=(
            ("借款人", f"{borrower['name']}（身份证件号码{borrower['id_number']}）"),
            ("原期限", zh_day(decision["original"])),
            ("延长后期限", zh_day(decision["until"])),
            ("工作日", f"自{zh_day(decision['counted_from'])}起{decision['days']}个工作日"),
            ("决定时间", zh_moment(decision["decided_at"])),
            ("规则版本", decision["policy"]),
            ("日历版本", decision["calendar"]),
        ),
        law_intro="",
        law=(),
        notes=_ZH_PROVISIONAL if decision["provisional"] else (),
        how_to_verify="扫描二维码或者在下列网址输入编号，可查验本函是否有效；文件附有电子签名，改动一个字节即告失效。",
        signed=f"征信直通　{zh_moment(content['issued_at'])}（北京时间）",
    )


_ZH_PROVISIONAL = ("该年度放假安排尚未公布，期限为暂定；公布后重新计算，如有变化另行发函。",)
_EN_PROVISIONAL = (
    "The holidays of that year are not published yet, so the day is provisional. It is computed "
    "again when they are; another letter follows if it changes.",
)


def extension_1_en(content: Content) -> Words:
    loan, borrower, decision = content["loan"], content["borrower"], content["decision"]
    return Words(
        language="en",
        title="Letter about a longer deadline",
        numbered="No.",
        to=f"To {borrower['name']}",
        paragraphs=(
            f"{loan['lender']} has extended the deadline of loan application {loan['reference']} "
            f"to {en_day(decision['until'])}.",
            "The number of working days is a rule agreed between operator and lender, not one of "
            "law. The original deadline stays on record. The Chinese text prevails.",
        ),
        facts=(
            ("Borrower", f"{borrower['name']}, ID number {borrower['id_number']}"),
            ("Original deadline", en_day(decision["original"])),
            ("New deadline", en_day(decision["until"])),
            ("Working days", f"{decision['days']} from {en_day(decision['counted_from'])}"),
            ("Decided", en_moment(decision["decided_at"])),
            ("Version of the rule", decision["policy"]),
            ("Version of the calendar", decision["calendar"]),
        ),
        law_intro="",
        law=(),
        notes=_EN_PROVISIONAL if decision["provisional"] else (),
        how_to_verify="Scan the code, or enter the number at the address below, to see whether "
        "this letter is valid. The file is signed: one changed byte breaks the signature.",
        signed=f"Credit Portal, {en_moment(content['issued_at'])} (Beijing time)",
    )
