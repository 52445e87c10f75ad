"""What the bank says about an inquiry: the table of result codes and the contents of a result."""

from typing import Any

from simulators.bureau.inquiry import another
from simulators.bureau.register import Entry
from simulators.bureau.report import report_base64
from simulators.mainland import rfc3339

# Result code -> HTTP status and text: the table x-result-codes of docs/interface/bank.yaml.
CODES = {
    "000000": (200, "成功"),
    "000001": (202, "已受理，处理中"),
    "000002": (200, "未见该请求编号"),
    "100001": (200, "无此人信用档案"),
    "100002": (200, "身份信息核对不一致"),
    "100003": (200, "授权缺失或已失效"),
    "100004": (200, "查询原因不在授权范围"),
    "000020": (401, "机构不存在"),
    "000021": (403, "机构查询权限已停用"),
    "000022": (401, "时钟偏差过大"),
    "000023": (401, "随机数重复"),
    "000024": (401, "验签失败"),
    "000025": (401, "动态密钥不存在或已过期"),
    "000026": (400, "报文解密失败"),
    "000027": (408, "请求已过执行时限"),
    "000030": (400, "报文无法解析"),
    "000031": (400, "报文要素缺失或格式不符"),
    "000032": (404, "无此接口"),
    "000033": (413, "报文过大"),
    "000034": (403, "不提供按编号查询"),
    "000090": (503, "系统忙"),
    "000091": (429, "超过访问频率"),
    "000092": (503, "系统维护"),
    "000099": (500, "系统内部错误"),
}
# The bank passes on what the bureau said, in its own numbers.
FROM_BUREAU = {
    "AAA000": "000000",
    "BUS001": "100001",
    "BUS002": "100002",
    "BUS003": "100003",
    "BUS004": "100004",
}


def content_of(entry: Entry, mode: str = "ok") -> tuple[str, dict[str, Any]]:
    """Result code and plain text of a finished inquiry; `mode` may be one of the lies."""
    code = FROM_BUREAU[entry.code]
    number = another(entry.request_no) if mode == "wrong_number" else entry.request_no
    content: dict[str, Any] = {"request_no": number}
    if entry.recorded:
        content |= {
            "report_no": entry.number,
            "inquired_at": rfc3339(entry.at),
            "report": report_base64(entry, "json", mode).decode(),
        }
    return code, content
