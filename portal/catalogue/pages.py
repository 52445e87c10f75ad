"""What can befall any page of the portal."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import PORTAL, SELF, Entry

ENTRIES = (
    Entry(
        "form-expired",
        PORTAL,
        _("This form was open for too long"),
        _("For your safety a form is valid only while its page is fresh and cookies are on."),
        _("Go back, reload the page and send it again. What was saved before is still there."),
        SELF,
    ),
    Entry(
        "bad-request",
        PORTAL,
        _("We could not read that request"),
        _("The address or the data sent was not complete."),
        _("Go back and try once more from the page before."),
    ),
    Entry(
        "not-allowed",
        PORTAL,
        _("This page is not open to you"),
        _("Your account does not have the right to see it, or you are not fully logged in."),
        _("Log in with the account that it belongs to."),
    ),
    Entry(
        "not-found",
        PORTAL,
        _("There is no such page"),
        _("The address is mistyped, or the page belongs to someone else."),
        _("Start from the home page or from your list of queries."),
        SELF,
    ),
    Entry(
        "server-error",
        PORTAL,
        _("Something went wrong on our side"),
        _("The portal met an error that it did not expect. Nothing that you sent before is lost."),
        _("Wait a minute and try again."),
    ),
)
