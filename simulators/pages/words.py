"""The pages' words, Chinese and English side by side."""

from typing import Literal

Language = Literal["zh", "en"]

# Key -> (Chinese, English).
WORDS: dict[str, tuple[str, str]] = {
    "title": ("外部世界模拟器", "The outside world"),
    "intro": (
        "征信中心、银行通道、短信、实名核验和邮件都在这里模拟。打开开关制造故障，看门户如何应对。",
        "Bureau, banks, SMS, identity check and mail, simulated. Break one and watch the portal.",
    ),
    "switches": ("开关", "Switches"),
    "mode": ("状态", "State"),
    "rate": ("比例（0到1）", "Share of calls, 0 to 1"),
    "seconds": ("秒数", "Seconds"),
    "apply": ("应用", "Apply"),
    "all_well": ("全部恢复正常", "Everything back to normal"),
    "bureau_down": ("征信中心直连全部中断", "Take the bureau's own entrances down"),
    "channels_down": ("直连和银行全部中断", "Take the bureau and both banks down"),
    "reset": ("清空并重新开始", "Clear all and start again"),
    "reset_note": (
        "短信、邮件、查询记录和开关全部清空。",
        "Messages, mails, inquiries and switches are all cleared.",
    ),
    "phones": ("手机", "Phones"),
    "no_phones": (
        "还没有短信。在门户登录页输入任意手机号，短信会出现在这里。",
        "No messages yet. Enter any mobile number at the portal's login; its message appears here.",
    ),
    "number": ("手机号", "Mobile number"),
    "open": ("打开", "Open"),
    "mailboxes": ("邮箱", "Mailboxes"),
    "no_mails": ("还没有邮件。", "No mails yet."),
    "inquiries": ("最近的查询记录", "Latest inquiries"),
    "no_inquiries": ("征信中心还没有收到查询。", "The bureau has received no inquiry yet."),
    "time": ("时间", "Time"),
    "entrance": ("入口", "Entrance"),
    "person": ("被查询人", "Person"),
    "request_no": ("请求编号", "Request number"),
    "capacity": ("处理能力", "Capacity"),
    "capacity_note": (
        "每秒能办理多少笔，0为不限。超出后所有查询一起变慢；预热期间能力从20%逐渐升到100%。",
        "Inquiries a second, 0 for no limit. Beyond it all get slower together;"
        " while it warms up, it grows from 20 % to 100 %.",
    ),
    "per_second": ("每秒笔数", "a second"),
    "warm_seconds": ("预热秒数", "Seconds to warm up"),
    "inside": ("办理中", "in progress"),
    "report": ("报告大小", "Size of reports"),
    "accounts": ("账户数", "Accounts"),
    "special": ("特殊的人和号码", "People and numbers with a story"),
    "special_note": (
        "其余任何姓名、证件号码和手机号都一切正常。",
        "Every other name, identity number and phone is well.",
    ),
    "usual": ("默认", "usual"),
    "messages": ("短信", "Messages"),
    "mails": ("邮件", "Mail"),
    "empty": ("暂无消息。本页每5秒自动刷新。", "Nothing yet. This page refreshes every 5 seconds."),
    "code": ("验证码", "Code"),
    "not_found": ("没有这个页面", "No such page"),
    "bad_input": ("输入有误", "That input is not right"),
    "other_language": ("English", "中文"),
}

CHANNELS = {
    "pboc": ("征信中心直连", "Bureau"),
    "bank": ("银行", "Bank"),
    "blind": ("银行（不能追问）", "Blind bank"),
}
VENDORS = ("短信、实名核验和邮件", "SMS, identity check and mail")
SERVICES = {
    "pboc.east": ("征信中心 · 华东", "Credit bureau, east"),
    "pboc.south": ("征信中心 · 华南", "Credit bureau, south"),
    "pboc.southwest": ("征信中心 · 西南", "Credit bureau, southwest"),
    "bank.east": ("银行 · 华东", "Bank, east"),
    "bank.south": ("银行 · 华南", "Bank, south"),
    "bank.southwest": ("银行 · 西南", "Bank, southwest"),
    "bank.callback": ("银行 · 主动推送结果", "Bank, its callbacks"),
    "blind.east": ("不能追问的银行 · 华东", "Blind bank, east"),
    "blind.south": ("不能追问的银行 · 华南", "Blind bank, south"),
    "blind.southwest": ("不能追问的银行 · 西南", "Blind bank, southwest"),
    "aliyun": ("短信（阿里云）", "SMS (Aliyun)"),
    "aliyun.voice": ("语音电话（阿里云）", "Voice calls (Aliyun)"),
    "tencent": ("实名核验（腾讯云）", "Identity check (Tencent)"),
    "tencent.sms": ("短信（腾讯云）", "SMS (Tencent)"),
    "tencent.voice": ("语音电话（腾讯云）", "Voice calls (Tencent)"),
    "email": ("邮件", "Mail"),
}

MODES = {
    "ok": ("正常", "working normally"),
    "slow": ("慢：等几秒才回答", "slow: answers after some seconds"),
    "drip": ("滴漏：每几秒一个字节", "drip: one byte at a time"),
    "hang": ("挂起：收下请求，不回答", "hang: takes the call, never answers"),
    "cut": ("断线：接通后再无任何回音", "cut: connected, then nothing, not even an end"),
    "error": ("报错：系统内部错误", "error: internal failure"),
    "busy": ("忙：当场谢绝，没有办理", "busy: turns the call away, nothing done"),
    "throttle": ("限流：超过访问频率", "throttle: too many calls"),
    "undelivered": (
        "吞没：受理后不送达，也无回执",
        "undelivered: taken, never delivered",
    ),
    "late_receipt": ("回执迟到：照常送达，回执晚到", "late receipt: delivered, told of late"),
    "maintenance": ("维护：过一会儿再来", "maintenance: come back later"),
    "suspended": ("停权：机构查询权限已停用", "suspended: the institution's rights are gone"),
    "skewed": ("时钟走快了", "skewed: its clock is ahead"),
    "refuse": ("拒绝连接", "refuse: connection reset"),
    "garbage": ("乱码：回答无法解析", "garbage: answer makes no sense"),
    "forged": ("伪造：签名不对", "forged: signature is not theirs"),
    "effect_then_timeout": ("已办理，但不回答", "done, but never answers"),
    "late_effect": ("不回答，稍后才办理", "no answer, done later"),
    "wrong_person": ("给了别人的报告", "somebody else's report"),
    "wrong_number": ("答非所问：编号不对", "another request number"),
    "impossible_dates": ("报告日期在未来", "a report from the future"),
    "duplicate": ("重复：同样的事来两次", "duplicate: everything twice"),
    "lost": ("丢失：结果没有推送", "lost: never sent"),
    "replayed": ("重放：原样再推送一次", "replayed: the same bytes again"),
    "stale": ("过期：推送的是旧时间", "stale: an hour old"),
    "reordered": ("乱序：先结果，后“处理中”", 'reordered: the result, then "working"'),
    "oversized": ("过大：超过16 MiB", "oversized: more than 16 MiB"),
}

# What happens to these people and numbers, by result code and by the last digits.
SPECIAL_BIRTHS = {
    "BUS001": ("征信中心：无信用档案", "bureau: no file"),
    "BUS002": ("征信中心：身份信息不一致", "bureau: identity differs"),
    "BUS003": ("征信中心：授权不被接受", "bureau: consent not accepted"),
    "BUS004": ("征信中心：查询原因不允许", "bureau: reason not allowed"),
    "AAA001": ("征信中心：处理10秒后完成", "bureau: works for 10 seconds, then done"),
}
SPECIAL_TAILS = {
    "98001": ("短信：发送后回执为失败", "SMS: the receipt says undelivered"),
    "98002": ("短信：送达但没有回执", "SMS: delivered, no receipt ever"),
    "98003": ("短信：号码在黑名单", "SMS: number is blocked"),
    "98004": ("短信：丢失，没有回执", "SMS: lost without a receipt"),
    "98005": ("短信和语音：已关机", "SMS and calls: switched off"),
    "98006": ("短信和语音：没有信号", "SMS and calls: no signal"),
    "98007": ("短信和语音：运营商限制下发", "SMS and calls: the operator's limit"),
    "99001": ("实名核验：不一致", "identity check: mismatch"),
    "99002": ("实名核验：没有记录", "identity check: no record"),
    "99003": ("实名核验：超过当日次数", "identity check: daily limit reached"),
    "99004": ("实名核验：服务繁忙", "identity check: busy"),
    "99005": ("实名核验：号段不支持", "identity check: number range unsupported"),
}


def pick(pair: tuple[str, str], language: Language) -> str:
    return pair[1] if language == "en" else pair[0]


def word(key: str, language: Language) -> str:
    return pick(WORDS[key], language)


def root(language: Language) -> str:
    """The address of the first page."""
    return "/en/" if language == "en" else "/"
