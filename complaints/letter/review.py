"""What two officers decided on in a manual review: for the borrower, and for the lender.

`decision` holds `number`, `round`, `outcome` ("approve" or "refuse"), `handed_in_at`, `decided_at`
and `report_came_at` (moments in UTC; the last None, or absent in older letters, where no report
came during the review), `reasons` (code and sentence in both languages), `object_until` (a day, or
None), and `evidence`: of each document its kind in both languages, its pages, and the SHA-256 of
the file as it was handed in.
"""

from complaints.letter.words import Content, Words, en_day, en_moment, zh_day, zh_moment

APPROVED = "approve"
_ZH_VERIFY = (
    "扫描二维码或者在下列网址输入编号，可查验本函是否有效；文件附有电子签名，改动一个字节即告失效。"
)
_EN_VERIFY = (
    "Scan the code, or enter the number at the address below, to see whether this letter is "
    "valid. The file is signed: one changed byte breaks the signature."
)


def decision_1_zh(content: Content) -> Words:
    review, loan, borrower = content["decision"], content["loan"], content["borrower"]
    word = "足以" if _approved(content) else "尚不足以"
    return Words(
        language="zh-CN",
        title="人工审核结果告知书",
        numbered="编号",
        to=f"{borrower['name']}：",
        paragraphs=(
            f"您就编号{loan['reference']}的贷款申请提出的人工审核已经完成：提交的材料{word}作为审批依据。",
            *(() if _approved(content) else _ways_zh(review["object_until"])),
        ),
        facts=(
            ("审核编号", review["number"]),
            ("提交时间", zh_moment(review["handed_in_at"])),
            ("决定时间", zh_moment(review["decided_at"])),
            *(("理由", reason["zh"]) for reason in review["reasons"]),
            ("材料份数", str(len(review["evidence"]))),
        ),
        law_intro="",
        law=(),
        notes=(),
        how_to_verify=_ZH_VERIFY,
        signed=_signed_zh(content),
    )


def decision_1_en(content: Content) -> Words:
    review, loan, borrower = content["decision"], content["loan"], content["borrower"]
    word = "suffices" if _approved(content) else "does not suffice"
    return Words(
        language="en",
        title="Decision of a manual review",
        numbered="No.",
        to=f"To {borrower['name']}",
        paragraphs=(
            f"The manual review for loan application {loan['reference']} is done: the evidence "
            f"{word} to decide on it.",
            *(() if _approved(content) else _ways_en(review["object_until"])),
            "The Chinese text prevails.",
        ),
        facts=(
            ("Review", review["number"]),
            ("Handed in", en_moment(review["handed_in_at"])),
            ("Decided", en_moment(review["decided_at"])),
            *(("Reason", reason["en"]) for reason in review["reasons"]),
            ("Documents", str(len(review["evidence"]))),
        ),
        law_intro="",
        law=(),
        notes=(),
        how_to_verify=_EN_VERIFY,
        signed=_signed_en(content),
    )


def opinion_1_zh(content: Content) -> Words:
    review, loan, borrower = content["decision"], content["loan"], content["borrower"]
    said = "足以作为审批依据" if _approved(content) else "不足以作为审批依据"
    return Words(
        language="zh-CN",
        title="人工核验意见书",
        numbered="编号",
        to=f"{loan['lender']}：",
        paragraphs=(
            f"因未能取得可用的征信报告，我方对{borrower['name']}（身份证件号码{borrower['id_number']}）"
            f"就编号{loan['reference']}的贷款申请所提交的材料进行了人工核验。",
            *_joined_zh(review.get("report_came_at")),
            f"两名以上工作人员先后核验，意见为：所列材料{said}。本意见书不是征信报告，也不代替贷款机构的审批决定。",
        ),
        facts=(
            ("审核编号", review["number"]),
            ("提交时间", zh_moment(review["handed_in_at"])),
            ("决定时间", zh_moment(review["decided_at"])),
            *(("理由", reason["zh"]) for reason in review["reasons"]),
            *(
                (f"材料{place}", f"{paper['zh']}，{paper['pages']}页，SHA-256 {paper['sha256']}")
                for place, paper in enumerate(review["evidence"], 1)
            ),
        ),
        law_intro="",
        law=(),
        notes=("所列哈希值为借款人所提交原始文件的SHA-256，可与借款人出示的文件比对。",),
        how_to_verify=_ZH_VERIFY,
        signed=_signed_zh(content),
    )


def opinion_1_en(content: Content) -> Words:
    review, loan, borrower = content["decision"], content["loan"], content["borrower"]
    word = "suffices" if _approved(content) else "does not suffice"
    return Words(
        language="en",
        title="Opinion of a manual review",
        numbered="No.",
        to=f"To {loan['lender']}",
        paragraphs=(
            f"No usable credit report was available, so we reviewed by hand what "
            f"{borrower['name']} (ID number {borrower['id_number']}) handed in for loan "
            f"application {loan['reference']}.",
            *_joined_en(review.get("report_came_at")),
            "Two members of staff or more looked at it, one after the other: the evidence listed "
            f"{word} to decide on it. This opinion is not a credit report, and does not take the "
            "place of the lender's decision. The Chinese text prevails.",
        ),
        facts=(
            ("Review", review["number"]),
            ("Handed in", en_moment(review["handed_in_at"])),
            ("Decided", en_moment(review["decided_at"])),
            *(("Reason", reason["en"]) for reason in review["reasons"]),
            *(
                (
                    f"Document {place}",
                    f"{paper['en']}, {paper['pages']} pages, SHA-256 {paper['sha256']}",
                )
                for place, paper in enumerate(review["evidence"], 1)
            ),
        ),
        law_intro="",
        law=(),
        notes=("The hashes are those of the files as the borrower handed them in.",),
        how_to_verify=_EN_VERIFY,
        signed=_signed_en(content),
    )


def _joined_zh(came_at: str | None) -> tuple[str, ...]:
    if came_at is None:
        return ()
    return (f"征信报告于{zh_moment(came_at)}取得，已并入本次核验，由核验人员与所列材料对照查看。",)


def _joined_en(came_at: str | None) -> tuple[str, ...]:
    if came_at is None:
        return ()
    return (
        f"The report came on {en_moment(came_at)} and joined the review: the officers had it "
        "before them beside the evidence listed.",
    )


def _ways_zh(object_until: str | None) -> tuple[str, ...]:
    """What is left to whoever does not agree; an objection was had already when it has no day."""
    objection = (
        f"您如不认可本结果，可在{zh_day(object_until)}前（含当日）在本平台提出异议，"
        "由未参与本次审核的人员重新审核。您也可以"
        if object_until
        else "您如不认可本结果，可以"
    )
    return (
        f"{objection}在本平台投诉，或者拨打12378（国家金融监督管理总局）、12363（中国人民银行）。",
        "本结果由两名以上工作人员先后作出，不是由程序自动作出的。",
    )


def _ways_en(object_until: str | None) -> tuple[str, ...]:
    objection = (
        f"If you do not agree, you can object on this portal until {en_day(object_until)}: people "
        "who had no part in it look at it again. You can also"
        if object_until
        else "If you do not agree, you can"
    )
    return (
        f"{objection} complain to us, or call 12378 (National Financial Regulatory "
        "Administration) or 12363 (People's Bank of China).",
        "Two members of staff or more decided, one after the other; no program did.",
    )


def _approved(content: Content) -> bool:
    return bool(content["decision"]["outcome"] == APPROVED)


def _signed_zh(content: Content) -> str:
    return f"征信直通　{zh_moment(content['issued_at'])}（北京时间）"


def _signed_en(content: Content) -> str:
    return f"Credit Portal, {en_moment(content['issued_at'])} (Beijing time)"
