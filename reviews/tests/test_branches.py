"""The finder: by place and kind, open to everybody; and who keeps its table."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from creditquery.tests.staff import member
from reviews.models import Branch, ReviewPolicy

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> None:
    for kind, name, province, city in (
        ("counter", "第一网点", "云岭省", "青石市"),
        ("machine", "第一自助机", "云岭省", "青石市"),
        ("machine", "第二自助机", "云岭省", "白沙市"),
        ("counter", "第三网点", "海州省", "临港市"),
    ):
        Branch.objects.create(
            kind=kind, name=name, province=province, city=city, address="示例路1号",
            hours="周一至周五 9:00-17:00", papers="本人有效身份证件原件",
        )  # fmt: skip
    Branch.objects.create(
        kind="counter", name="已撤销", province="海州省", city="临港市", active=False
    )


def found(**asked: str) -> list[str]:
    page = Client().get("/en/branches/", asked)
    assert page.status_code == 200
    return re.findall(r"<h2>(\S+)", html.unescape(page.content.decode()))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"第一网点", "第一自助机", "第二自助机", "第三网点"}),
        ({"province": "云岭省"}, {"第一网点", "第一自助机", "第二自助机"}),
        ({"province": "云岭省", "city": "青石市", "kind": "machine"}, {"第一自助机"}),
        ({"city": "临港市"}, {"第三网点"}),
        (
            {"province": "nowhere", "kind": "x"},
            {"第一网点", "第一自助机", "第二自助机", "第三网点"},
        ),
    ],
)
def test_places_are_found(places: None, asked: dict[str, str], names: set[str]) -> None:
    assert set(found(**asked)) == names


def test_hours_and_papers_stand_there(places: None) -> None:
    page = Client().get("/en/branches/?city=临港市").content.decode()
    assert "周一至周五 9:00-17:00" in page
    assert "本人有效身份证件原件" in page
    assert "1 place" in page


def test_an_address_reads_as_on_an_envelope(places: None) -> None:
    """In one piece; a city that is its own province is named once."""
    Branch.objects.create(
        kind="counter", name="第四网点", province="申江市", city="申江市", district="城中区",
        address="示例路2号",
    )  # fmt: skip
    page = Client().get("/en/branches/").content.decode()
    assert "<dd>申江市城中区示例路2号</dd>" in page
    assert "<dd>海州省临港市示例路1号</dd>" in page


def test_long_lists_have_pages() -> None:
    Branch.objects.bulk_create(
        Branch(kind="machine", name=f"自助机{n:02d}", province="云岭省", city="青石市")
        for n in range(25)
    )
    assert len(found(province="云岭省")) == 20
    assert len(found(province="云岭省", page="2")) == 5


def policy(**values: Any) -> dict[str, Any]:
    newest = ReviewPolicy.objects.order_by("-pk").values()[0]
    return {**newest, "version": "2027.1", "effective_from": "2099-01-01", **values}


def test_an_administrator_keeps_branches_and_adds_policies() -> None:
    client = member(Role.ADMINISTRATOR)
    branch = {
        "kind": "counter", "name": "新网点", "province": "云岭省", "city": "青石市",
        "address": "示例路2号", "hours": "周末休息", "papers": "身份证", "active": "on",
    }  # fmt: skip
    assert client.post("/en/admin/reviews/branch/add/", branch).status_code == 302
    made = Branch.objects.get()
    assert client.get(f"/en/admin/reviews/branch/{made.pk}/delete/").status_code == 403
    add = "/en/admin/reviews/reviewpolicy/add/"
    assert client.post(add, policy(effective_from="2020-01-01")).status_code == 200
    assert client.post(add, policy(service_days=0)).status_code == 200
    assert client.post(add, policy()).status_code == 302
    kept = ReviewPolicy.objects.get(version="2027.1")
    change = f"/en/admin/reviews/reviewpolicy/{kept.pk}/change/"
    assert client.post(change, policy(service_days=9)).status_code == 403
    assert client.get(change).status_code == 200


def test_others_keep_nothing() -> None:
    client = member(Role.AUDITOR)
    assert client.get("/en/admin/reviews/branch/add/").status_code == 403
