"""Every kind of alarm: what it is called and what a person does about it (docs/operations.md)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Kind:
    title: Promise
    what_to_do: Promise


ANOMALY = "anomaly"
BEAT_SILENT = "beat-silent"
CERTIFICATE = "certificate"
CERTIFICATE_EXPIRED = "certificate-expired"
CERTIFICATE_HOST = "certificate-host"
CLOCK_SKEW = "clock-skew"
CODE_ASKED = "code-asked"
CODES_RUN_OUT = "codes-run-out"
COMPLAINT_OVERDUE = "complaint-overdue"
DOORBELL_SILENT = "doorbell-silent"
EXTENSION_UNANSWERED = "extension-unanswered"
FUND_CEILING = "fund-ceiling"
FUND_DRY = "fund-dry"
HOLD_OVERDUE = "hold-overdue"
HOST_QUARANTINED = "host-quarantined"
KEYS_REFUSED = "keys-refused"
LANE_STALLED = "lane-stalled"
NO_ROUTE = "no-route"
POSTMORTEM_MISSING = "postmortem-missing"
RECOVERY_OVERDUE = "recovery-overdue"
RECOVERY_STAFF = "recovery-staff"
RECOVERY_STOPPED = "recovery-stopped"
REPORT_OVERDUE = "report-overdue"
REVIEW_OVERDUE = "review-overdue"
STAFF_DEVICE = "staff-device"
STATUS_STALE = "status-stale"
VENDOR_CHANGED = "vendor-changed"
SWEEPER_SILENT = "sweeper-silent"
WORKER_SILENT = "worker-silent"
WRONG_CODES = "wrong-codes"

KINDS: Mapping[str, Kind] = {
    ANOMALY: Kind(
        _("A route behaves unlike itself"),
        _("Look at its chart. The breaker has not opened; ask the other side before it does."),
    ),
    BEAT_SILENT: Kind(
        _("The clock process is not heard"),
        _("Start beat and Redis again. The workers find due work by themselves meanwhile."),
    ),
    CERTIFICATE: Kind(
        _("A certificate runs out soon"),
        _("Have whoever owns it replace it before the day; calls fail from then on."),
    ),
    CERTIFICATE_EXPIRED: Kind(
        _("A certificate has expired"),
        _("Calls fail until it is replaced. Have whoever owns it do so now."),
    ),
    CERTIFICATE_HOST: Kind(
        _("A certificate was made out for another host"),
        _("Calls fail. Compare the address that is configured with the names in it."),
    ),
    CLOCK_SKEW: Kind(
        _("Our clock and theirs differ"),
        _("Look at the time service of our hosts first; else tell the other side the seconds."),
    ),
    CODE_ASKED: Kind(
        _("A borrower was asked for the code"),
        _("Read what they say about it. A known borrower's account is frozen; call them back."),
    ),
    CODES_RUN_OUT: Kind(
        _("The day's stock of codes by message runs out"),
        _(
            "See which numbers and networks ask for them. Strangers meet a captcha now, and at the "
            "end no code; raise CODES_PER_DAY only if they are borrowers."
        ),
    ),
    COMPLAINT_OVERDUE: Kind(
        _("A complaint was not dealt with in time"),
        _("Decide it today. The complainant may go to the regulator with what has been written."),
    ),
    DOORBELL_SILENT: Kind(
        _("A worker hears no doorbell"),
        _("See why Redis or beat does not reach the host. It works on by itself, fewer at once."),
    ),
    EXTENSION_UNANSWERED: Kind(
        _("A lender does not answer requests for a longer deadline"),
        _("Call the lender: borrowers wait past the day on which an answer was promised."),
    ),
    FUND_CEILING: Kind(
        _("A ceiling of the compensation fund is reached"),
        _("Approved compensations wait. Two persons may raise the ceiling on the fund's page."),
    ),
    FUND_DRY: Kind(
        _("The compensation fund has run dry"),
        _(
            "Approved compensations wait in order. Two persons top it up; offers go on by "
            "themselves."
        ),
    ),
    HOLD_OVERDUE: Kind(
        _("A held login waits for two officers"),
        _("Decide it at the desk, under Held logins: a borrower cannot get in until two have."),
    ),
    HOST_QUARANTINED: Kind(
        _("A host fails where others succeed"),
        _("Look at the host's network, name resolution and clock. It is tried again by itself."),
    ),
    KEYS_REFUSED: Kind(
        _("A channel refuses our keys"),
        _("Compare the channel's secret with what the other side has registered, and rotate it."),
    ),
    LANE_STALLED: Kind(
        _("A lane has due work that nobody takes up"),
        _("See whether its workers run and reach the database; start them again."),
    ),
    NO_ROUTE: Kind(
        _("No route to the bureau is in use"),
        _("Nothing is lost: queries wait and go on by themselves. Ask the other sides when."),
    ),
    POSTMORTEM_MISSING: Kind(
        _("A post-mortem is missing"),
        _("Have whoever leads the incident write it, and somebody else read and publish it."),
    ),
    RECOVERY_OVERDUE: Kind(
        _("A recovery waits for officers longer than promised"),
        _("Decide it at the desk, under Recovery: its owner cannot get in until two have."),
    ),
    RECOVERY_STAFF: Kind(
        _("The link of a recovery was opened at a browser of the staff"),
        _("It was refused. Compliance talks to the member of staff, and to the borrower, today."),
    ),
    RECOVERY_STOPPED: Kind(
        _("A recovery that two officers approved was stopped by the account's owner"),
        _(
            "Somebody else's papers were believed. Compliance looks at them with both officers, "
            "and calls the owner."
        ),
    ),
    REPORT_OVERDUE: Kind(
        _("A report to the regulator is overdue"),
        _("Report now, and note it on the page of the incident. Counsel knows the rule."),
    ),
    STAFF_DEVICE: Kind(
        _("A borrower's code was entered at a browser of the staff"),
        _(
            "It was refused. Compliance talks to the member of staff today, and to the borrower, "
            "whose account is frozen when the code was right."
        ),
    ),
    STATUS_STALE: Kind(
        _("The public status page is not written any more"),
        _("It says so by itself. See why: the disk, the unit portal-status, the upkeep lane."),
    ),
    REVIEW_OVERDUE: Kind(
        _("Manual reviews are past the day that was promised"),
        _("Have a lead look at the queue: hand cases over, or put more officers on it."),
    ),
    SWEEPER_SILENT: Kind(
        _("The sweeper has stopped without a word"),
        _("Start it again, or stop it properly if nobody wants it."),
    ),
    VENDOR_CHANGED: Kind(
        _("Who sends the messages was changed"),
        _("See in the evidence who did it, and ask whether it was meant: codes go that way."),
    ),
    WRONG_CODES: Kind(
        _("Many wrong codes are entered at once"),
        _(
            "Somebody sprays guesses over many accounts. Everybody meets a captcha meanwhile; have "
            "the networks that they come from blocked in front of the portal."
        ),
    ),
    WORKER_SILENT: Kind(
        _("A lane's workers have stopped without a word"),
        _("Start them again. Their work was not lost: it goes on when its lease has run out."),
    ),
}

BEATS: Mapping[str, tuple[str, dt.timedelta]] = {
    "beat": (BEAT_SILENT, dt.timedelta(seconds=15)),
    "status": (STATUS_STALE, dt.timedelta(minutes=3)),
    "sweeper": (SWEEPER_SILENT, dt.timedelta(seconds=15)),
    "worker": (WORKER_SILENT, dt.timedelta(seconds=15)),
}
"""By kind of heartbeat: the alarm when it is not heard, and after how long."""

KEYS_REDERIVED = "keys-rederived"
LANE_RESTARTED = "lane-restarted"
HOST_LEFT_OUT = "host-left-out"

REPAIRS: Mapping[str, Promise] = {
    KEYS_REDERIVED: _("Keys were derived again."),
    LANE_RESTARTED: _("The worker sweeps and works without the doorbell."),
    HOST_LEFT_OUT: _("The host is left out of this route, and tried again by itself."),
}

PAIR = pgettext_lazy("figure", "%(name)s: %(value)s")
COMMA = pgettext_lazy("between figures", ", ")
GROUP = pgettext_lazy("figures that belong together", "(%(figures)s)")
# What the figures of an alarm are called, and those of their values that are words.
LABELS: Mapping[str, Promise] = {
    "clock": _("our clock is"),
    "codes": pgettext_lazy("figure", "codes in 24 hours"),
    "code": pgettext_lazy("figure", "the code was"),
    "days": _("days left"),
    "failures": _("share of failures"),
    "latency": _("mean duration in ms"),
    "limit": _("warned from"),
    "missing": _("missing, in yuan"),
    "name": _("made out to"),
    "not_after": _("valid until"),
    "now": pgettext_lazy("figure", "now"),
    "said": _("they said to be"),
    "seconds": _("seconds"),
    "usual": _("usual"),
    "vendor_fields": _("changed"),
    "waiting": _("waiting"),
    "why": _("they said"),
    "wrong_codes": pgettext_lazy("figure", "wrong codes in a minute"),
}
VALUES: Mapping[str, Promise] = {
    "ahead": pgettext_lazy("clock", "ahead"),
    "behind": pgettext_lazy("clock", "behind"),
    "open": pgettext_lazy("breaker", "cut off"),
    "half_open": pgettext_lazy("breaker", "being tried"),
    "right": pgettext_lazy("code", "right"),
    "wrong": pgettext_lazy("code", "wrong"),
    "staff": _("your staff"),
    "bank": _("a bank or lender"),
    "police": _("the police or an authority"),
    "unknown": _("they did not say"),
}


def title(kind: str) -> str:
    """What an alarm is called; one of an unknown kind is called by its kind."""
    return str(KINDS[kind].title) if kind in KINDS else kind


def what_to_do(kind: str) -> str:
    return str(KINDS[kind].what_to_do) if kind in KINDS else ""


def figures(detail: Mapping[str, Any]) -> str:
    """The figures of an alarm in the reader's words: "our clock is: ahead, seconds: 45"."""
    pairs = [
        PAIR % {"name": LABELS.get(name, name), "value": _value(value)}
        for name, value in detail.items()
    ]
    return str(COMMA).join(pairs)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(GROUP % {"figures": figures(value)})
    return str(VALUES.get(value, value))
