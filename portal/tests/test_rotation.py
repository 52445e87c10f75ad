"""After a rotation the old key opens nothing that is needed, and its loss harms nothing."""

import io

import pytest
from django.apps.registry import Apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from portal import rotation
from portal.crypto import SealedBytesField, SealedTextField, Unreadable
from portal.management.commands import rotate_field_keys

OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)
registry = Apps()


class Secret(models.Model):
    name = SealedTextField()
    paper = SealedBytesField(null=True)
    plain = models.TextField(default="plain")

    class Meta:
        apps = registry
        app_label = "portal"


class Spectator(Secret):
    class Meta:
        apps = registry
        app_label = "portal"
        proxy = True


FIELDS = [Secret._meta.get_field("name"), Secret._meta.get_field("paper")]


@pytest.fixture
def secrets(db, settings):
    """1,203 rows of the old key, and a ring in which the new one is first."""
    settings.FIELD_KEYS = [OLD]
    with connection.schema_editor(atomic=False) as editor:
        editor.create_model(Secret)
    Secret.objects.bulk_create(
        Secret(name=f"名字{n}", paper=b"\x00%d" % n if n % 2 else None) for n in range(1203)
    )
    settings.FIELD_KEYS = [NEW, OLD]


def rotate_all():
    return [rotation.rotate(field) for field in FIELDS]


def test_every_sealed_column_is_found_once():
    assert list(rotation.sealed_fields([Secret, Spectator])) == FIELDS


def test_everything_opens_without_the_old_key(secrets, settings):
    assert rotate_all() == [rotation.Result(sealed=1203), rotation.Result(sealed=601)]
    settings.FIELD_KEYS = [NEW]
    names = Secret.objects.order_by("id").values_list("name", "paper")
    assert list(names[:2]) == [("名字0", None), ("名字1", b"\x001")]
    assert len(names) == 1203


def test_a_second_run_has_nothing_to_do(secrets):
    rotate_all()
    assert rotate_all() == [rotation.Result(), rotation.Result()]


def test_a_run_that_was_cut_off_goes_on(secrets, monkeypatch):
    stale = rotation._stale
    batches = iter([True, False])
    monkeypatch.setattr(
        rotation, "_stale", lambda field, after: stale(field, after=after) if next(batches) else []
    )
    assert rotation.rotate(FIELDS[0]).sealed == rotation.BATCH
    monkeypatch.setattr(rotation, "_stale", stale)
    assert rotation.rotate(FIELDS[0]).sealed == 1203 - rotation.BATCH


def test_a_row_that_changes_meanwhile_keeps_its_new_value(secrets, monkeypatch):
    seal = rotation.seal

    def seal_late(plain, context):
        Secret.objects.filter(pk=first.pk).update(name="新")
        return seal(plain, context)

    first = Secret.objects.order_by("id").first()
    Secret.objects.exclude(pk=first.pk).delete()
    monkeypatch.setattr(rotation, "seal", seal_late)
    assert rotation.rotate(FIELDS[0]) == rotation.Result()
    first.refresh_from_db()
    assert first.name == "新"


def test_what_no_key_opens_is_counted_and_kept(secrets, settings, monkeypatch):
    settings.FIELD_KEYS = [NEW]
    monkeypatch.setattr(rotate_field_keys, "sealed_fields", lambda models: FIELDS)
    with pytest.raises(CommandError, match="1804 values open with no key"):
        call_command("rotate_field_keys", stdout=io.StringIO())
    with pytest.raises(Unreadable):
        Secret.objects.first()
    settings.FIELD_KEYS = [NEW, OLD]
    assert Secret.objects.order_by("id").first().name == "名字0"


def test_the_command_tells_each_column(secrets, monkeypatch):
    monkeypatch.setattr(rotate_field_keys, "sealed_fields", lambda models: FIELDS)
    told = io.StringIO()
    call_command("rotate_field_keys", stdout=told)
    assert told.getvalue().splitlines() == [
        "portal_secret.name: 1203 sealed, 0 unreadable",
        "portal_secret.paper: 601 sealed, 0 unreadable",
        "Everything is sealed under key k2.",
    ]
