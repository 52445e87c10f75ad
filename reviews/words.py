"""What a borrower reads about a manual review: why it is offered, what may be handed in, how it
stands. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from creditquery.states import QueryState
from creditquery.words import EXACT_PLACE, rounded
from reviews.states.cases import Express, ReviewState, StepKind
from reviews.states.documents import DocumentKind, DocumentState

OFFERED: Mapping[str, Promise] = {
    QueryState.PARKED: _(
        "The bureau cannot be reached, and your loan may not wait. A loan officer can decide on "
        "other evidence. Your query goes on waiting beside it: if the report comes first, it joins "
        "the review."
    ),
    QueryState.AMBIGUOUS: _(
        "The bureau's answer did not reach us. A loan officer can decide on other evidence while "
        "we find out what became of your query."
    ),
    QueryState.NEEDS_PERSON: _(
        "Your query cannot go on by itself. With other evidence a loan officer can decide all the "
        "same."
    ),
    QueryState.REFUSED: _(
        "The bureau gave no report. No computer has the last word here: a loan officer looks at "
        "what you hand in, and a second one checks it."
    ),
}
"""Why a review is offered in this state of the query, in a sentence or two."""

NEXT: Mapping[str, Promise] = {
    ReviewState.DRAFT: _(
        "Nothing has been sent yet. You may close this page and go on later, on any device."
    ),
    ReviewState.OPEN: _("We have it. It waits for an officer; you need do nothing."),
    ReviewState.CLAIMED: _("An officer works on it. You need do nothing."),
    ReviewState.AWAITING: _("We need something more from you. Until then the review waits."),
    ReviewState.RECOMMENDED: _(
        "An officer has looked at it. A second one checks it, because nobody decides alone."
    ),
    ReviewState.CHECKING: _(
        "An officer has looked at it. A second one checks it, because nobody decides alone."
    ),
    ReviewState.APPROVED: _(
        "Two officers found that the evidence suffices. The lender hears it from us, and decides "
        "on the loan."
    ),
    ReviewState.REFUSED: _(
        "Two officers found that the evidence does not suffice. The reasons, and how to object, "
        "are below."
    ),
    ReviewState.WITHDRAWN: _("You took it back. What you had handed in is deleted."),
    ReviewState.LAPSED: _("It ended without a decision. What you had handed in is deleted."),
}
STATES: Mapping[str, Promise] = {
    ReviewState.AWAITING: pgettext_lazy("review", "Waits for you"),
}
"""Of the tag, where the desk's own word would speak of the reader as of somebody else."""
TONES: Mapping[str, str] = {
    ReviewState.AWAITING: "caution",
    ReviewState.APPROVED: "good",
    ReviewState.REFUSED: "caution",
}
DOCUMENT_TONES: Mapping[str, str] = {
    DocumentState.LOCKED: "caution",
    DocumentState.SANITISED: "good",
    DocumentState.REFUSED: "bad",
}
"""Of the tag that shows the state; the words say all of it."""

STEPS: Mapping[str, Promise] = {
    StepKind.SUBMITTED: _("You sent it"),
    StepKind.ADDED: _("A document was added"),
    StepKind.REQUESTED: _("We asked for more"),
    StepKind.ANSWERED: _("You answered"),
    StepKind.DECIDED: _("Decided"),
    StepKind.OBJECTED: _("You objected: other people look at it again"),
    StepKind.REPORT_JOINED: _("The bureau's report came and joined the review"),
    StepKind.ESCALATED: _("It is overdue: a lead looks after it"),
    StepKind.WITHDRAWN: _("You took it back"),
    StepKind.LAPSED: _("It ended without a decision"),
}


# --- What may be handed in ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer usually needs; any document of these kinds will do."""

    kinds: frozenset[str]
    words: Promise


INCOME = frozenset(
    {
        DocumentKind.SOCIAL_INSURANCE,
        DocumentKind.HOUSING_FUND,
        DocumentKind.TAX,
        DocumentKind.SALARY,
    }
)
WANTED = (
    Wanted(
        frozenset({DocumentKind.STATEMENT}),
        _("Bank statements of the last three months, with the name of the account's holder"),
    ),
    Wanted(INCOME, _("One record of social insurance, housing fund, tax or salary")),
)
HINTS: Mapping[str, Promise] = {
    DocumentKind.STATEMENT: _(
        "Of the last three months, from the account that your income goes to. The bank's app "
        "exports it as a PDF, which is read better than a photo."
    ),
    DocumentKind.SOCIAL_INSURANCE: _(
        "The record of your payments, from the app of the social insurance or its counter."
    ),
    DocumentKind.HOUSING_FUND: _(
        "The record of your payments, from the app of the housing fund or its counter."
    ),
    DocumentKind.TAX: _("The record of income and tax paid, from the app of the tax office."),
    DocumentKind.SALARY: _("Payslips, or a letter of your employer with its seal."),
    DocumentKind.PRINTED_REPORT: _(
        "With your ID card, at a counter or a machine, usually on the same day."
    ),
    DocumentKind.OTHER: _("Whatever else shows your income or what you own, such as a contract."),
}


# --- The day by which it is decided ---------------------------------------------------------

LANES: Mapping[str, Promise] = {
    Express.INCIDENT: _("It is in the priority lane, because an outage on our side held you up."),
    Express.DEADLINE: _("It is in the priority lane, because your loan is decided soon."),
}


def day(of: dt.date) -> str:
    return formats.date_format(of, "DATE_FORMAT")


def promise(*, days: int, version: str, express: str, provisional: bool) -> list[str]:
    """Where the day comes from, a sentence each."""
    counted = ngettext(
        "We decide within %(days)s working day after you sent it: our own promise (policy "
        "%(version)s), not the law's.",
        "We decide within %(days)s working days after you sent it: our own promise (policy "
        "%(version)s), not the law's.",
        days,
    )
    said = [counted % {"days": days, "version": version}]
    if express:
        said.append(str(LANES[express]))
    if provisional:
        said.append(
            gettext(
                "The day is provisional: the holidays of that year have not been announced yet."
            )
        )
    return said


def place(ahead: int, most: int) -> str:
    """How many cases are due before this one, counted up to `most`."""
    if ahead == 0:
        return pgettext("case", "Yours is the next one.")
    if ahead >= most:
        text = gettext("More than %(n)s cases are before yours.")
        return text % {"n": formats.number_format(most, use_l10n=True, force_grouping=True)}
    if ahead <= EXACT_PLACE:
        text = ngettext("%(n)s case is before yours.", "%(n)s cases are before yours.", ahead)
        return text % {"n": ahead}
    rough = formats.number_format(rounded(ahead), use_l10n=True, force_grouping=True)
    return gettext("About %(n)s cases are before yours.") % {"n": rough}
