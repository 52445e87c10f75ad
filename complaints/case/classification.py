"""What a complaint is about: the borrower's own words, and the axes of JR/T 0169-2018.

JR/T 0169-2018 (金融消费者投诉统计分类及编码, 2018-09-04) classifies by channel (A), business (B)
and reason (C). Its text is not public; the numbers of axis C are from a second-hand list
(wm114.cn/wen/203/405698.html), which says nothing of the numbers of A and B: these are kept in
words. A compliance officer compares with the standard before figures are reported by these codes.
"""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What the borrower chooses from; "unknown" is a full answer."""

    OUTAGE = "outage", _("The service was down or too slow")
    CODE = "code", _("Codes did not come, or I could not log in")
    STAFF = "staff", _("A member of staff asked for my code, or behaved badly")
    CONSENT = "consent", _("My credit was queried without my consent")
    REPORT = "report", _("The credit report says something wrong")
    LETTER = "letter", _("A delay letter, a longer deadline or compensation")
    LENDER = "lender", _("How the lender treated my loan application")
    OTHER = "other", _("Something else")
    UNKNOWN = "unknown", _("I do not know")


class Wanted(models.TextChoices):
    """What the borrower asks for."""

    EXPLAIN = "explain", pgettext_lazy("wanted", "An explanation")
    CORRECT = "correct", pgettext_lazy("wanted", "That it is put right")
    PAPER = "paper", pgettext_lazy("wanted", "A paper for the lender")
    MONEY = "money", pgettext_lazy("wanted", "Compensation")
    UNKNOWN = "unknown", pgettext_lazy("wanted", "I do not know yet")


class Channel(models.TextChoices):
    """Axis A: where what is complained of took place."""

    PLATFORM = "platform", pgettext_lazy("JR/T 0169 A", "Network platform")
    APP = "app", pgettext_lazy("JR/T 0169 A", "App")
    PHONE = "phone", pgettext_lazy("JR/T 0169 A", "Telephone")
    SMS = "sms", pgettext_lazy("JR/T 0169 A", "Text message")
    BRANCH = "branch", pgettext_lazy("JR/T 0169 A", "Branch")
    MACHINE = "machine", pgettext_lazy("JR/T 0169 A", "Self-service machine")
    THIRD_PARTY = "third_party", pgettext_lazy("JR/T 0169 A", "Third party")
    OTHER = "other", pgettext_lazy("JR/T 0169 A", "Other channel")


class Business(models.TextChoices):
    """Axis B, as far as a portal for credit reports meets it."""

    REPORT = "report", pgettext_lazy("JR/T 0169 B", "Credit report")
    LOAN = "loan", pgettext_lazy("JR/T 0169 B", "Loan")
    OTHER = "other", pgettext_lazy("JR/T 0169 B", "Other business")


class Reason(models.TextChoices):
    """Axis C, by its numbers."""

    ATTITUDE = "1", pgettext_lazy("JR/T 0169 C", "Attitude and quality of service")
    SYSTEMS = "2", pgettext_lazy("JR/T 0169 C", "Facilities, equipment and business systems")
    PROCESS = "3", pgettext_lazy("JR/T 0169 C", "Rules, processes and business procedure")
    MARKETING = "4", pgettext_lazy("JR/T 0169 C", "Marketing")
    DISCLOSURE = "5", pgettext_lazy("JR/T 0169 C", "Disclosure of information")
    RETURNS = "6", pgettext_lazy("JR/T 0169 C", "Returns of a product")
    CHOICE = "7", pgettext_lazy("JR/T 0169 C", "Freedom of choice")
    CONTRACT = "8", pgettext_lazy("JR/T 0169 C", "Terms of contract")
    FUNDS = "9", pgettext_lazy("JR/T 0169 C", "Security of funds")
    INFORMATION = "10", pgettext_lazy("JR/T 0169 C", "Security of information")
    OTHER = "99", pgettext_lazy("JR/T 0169 C", "Other reason")


REASON_OF: Mapping[str, Reason] = {
    Topic.OUTAGE: Reason.SYSTEMS,
    Topic.CODE: Reason.SYSTEMS,
    Topic.STAFF: Reason.INFORMATION,
    Topic.CONSENT: Reason.INFORMATION,
    Topic.REPORT: Reason.OTHER,
    Topic.LETTER: Reason.PROCESS,
    Topic.LENDER: Reason.PROCESS,
    Topic.OTHER: Reason.OTHER,
    Topic.UNKNOWN: Reason.OTHER,
}
BUSINESS_OF: Mapping[str, Business] = {
    topic: Business.LOAN if topic in {Topic.LENDER, Topic.LETTER} else Business.REPORT
    for topic in Topic
}
