"""All that is only added to is guarded in one way, against emptying as well."""

from importlib import import_module

from django.db import migrations

from portal.append_only import only_added_to

INCIDENTS = import_module("complaints.migrations.0004_append_only")
FUND = import_module("complaints.migrations.0031_first_rule_and_fund")
ENDS_ONCE = """
CREATE FUNCTION complaints_window_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ends_at IS NULL AND NEW.ends_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a window of an incident only ends: correct it by a new revision'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER window_ends_once BEFORE UPDATE ON complaints_incidentwindow
    FOR EACH ROW EXECUTE FUNCTION complaints_window_ends_once();
"""
NEVER = (
    "complaintmessage",
    "extensionpolicy",
    "fundentry",
    "incidentpolicy",
    "incidentrevision",
    "incidentsignal",
    "incidentupdate",
    "letteraccess",
    "letterfile",
    "liabilitynote",
    "recusal",
    "servicepolicy",
)
DECIDED = ("state", "decided_by_id", "decided_at")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0045_payout_results"), ("portal", "0043_append_only")]
    operations = [
        migrations.RunSQL(
            FUND.BACKWARD + INCIDENTS.BACKWARD + ENDS_ONCE,
            "DROP TRIGGER window_ends_once ON complaints_incidentwindow;"
            "DROP FUNCTION complaints_window_ends_once();" + INCIDENTS.FORWARD + FUND.FORWARD,
        ),
        *(only_added_to(f"complaints_{name}") for name in NEVER),
        only_added_to("complaints_incidentwindow", moving=("ends_at",)),
        only_added_to("complaints_compensationrule", moving=DECIDED),
        only_added_to("complaints_payoutfile", moving=DECIDED),
        only_added_to("complaints_payoutresults", moving=DECIDED),
    ]
