"""Why a route changed its state, in words for operators; the codes are those of breaker.lua."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REASONS: Mapping[str, Promise] = {
    "share": pgettext_lazy("breaker", "too large a share of its calls failed"),
    "consecutive": pgettext_lazy("breaker", "too many calls in a row failed"),
    "stalled": pgettext_lazy("breaker", "its calls under way stand still"),
    "probe": pgettext_lazy("breaker", "a trial call failed"),
    "probes": pgettext_lazy("breaker", "its trial calls succeeded"),
    "time": pgettext_lazy("breaker", "the time cut off is over"),
    "away": pgettext_lazy("breaker", "the other side announced maintenance"),
}
