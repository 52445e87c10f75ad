"""What officers fill in about reviews; each refusal says what to do.

Every act brings the fence of the claim that its page was drawn under (services/claims.py).
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import PlainForm
from accounts.models import User
from creditquery.models import Institution
from reviews import desk_words
from reviews.forms.borrower import UploadForm, Words
from reviews.models import ReviewTask
from reviews.reasons import REASONS, Act
from reviews.selectors import cases, desk
from reviews.selectors.desk import Filters
from reviews.states.cases import Outcome, ReviewState
from reviews.states.documents import DocumentKind

LONGEST_PURPOSE = 200
CHOOSE_REASON = _("Choose at least one reason.")
CONTRARY = _("These reasons speak for the opposite. Leave them out, or choose it.")
INTERNAL = _("For the file. The borrower does not read it.")


class FilterForm(PlainForm):
    """By GET; whatever is not understood narrows nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    institution = forms.ModelChoiceField(
        label=_("Lender"), queryset=Institution.objects.none(), required=False, empty_label=_("All")
    )
    express = forms.BooleanField(label=_("Only the priority lane"), required=False)
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)
    mine = forms.BooleanField(label=_("Only those held by this officer"), required=False)
    again = forms.BooleanField(label=_("Only objections"), required=False)

    def __init__(self, *args: Any, officer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [choice for choice in ReviewState.choices if choice[0] != ReviewState.DRAFT]
        self.fields["state"].choices = [("", _("All undecided ones")), *states]  # type: ignore[attr-defined]
        self.fields["institution"].queryset = desk.lenders(officer)  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if lender := given.pop("institution", None):
            given["institution"] = lender.pk
        return Filters(**given)


# --- Acts -----------------------------------------------------------------------------------


class ActForm(PlainForm):
    """An act on a case; `fence` is None where the page was not drawn under a claim."""

    fence = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: ReviewTask, by: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"fence": task.fence})
        super().__init__(*args, **kwargs)
        self.task, self.by = task, by

    def clean_fence(self) -> int:
        """What cannot be read is a claim that never was."""
        fence = self.cleaned_data["fence"]
        return -1 if fence is None else int(fence)


class FreeForm(ActForm):
    """An act of which no claim is asked."""

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "fence"}


class GiveBackForm(ActForm):
    text = Words(label=_("Why, if there is something to say"), help_text=INTERNAL, required=False)


class HandOverForm(ActForm):
    to = forms.ModelChoiceField(
        label=_("Officer"),
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose an officer."),
            "invalid_choice": _("Choose an officer from the list."),
        },
    )
    text = Words(label=_("What the colleague should know"), help_text=INTERNAL, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [officer.pk for officer in cases.colleagues(self.task, self.by)]
        officers = User.objects.filter(pk__in=able).order_by("username")
        self.fields["to"].queryset = officers  # type: ignore[attr-defined]


class NoteForm(FreeForm):
    text = Words(
        label=_("Note"), help_text=INTERNAL, error_messages={"required": _("Write the note.")}
    )


class RecuseForm(FreeForm):
    text = Words(
        label=_("What the conflict is"),
        help_text=INTERNAL,
        error_messages={"required": _("Write down what the conflict is.")},
    )


class RevealForm(FreeForm):
    what = forms.ChoiceField(
        label=_("What is needed in full"),
        choices=list(desk_words.MASKED.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is needed.")},
    )
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("It stands in the timeline of the review, with the officer's name."),
        max_length=LONGEST_PURPOSE,
        error_messages={"required": _("Write down what it is needed for.")},
    )


class Reasons(forms.MultipleChoiceField):
    """Coded reasons, as officers say them."""

    def __init__(self, *acts: Act, **kwargs: Any) -> None:
        choices = [(code, reason.desk) for act in acts for code, reason in REASONS[act].items()]
        super().__init__(
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": CHOOSE_REASON},
            **kwargs,
        )


class RequestForm(ActForm):
    reasons = Reasons(Act.REQUEST, label=_("What is missing"))
    text = Words(
        label=_("Text for the borrower"),
        help_text=_("The borrower reads it together with the reasons, in one's own words."),
        error_messages={"required": _("Write what the borrower should do.")},
    )


class RecommendForm(ActForm):
    outcome = forms.ChoiceField(
        label=_("Recommendation"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is recommended.")},
    )
    reasons_for = Reasons(Act.APPROVE, label=_("Why the evidence suffices"), required=False)
    reasons_against = Reasons(
        Act.REFUSE, label=_("Why the evidence does not suffice"), required=False
    )
    text = Words(
        label=_("Grounds in words"),
        help_text=_("The borrower reads them once it is decided, with the reasons chosen above."),
        error_messages={"required": _("Write the grounds in words.")},
    )

    def clean(self) -> dict[str, Any]:
        """Reasons of the side that was chosen; of the other side they would contradict it."""
        given: dict[str, Any] = super().clean() or {}
        chosen = {
            Outcome.APPROVE: given.pop("reasons_for", []),
            Outcome.REFUSE: given.pop("reasons_against", []),
        }
        fields = {Outcome.APPROVE: "reasons_for", Outcome.REFUSE: "reasons_against"}
        if (outcome := given.get("outcome")) in chosen:
            given["reasons"] = chosen.pop(Outcome(outcome))
            [(other, contrary)] = chosen.items()
            if not given["reasons"]:
                self.add_error(fields[Outcome(outcome)], ValidationError(CHOOSE_REASON))
            if contrary:
                self.add_error(fields[other], ValidationError(CONTRARY))
        return given


class CheckForm(ActForm):
    agrees = forms.TypedChoiceField(
        label=pgettext_lazy("review", "Check"),
        choices=[
            ("yes", pgettext_lazy("check", "Agree with the recommendation")),
            ("no", pgettext_lazy("check", "Do not agree: it is looked at anew")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to agree.")},
    )
    reasons = Reasons(Act.SEND_BACK, label=_("Why it is sent back"), required=False)
    text = Words(label=_("Remark"), help_text=INTERNAL, required=False)

    def clean(self) -> dict[str, Any]:
        """Sent back with reasons and words, for whoever looks at it anew; agreed to without."""
        given: dict[str, Any] = super().clean() or {}
        agrees, reasons = given.get("agrees"), given.get("reasons")
        if agrees is False and not reasons:
            self.add_error("reasons", ValidationError(CHOOSE_REASON))
        if agrees is False and not given.get("text"):
            self.add_error("text", ValidationError(_("Write why, for whoever looks at it anew.")))
        if agrees and reasons:
            self.add_error("reasons", ValidationError(CONTRARY))
        return given


class CounterForm(UploadForm):
    """A paper that the borrower brought along."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=DocumentKind.choices,
        error_messages={"required": _("Choose what it is.")},
    )
    field_order = ("kind", "file")
