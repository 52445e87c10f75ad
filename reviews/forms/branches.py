"""What the finder of branches is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from reviews.models import Branch


class FinderForm(PlainForm):
    """By GET; whatever is not understood narrows nothing."""

    province = forms.ChoiceField(label=_("Province"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
    kind = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("Counters and machines")), *Branch.Kind.choices],
    )

    def __init__(self, *args: Any, places: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = [("", _("All"))]
        provinces = [(name, name) for name in places]
        chosen = self.data.get("province")
        shown = {chosen: places[chosen]} if chosen in places else places
        cities = [(name, [(city, city) for city in cities]) for name, cities in shown.items()]
        self.fields["province"].choices = [*everywhere, *provinces]  # type: ignore[attr-defined]
        self.fields["city"].choices = [*everywhere, *cities]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
