"""Tables that are only added to: the database itself refuses to change, remove or empty.

A migration names them, with the columns that may move on all the same:

    operations = [only_added_to("complaints_letterfile"),
                  only_added_to("complaints_payoutfile", moving=("state", "decided_by_id"))]

`unlocked` opens the tables that it names for one transaction: to delete on schedule, and to seal
the same words with a new key. A test holds that nothing else does; TRUNCATE stays refused.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations import RunSQL
from django.db.models import Model

ROWS, WHOLE = "append_only", "append_only_truncate"
"""Names of the two triggers on each such table."""

FUNCTION = """
CREATE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'TRUNCATE'
        AND TG_TABLE_NAME = ANY(string_to_array(current_setting('portal.unlocked', true), ','))
    THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
        AND to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def only_added_to(table: str, *, moving: Sequence[str] = ()) -> RunSQL:
    """The two triggers on a table; `moving` columns may change, all others stay as written."""
    columns = ", ".join(f"'{column}'" for column in moving)
    return RunSQL(
        f"CREATE TRIGGER {ROWS} BEFORE UPDATE OR DELETE ON {table}\n"
        f"    FOR EACH ROW EXECUTE FUNCTION portal_append_only({columns});\n"
        f"CREATE TRIGGER {WHOLE} BEFORE TRUNCATE ON {table}\n"
        "    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();",
        f"DROP TRIGGER {WHOLE} ON {table}; DROP TRIGGER {ROWS} ON {table};",
    )


@contextmanager
def unlocked(*models: type[Model]) -> Iterator[None]:
    """Rows of these may be deleted or written again, until the block ends or fails."""
    with transaction.atomic():
        _unlock(",".join(model._meta.db_table for model in models))
        yield
        _unlock("")  # whatever the transaction does after this finds them locked


def _unlock(tables: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.unlocked', %s, true)", [tables])
