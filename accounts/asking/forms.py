"""What somebody says who was asked for their code."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from accounts.states import AskedBy, AskedThrough, AskedWhen


class AskedForm(PlainForm):
    """Every answer may stay as it is: pressing the button is enough."""

    by = forms.ChoiceField(
        label=_("Who did they say they are?"),
        choices=AskedBy.choices,
        initial=AskedBy.UNKNOWN,
        required=False,
        widget=forms.RadioSelect,
    )
    through = forms.ChoiceField(
        label=_("How did they reach you?"),
        choices=AskedThrough.choices,
        initial=AskedThrough.CALL,
        required=False,
        widget=forms.RadioSelect,
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=AskedWhen.choices,
        initial=AskedWhen.NOW,
        required=False,
        widget=forms.RadioSelect,
    )
    officer = forms.CharField(
        label=_("The name they gave, if any"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    words = forms.CharField(
        label=_("What they said, if you like"),
        help_text=_("Their number, what they wanted, whether you told them the code."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
