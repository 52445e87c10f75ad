"""The delay letter (情况说明函): what was down, and whose query stood still meanwhile."""

from complaints.letter.serials import grouped
from complaints.letter.words import Content, Words, en_moment, en_span, zh_moment, zh_span

_ZH_OPEN, _EN_OPEN = "本函出具时尚未恢复", "not yet restored when this letter was issued"


def delay_1_zh(content: Content) -> Words:
    outage, touched = content["incident"], content["touched"]
    loan, query, borrower = content["loan"], content["query"], content["borrower"]
    return Words(
        language="zh-CN",
        title="情况说明函",
        numbered="编号",
        to=f"{loan['lender']}：" if loan else "致有关机构：",
        paragraphs=(
            f"兹就借款人{borrower['name']}（身份证件号码{borrower['id_number']}）的情况说明如下：",
            _zh_outage(outage),
            _zh_touched(content),
            "上述停滞由服务中断造成，并非借款人的原因，借款人当时没有任何办法使其继续。",
            "本函由系统依据运行记录核算后自动出具，不收取费用；只说明事实，不认定任何一方的责任。",
        ),
        facts=(
            *((("贷款申请编号", loan["reference"]),) if loan else ()),
            *((("查询编号", query["request_no"]),) if query else ()),
            ("事件编号", f"{outage['number']}（第{content['revision']}版）"),
            ("中断服务", outage["component_zh"]),
            *(("中断时间", _zh_window(*window)) for window in outage["windows"]),
            *((("中断时长", zh_span(outage["seconds"])),) if outage["seconds"] is not None else ()),
            ("受影响时间", _zh_window(touched["from"], touched["until"])),
            *((("查询授权存证", query["consent_sha256"]),) if query else ()),
        ),
        law_intro="下列条文供有关各方参考，是否适用由其自行或者由有权机关认定：",
        law=tuple((f"《{a['law']}》{a['article']}", a["wording"]) for a in content["law"]),
        notes=_zh_notes(content),
        how_to_verify="扫描二维码或者在下列网址输入编号，可查验本函是否有效；文件附有电子签名，改动一个字节即告失效。",
        signed=f"征信直通　{zh_moment(content['issued_at'])}（北京时间）",
    )


def _zh_outage(outage: Content) -> str:
    named = f"“{outage['component_zh']}”服务发生中断（{outage['title_zh']}）"
    return f"平台{named}，起止时间见下表，均为北京时间。"


def _zh_touched(content: Content) -> str:
    touched, query = content["touched"], content["query"]
    since, until = zh_moment(touched["from"]), touched["until"]
    ended = f"至{zh_moment(until)}" if until else f"起，{_ZH_OPEN}"
    if query is None:
        return f"借款人自{since}{ended}，因此无法登录平台办理查询。"
    signed = zh_moment(query["signed_at"])
    return (
        f"借款人已于{signed}签署授权书，同意查询本人信用报告；该笔查询自{since}{ended}，因此停滞。"
    )


def _zh_window(start: str, end: str | None) -> str:
    return f"{zh_moment(start)} ～ {zh_moment(end) if end else _ZH_OPEN}"


def _zh_notes(content: Content) -> tuple[str, ...]:
    notes = []
    if content["missing_glyphs"]:
        spelt = "、".join(content["missing_glyphs"])
        notes.append(f"姓名等用字中，字库暂无字形的以统一码编号代替：{spelt}。")
    if content["replaces"]:
        notes.append(f"本函取代编号{grouped(content['replaces'])}的函件。")
    return tuple(notes)


def delay_1_en(content: Content) -> Words:
    outage, touched = content["incident"], content["touched"]
    loan, query, borrower = content["loan"], content["query"], content["borrower"]
    return Words(
        language="en",
        title="Statement of delay",
        numbered="No.",
        to=f"To {loan['lender']}" if loan else "To whom it may concern",
        paragraphs=(
            f"This is to state the following about {borrower['name']}, "
            f"ID number {borrower['id_number']}.",
            f"The service '{outage['component_en']}' of the platform was interrupted "
            f"({outage['title_en']}) at the times below, in Beijing time.",
            _en_touched(content),
            "The interruption caused this delay. The borrower did not, and could do nothing to "
            "end it.",
            "This letter was computed from operating records and issued free of charge. It states "
            "facts and settles nobody's liability. The Chinese text prevails.",
        ),
        facts=(
            *((("Loan application", loan["reference"]),) if loan else ()),
            *((("Query", query["request_no"]),) if query else ()),
            ("Incident", f"{outage['number']} (revision {content['revision']})"),
            ("Service", outage["component_en"]),
            *(("Interrupted", _en_window(*window)) for window in outage["windows"]),
            *((("In all", en_span(outage["seconds"])),) if outage["seconds"] is not None else ()),
            ("Delayed", _en_window(touched["from"], touched["until"])),
        ),
        law_intro="The articles printed with the Chinese text are for reference; the parties or "
        "the competent authority decide whether they apply.",
        law=(),
        notes=_en_notes(content),
        how_to_verify="Scan the code, or enter the number at the address below, to see whether "
        "this letter is valid. The file is signed: one changed byte breaks the signature.",
        signed=f"Credit Portal, {en_moment(content['issued_at'])} (Beijing time)",
    )


def _en_touched(content: Content) -> str:
    touched, query = content["touched"], content["query"]
    since, until = en_moment(touched["from"]), touched["until"]
    ended = f"to {en_moment(until)}" if until else f"on, {_EN_OPEN}"
    if query is None:
        return f"From {since} {ended} the borrower could not log in to ask for a report."
    signed = en_moment(query["signed_at"])
    return (
        f"The borrower had signed the consent to a query of their own credit report on {signed}; "
        f"from {since} {ended} that query stood still."
    )


def _en_window(start: str, end: str | None) -> str:
    return f"{en_moment(start)} to {en_moment(end) if end else _EN_OPEN}"


def _en_notes(content: Content) -> tuple[str, ...]:
    notes = []
    if content["missing_glyphs"]:
        spelt = ", ".join(content["missing_glyphs"])
        notes.append(f"Characters without a printable form are given by Unicode number: {spelt}.")
    if content["replaces"]:
        notes.append(f"This letter replaces number {grouped(content['replaces'])}.")
    return tuple(notes)
