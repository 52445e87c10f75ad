"""Django's zh_Hans input formats hold a wrong directive (%n), so 2016年9月5日 is refused there."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M",
    "%Y年%m月%d日 %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M",
]
