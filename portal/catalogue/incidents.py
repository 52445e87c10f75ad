"""What officers meet about incidents."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import PORTAL, SELF, Entry

ENTRIES = (
    Entry(
        "incident-moved-on",
        PORTAL,
        _("The incident has moved on meanwhile"),
        _("Somebody else, or the portal by itself, has changed it since the page was drawn."),
        _("Open the incident again and see how it stands now."),
        SELF,
    ),
    Entry(
        "incident-times",
        PORTAL,
        _("These times cannot be"),
        _("Each ends after it begins and not in the time to come; what is over has an end."),
        _("Correct the row and send the form again."),
        SELF,
    ),
    Entry(
        "incident-not-over",
        PORTAL,
        _("The incident still goes on"),
        _("A post-mortem is written once an incident is resolved."),
        _("Resolve it first, or wait until it is."),
        SELF,
    ),
    Entry(
        "own-postmortem",
        PORTAL,
        _("Nobody publishes an own post-mortem"),
        _("Two people have read what becomes public, whatever the role of its author."),
        _("Ask a colleague to read and publish it."),
        SELF,
    ),
)
