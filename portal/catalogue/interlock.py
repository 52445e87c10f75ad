"""What keeps staff and borrowers apart."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import LOGIN, SUPPORT, Entry

ENTRIES = (
    Entry(
        "staff-device",
        LOGIN,
        _("Nobody logs in to a borrower's account here"),
        _(
            "A member of staff is logged in at this browser, or was at some time. So that nobody "
            "who works for us can use a borrower's code, none is accepted here."
        ),
        _(
            "Log in on your own phone or computer. If you gave your code to somebody, call our "
            "service line: your account is protected meanwhile."
        ),
        SUPPORT,
    ),
)
