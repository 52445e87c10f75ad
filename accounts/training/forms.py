"""The questions at the end of the training."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import training
from accounts.forms import PlainForm


class TrainingForm(PlainForm):
    """The questions of accounts/training.py; whether an answer is right, the service says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in training.QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=str(question.text),
                choices=list(question.answers.items()),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )
