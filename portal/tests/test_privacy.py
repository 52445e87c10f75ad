"""The privacy page names everything that is kept about people."""

import pytest
from django.apps import apps

from portal.privacy import HOLDINGS, SECRETS
from portal.rotation import sealed_fields

SEALED = sorted({field.model._meta.label for field in sealed_fields(apps.get_models())})
NAMED = {model for holding in HOLDINGS for model in holding.models}


@pytest.mark.parametrize("model", SEALED)
def test_whatever_is_sealed_is_named_there_or_is_a_secret_of_ours(model):
    assert (model in NAMED) != (model in SECRETS)


def test_it_names_nothing_that_is_not_kept():
    assert set(SEALED) == NAMED | SECRETS
