"""Years of finished queries in a minute: rows made by the database itself, for how cost grows.

Each query has what a real one leaves behind (consent, attempt, work and its history, evidence, a
deleted report), small and not readable; nothing of it is live.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from creditquery.models import CreditQuery

BATCH = 100_000

# A query that goes well leaves 3 moves of its work and 6 records of evidence.
STATEMENTS = (
    """INSERT INTO creditquery_consent (reference, person_id, purpose, recipient_id, text_id,
        language, document, sha256, signed_with, signed_at, expires_at)
    SELECT 'B-' || n, loan.borrower_id, '02', loan.institution_id,
        (SELECT min(id) FROM creditquery_consenttext), 'en', '', '', '', at, at
    FROM numbered JOIN creditquery_loanapplication AS loan ON loan.id = numbered.loan""",
    """INSERT INTO creditquery_creditquery (request_no, person_id, loan_id, purpose, consent_id,
        state, reason, slow, tries, priority, bound_to, created_at, queued_at, changed_at)
    SELECT lpad('B' || n, 24, '0'), consent.person_id, loan, '02', consent.id,
        'purged', '', false, 0, 1, '', at, at, at
    FROM numbered JOIN creditquery_consent AS consent ON consent.reference = 'B-' || n""",
    """INSERT INTO creditquery_attempt (ref, query_id, kind, channel, endpoint, host, trace, state,
        sent_at, finished_at, vendor_code, result, again)
    SELECT request_no || '.1', query.id, 'inquire', 'pboc', 'east', '', '', 'answered', at, at, '',
        'ok', false
    FROM numbered JOIN creditquery_creditquery AS query ON request_no = lpad('B' || n, 24, '0')""",
    """INSERT INTO creditquery_creditreport (query_id, number, received_at, expires_at, purged_at)
    SELECT query.id, n, at, at, at
    FROM numbered JOIN creditquery_creditquery AS query ON request_no = lpad('B' || n, 24, '0')""",
    """INSERT INTO portal_work (kind, subject, lane, state, priority, run_after, holder, fence,
        attempts, expiries, reason, dedup_key, created_at, moved_at)
    SELECT 'creditquery.tasks.run_query', lpad('B' || n, 24, '0'), 'upstream', 'done', 1, at, '',
        1, 0, 0, '', 'query/B' || n, at, at
    FROM numbered""",
    """INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT work.id, at, 'ready', 'leased', 1, '', ''
    FROM numbered JOIN portal_work AS work ON dedup_key = 'query/B' || n,
        generate_series(1, 3)""",
    """INSERT INTO evidence_record (id, kind, subject, at, body, salt, leaf_hash)
    SELECT gen_random_uuid(), 'creditquery.creditquery.queued', lpad('B' || n, 24, '0'), at, '{}',
        '\\x00', '\\x00'
    FROM numbered, generate_series(1, 6)""",
)
PARKED = """
WITH one AS (
    SELECT id, borrower_id, institution_id FROM creditquery_loanapplication LIMIT 1
), loans AS (
    INSERT INTO creditquery_loanapplication (borrower_id, institution_id, reference, amount_fen,
        annual_rate_bp, term_months, decision_deadline, original_deadline, status, created_at)
    SELECT borrower_id, institution_id, 'P' || n, 1, 1, 1, now(), now(), 'open', now()
    FROM one, generate_series(1, %(number)s) AS n
    RETURNING id, borrower_id, institution_id
), consents AS (
    INSERT INTO creditquery_consent (reference, person_id, purpose, recipient_id, text_id,
        language, document, sha256, signed_with, signed_at, expires_at)
    SELECT 'P-' || id, borrower_id, '02', institution_id,
        (SELECT min(id) FROM creditquery_consenttext), 'en', '', '', '', now(), now()
    FROM loans
    RETURNING id, reference, person_id
)
INSERT INTO creditquery_creditquery (request_no, person_id, loan_id, purpose, consent_id,
    state, reason, slow, tries, priority, bound_to, created_at, queued_at, changed_at)
SELECT lpad('P' || loans.id, 24, '0'), person_id, loans.id, '02', consents.id,
    'parked', '', false, 0, 2, '', now(), now() + loans.id * interval '1 ms', now()
FROM loans JOIN consents ON reference = 'P-' || loans.id
"""
NUMBERED = """WITH loans AS (
    SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS many
    FROM creditquery_loanapplication
), numbered AS MATERIALIZED (
    SELECT n, loans.id AS loan, now() - interval '1 year' + n * interval '20 seconds' AS at
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
    JOIN loans ON loans.place = n %% loans.many
) """


def copy(name: str) -> None:
    """A second database with the same content; nobody else may be connected to the first."""
    source = connection.settings_dict["NAME"]
    with inside("postgres"), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


@contextmanager
def inside(name: str) -> Iterator[None]:
    """This process speaks to another database of the same server."""
    usual = connection.settings_dict["NAME"]
    _turn_to(name)
    try:
        yield
    finally:
        _turn_to(usual)


def _turn_to(name: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name


def fill(total: int) -> None:
    """Bring the tables to so many queries, and the planner's statistics up to date."""
    done = CreditQuery.objects.count()
    with connection.cursor() as cursor:
        while done < total:
            last = min(done + BATCH, total)
            for statement in STATEMENTS:
                cursor.execute(NUMBERED + statement, {"first": done + 1, "last": last})
            done = last
        cursor.execute("VACUUM ANALYZE")


def park(number: int) -> None:
    """So many queries that wait for a route, each with a loan of its own."""
    with connection.cursor() as cursor:
        cursor.execute(PARKED, {"number": number})
        cursor.execute("VACUUM ANALYZE creditquery_creditquery")
