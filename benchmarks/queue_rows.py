"""A million cases in seconds: rows made by the database itself, of all that a queue holds."""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from accounts.models import User
from drills.people import person

LENDERS = 50
SMALL_FEN = 5_000_000
ASIDE = 2000
"""So many of the cases that are due first each officer has to stand aside from, or as many as
there are of a hundred."""

STATEMENTS = (
    # Nobody but these statements writes here, so that neither triggers nor foreign keys find
    # anything; checking each of a million rows would take minutes.
    """DO $$ DECLARE held record; BEGIN
        FOR held IN SELECT conrelid::regclass AS of, conname FROM pg_constraint WHERE contype = 'f'
            AND conrelid IN ('reviews_reviewtask'::regclass, 'reviews_recusal'::regclass,
                             'creditquery_creditquery'::regclass)
        LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', held.of, held.conname); END LOOP;
    END $$""",
    "ALTER TABLE reviews_reviewtask DISABLE TRIGGER USER",
    "ALTER TABLE reviews_recusal DISABLE TRIGGER USER",
    "DELETE FROM reviews_recusal",
    "DELETE FROM reviews_reviewtask",
    "DELETE FROM creditquery_creditquery",
    """INSERT INTO creditquery_institution (name, code, calendar_note, active)
    SELECT '演练银行' || n, 'A' || lpad(n::text, 13, '0'), '', true
    FROM generate_series(1, %(lenders)s) n ON CONFLICT DO NOTHING""",
    """INSERT INTO creditquery_loanapplication (borrower_id, institution_id, reference, amount_fen,
        annual_rate_bp, term_months, decision_deadline, original_deadline, status, created_at)
    SELECT %(person)s, id, 'Q' || id, 1, 1, 1, now(), now(), 'open', now()
    FROM creditquery_institution ON CONFLICT DO NOTHING""",
    """INSERT INTO creditquery_creditquery (request_no, person_id, loan_id, purpose, state, reason,
        slow, tries, priority, bound_to, beside, created_at, changed_at)
    SELECT lpad('Q' || n, 24, '0'), %(person)s, (%(loans)s::bigint[])[1 + n %% %(lenders)s], '02',
        'cancelled', '', false, 0, 1, '', false, now(), now()
    FROM generate_series(1, %(size)s) n""",
    # One in five undecided. Sums from 10,000 to 1,010,000 yuan; due over two years, the undecided
    # ones from three days ago on.
    """INSERT INTO reviews_reviewtask (number, query_id, person_id, institution_id, amount_fen,
        policy_id, state, express, round, checks_wanted, fence, proposal, created_at, submitted_at,
        due_at, provisional, counted_days, calendar, changed_at, maker_id, checker_id, decided_at)
    SELECT 'RG-20261123-' || lpad(upper(to_hex(n)), 6, '0'), q.id, %(person)s, l.institution_id,
        1000000 + n::bigint * 7919 %% 100000000, %(policy)s,
        CASE WHEN n %% 5 > 0 THEN (ARRAY['approved', 'approved', 'refused', 'withdrawn'])[n %% 5]
             WHEN n %% 25 = 0 THEN 'recommended' WHEN n %% 35 = 0 THEN 'awaiting' ELSE 'open' END,
        CASE WHEN n %% 500 = 0 THEN 'incident' ELSE '' END,
        CASE WHEN n %% 1000 = 0 THEN 2 ELSE 1 END, 1, 0, '', now(), now(),
        CASE WHEN n %% 5 > 0 THEN now() - n * interval '1 minute'
             ELSE now() - interval '3 days' + n * 86400.0 * 30 / %(size)s * interval '1 s' END,
        false, 0, '', now(),
        CASE WHEN n %% 5 > 0 OR n %% 25 = 0 THEN %(maker)s END,
        CASE WHEN n %% 5 > 0 THEN %(checker)s END,
        CASE WHEN n %% 5 > 0 THEN now() END
    FROM generate_series(1, %(size)s) n
    JOIN creditquery_creditquery q ON q.request_no = lpad('Q' || n, 24, '0')
    JOIN creditquery_loanapplication l ON l.id = q.loan_id""",
    """INSERT INTO reviews_recusal (task_id, officer_id, why, at)
    SELECT first.id, officer, 'biased', now() FROM unnest(%(officers)s::bigint[]) officer, (
        SELECT id FROM reviews_reviewtask WHERE state = 'open' ORDER BY due_at
        LIMIT least(%(aside)s, %(size)s / 100)) first""",
)
LOANS = "SELECT array_agg(id ORDER BY id) FROM creditquery_loanapplication"


def fill(size: int, officers: Sequence[User]) -> None:
    """So many cases in place of those that were there."""
    borrower = User.objects.filter(role="borrower").first()
    if borrower is None:
        borrower = person(1, timezone.now())
        borrower.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM reviews_reviewpolicy")
        values = {
            "size": size,
            "lenders": LENDERS,
            "person": borrower.pk,
            "policy": cursor.fetchone()[0],
            "officers": [officer.pk for officer in officers],
            "maker": officers[0].pk,
            "checker": officers[1].pk,
            "aside": ASIDE,
        }
        for statement in STATEMENTS:
            if "%(loans)s" in statement:
                cursor.execute(LOANS)
                values["loans"] = cursor.fetchone()[0]
            cursor.execute(statement, values if "%(" in statement else None)
        cursor.execute("VACUUM ANALYZE")
