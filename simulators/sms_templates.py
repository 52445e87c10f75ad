"""The texts that are registered with the SMS vendor, by template code.

An operator files these with the vendor before anything can be sent; a request names a template
and its parameters, never a text. The vendor puts 【sign name】 in front.
"""

import re
from string import Template

WARNING = "工作人员绝不会索要验证码。"
WARNING_EN = "Our staff never ask for your code. "

# Code templates fall under the caps for one-time codes, notices under the cap for notices.
CODES = {
    "SMS_LOGIN": WARNING + "您的登录验证码是${code}，5分钟内有效。",
    "SMS_CONSENT": WARNING + "您正在授权查询本人信用报告，验证码是${code}，5分钟内有效。",
    "SMS_DOWNLOAD": WARNING + "您正在下载信用报告，验证码是${code}，5分钟内有效。",
    "SMS_BIND": WARNING + "您正在绑定此手机号，验证码是${code}，5分钟内有效。",
    "SMS_CHANGE": WARNING + "您正在修改账户信息，验证码是${code}，5分钟内有效。",
    "SMS_GUARANTOR": WARNING + "您正在以担保人身份授权查询，验证码是${code}，5分钟内有效。",
    "SMS_STATUS": WARNING + "您正在设置服务状态通知，验证码是${code}，5分钟内有效。",
    "SMS_SHARE": WARNING + "您正在授权贷款机构查看您的信用报告，验证码是${code}，5分钟内有效。",
    "SMS_ACCEPT": WARNING + "您正在接受补偿，验证码是${code}，5分钟内有效。",
    "SMS_RECOVERY": WARNING + "您正在申请找回账户，验证码是${code}，5分钟内有效。",
    "SMS_SHOW": WARNING + "您正在查看完整个人信息，验证码是${code}，5分钟内有效。",
    "SMS_EN_SHOW": WARNING_EN + "Code to see your numbers in full: ${code}, valid for 5 minutes.",
    "SMS_EN_LOGIN": WARNING_EN + "Your login code is ${code}, valid for 5 minutes.",
    "SMS_EN_CONSENT": WARNING_EN
    + "Code to agree to your credit report query: ${code}, valid for 5 minutes.",
    "SMS_EN_DOWNLOAD": WARNING_EN
    + "Code to download your credit report: ${code}, valid for 5 minutes.",
    "SMS_EN_BIND": WARNING_EN + "Code to bind this number: ${code}, valid for 5 minutes.",
    "SMS_EN_CHANGE": WARNING_EN + "Code to change your account: ${code}, valid for 5 minutes.",
    "SMS_EN_STATUS": WARNING_EN
    + "Your code for service status messages: ${code}, valid for 5 minutes.",
    "SMS_EN_GUARANTOR": WARNING_EN + "Code to agree as a guarantor: ${code}, valid for 5 minutes.",
    "SMS_EN_ACCEPT": WARNING_EN + "Your code to accept a compensation: ${code},"
    " valid for 5 minutes.",
    "SMS_EN_RECOVERY": WARNING_EN + "Your code to ask for a recovery: ${code},"
    " valid for 5 minutes.",
    "SMS_EN_SHARE": WARNING_EN + "Code to let a lender read your report: ${code},"
    " valid for 5 minutes.",
}
NOTICES = {
    "SMS_NOTICE_READY": "您尾号${no}的查询已完成，登录后可查看和下载报告，7天后自动删除。",
    "SMS_NOTICE_DELAY": "您尾号${no}的查询因暂时无法连接征信中心而延后，"
    "恢复后自动继续，无需再次提交。",
    "SMS_NOTICE_REFUSED": "您尾号${no}的查询未能完成，登录后可查看原因和下一步办法。",
    "SMS_NOTICE_PERSON": "您尾号${no}的查询需要人工核实，工作人员正在处理，无需再次提交。",
    "SMS_NOTICE_EXPIRED": "您尾号${no}的查询已到期未完成，登录后可重新发起。",
    "SMS_NOTICE_LOGIN": "您的账户于${time}在新设备登录。如非本人操作，请打开链接一键止损，"
    "无需登录：https://portal.example/n/${key}/",
    "SMS_NOTICE_HELD": "您的账户有一次登录待人工核实（编号${no}）。如非本人操作，"
    "请打开链接一键止损，无需登录：https://portal.example/n/${key}/",
    "SMS_NOTICE_UNUSUAL": "您的账户于${time}有一次异常登录。如非本人操作，请打开链接一键止损，"
    "无需登录：https://portal.example/n/${key}/",
    "SMS_NOTICE_HOLD_RELEASED": "您的登录${no}已核实通过，请24小时内在原浏览器继续。"
    "如非本人操作，请打开链接一键止损：https://portal.example/n/${key}/",
    "SMS_NOTICE_HOLD_REFUSED": "登录${no}经人工核实未予放行，原浏览器页面可查看理由。"
    "如非本人操作，请打开链接一键止损：https://portal.example/n/${key}/",
    "SMS_NOTICE_HOLD_LAPSED": "登录${no}因超时已失效，请重新登录。"
    "如非本人操作，请打开链接一键止损：https://portal.example/n/${key}/",
    "SMS_NOTICE_CHANGE": "您的登录或联系方式于${time}变更。如非本人操作，请打开链接一键止损，"
    "无需登录：https://portal.example/n/${key}/",
    "SMS_NOTICE_FROZEN": "您的账户自${time}起暂停变更，所有设备已退出，进行中的业务不受影响。"
    "登录后可查看原因和恢复办法。",
    "SMS_NOTICE_THAWED": "您的账户自${time}起恢复变更。如您不知情，请立即联系客服。",
    "SMS_NOTICE_PHONE": "您的账户将于${time}更换登录手机号。如非本人操作，请打开链接一键止损，"
    "无需登录：https://portal.example/n/${key}/",
    "SMS_NOTICE_PHONE_DONE": "您的账户自${time}起使用新手机号登录。如您不知情，请立即联系客服。",
    "SMS_NOTICE_PASSKEY": "您账户的通行密钥于${time}发生变更。如非本人操作，请联系客服。",
    "SMS_NOTICE_IDENTITY": "您的身份信息于${time}在另一账户通过核验。如非本人操作，请联系客服。",
    "SMS_NOTICE_OUTAGE": "因平台服务中断（编号${number}），您的查询暂未完成，无需再次提交。"
    "登录后可查看应急方案。",
    "SMS_NOTICE_OUTAGE_OVER": "影响您的服务中断（编号${number}）已恢复。"
    "登录后可查看情况说明函和您的权利。",
    "SMS_NOTICE_COMPENSATION": "您尾号${no}的服务中断补偿已核定，"
    "登录后可查看计算过程并选择接受或放弃。",
    "SMS_NOTICE_ACCOUNT": "您尾号${no}的补偿因收款账户被银行退回未能支付，请登录后更换账户。",
    "SMS_NOTICE_STATUS": "${what}：${state}。详情和退订请访问征信直通的服务状态页。",
    "SMS_NOTICE_COMPLAINT": "您的投诉${no}已收到，最迟于${day}作出处理决定，登录后可查看进展。",
    "SMS_NOTICE_COMPLAINT_NEWS": "您的投诉${no}有新进展，登录后可查看和回复。",
    "SMS_NOTICE_LETTER_NEW": "您尾号${no}的情况说明函已更正，原函失效。"
    "请登录下载新函并交给贷款机构。",
    "SMS_NOTICE_LETTER_END": "您尾号${no}的情况说明函已撤销，不再有效。登录后可查看原因。",
    "SMS_INVITE": "${name}邀请您为其贷款申请提供担保，登录后可查看并决定是否同意。",
    "SMS_NOTICE_EXTENSION": "您尾号${no}的贷款申请，审批期限延长事宜有了新的结果，登录后可查看。",
    "SMS_NOTICE_RECOVERY": "有人申请更换您账户的手机号（${no}）。如非本人，"
    "请打开本平台网址/stop/输入口令${word}停止，无需登录。工作人员绝不会索要口令。",
    "SMS_NOTICE_RECOVERY_APPROVED": "更换您账户手机号的申请${no}已获批准，等待期后生效。如非本人，"
    "请打开本平台网址/stop/输入口令${word}停止，无需登录。",
    "SMS_NOTICE_RECOVERY_DONE": "您账户的手机号已更换（${no}）。如非本人，"
    "请打开本平台网址/stop/输入口令${word}冻结账户，无需登录。",
    "SMS_NOTICE_RECOVERY_RECEIVED": "您的找回申请${no}已收到。请凭申请编号和您的口令打开申请页面，"
    "补充材料后提交。",
    "SMS_NOTICE_RECOVERY_NEWS": "您的找回申请${no}有新进展，"
    "请凭申请编号和您的口令打开申请页面查看。",
    "SMS_NOTICE_RECOVERY_LINK": "工作人员绝不会索要口令。您的找回申请${no}可以办理："
    "请在自己的手机上打开本平台网址/enrol/输入口令${word}，24小时内有效，仅限一次。",
    "SMS_NOTICE_RECOVERY_CARRIED": "您尾号${no}的查询已凭您的书面授权转入人工审核。如非本人申请，"
    "请联系客服。",
    "SMS_EN_NOTICE_RECOVERY": "Somebody asks for a new number for your account (${no})."
    " Not you? Open /stop/ on our site and enter ${word}. No login. Our staff never ask for it.",
    "SMS_EN_NOTICE_RECOVERY_APPROVED": "A new number for your account (${no}) was approved and"
    " waits. Not you? Open /stop/ on our site and enter ${word}. No login.",
    "SMS_EN_NOTICE_RECOVERY_DONE": "Your account has a new number (${no}). Not you? Open /stop/ on"
    " our site and enter ${word}: it is frozen at once.",
    "SMS_EN_NOTICE_RECOVERY_RECEIVED": "We have your request ${no}. Add your papers on its page,"
    " with its number and your secret word.",
    "SMS_EN_NOTICE_RECOVERY_NEWS": "There is news of your request ${no}. Read it on its page, with"
    " its number and your secret word.",
    "SMS_EN_NOTICE_RECOVERY_LINK": "Our staff never ask for this word. Request ${no}: on your own"
    " phone open /enrol/ on our site and enter ${word}, once, within 24 hours.",
    "SMS_EN_NOTICE_RECOVERY_CARRIED": "Query ending in ${no} went into manual review on your signed"
    " authorisation. If you did not ask for it, call us.",
    "SMS_NOTICE_REVIEW": "您的人工审核${no}已收到，最迟于${day}作出决定，登录后可查看进展。",
    "SMS_NOTICE_REVIEW_MORE": "您的人工审核${no}需要补充材料，请于${day}前登录查看并提交。",
    "SMS_NOTICE_REVIEW_APPROVED": "您的人工审核${no}已通过，登录后可查看决定。",
    "SMS_NOTICE_REVIEW_REFUSED": "您的人工审核${no}未获通过，登录后可查看理由，"
    "您可于${day}前提出异议。",
    "SMS_NOTICE_REVIEW_AGAIN": "您的人工审核${no}经复核仍未获通过，登录后可查看理由和其他办法。",
    "SMS_NOTICE_REVIEW_LAPSED": "您的人工审核${no}因未按期补充材料已失效，登录后可重新提交。",
    "SMS_NOTICE_REVIEW_WITHDRAWN": "您的人工审核${no}已撤回，所提交的材料已删除。"
    "如非您本人操作，请联系客服。",
    "SMS_NOTICE_REVIEW_JOINED": "您的征信报告已在人工审核${no}期间取得，登录后可查看，"
    "审核继续进行。",
    "SMS_NOTICE_REVIEW_OVERDUE": "您的人工审核${no}未能按期完成，已交由主管处理，"
    "登录后可查看进展。",
    "SMS_EN_NOTICE_REVIEW_WITHDRAWN": "Manual review ${no} was taken back, and what was handed in"
    " is deleted. If it was not you, call our service line.",
    "SMS_EN_NOTICE_REVIEW_JOINED": "Your credit report came during manual review ${no}. Log in to"
    " read it; the review goes on.",
    "SMS_EN_NOTICE_REVIEW_OVERDUE": "Manual review ${no} is late, and a lead has it now. Log in to"
    " see how it stands.",
    "SMS_EN_NOTICE_EXTENSION": "About a longer deadline for your loan application ending in ${no}:"
    " there is news. Log in to read it.",
    "SMS_EN_NOTICE_READY": "Query ending in ${no} is done. Log in to read your report;"
    " it is deleted after 7 days.",
    "SMS_EN_NOTICE_DELAY": "Query ending in ${no} waits: the bureau does not answer. It goes on by"
    " itself; nothing to resubmit.",
    "SMS_EN_NOTICE_REFUSED": "Query ending in ${no} could not be completed. Log in for the reason"
    " and the next step.",
    "SMS_EN_NOTICE_PERSON": "A member of staff looks at your query ending in ${no};"
    " nothing to resubmit.",
    "SMS_EN_NOTICE_EXPIRED": "Query ending in ${no} has expired. Log in to start again.",
    "SMS_EN_NOTICE_LOGIN": "Your account was used on a new device at ${time}. Not you? One press"
    " stops it, no login needed: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_HELD": "A login to your account waits for our officers (${no}). Not you?"
    " One press stops it, no login needed: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_UNUSUAL": "An unusual login to your account at ${time}. Not you? One press stops"
    " it, no login needed: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_HOLD_RELEASED": "Your login ${no} was released: go on in the same browser within"
    " 24 hours. Not you? One press stops it: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_HOLD_REFUSED": "The login ${no} was refused by our officers; its page tells why."
    " Not you? One press stops it: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_HOLD_LAPSED": "The login ${no} has lapsed; please log in again."
    " Not you? One press stops it: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_CHANGE": "A way into your account or an address changed at ${time}. Not you? One"
    " press stops it, no login needed: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_FROZEN": "Since ${time} nothing in your account can be changed and all devices"
    " are logged out. What runs goes on. Log in to see why and how it ends.",
    "SMS_EN_NOTICE_THAWED": "Since ${time} your account can be changed again. If you know nothing"
    " of it, call us at once.",
    "SMS_EN_NOTICE_PHONE": "From ${time} another number is to log in to your account. Not you? One"
    " press stops it, no login needed: https://portal.example/en/n/${key}/",
    "SMS_EN_NOTICE_PHONE_DONE": "Since ${time} a new number logs in to your account. If you know"
    " nothing of it, call us at once.",
    "SMS_EN_NOTICE_PASSKEY": "The passkeys of your account were changed at ${time}."
    " If it was not you, contact us.",
    "SMS_EN_NOTICE_IDENTITY": "Your identity was confirmed for another account at ${time}."
    " If it was not you, contact us.",
    "SMS_EN_NOTICE_OUTAGE": "Outage ${number} on our side holds up your query; nothing to resubmit."
    " Log in for the emergency guide.",
    "SMS_EN_NOTICE_OUTAGE_OVER": "Outage ${number}, which held you up, is over."
    " Log in for your letter and what you can ask for.",
    "SMS_EN_NOTICE_COMPENSATION": "Compensation ending in ${no} for our outage is set."
    " Log in to see the sum and to accept or decline.",
    "SMS_EN_NOTICE_ACCOUNT": "The bank returned compensation ending in ${no}."
    " Log in and name another account.",
    "SMS_EN_NOTICE_STATUS": "${what}: ${state}. Details, and how to stop these messages:"
    " the service status page of Credit Portal.",
    "SMS_EN_NOTICE_COMPLAINT": "We have your complaint ${no} and decide by ${day} at the latest."
    " Log in to follow it.",
    "SMS_EN_NOTICE_COMPLAINT_NEWS": "There is news of your complaint ${no}."
    " Log in to read and answer.",
    "SMS_EN_NOTICE_LETTER_NEW": "Letter ending in ${no} was corrected and is void. Log in for the"
    " new one and give it to your lender.",
    "SMS_EN_NOTICE_LETTER_END": "Letter ending in ${no} was revoked and is void. Log in to read"
    " why.",
    "SMS_EN_NOTICE_REVIEW": "We have your manual review ${no} and decide by ${day} at the latest."
    " Log in to follow it.",
    "SMS_EN_NOTICE_REVIEW_MORE": "Manual review ${no} needs something more by ${day}."
    " Log in to read what, and to add it.",
    "SMS_EN_NOTICE_REVIEW_APPROVED": "Manual review ${no} is approved. Log in to read"
    " the decision.",
    "SMS_EN_NOTICE_REVIEW_REFUSED": "Manual review ${no} is not approved. Log in for the reasons;"
    " you can object until ${day}.",
    "SMS_EN_NOTICE_REVIEW_AGAIN": "Manual review ${no} is still not approved."
    " Log in for the reasons and what else you can do.",
    "SMS_EN_NOTICE_REVIEW_LAPSED": "Manual review ${no} has ended: the days to answer are over."
    " Log in to ask again.",
    "SMS_EN_INVITE": "${name} asks you to guarantee a loan. Log in to read and decide.",
}
TEMPLATES = CODES | NOTICES
# Read out by a call: the same texts of codes, filed under names of their own.
VOICES = {name.replace("SMS_", "TTS_", 1): text for name, text in CODES.items()}
LONGEST_PARAMETER = 35  # characters


class BadParameters(Exception):
    """The vendor's error code for these parameters."""


def render(code: str, parameters: dict[str, object]) -> str:
    """The text of a template; KeyError for an unknown one, `BadParameters` for wrong ones."""
    template = Template(TEMPLATES.get(code) or VOICES[code])
    values: dict[str, str] = {}
    for name in template.get_identifiers():
        value = parameters.get(name)
        if value is None:
            raise BadParameters("isv.TEMPLATE_MISSING_PARAMETERS")
        # A number would have lost the leading zeros of a code.
        if not isinstance(value, str):
            raise BadParameters("isv.TEMPLATE_PARAMS_ILLEGAL")
        if not value or len(value) > LONGEST_PARAMETER:
            raise BadParameters("isv.PARAM_LENGTH_LIMIT")
        if re.search(r"https?:|www\.|[【】]", value):
            raise BadParameters("isv.PARAM_NOT_SUPPORT_URL")
        values[name] = value
    return template.substitute(values)


def places(code: str) -> list[str]:
    """The names of a template's parameters in the order in which they stand in its text: how a
    vendor counts them that knows them by place, as {1}, {2}."""
    return Template(TEMPLATES.get(code) or VOICES[code]).get_identifiers()
