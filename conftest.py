"""What every test shares: plain static files, and a database whose evidence can be emptied."""

import pytest
from django.conf import settings as django_settings
from django.db import connection


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages render without collectstatic."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": storage}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A transactional test empties its tables by TRUNCATE, which evidence refuses in real life."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS evidence_no_truncate ON evidence_record")
