"""The demonstration: one borrower in each state, kept on a second run, refused in production."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.selectors import borrower, identity
from creditquery.models import CreditQuery
from creditquery.selectors.queries import open_loans
from creditquery.states import QueryState
from creditquery.tests.conftest import log_in
from evidence.models import Record
from portal.management.commands import seed_demo
from portal.validators import clean_id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(seed_demo, "ACCOUNTS", tmp_path / "demo_accounts.json")
    call_command("seed_demo", stdout=StringIO())
    return tmp_path / "demo_accounts.json"


def test_there_is_a_query_in_every_state(accounts: Path) -> None:
    assert set(CreditQuery.objects.values_list("state", flat=True)) == set(QueryState.values)
    for query in CreditQuery.objects.all():
        kinds = Record.objects.filter(subject=query.request_no).values_list("kind", flat=True)
        assert f"creditquery.creditquery.{query.state}" in kinds


def test_every_borrower_can_see_the_own_query(accounts: Path) -> None:
    for query in CreditQuery.objects.select_related("person"):
        page = log_in(Client(), query.person).get(f"/queries/{query.request_no}/")
        assert page.status_code == 200


def test_the_first_account_needs_only_to_agree(accounts: Path) -> None:
    first = json.loads(accounts.read_text())[0]
    assert (first["role"], first["phone"]) == ("borrower", "13800000000")
    person = borrower(first["phone"])
    assert person is not None
    checked = identity(person)
    assert checked is not None
    assert clean_id_number(checked.id_number) == checked.id_number
    assert open_loans(person).count() == 1
    assert not CreditQuery.objects.filter(person=person).exists()


def test_a_second_run_keeps_everything(accounts: Path) -> None:
    before = accounts.read_text(), sorted(CreditQuery.objects.values_list("request_no", "state"))
    call_command("seed_demo", stdout=StringIO())
    after = accounts.read_text(), sorted(CreditQuery.objects.values_list("request_no", "state"))
    assert before == after


def test_staff_whose_file_is_lost_get_new_passwords(accounts: Path) -> None:
    lost = json.loads(accounts.read_text())
    accounts.unlink()
    call_command("seed_demo", stdout=StringIO())
    for old, new in zip(lost, json.loads(accounts.read_text()), strict=True):
        if "username" in new:
            assert old["password"] != new["password"]
            assert User.objects.get(username=new["username"]).check_password(new["password"])


def test_the_file_is_for_its_owner_alone(accounts: Path) -> None:
    assert accounts.stat().st_mode & 0o777 == 0o600


def test_production_refuses(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="no place in production"):
        call_command("seed_demo")
    assert not User.objects.exists()
