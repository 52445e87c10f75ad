"""The words that papers of banks, social insurance, housing funds and tax offices print before a
value, as their forms have them."""

import re

NAME_WORDS = """
姓名 户名 账户名 账户名称 帐户名称 客户姓名 客户名称 持卡人 持卡人姓名 职工姓名
员工姓名 参保人 参保人姓名 缴存人 缴存人姓名 纳税人 纳税人姓名 纳税人名称
被查询者姓名"""
EMPLOYER_WORDS = """
单位名称 工作单位 参保单位 参保单位名称 缴存单位 缴存单位名称 缴费单位
缴费单位名称 用人单位 任职单位 任职受雇单位 扣缴义务人 扣缴义务人名称 公司名称
发薪单位"""
ID_WORDS = """
身份证号 身份证号码 公民身份号码 居民身份证号码 证件号 证件号码 有效证件号码
被查询者证件号码 社会保障号 社会保障号码 纳税人识别号"""
AMOUNT_WORDS = """
缴费基数 缴存基数 月缴存额 月缴费额 缴存余额 账户余额 期末余额 期初余额 当前余额
应发工资 应发合计 实发工资 实发合计 税前工资 税前收入 基本工资 收入合计 收入总额
支出合计 合计收入 合计支出 工资总额 累计收入 本期收入 已缴税额 应纳税所得额
个人缴费 单位缴费 缴费合计"""
MONTH_WORDS = """
缴费年月 缴费月份 缴存年月 缴存月份 汇缴年月 费款所属期 税款所属期 所属期
所属月份 工资月份 发放月份 月份 年月 查询期间 起止日期 起止时间 起始年月
终止年月"""
OTHER_WORDS = """
性别 民族 国籍 出生日期 证件类型 联系电话 手机号码 账号 帐号 卡号 币种 开户行
打印日期 打印时间 险种 缴费状态 序号 备注"""
# Said of the other side of a payment, or of whoever printed it, and not of the borrower.
_OTHERS = ("对方", "对手", "付款", "收款", "付款人", "收款人", "经办人", "账", "帐")


def _labels(*lists: str) -> re.Pattern[str]:
    """Any of the words, the longest first."""
    longest = sorted(" ".join(lists).split(), key=len, reverse=True)
    words = "|".join(" ?".join(map(re.escape, word)) for word in longest)
    return re.compile("".join(f"(?<!{word})" for word in _OTHERS) + f"(?:{words})")


NAME, EMPLOYER, ID = _labels(NAME_WORDS), _labels(EMPLOYER_WORDS), _labels(ID_WORDS)
AMOUNT, MONTH = _labels(AMOUNT_WORDS), _labels(MONTH_WORDS)
ANY = _labels(NAME_WORDS, EMPLOYER_WORDS, ID_WORDS, AMOUNT_WORDS, MONTH_WORDS, OTHER_WORDS)
AFTER = re.compile(r" ?(?:\([^()]{0,12}\))? ?[:;]? ?")
"""What may stand between a label and its value: (元), a colon."""
