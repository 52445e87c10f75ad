"""What the emergency guide says besides its buttons."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import BUREAU, QUERY, REPORT, Entry

ENTRIES = (
    Entry(
        "guide-untouched",
        QUERY,
        _("No outage of ours holds you up"),
        _("The emergency guide is for those whom an outage on our side has touched."),
        _("The page of your query says what it waits for; the status page says what is down."),
    ),
    Entry(
        "branch-query",
        REPORT,
        _("Getting your report without this portal"),
        _("The credit reference centre gives you your own report at its branches, too."),
        _(
            "Take your original ID card to a branch of the People's Bank that answers queries, or "
            "to a self-service machine at a bank; the machine needs your card, your face and some "
            "minutes. Twice a year it is free. Ask beforehand where and when: call 12363."
        ),
        BUREAU,
    ),
)
