"""What is typed about letters: a number, a file to check, a search, a reason."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from complaints.letter import serials
from complaints.states.letters import LetterState
from creditquery.forms.operations import Reason
from portal import catalogue

MOST_BYTES: Final = 1024 * 1024


class Serial(forms.CharField):
    """The number of a letter, however it is grouped; cleaned to its 20 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Number of the letter"),
            help_text=_("20 letters and digits, printed in groups of four."),
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            error_messages={"required": _("Enter the number of the letter.")},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        serial = serials.read(typed) if typed else ""
        if serial is None:
            entry = catalogue.ENTRIES["verify-number-wrong"]
            raise ValidationError(f"{entry.title} {entry.next_step}", code=entry.code)
        return serial


class SerialForm(forms.Form):
    serial = Serial()


class FileForm(forms.Form):
    """A file to hold against the one that was issued. It is read once and kept nowhere."""

    file = forms.FileField(
        label=_("PDF file of the letter"),
        help_text=_("At most 1 MB. It is compared and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
        allow_empty_file=True,
        error_messages={"required": _("Choose the PDF file.")},
    )

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than 1 MB; no letter of ours is."), code="large"
            )
        return file.read()


class SearchForm(forms.Form):
    serial = Serial(required=False)
    incident = forms.CharField(label=_("Incident"), max_length=20, required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *LetterState.choices]
    )


class RevokeForm(forms.Form):
    reason = Reason()
