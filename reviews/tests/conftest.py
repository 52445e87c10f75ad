"""People, loans and queries of the app to the left, for the tests of this one."""

from creditquery.tests.conftest import (  # noqa: F401
    browser,
    entrances,
    institution,
    loan,
    make_person,
    now,
    person,
    query,
    world,
)
