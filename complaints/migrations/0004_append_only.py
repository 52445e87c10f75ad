"""The database itself refuses to rewrite what was said, measured and corrected of an incident."""

from django.db import migrations

NEVER = ("incidentupdate", "incidentrevision", "incidentsignal", "incidentpolicy", "liabilitynote")

FORWARD = """
CREATE FUNCTION complaints_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION complaints_window_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ends_at IS NULL AND NEW.ends_at IS NOT NULL
        AND (NEW.id, NEW.incident_id, NEW.revision, NEW.component_id, NEW.status, NEW.starts_at)
            = (OLD.id, OLD.incident_id, OLD.revision, OLD.component_id, OLD.status, OLD.starts_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a window of an incident only ends: correct it by a new revision'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER window_ends_once BEFORE UPDATE ON complaints_incidentwindow
    FOR EACH ROW EXECUTE FUNCTION complaints_window_ends_once();
CREATE TRIGGER window_stays BEFORE DELETE ON complaints_incidentwindow
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();
""" + "".join(
    f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON complaints_{name}\n"
    "    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();\n"
    for name in NEVER
)
BACKWARD = "".join(
    f"DROP TRIGGER {name}_append_only ON complaints_{name};\n" for name in NEVER
) + """
DROP TRIGGER window_stays ON complaints_incidentwindow;
DROP TRIGGER window_ends_once ON complaints_incidentwindow;
DROP FUNCTION complaints_window_ends_once();
DROP FUNCTION complaints_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_components")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
