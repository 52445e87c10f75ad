"""The emergency guide (应急方案): every way on that a borrower has while an outage lasts.

One table, three tiers in order. A line is shown when one of its ways leads somewhere for this
borrower: its page exists in this portal, and the facts that its address takes are known. So what
is not built yet is absent, and no button is ever dead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Tier(IntEnum):
    NOW = 1
    MEANWHILE = 2
    NOT_PUT_RIGHT = 3


TIERS: dict[Tier, Promise] = {
    Tier.NOW: _("1. Now"),
    Tier.MEANWHILE: _("2. Meanwhile"),
    Tier.NOT_PUT_RIGHT: _("3. If it is not put right"),
}

# Facts that ways take, by name. The address of a complaint is asked with what it is about.
QUERY, LETTER, EXTENSION, TELLABLE = "query", "letter", "extension", "tellable"
REVIEW = "review"
INCIDENT, COMPLAINT, COMPENSATION, TOPIC = "incident", "complaint", "compensation", "topic"
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the portal by its name, or an address outside of it.

    `takes` are the facts in the address, `asks` those in its query string by their name there,
    `wants` those that must be known besides.
    """

    to: str
    takes: tuple[str, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    wants: tuple[str, ...] = ()

    @property
    def leaves(self) -> bool:
        return self.to.startswith(("https:", "tel:"))

    def address(self, facts: Facts) -> str | None:
        """Where it leads with these facts; None when it leads nowhere."""
        needed = (*self.takes, *self.wants, *(fact for _name, fact in self.asks))
        if any(fact not in facts for fact in needed):
            return None
        if self.leaves:
            return self.to
        try:
            path = reverse(self.to, args=[facts[fact] for fact in self.takes])
        except NoReverseMatch:
            return None
        asked = urlencode({name: facts[fact] for name, fact in self.asks})
        return f"{path}?{asked}" if asked else path


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do; the first of its ways that leads somewhere is taken."""

    key: str
    tier: Tier
    title: Promise
    words: Promise
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    key: str
    tier: Tier
    title: Promise
    words: Promise
    address: str
    leaves: bool


LINES = (
    Line(
        "tell-lender",
        Tier.NOW,
        _("Tell the lender"),
        _("We have written the notice; one press sends it, and you see when it was read."),
        (Way("complaints:tell-lender", (QUERY,), wants=(TELLABLE,)),),
    ),
    Line(
        "letter",
        Tier.NOW,
        _("Delay letter for the lender"),
        _("Free, signed, with a number by which anybody can verify it."),
        (Way("complaints:letter", (LETTER,)), Way("complaints:letters")),
    ),
    Line(
        "extension",
        Tier.NOW,
        _("Ask for a longer deadline"),
        _("The lender decides; the first deadline stays on record beside the new one."),
        (
            Way("complaints:extension", (EXTENSION,)),
            Way("complaints:extension-ask", (QUERY,), wants=(TELLABLE,)),
        ),
    ),
    Line(
        "review",
        Tier.MEANWHILE,
        _("Hand in other evidence"),
        _("A loan officer can decide on payslips, tax records or statements instead."),
        (Way("reviews:review", (QUERY,), wants=(REVIEW,)),),
    ),
    Line(
        "branch",
        Tier.MEANWHILE,
        _("Get the report at a branch or a machine"),
        _("With your ID card, on the same day, twice a year without a fee."),
        (Way("reviews:branches"),),
    ),
    Line(
        "bureau",
        Tier.MEANWHILE,
        _("The credit reference centre's own site"),
        _("You ask there yourself; a report comes within a day or so. The centre runs that site."),
        (Way("https://ipcrs.pbccrc.org.cn/"),),
    ),
    Line(
        "status",
        Tier.MEANWHILE,
        _("What is going on"),
        _("The status page says what is down, since when, and what we do."),
        (Way("complaints:status"),),
    ),
    Line(
        "complaint",
        Tier.NOT_PUT_RIGHT,
        _("Complain to us"),
        _("You get a number and dates at once, and a decision within the time that the law sets."),
        (
            Way("complaints:complaint", (COMPLAINT,)),
            Way("complaints:complaint-new", asks=(("topic", TOPIC), ("about", INCIDENT))),
            Way("complaints:complaint-new", asks=(("topic", TOPIC),)),
        ),
    ),
    Line(
        "compensation",
        Tier.NOT_PUT_RIGHT,
        _("Compensation"),
        _("Worked out by a published rule; you accept or decline."),
        (Way("complaints:compensation", (COMPENSATION,)),),
    ),
    Line(
        "papers",
        Tier.NOT_PUT_RIGHT,
        _("Papers for the regulator or a claim"),
        _("All numbers and dates on one page, to print or to read out."),
        (
            Way("complaints:guide-papers", (QUERY, INCIDENT)),
            Way("complaints:guide-own-papers", (INCIDENT,)),
        ),
    ),
    Line(
        "12378",
        Tier.NOT_PUT_RIGHT,
        _("Call 12378"),
        _("The financial regulator's line for consumers: about a lender or a platform."),
        (Way("tel:12378"),),
    ),
    Line(
        "12363",
        Tier.NOT_PUT_RIGHT,
        _("Call 12363"),
        _("The central bank's line: about credit reporting and your credit report."),
        (Way("tel:12363"),),
    ),
)
CONSTANT: Facts = {TOPIC: "outage"}


def shown(facts: Facts, lines: tuple[Line, ...] = LINES) -> Iterator[Shown]:
    """The lines that lead somewhere with these facts, in order."""
    known = {**CONSTANT, **facts}
    for line in lines:
        for way in line.ways:
            address = way.address(known)
            if address is not None:
                yield Shown(line.key, line.tier, line.title, line.words, address, way.leaves)
                break
