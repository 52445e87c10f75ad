"""What officers write about incidents; each refusal says what to do."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.incident.severity import Piece
from complaints.incident.wording import Both
from complaints.models import Component, IncidentUpdate
from complaints.states.aftermath import LiabilityKind
from complaints.states.incidents import (
    FAILING,
    INCIDENT_OPEN,
    INCIDENT_TRANSITIONS,
    Cause,
    ComponentStatus,
    IncidentKind,
    IncidentState,
)
from creditquery.forms.operations import Moment
from portal import law
from portal.validators import without_controls

STATUSES: Final = [(s.value, s.label) for s in ComponentStatus if s in FAILING]
SPARE_ROWS: Final = 2
"""Empty rows below the times, so that they can be split without JavaScript."""


class Words(forms.CharField):
    """Some sentences; `public` says who reads them."""

    def __init__(self, *, label: Any, public: bool = True, rows: int = 3, **kwargs: Any) -> None:
        told = (
            _("Public. No personal data.") if public else _("Inside the house. No personal data.")
        )
        kwargs.setdefault("help_text", told)
        super().__init__(
            label=label,
            min_length=4,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": _("Write at least one sentence."),
                "min_length": _("Write at least one sentence."),
                "max_length": _("Write at most 4,000 characters."),
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return without_controls((super().to_python(value) or "").replace("\r\n", "\n"))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser would cut silently what the page can say.
        return {}


class Title(forms.CharField):
    """One line, as the subject of a mail and the heading of a letter want it."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class Second(Moment):
    """A day and a time of Beijing, to the second: two hours and one second are not two hours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        )
        self.widget.is_required = self.required


class FilterForm(forms.Form):
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("all")), ("open", _("what goes on")), ("over", _("what is over"))],
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *IncidentKind.choices]
    )
    component = forms.ModelChoiceField(
        Component.objects.all(), label=_("Component"), required=False, empty_label=_("all")
    )

    def filters(self) -> dict[str, Any]:
        return self.cleaned_data if self.is_valid() else {}


class InBothForm(forms.Form):
    text_zh = Words(label=_("Text in Chinese"))
    text_en = Words(label=_("Text in English"))

    def text(self) -> Both:
        return Both(self.cleaned_data["text_zh"], self.cleaned_data["text_en"])


class OpenForm(InBothForm):
    component = forms.ModelChoiceField(
        Component.objects.all(),
        label=_("Component"),
        empty_label=None,
        error_messages={"required": _("Choose what is affected.")},
    )
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES)
    began_at = Second(label=_("Since"), missing=_("Enter since when."))
    title_zh = Title(
        label=_("Chinese title"),
        max_length=80,
        error_messages={"required": _("Enter the title in Chinese.")},
    )
    title_en = Title(
        label=_("English title"),
        max_length=120,
        error_messages={"required": _("Enter the title in English.")},
    )
    field_order = ("component", "status", "began_at", "title_zh", "title_en")

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_began_at(self) -> Any:
        began = self.cleaned_data["began_at"]
        if began > self.now:
            raise ValidationError(_("Enter a time that is not yet to come."))
        return began

    def title(self) -> Both:
        return Both(self.cleaned_data["title_zh"], self.cleaned_data["title_en"])


class EarlierUpdate(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        said = timezone.localtime(obj.at)
        return f"{said:%Y-%m-%d %H:%M} {obj.text[:40]}"


class UpdateForm(InBothForm):
    """Say something, move on, or correct what was said."""

    to = forms.ChoiceField(label=_("State from now on"), required=False)
    corrects = EarlierUpdate(
        IncidentUpdate.objects.none(),
        label=_("Corrects"),
        required=False,
        empty_label=_("nothing"),
        help_text=_("The earlier update stays and is marked as corrected."),
    )
    field_order = ("to", "corrects", "text_zh", "text_en")

    def __init__(self, *args: Any, incident: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        onward = INCIDENT_TRANSITIONS[incident.state] if incident.state in INCIDENT_OPEN else ()
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", incident.get_state_display()),
            *((s.value, s.label) for s in IncidentState if s in onward and s != "merged"),
        ]
        updates = IncidentUpdate.objects.filter(incident=incident).order_by("-at")
        self.fields["corrects"].queryset = updates  # type: ignore[attr-defined]


class CauseForm(forms.Form):
    cause = forms.ChoiceField(
        label=_("Cause"),
        required=False,
        choices=[("", _("not known yet")), *Cause.choices],
        help_text=_("Force majeure is a claim: whoever makes it owes the proof."),
    )


class WindowForm(forms.Form):
    component = forms.ModelChoiceField(
        Component.objects.all(), label=_("Component"), empty_label=_("--")
    )
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, initial="major_outage")
    starts_at = Second(label=_("Begins"), missing=_("Enter when it begins."))
    ends_at = Second(label=_("Ends"), missing="")
    remove = forms.BooleanField(label=_("Take this row out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_at"].required = False

    def clean_starts_at(self) -> Any:
        return self._exact("starts_at")

    def clean_ends_at(self) -> Any:
        return self._exact("ends_at")

    def _exact(self, name: str) -> Any:
        """What was left alone keeps its fraction of a second, which no browser shows."""
        given, before = self.cleaned_data[name], self.initial.get(name)
        unchanged = given and before and given == before.replace(microsecond=0)
        return before if unchanged else given

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", ValidationError(_("Enter an end after the beginning.")))
        return given

    def has_changed(self) -> bool:
        """A spare row counts once a component is chosen in it."""
        return bool(self.data.get(self.add_prefix("component"))) or not self.empty_permitted

    def piece(self) -> Piece:
        given = self.cleaned_data
        return Piece(given["component"].pk, given["status"], given["starts_at"], given["ends_at"])


WindowFormSet = forms.formset_factory(WindowForm, extra=SPARE_ROWS)


def pieces(rows: Iterable[WindowForm]) -> list[Piece]:
    """What a valid set of rows comes to."""
    return [row.piece() for row in rows if row.cleaned_data and not row.cleaned_data["remove"]]


class ReasonForm(forms.Form):
    reason = Words(label=_("Why the times are corrected"), public=False, rows=2)


class PostMortemForm(forms.Form):
    """The template of a post-mortem: every section is wanted, in both languages."""

    happened_zh = Words(label=_("What happened, in Chinese"), rows=5)
    happened_en = Words(label=_("What happened, in English"), rows=5)
    timeline_zh = Words(label=_("Timeline, in Chinese"), rows=5)
    timeline_en = Words(label=_("Timeline, in English"), rows=5)
    touched_zh = Words(label=_("Who was touched, in Chinese"))
    touched_en = Words(label=_("Who was touched, in English"))
    cause = forms.ChoiceField(label=_("Cause"), choices=Cause.choices)
    evidence = Words(
        label=_("Evidence"),
        public=False,
        help_text=_("Records, transitions and answers by their numbers, one a line."),
    )
    changes_zh = Words(label=_("What we change, in Chinese"))
    changes_en = Words(label=_("What we change, in English"))
    owner = forms.CharField(
        label=_("Who sees to the changes"),
        max_length=60,
        help_text=_("A role or a team."),
        error_messages={"required": _("Enter who sees to it.")},
    )
    due_on = forms.DateField(
        label=_("Changed by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the day by which it is changed."),
            "invalid": _("Enter a day, such as 2026-08-23."),
        },
    )


class ReportedForm(forms.Form):
    reference = forms.CharField(
        label=_("Their reference"),
        max_length=80,
        required=False,
        help_text=_("The number or the name under which the regulator took it down."),
    )


def bases() -> list[tuple[str, str]]:
    """Every article that the portal cites, once, by law and number."""
    found = {f"{each.law}/{each.number}": str(each) for each in law.ARTICLES}
    return [("", pgettext_lazy("basis of a claim", "none named yet")), *found.items()]  # type: ignore[list-item]


class LiabilityForm(forms.Form):
    kind = forms.ChoiceField(label=_("Head"), choices=LiabilityKind.choices)
    basis = forms.ChoiceField(
        label=_("Basis"),
        required=False,
        choices=bases,
        help_text=_("Each wording was checked against the text of the law."),
    )
    facts = Words(label=_("Facts"), public=False, rows=4)
    questions = Words(label=_("Open questions"), public=False, required=False)
