"""What a borrower hands in and writes; each refusal says what to do."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import PlainForm
from portal.intake.limits import LIMITS

LONGEST = 2_000
TOO_LONG = _("Write at most 2,000 characters. What is longer can be handed in as a document.")
ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,application/pdf,image/jpeg,image/png,image/heic"
MEGABYTE = 1_000_000


class FileInput(forms.FileInput):
    """The browser's own, so that a phone offers album, camera and files alike."""

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT})


class Words(forms.CharField):
    """Free text of several lines, as it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 6}),
            **kwargs,
        )
        self.error_messages["max_length"] = TOO_LONG

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser would cut silently what the page can say.
        return {}


class UploadForm(PlainForm):
    """One file. What is in it decides, not its name; so no name is refused here."""

    file = forms.FileField(
        label=_("File"),
        widget=FileInput,
        allow_empty_file=True,  # told apart by the catalogue
        error_messages={"required": _("Choose a file first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, JPEG, PNG or HEIC, at most %(megabytes)s MB and %(pages)s pages."
        ) % {"megabytes": LIMITS.most_bytes // MEGABYTE, "pages": LIMITS.most_pages}

    def content(self) -> tuple[str, int, bytes]:
        """Name, size and bytes; of what is too large only the size is known."""
        file: UploadedFile = self.cleaned_data["file"]
        return file.name or "", file.size or 0, file.read()


class PasswordForm(PlainForm):
    password = forms.CharField(
        label=_("Password of the file"),
        help_text=_("Whoever gave you the file told you: often the last digits of your ID number."),
        max_length=127,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter the password of the file."),
            "max_length": _("A password of a PDF has at most 127 characters."),
        },
    )


class AnswerForm(PlainForm):
    text = Words(
        label=pgettext_lazy("review", "Your answer"),
        help_text=_("If you like. No codes, no passwords: we never need them."),
        required=False,
    )


class ObjectionForm(PlainForm):
    text = Words(
        label=_("Why the decision is wrong"),
        help_text=_("What was overlooked or misunderstood, in your own words."),
        error_messages={"required": _("Write why the decision is wrong.")},
    )
