"""What was handed in stays as it was, policies are only added to, and words can be forgotten.

Since 0010 the database keeps four eyes on a decision. Now it also keeps what decides how many eyes
there must be: sum, policy and borrower of a case from the day on which it was handed in. And it
knows from the policy, not from a column, when a third person is wanted.
"""

from django.db import migrations, models
from django.db.models import Q

from portal.append_only import only_added_to

STAYS = "number query_id person_id institution_id amount_fen policy_id submitted_at".split()


def row(of: str) -> str:
    return f"ROW({', '.join(f'{of}.{column}' for column in STAYS)})"


FORWARD = f"""
CREATE FUNCTION reviews_handed_in_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {row("NEW")} IS DISTINCT FROM {row("OLD")} THEN
        RAISE EXCEPTION 'review % was handed in otherwise', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('approved', 'refused') AND NEW.state <> OLD.state AND NEW.checks_wanted < 2
        AND NEW.amount_fen >= (SELECT third_person_fen FROM reviews_reviewpolicy
                               WHERE id = NEW.policy_id)
    THEN
        RAISE EXCEPTION 'review % wants a third person', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.round > OLD.round AND EXISTS (
        SELECT FROM unnest(ARRAY[OLD.maker_id, OLD.checker_id, OLD.second_checker_id]) AS who
        WHERE who IS NOT NULL AND NOT EXISTS (
            SELECT FROM reviews_recusal r WHERE r.task_id = OLD.id AND r.officer_id = who))
    THEN
        RAISE EXCEPTION 'whoever decided on review % has no part in its next round', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER review_handed_in_stays BEFORE UPDATE ON reviews_reviewtask
    FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION reviews_handed_in_stays();
"""
BACKWARD = """
DROP TRIGGER review_handed_in_stays ON reviews_reviewtask;
DROP FUNCTION reviews_handed_in_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0011_queue_indexes")]
    operations = [
        migrations.AddField(
            model_name="document",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="passwords tried"),
        ),
        migrations.AddIndex(
            model_name="reviewstep",
            index=models.Index(
                fields=["at"], name="review_step_words", condition=Q(text__isnull=False)
            ),
        ),
        only_added_to("reviews_reviewpolicy"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
