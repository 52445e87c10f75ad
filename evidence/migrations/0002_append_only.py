"""The database itself refuses to change or remove a record."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION evidence_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence records are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE ON evidence_record
    FOR EACH ROW EXECUTE FUNCTION evidence_append_only();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence_record
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_append_only();
"""
BACKWARD = """
DROP TRIGGER evidence_no_truncate ON evidence_record;
DROP TRIGGER evidence_append_only ON evidence_record;
DROP FUNCTION evidence_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
