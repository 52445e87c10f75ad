import pytest
from accounts.models import RiskPolicy
from accounts.risks.shipped import FIRST
@pytest.mark.django_db
def test_a():
    p=RiskPolicy.objects.get()
    assert {w.signal:w.weight for w in p.weights.all()}==FIRST.weights
