"""The operator's tables: an administrator adds a version, on record; nobody rewrites one."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from complaints.models import ExtensionPolicy, IncidentPolicy, ServicePolicy
from creditquery.tests.staff import member
from evidence.models import Record

pytestmark = pytest.mark.django_db
ADDED = {
    "extensionpolicy": {
        "version": "2", "days": 10, "cap_days": 20, "answer_days": 2,
        "effective_from": "2026-12-01",
    },
    "servicepolicy": {
        "version": "2", "service_days": 4, "notice_days": 1, "review_window_days": 30,
        "effective_from": "2026-12-01",
    },
}  # fmt: skip


@pytest.mark.parametrize("table", ADDED)
def test_a_version_is_added_in_the_admin_and_never_changed(table):
    admin, page, given = member("administrator"), f"/admin/complaints/{table}/", ADDED[table]
    assert admin.post(f"{page}add/", given).status_code == 302
    told = Record.objects.get(kind=f"complaints.{table}.laid_down").body
    assert told["by"] == User.objects.get(username="administrator").pk
    assert {name: told[name] for name in given} == {name: str(v) for name, v in given.items()}
    assert admin.post(f"{page}1/change/", given).status_code in (302, 403)
    assert admin.post(f"{page}1/delete/", {"post": "yes"}).status_code == 403
    for role in ("auditor", "compliance_officer"):
        assert member(role).get(f"{page}add/").status_code in (302, 403)


@pytest.mark.parametrize("model", [ExtensionPolicy, IncidentPolicy, ServicePolicy])
def test_the_database_refuses_to_rewrite_a_version(model):
    assert model.objects.exists()  # the first comes with a migration
    for attack in (lambda: model.objects.update(version="x"), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            attack()
