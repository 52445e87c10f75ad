"""The law that the portal names: article and wording, each checked against the official text.

The wording is Chinese in both languages, for only that one is the law. What no article grants is
the operator's policy and is never found here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

CREDIT = "征信业管理条例"
PRIVACY = "个人信息保护法"
CIVIL = "民法典"
TITLES: dict[str, Promise] = {
    CIVIL: _("Civil Code"),
    CREDIT: _("Regulation on the Administration of Credit Reporting"),
    PRIVACY: _("Personal Information Protection Law"),
}
VERSIONS = {CREDIT: "2013-01-21", PRIVACY: "2021-08-20", CIVIL: "2020-05-28"}
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Article:
    law: str
    number: int
    wording: str

    @property
    def heading(self) -> str:
        """As the law itself numbers it: 第十七条, 第二百零三条, 第五百九十条."""
        hundreds, rest = divmod(self.number, 100)
        tens, ones = divmod(rest, 10)
        first = f"{DIGITS[hundreds]}百" if hundreds else ""
        # 一 is said before 十 only behind a hundred, and 零 only for tens that are skipped there.
        leading = DIGITS[tens] if tens > 1 or hundreds else ""
        middle = f"{leading}十" if tens else "零" if hundreds and ones else ""
        return f"第{first}{middle}{DIGITS[ones] if ones else ''}条"

    @property
    def version(self) -> str:
        """The day on which this version of the law was made public, ISO 8601."""
        return VERSIONS[self.law]

    def __str__(self) -> str:
        if get_language() == "en":
            named = {"law": TITLES[self.law], "number": self.number}
            return gettext("%(law)s, Article %(number)d") % named
        return f"《{self.law}》{self.heading}"


CONTRACT = Article(PRIVACY, 13, "为订立、履行个人作为一方当事人的合同所必需")
WITHDRAWAL = Article(PRIVACY, 15, "基于个人同意处理个人信息的，个人有权撤回其同意。")
NOTICE = Article(
    PRIVACY,
    17,
    "个人信息处理者在处理个人信息前，应当以显著方式、清晰易懂的语言真实、准确、完整地向个人告知下列事项",
)
SHORTEST_KEEPING = Article(
    PRIVACY,
    19,
    "除法律、行政法规另有规定外，个人信息的保存期限应当为实现处理目的所必要的最短时间。",
)
SEPARATE_CONSENT = Article(PRIVACY, 29, "处理敏感个人信息应当取得个人的单独同意")
COPY = Article(PRIVACY, 45, "个人有权向个人信息处理者查阅、复制其个人信息")
CORRECTION = Article(
    PRIVACY, 46, "个人发现其个人信息不准确或者不完整的，有权请求个人信息处理者更正、补充。"
)
DELETION = Article(PRIVACY, 47, "个人信息处理者应当主动删除个人信息")
AUTOMATED = Article(
    PRIVACY,
    24,
    "通过自动化决策方式作出对个人权益有重大影响的决定，个人有权要求个人信息处理者予以说明，"
    "并有权拒绝个人信息处理者仅通过自动化决策的方式作出决定。",
)
REASONS = Article(PRIVACY, 50, "拒绝个人行使权利的请求的，应当说明理由。")
SAFEGUARDS = Article(PRIVACY, 51, "采取相应的加密、去标识化等安全技术措施")

TWO_FREE_REPORTS = Article(CREDIT, 17, "个人信息主体有权每年两次免费获取本人的信用报告。")
WRITTEN_CONSENT = Article(
    CREDIT, 18, "向征信机构查询个人信息的，应当取得信息主体本人的书面同意并约定用途。"
)
AGREED_USE = Article(CREDIT, 20, "不得用作约定以外的用途，不得未经个人信息主体同意向第三方提供。")
ACCESS_LOG = Article(CREDIT, 22, "如实记载查询工作人员的姓名，查询的时间、内容及用途。")
OBJECTION = Article(CREDIT, 25, "自收到异议之日起20日内进行核查和处理，并将结果书面答复异议人。")
COMPLAINT = Article(CREDIT, 26, "自受理之日起30日内书面答复投诉人。")

LIMITATION = Article(CIVIL, 188, "向人民法院请求保护民事权利的诉讼时效期间为三年。")
START_DAY = Article(CIVIL, 201, "开始的当日不计入，自下一日开始计算。")
REST_DAY = Article(
    CIVIL, 203, "期间的最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日。"
)
# Force majeure: what the other party is owed at once, and soon after. Whether it was one is for
# the parties or a court to say.
PROOF = Article(
    CIVIL,
    590,
    "因不可抗力不能履行合同的，应当及时通知对方，以减轻可能给对方造成的损失，"
    "并应当在合理期限内提供证明。",
)

ARTICLES = (
    CONTRACT,
    WITHDRAWAL,
    NOTICE,
    AUTOMATED,
    SHORTEST_KEEPING,
    SEPARATE_CONSENT,
    COPY,
    CORRECTION,
    DELETION,
    REASONS,
    SAFEGUARDS,
    TWO_FREE_REPORTS,
    WRITTEN_CONSENT,
    AGREED_USE,
    ACCESS_LOG,
    OBJECTION,
    COMPLAINT,
    LIMITATION,
    START_DAY,
    REST_DAY,
    PROOF,
)
