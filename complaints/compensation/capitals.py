"""Amounts of money in Chinese capital numerals (人民币大写), as payment papers carry them.

After the People's Bank's 正确填写票据和结算凭证的基本规定: 零 stands once for any run of zeros
inside the number, 整 ends an amount without fen.
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
MYRIADS = ("", "万", "亿")


def in_capitals(fen: int) -> str:
    """112300 -> 壹仟壹佰贰拾叁元整. Raises ValueError below zero and from 10^12 yuan on."""
    if not 0 <= fen < 10**14:
        raise ValueError("an amount between 0 and 10^12 yuan")
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif last and yuan:
        words += DIGITS[0]
    if last:
        return f"{words}{DIGITS[last]}分"
    return f"{words or '零元'}整"


def _whole(number: int) -> str:
    """A whole number, four places at a time; a zero is said where places were skipped."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, skipped = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group:
            if words and (skipped or group < 1000):
                words += DIGITS[0]
            words += _thousands(group) + MYRIADS[place]
        skipped = group == 0
    return words


def _thousands(group: int) -> str:
    words, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += (DIGITS[0] if skipped and words else "") + DIGITS[digit] + PLACES[place]
        skipped = digit == 0
    return words
