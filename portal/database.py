"""The pool of database connections, which many threads share, and the clock of all hosts."""

import datetime as dt

from django.db import connection


def release_connection() -> None:
    """Give this thread's connection back before a long wait; the next query takes one again.

    A process has far more threads that wait for the outside world than connections. Inside a
    transaction the connection stays: there it cannot be given away.
    """
    if not connection.in_atomic_block:
        connection.close()


def shared_time() -> dt.datetime:
    """The time by PostgreSQL's clock, for what all hosts must see begin and end together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]
