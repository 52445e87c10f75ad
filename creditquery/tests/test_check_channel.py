"""manage.py check_channel against the shipped channels: what it prints and what it returns."""

from io import StringIO

import pytest
from django.core.management import call_command

from creditquery.models import Channel, Endpoint
from creditquery.tests.third_platform import SECRET, Third, platform
from portal.tests.outside import Outside

pytestmark = pytest.mark.django_db


def check(*args: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_channel", *args, stdout=out, stderr=out)
    assert isinstance(left.value.code, int)
    return left.value.code, out.getvalue()


def blind(outside: Outside) -> None:
    """The bank's format once more, by a platform that cannot be asked."""
    bank = Channel.objects.get(name="bank")
    bank.pk, bank.name, bank.kind = None, "blind", "blind"
    bank.save(force_insert=True)
    Endpoint.objects.create(
        channel=bank, name="east", region="east", url=f"{outside.web}/blind/east"
    )


@pytest.mark.parametrize(("name", "passed"), [("pboc", 13), ("bank", 11), ("blind", 11)])
def test_a_shipped_channel_passes(name: str, passed: int, world: Outside) -> None:
    if name == "blind":
        blind(world)
    code, said = check(name, "--endpoint", "east")
    assert code == 0, said
    assert said.startswith(f"{name}.east  {world.web}/{name}/east")
    assert f"{passed} passed, 0 failed." in said


def test_each_entrance_is_checked(world: Outside) -> None:
    code, said = check("pboc")
    assert (code, said.count("13 passed, 0 failed.")) == (0, 3)


def test_one_bad_entrance_makes_the_channel_unfit(world: Outside) -> None:
    world.fault("pboc.south", "wrong_person")
    code, said = check("pboc")
    assert code == 1
    assert "FAIL  inquiry and asking   the report is about somebody else" in said


@pytest.mark.parametrize("mode", ["hang", "maintenance", "suspended", "error", "garbage"])
def test_a_shut_door_tells_nothing(mode: str, world: Outside) -> None:
    world.fault("pboc.east", mode)
    code, said = check("pboc", "--endpoint", "east", "--seconds", "2")
    assert code == 2
    assert said.count("\n") == 2  # the entrance, and the one check that was made
    assert "FAIL  status and keys" in said


@pytest.mark.parametrize("args", [["nobody"], ["pboc", "--endpoint", "north"]])
def test_what_does_not_exist_cannot_be_told(args: list[str], world: Outside) -> None:
    code, said = check(*args)
    assert code == 2
    assert said.startswith(f"No channel {args[0]}")


def test_a_third_platform_is_a_row_and_an_adapter(
    entrances: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "creditquery.management.commands.check_channel.GATEWAYS", {"third": Third()}
    )
    with platform() as url:
        channel = Channel.objects.create(
            name="third", adapter="third", kind="idempotent", institution="T", secret=SECRET
        )
        Endpoint.objects.create(channel=channel, name="only", region="east", url=url)
        code, said = check("third")
    assert (code, "13 passed, 0 failed." in said) == (0, True)


def test_the_test_identity_can_be_another(world: Outside) -> None:
    code, said = check("pboc", "--endpoint", "east", "--person", "李雷", "--phone", "13900000000")
    assert code == 0, said
