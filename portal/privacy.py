"""What the privacy page says is kept, why, on what ground and for how long; in the page's order."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import law
from portal.law import Article


@dataclass(frozen=True, slots=True)
class Holding:
    """`models` are those whose sealed columns it is about; a test wants each of them named."""

    what: Promise
    why: Promise
    kept: Promise
    ground: Article
    models: tuple[str, ...] = ()


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
        ("accounts.User",),
    ),
    Holding(
        _("Name and ID number"),
        _("To check that you are who you say, and to ask for the report of the right person."),
        _("For as long as you have an account."),
        law.SEPARATE_CONSENT,
        ("accounts.User", "accounts.IdentityCheck"),
    ),
    Holding(
        _("The loan that the report is for"),
        _("To name the purpose in your consent, and to know the lender's deadline."),
        _("For as long as you have an account."),
        law.CONTRACT,
        ("creditquery.Guarantor",),
    ),
    Holding(
        _("Your consent: its text, when and how you signed it"),
        _("A query needs your written consent and a purpose, and we must be able to prove both."),
        _("Also after the report has been deleted, as proof that the query was lawful."),
        law.WRITTEN_CONSENT,
        ("creditquery.Consent",),
    ),
    Holding(
        _("Your credit report"),
        _("To show it to you and to make your PDF file."),
        _("A few days; the page of the report shows the day. Then it is deleted by itself."),
        law.SHORTEST_KEEPING,
        (
            "creditquery.CreditReport",
            "creditquery.ReportFile",
            "creditquery.Callback",
            "creditquery.UnusedAnswer",
        ),
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
        ("complaints.Subscription",),
    ),
    Holding(
        _("What you show to your lender, and who read it there"),
        _("So that you and the lender can prove what was told, when, and for which purpose."),
        _("Also after the report has been deleted. A link itself is not kept."),
        law.AGREED_USE,
        ("creditquery.ReportShare",),
    ),
    Holding(
        _("Letters that we issue to you, and who opened them"),
        _("So that your lender can see why your report came late, and that the letter is ours."),
        _("Three years from the day of issue; then a letter is verified by its number alone."),
        law.LIMITATION,
        ("complaints.Letter", "complaints.LetterFile"),
    ),
    Holding(
        _("What you and your lender write to each other about an outage and a longer deadline"),
        _("So that the lender can decide, and both of you can prove what was said."),
        _("Three years. The days that were agreed stay with the loan."),
        law.LIMITATION,
        ("complaints.DeadlineExtension", "complaints.LenderNotice"),
    ),
    Holding(
        _("Your complaints, what was said about them and how they were decided"),
        _("To look into them, and to be able to show how."),
        _("Three years after they are over; a draft that you do not send, 30 days."),
        law.LIMITATION,
        (
            "complaints.Complaint",
            "complaints.ComplaintMessage",
            "complaints.Recusal",
            "complaints.Decision",
            "complaints.ClockExtension",
        ),
    ),
    Holding(
        _("What you tell us when somebody asked for your code"),
        _("To stop it, and to find out who it was."),
        _("As long as the complaint that it becomes; where we do not know you, 180 days."),
        law.LIMITATION,
        ("accounts.CodeAsked",),
    ),
    Holding(
        _("What you hand in for a manual review, what was read in it and what was decided"),
        _("So that a person can decide where no report could be had."),
        _(
            "As long after the decision as the page of the review says, what was written included. "
            "If you take it back, files are deleted at once, and what was written after as long."
        ),
        law.SHORTEST_KEEPING,
        (
            "reviews.Document",
            "reviews.DocumentPage",
            "reviews.DocumentReading",
            "reviews.ReviewStep",
        ),
    ),
    Holding(
        _("What you give and hand in to get back into your account, and what was said about it"),
        _("So that two people can see that you are its owner, and can show how they knew."),
        _("180 days after it is over, or 30 days when it lapsed; then all of it is deleted."),
        law.SAFEGUARDS,
        (
            "recovery.RecoveryTicket",
            "recovery.RecoveryPaper",
            "recovery.RecoveryPage",
            "recovery.RecoveryStep",
        ),
    ),
    Holding(
        _("The account that you name for a compensation"),
        _("To pay it to you and to nobody else."),
        _("Three years after the payment. It is stored encrypted and shown masked."),
        law.CONTRACT,
        ("complaints.Compensation", "complaints.PayoutFile"),
    ),
    Holding(
        _("Which browsers you were logged in from, and names that you gave them"),
        _("To show you who is in, to end each session, and to tell you of a new browser."),
        _("Sessions 180 days, a browser until you forget it or have not used it for 400 days."),
        law.SAFEGUARDS,
        ("accounts.Device",),
    ),
    Holding(
        _("A new mobile number before it takes effect, and who thawed your account and why"),
        _("So that nobody takes your account over, and so that people can help you back in."),
        _("The number until it counts or is stopped; what officers wrote, 180 days."),
        law.SAFEGUARDS,
        ("accounts.PhoneChange", "accounts.ThawProposal"),
    ),
    Holding(
        _("Technical data: logins, devices that you used, messages sent to you"),
        _("To notice when somebody else tries to get into your account."),
        _("For as long as you have an account. Codes are not kept anywhere."),
        law.SAFEGUARDS,
        ("accounts.Hold", "accounts.LoginChallenge", "accounts.Delivery"),
    ),
)

SECRETS = frozenset({"accounts.Authenticator", "creditquery.Channel"})
"""Sealed as well, and about nobody: what members of staff and platforms prove themselves with."""

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
