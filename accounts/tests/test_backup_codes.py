"""Ten codes of 65 bits on a sheet: each lets in once, whatever happens at the same moment."""

import re

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import backup_codes as pure
from accounts.models import BackupCode, BackupSet, LoginChallenge, WrongCode
from accounts.services import backup_codes
from accounts.states import Way
from accounts.tests.test_races import twin
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.tests.racing import at_once


def sheet(visitor):
    """The codes of a new set, read from the page that shows them once."""
    page = visitor.client.post("/account/factors/codes/")
    return re.findall(r'class="code nowrap">([^<]+)<', page.content.decode())


def enter(visitor, code, client=None):
    fields = {"phone": visitor.phone, "code": code}
    return (client or visitor.client).post("/login/backup/", fields)


def test_a_code_has_65_random_bits():
    codes = pure.fresh()
    assert len(codes) == len(set(codes)) == 10
    assert all(len(code) == 13 and set(code) <= set(pure.ALPHABET) for code in codes)
    assert len(set(pure.ALPHABET)) == 32  # five bits each


@pytest.mark.parametrize(
    "typed", ["4kq7x-0m2t-v9bd", "4KQ7X 0M2T V9BD", "４ＫＱ７Ｘ0M2TV9BD", "4KQ7XOM2TV9BD"]
)
def test_what_was_meant_is_read(typed):
    assert pure.meant(typed) == "4KQ7X0M2TV9BD"


@pytest.mark.parametrize("typed", ["", "4KQ7X", "4KQ7X0M2TV9BDD", "4KQ7X0M2TV9BU", "１" * 14])
def test_what_can_be_no_code_is_none(typed):
    assert pure.meant(typed) == ""


@pytest.mark.django_db
def test_what_is_kept_is_a_hash_under_a_salt_of_its_own(visitor):
    visitor.log_in()
    codes = [code.replace("-", "") for code in sheet(visitor)]
    kept = BackupSet.objects.get()
    hashes = {bytes(row.code_hash) for row in BackupCode.objects.all()}
    assert len(bytes(kept.salt)) == 16
    assert hashes == {pure.digest(code, bytes(kept.salt)) for code in codes}
    assert not any(code.encode() in each for code in codes for each in hashes)
    other = Visitor(fresh_phone()).log_in()
    sheet(other)
    assert len({bytes(row.salt) for row in BackupSet.objects.all()}) == 2


@pytest.mark.django_db
def test_it_is_shown_once_and_kept_by_no_browser(visitor):
    visitor.log_in()
    page = visitor.client.post("/account/factors/codes/")
    code = re.search(r'class="code nowrap">([^<]+)<', page.content.decode())[1]
    assert "no-store" in page["Cache-Control"]
    assert code not in visitor.client.get("/account/factors/codes/").content.decode()
    assert code not in str(dict(visitor.client.session))


@pytest.mark.django_db
def test_a_code_lets_in_once(visitor):
    visitor.log_in()
    codes = sheet(visitor)
    visitor.client.post("/logout/")
    assert enter(visitor, codes[0].lower()).status_code == 302
    assert visitor.logged_in
    assert LoginChallenge.objects.get(way=Way.BACKUP).used_at is not None
    assert backup_codes.left(user=visitor.user) == 9
    visitor.client.post("/logout/")
    assert enter(visitor, codes[0]).status_code == 200
    assert not visitor.logged_in


@pytest.mark.django_db
def test_a_new_sheet_voids_the_old_one(visitor):
    visitor.log_in()
    old, new = sheet(visitor), sheet(visitor)
    assert BackupCode.objects.count() == 10
    visitor.client.post("/logout/")
    enter(visitor, old[3])
    assert not visitor.logged_in
    enter(visitor, new[3])
    assert visitor.logged_in


@pytest.mark.django_db
def test_a_sheet_can_be_made_void(visitor):
    visitor.log_in()
    codes = sheet(visitor)
    assert visitor.client.post("/account/factors/codes/remove/").status_code == 302
    visitor.client.post("/logout/")
    enter(visitor, codes[0])
    assert not visitor.logged_in
    kinds = set(Record.objects.values_list("kind", flat=True))
    assert {"accounts.factor.codes_made", "accounts.factor.codes_removed"} <= kinds


@pytest.mark.django_db
def test_somebody_elses_code_opens_nothing(visitor):
    visitor.log_in()
    codes = sheet(visitor)
    thief = Visitor(fresh_phone()).log_in()
    thief.client.post("/logout/")
    enter(thief, codes[0])
    assert not thief.logged_in
    assert backup_codes.left(user=visitor.user) == 10


@pytest.mark.django_db
def test_wrong_codes_count_in_the_one_budget(visitor):
    visitor.log_in()
    sheet(visitor)
    visitor.client.post("/logout/")
    enter(visitor, "0" * 13)
    assert WrongCode.objects.count() == 1


@pytest.mark.django_db
def test_no_code_is_in_the_evidence(visitor):
    visitor.log_in()
    codes = [code.replace("-", "") for code in sheet(visitor)]
    told = str(list(Record.objects.values("kind", "subject", "body")))
    assert not any(code in told for code in codes)


@pytest.mark.django_db(transaction=True)
def test_one_code_in_ten_browsers_at_once_lets_one_in():
    visitor = Visitor(fresh_phone()).log_in()
    code = sheet(visitor)[0]
    browsers = [Visitor(visitor.phone) for _ in range(10)]
    answers = at_once(10, lambda n: enter(visitor, code, browsers[n].client).status_code)
    assert sorted(answers) == [200] * 9 + [302]
    assert BackupCode.objects.filter(used_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_spend_one_code_without_any_lock_get_it_once():
    """The statement itself decides; the lock above it is not needed for that."""
    visitor = Visitor(fresh_phone()).log_in()
    code, user = sheet(visitor)[0], visitor.user

    def spend(_place):
        with transaction.atomic():
            return backup_codes.spend(user=user, entered=code, now=timezone.now())

    assert sorted(at_once(8, spend)) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_two_sheets_made_at_once_leave_one():
    visitor = Visitor(fresh_phone()).log_in()
    tabs = [twin(visitor) for _ in range(4)]
    pages = at_once(4, lambda n: tabs[n].post("/account/factors/codes/"))
    assert [page.status_code for page in pages] == [200] * 4
    assert BackupSet.objects.count() == 1
    assert BackupCode.objects.count() == 10
