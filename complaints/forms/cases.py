"""What borrowers and officers write about complaints; each refusal says what to do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from accounts.models import User
from complaints.case.classification import Business, Channel, Reason, Topic, Wanted
from complaints.models import Complaint
from complaints.selectors import cases as selectors
from complaints.selectors.cases import Filters, Offered
from complaints.states.cases import ComplaintState, Outcome, Relief

LONGEST = 10_000
TOO_LONG = _("Write at most 10,000 characters. Leave out what the portal shows anyway.")
DO_NOT_KNOW = _("I do not know, or it is about something else")


class Telling(forms.CharField):
    """Free text of several lines, as it was typed."""

    def __init__(self, *, label: Any, missing: Any, help_text: Any = "", rows: int = 6) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": missing, "max_length": TOO_LONG},
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser would cut silently what the page can say.
        return {}


# --- The borrower's -------------------------------------------------------------------------


class ComplaintForm(PlainForm):
    """Nothing is asked that the portal holds: what it is about is chosen, not typed."""

    topic = forms.ChoiceField(
        label=_("What is it about"),
        choices=Topic.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is about. “I do not know” is an answer, too."),
            "invalid_choice": _("Choose one from the list."),
        },
    )
    about = forms.ChoiceField(
        label=_("Which incident, query or letter"),
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    text = Telling(
        label=_("What happened"),
        help_text=_("In your own words. No codes, no passwords: we never need them."),
        missing=_("Write what happened, as far as you know."),
        rows=8,
    )
    wanted = forms.ChoiceField(
        label=_("What do you want"),
        choices=Wanted.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you want. “I do not know yet” is an answer, too."),
            "invalid_choice": _("Choose one from the list."),
        },
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["about"].choices = self._choices()  # type: ignore[attr-defined]

    def _choices(self) -> list[Any]:
        incidents = [(each.number, each.title) for each in self.offered.incidents.values()]
        queries = [
            (each.request_no, f"{each.loan.institution.name} {each.loan.reference}")
            for each in self.offered.queries.values()
        ]
        letters = [
            (each.serial, f"{each.get_kind_display()} {each.number}")
            for each in self.offered.letters.values()
        ]
        groups = [
            (_("Incidents that touched you"), incidents),
            (_("Your queries"), queries),
            (_("Your letters"), letters),
        ]
        return [("", DO_NOT_KNOW), *(group for group in groups if group[1])]

    def said(self) -> dict[str, Any]:
        """The cleaned values as services.cases.keep_draft takes them."""
        data = self.cleaned_data
        return {
            "topic": data["topic"],
            "wanted": data["wanted"],
            "text": data["text"],
            "incident": self.offered.incidents.get(data["about"]),
            "query": self.offered.queries.get(data["about"]),
            "letter": self.offered.letters.get(data["about"]),
        }


class AnswerForm(PlainForm):
    text = Telling(
        label=_("Your message"),
        help_text=_("No codes, no passwords: we never need them."),
        missing=_("Write your message."),
    )


class ReviewForm(PlainForm):
    text = Telling(
        label=_("Why the decision is wrong"),
        help_text=_("What was overlooked or misunderstood, in your own words."),
        missing=_("Write why the decision is wrong."),
    )


# --- The officers' --------------------------------------------------------------------------


class FilterForm(PlainForm):
    """By GET; whatever is not understood narrows nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [choice for choice in ComplaintState.choices if choice[0] != ComplaintState.DRAFT]
        self.fields["state"].choices = [("", _("All open ones")), *states]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", _("All")), *Reason.choices]  # type: ignore[attr-defined]
        handlers = [("", _("All")), ("me", _("Own")), ("none", _("Nobody yet"))]
        self.fields["handler"].choices = handlers  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class ActForm(PlainForm):
    """An act that asks for nothing."""

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaint = complaint


class ToldForm(ActForm):
    """An act whose words the borrower reads."""

    text = Telling(
        label=_("Text for the complainant"),
        help_text=_("Read by the complainant, in the language of the complaint."),
        missing=_("Write the text for the complainant."),
    )


class InternalForm(ActForm):
    text = Telling(
        label=_("Reason, for the file"),
        help_text=_("Not shown to the complainant."),
        missing=_("Write down the reason."),
    )


class RecuseForm(ActForm):
    why = Telling(
        label=_("What the conflict is"),
        help_text=_("Not shown to the complainant."),
        missing=_("Write down what the conflict is."),
        rows=3,
    )


class NoteForm(ActForm):
    text = Telling(label=_("Note"), missing=_("Write the note."))
    visible = forms.BooleanField(
        label=_("Show it to the complainant, and send a message"), required=False
    )


class Officers(forms.ModelChoiceField):
    def label_from_instance(self, officer: User) -> str:
        return f"{officer.username} ({officer.get_role_display()})"


class AssignForm(ActForm):
    officer = Officers(
        label=_("Handler"),
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose a handler."),
            "invalid_choice": _("Choose a handler from the list."),
        },
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, complaint=complaint, **kwargs)
        self.fields["officer"].queryset = selectors.officers(complaint)  # type: ignore[attr-defined]


class SubjectForm(ActForm):
    officer = Officers(
        label=_("Member of staff complained of"),
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose a member of staff."),
            "invalid_choice": _("Choose a member of staff from the list."),
        },
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, complaint=complaint, **kwargs)
        self.fields["officer"].queryset = selectors.staff()  # type: ignore[attr-defined]


class RecodeForm(ActForm):
    channel = forms.ChoiceField(label=_("A: channel"), choices=Channel.choices)
    business = forms.ChoiceField(label=_("B: business"), choices=Business.choices)
    reason = forms.ChoiceField(label=_("C: reason"), choices=Reason.choices)

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(complaint, name) for name in ("channel", "business", "reason")
        }
        super().__init__(*args, complaint=complaint, **kwargs)


class DecisionForm(ActForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the outcome.")},
    )
    relief = forms.MultipleChoiceField(
        label=_("Relief"),
        choices=Relief.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one; an explanation is always due.")},
    )
    reasons = Telling(
        label=_("Reasons"),
        help_text=_("Read by the complainant: facts found, rule applied, what follows."),
        missing=_("Write the reasons for the complainant."),
    )
    root_cause = Telling(
        label=_("Root cause, and what changes"),
        help_text=_("For the file: so that it does not happen again."),
        missing=_("Write the root cause and what changes; “none found” with the reason, if so."),
        rows=4,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        relief = set(given.get("relief", []))
        paid = relief & {Relief.MONETARY, Relief.NON_MONETARY}
        if given.get("outcome") == Outcome.NOT_UPHELD and paid:
            error = _("A complaint that is not confirmed gives no relief but an explanation.")
            self.add_error("relief", ValidationError(error))
        return given
