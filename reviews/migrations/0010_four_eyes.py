"""The database itself keeps four eyes on every decision, and refuses to rewrite what happened.

What the services check, it checks again: whoever is recused, handed in a document for the borrower
or is the borrower holds, recommends and checks nothing; nobody checks an own recommendation; what
was decided stays, until an objection begins another round.
"""

from django.db import migrations

from portal.append_only import WHOLE, only_added_to

FROZEN = (
    *("round", "decided_at", "proposal", "amount_fen", "checks_wanted", "person_id", "query_id"),
    *("maker_id", "checker_id", "second_checker_id"),
)


def row(of: str) -> str:
    return f"ROW({', '.join(f'{of}.{column}' for column in FROZEN)})"


FORWARD = f"""
CREATE FUNCTION reviews_outcome_claimed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an outcome is claimed once' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION reviews_stands_aside(task bigint, borrower bigint, officer bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT officer = borrower
        OR EXISTS (SELECT FROM reviews_recusal r WHERE r.task_id = task AND r.officer_id = officer)
        OR EXISTS (SELECT FROM reviews_document d
                   WHERE d.task_id = task AND d.uploaded_by_id = officer)
$$;

CREATE FUNCTION reviews_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint;
    is_decision boolean := NEW.state IN ('approved', 'refused')
        AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state);
BEGIN
    FOREACH who IN ARRAY array_remove(ARRAY[
        NEW.held_by_id, NEW.maker_id, NEW.checker_id, NEW.second_checker_id], NULL)
    LOOP
        -- Who was there before is asked again when it is decided: a conflict may have come up.
        IF (is_decision OR TG_OP = 'INSERT' OR who NOT IN (SELECT unnest(array_remove(ARRAY[
            OLD.held_by_id, OLD.maker_id, OLD.checker_id, OLD.second_checker_id], NULL))))
            AND reviews_stands_aside(NEW.id, NEW.person_id, who)
        THEN
            RAISE EXCEPTION 'officer % has no part in review %', who, NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    IF NEW.state = 'checking' AND NEW.held_by_id IN (NEW.maker_id, NEW.checker_id) THEN
        RAISE EXCEPTION 'nobody checks an own recommendation' USING ERRCODE = 'restrict_violation';
    END IF;
    IF is_decision AND (NEW.state, NEW.proposal)
        NOT IN (('approved', 'approve'), ('refused', 'refuse'))
    THEN
        RAISE EXCEPTION 'what is decided is what was recommended'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('approved', 'refused') THEN
        IF NEW.state = OLD.state THEN
            IF {row("NEW")} IS DISTINCT FROM {row("OLD")} THEN
                RAISE EXCEPTION 'review % is decided', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
        ELSIF OLD.state <> 'refused' OR NEW.state <> 'open' OR NEW.round <> OLD.round + 1 THEN
            RAISE EXCEPTION 'review % is decided', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION reviews_document_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_reviewtask t WHERE t.id = NEW.task_id AND NEW.uploaded_by_id IN
        (t.held_by_id, t.maker_id, t.checker_id, t.second_checker_id))
    THEN
        RAISE EXCEPTION 'who decides on a review hands nothing in'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER review_four_eyes BEFORE INSERT OR UPDATE ON reviews_reviewtask
    FOR EACH ROW EXECUTE FUNCTION reviews_four_eyes();
CREATE TRIGGER review_stays BEFORE DELETE ON reviews_reviewtask
    FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER {WHOLE} BEFORE TRUNCATE ON reviews_reviewtask
    FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only();
CREATE TRIGGER review_document_by_others
    BEFORE INSERT OR UPDATE OF uploaded_by_id, task_id ON reviews_document
    FOR EACH ROW EXECUTE FUNCTION reviews_document_by_others();
CREATE TRIGGER review_outcome_claimed_once BEFORE UPDATE ON reviews_reviewoutcome
    FOR EACH ROW WHEN (OLD.claimed_at IS NOT NULL) EXECUTE FUNCTION reviews_outcome_claimed_once();
"""
BACKWARD = f"""
DROP TRIGGER review_outcome_claimed_once ON reviews_reviewoutcome;
DROP TRIGGER review_document_by_others ON reviews_document;
DROP TRIGGER {WHOLE} ON reviews_reviewtask;
DROP TRIGGER review_stays ON reviews_reviewtask;
DROP TRIGGER review_four_eyes ON reviews_reviewtask;
DROP FUNCTION reviews_document_by_others();
DROP FUNCTION reviews_four_eyes();
DROP FUNCTION reviews_stands_aside(bigint, bigint, bigint);
DROP FUNCTION reviews_outcome_claimed_once();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_clock_basis"), ("portal", "0043_append_only")]
    operations = [
        only_added_to("reviews_reviewstep"),
        only_added_to("reviews_recusal"),
        only_added_to("reviews_reviewoutcome", moving=("claimed_at",)),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
