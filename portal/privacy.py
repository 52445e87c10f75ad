"""What the privacy page says is kept, why, on what ground and for how long; in the page's order."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import law
from portal.law import Article


@dataclass(frozen=True, slots=True)
class Holding:
    what: Promise
    why: Promise
    kept: Promise
    ground: Article


@dataclass(frozen=True, slots=True)
class Right:
    what: Promise
    how: Promise
    ground: Article


HOLDINGS = (
    Holding(
        _("Mobile number and, if you add one, your email address"),
        _("To log you in, and to send you codes and news of your queries."),
        _("For as long as you have an account."),
        law.CONTRACT,
    ),
    Holding(
        _("Name and ID number"),
        _("To check that you are who you say, and to ask for the report of the right person."),
        _("For as long as you have an account."),
        law.SEPARATE_CONSENT,
    ),
    Holding(
        _("The loan that the report is for"),
        _("To name the purpose in your consent, and to know the lender's deadline."),
        _("For as long as you have an account."),
        law.CONTRACT,
    ),
    Holding(
        _("Your consent: its text, when and how you signed it"),
        _("A query needs your written consent and a purpose, and we must be able to prove both."),
        _("Also after the report has been deleted, as proof that the query was lawful."),
        law.WRITTEN_CONSENT,
    ),
    Holding(
        _("Your credit report"),
        _("To show it to you and to make your PDF file."),
        _("A few days; the page of the report shows the day. Then it is deleted by itself."),
        law.SHORTEST_KEEPING,
    ),
    Holding(
        _("A record of who looked at your report or downloaded it, when and why"),
        _("So that nobody can look at it unseen, our own staff included."),
        _("Also after the report has been deleted. It holds nothing of what the report says."),
        law.ACCESS_LOG,
    ),
    Holding(
        _("The number or email address of a subscription to the service status, if you have one"),
        _("To tell you when something is down and when it works again."),
        _("Until you end the subscription; then it is deleted at once."),
        law.CONTRACT,
    ),
    Holding(
        _("What you send or show to your lender, and who read it there"),
        _("So that you and the lender can prove what was told, when, and for which purpose."),
        _("Also after the report has been deleted. A link itself is not kept."),
        law.AGREED_USE,
    ),
    Holding(
        _("The account that you name for a compensation"),
        _("To pay it to you and to nobody else."),
        _("With the records of the payment. It is stored encrypted and shown masked."),
        law.CONTRACT,
    ),
    Holding(
        _("Technical data: logins, devices that you used, messages sent to you"),
        _("To notice when somebody else tries to get into your account."),
        _("For as long as you have an account. Codes are not kept anywhere."),
        law.SAFEGUARDS,
    ),
)

RIGHTS = (
    Right(
        _("See and copy your data"),
        _("Your account page shows it; your report can be downloaded."),
        law.COPY,
    ),
    Right(
        _("Have it corrected"),
        _("Call us when your name, number or loan is wrong here."),
        law.CORRECTION,
    ),
    Right(
        _("Have it deleted"),
        _(
            "Call us. What the law tells us to keep as proof stays locked away until its time is "
            "over."
        ),
        law.DELETION,
    ),
    Right(
        _("Withdraw your consent"),
        _("On the page of the query, at any time. A stored report is deleted at once."),
        law.WITHDRAWAL,
    ),
    Right(
        _("Dispute what the report says"),
        _(
            "Ask the credit reference centre or the lender that reported it: an answer within 20 "
            "days."
        ),
        law.OBJECTION,
    ),
    Right(
        _("Complain to the regulator"),
        _("To the branch of the People's Bank where you live: an answer within 30 days."),
        law.COMPLAINT,
    ),
    Right(
        _("Hear our reasons"),
        _("If we refuse one of these wishes we tell you why, and you may go to court."),
        law.REASONS,
    ),
)
