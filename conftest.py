"""What every test shares: plain static files, a database whose evidence can be emptied, and the
simulated outside world."""

import os

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from complaints.selectors.status import BANNER
from creditquery.selectors.watch import ANNOUNCEMENT
from portal.append_only import WHOLE
from portal.redis import client
from portal.tests.outside import simulated


def pytest_sessionstart() -> None:
    """The static files' middleware wants its folder, be it empty; each process of the tests has a
    database of Redis to itself, as it has one of PostgreSQL. Passwords are hashed as ever, with a
    hundredth of the work."""
    Argon2PasswordHasher.memory_cost = Argon2PasswordHasher.memory_cost // 100
    Argon2PasswordHasher.parallelism = 1
    django_settings.REDIS_URL += f"?db={1 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}"
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


class DrillsInTurn(LoadScopeScheduling):
    """A drill is many processes: all are played one after the other, in two workers of three.
    Marks do not do it: pytest-xdist 3.8 writes groups into a field that pytest 9.2 does not read.
    """

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith("drills/"):
            return nodeid
        return "drills" if "/test_drills.py" in nodeid else "other drills"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> DrillsInTurn | None:
    return DrillsInTurn(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drills take minutes each: begun first, while the other workers do the rest in its order
    (tests that empty tables come last)."""
    items.sort(key=lambda item: not item.nodeid.startswith("drills/"))


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages render without collectstatic."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": storage}


@pytest.fixture(autouse=True)
def nothing_announced():
    """Asking every ten seconds would make the number of statements depend on the time of day."""
    cache.set(ANNOUNCEMENT, (None,), None)
    cache.set(BANNER, (None,), None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A transactional test empties its tables by TRUNCATE, which some refuse in real life."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = %s", [WHOLE])
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {WHOLE}")


@pytest.fixture(scope="session")
def simulators():
    with simulated() as outside:
        yield outside


def forget_routes(*patterns: str) -> None:
    """What the breaker learnt of vendors in one test is no news for the next."""
    redis = client()
    for pattern in patterns:
        for key in redis.keys(f"routing:{pattern}"):
            redis.delete(key)


@pytest.fixture
def outside(simulators, settings):
    """A fresh outside world, and a portal that speaks to it."""
    settings.PBOC_BASE_URL = f"{simulators.web}/pboc"
    settings.BANK_BASE_URL = f"{simulators.web}/bank"
    settings.ALIYUN_BASE_URL = f"{simulators.web}/aliyun"
    settings.ALIYUN_VOICE_BASE_URL = f"{simulators.web}/aliyun-voice"
    settings.TENCENT_BASE_URL = f"{simulators.web}/tencent"
    settings.TENCENT_SMS_BASE_URL = f"{simulators.web}/tencent-sms"
    settings.TENCENT_VOICE_BASE_URL = f"{simulators.web}/tencent-voice"
    settings.EMAIL_URL = simulators.mail
    simulators.reset()
    forget_routes("aliyun-*", "tencent-*")
    yield simulators
    simulators.reset()
