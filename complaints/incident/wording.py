"""What is said of an incident that opened by itself, in both languages at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.states.incidents import ComponentStatus

TITLES: Mapping[str, Promise] = {
    ComponentStatus.DEGRADED: pgettext_lazy("title of an incident", "%(what)s: slower than usual"),
    ComponentStatus.PARTIAL: pgettext_lazy("title of an incident", "%(what)s: partly interrupted"),
    ComponentStatus.MAJOR: pgettext_lazy("title of an incident", "%(what)s: interrupted"),
    ComponentStatus.MAINTENANCE: pgettext_lazy(
        "title of an incident", "%(what)s: planned maintenance"
    ),
}
OPENED: Mapping[str, Promise] = {
    ComponentStatus.DEGRADED: _("%(what)s is slower than usual. We are looking for the cause."),
    ComponentStatus.PARTIAL: _(
        "%(what)s works in part only. What you have sent is kept and goes on by itself. "
        "We are looking for the cause."
    ),
    ComponentStatus.MAJOR: _(
        "%(what)s does not work at the moment. What you have sent is kept and goes on by itself; "
        "you need not send it again. We are looking for the cause."
    ),
}
SPREAD = _("%(what)s is affected, too.")
WORKS_AGAIN = _("Everything works again. We go on watching it.")
CAME_BACK = _("It has failed again. We are looking for the cause.")
RESOLVED = _("It is over. What had waited goes on by itself.")
EXPLAINED = _("What happened, why, and what we change is now on this page.")
MERGED = _("This belongs to incident %(number)s and goes on there.")
PLANNED = _(
    "%(what)s will be under maintenance. What you send meanwhile is kept and goes on after."
)
BEGUN = _("The maintenance has begun.")
COMPLETED = _("The maintenance is over.")
CANCELLED = _("The maintenance does not take place.")


class Named(Protocol):
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Both:
    zh: str
    en: str


def both(text: Promise, *, what: Named | None = None, **values: str) -> Both:
    """The same sentence in Chinese and in English; `what` is called as each language calls it."""
    said = {}
    for language, name in (("zh-hans", "name_zh"), ("en", "name_en")):
        named = {"what": getattr(what, name)} if what else {}
        with translation.override(language):
            said[language] = str(text) % {**named, **values} if named or values else str(text)
    return Both(said["zh-hans"], said["en"])
