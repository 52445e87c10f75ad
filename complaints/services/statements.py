"""The statement that finds whom an incident touched and brings its impacts up to date.

A spell is a window of the newest revision in which not everybody got through. A query waits from
`queued_at` until its result, or until it left. It was touched when it waited longer than the grace
within spells of a component that has routes, each of which counts when nobody got through (major),
or when the query itself was parked or failed on one of its routes meanwhile. A login was touched
when its code was asked for in a spell longer than the grace, and neither came nor was used in time.

Codes that nobody used are deleted after a month (accounts.services.retention): an impact whose
login is gone stays as long as it still lies within a spell.

Nobody has statistics of rows that were written a moment ago, so what is gone is found by grouping:
an anti-join planned for a handful of rows took 3 s for 6,000 of them, and the square of that.
"""

RENEW = """
WITH spell AS MATERIALIZED (
    SELECT w.component_id, w.status, w.starts_at, c.key, c.routes, w.ends_at IS NULL AS goes_on,
        coalesce(w.ends_at, %(now)s) AS ends_at
    FROM complaints_incidentwindow w JOIN complaints_component c ON c.id = w.component_id
    WHERE w.incident_id = %(incident)s AND w.revision = %(revision)s
        AND w.status = ANY(%(failing)s) AND w.starts_at < %(now)s
), waiting AS MATERIALIZED (
    SELECT q.id, q.request_no, q.person_id, q.loan_id, q.state, q.changed_at, q.queued_at,
        coalesce(
            least(r.received_at, answer.at),
            CASE WHEN q.state = ANY(%(left)s) THEN q.changed_at END
        ) AS left_at
    FROM creditquery_creditquery q
    LEFT JOIN creditquery_creditreport r ON r.query_id = q.id
    LEFT JOIN LATERAL (
        SELECT min(a.finished_at) AS at FROM creditquery_attempt a
        WHERE a.query_id = q.id
            AND (a.state = 'refused' OR (a.state = 'answered' AND a.kind = 'inquire'))
    ) answer ON true
    WHERE q.queued_at < (SELECT max(ends_at) FROM spell WHERE routes <> '[]')
        AND (
            q.state = ANY(%(waits)s)
            OR (
                q.state = ANY(%(left)s)
                AND q.changed_at > (SELECT min(starts_at) FROM spell WHERE routes <> '[]')
            )
        )
), held_up AS (
    SELECT q.id, q.person_id, q.loan_id, s.component_id,
        greatest(q.queued_at, s.starts_at) AS starts_at,
        least(coalesce(q.left_at, %(now)s), s.ends_at) AS ends_at,
        s.goes_on AND q.left_at IS NULL AS goes_on
    FROM spell s JOIN waiting q
        ON q.queued_at < s.ends_at AND coalesce(q.left_at, %(now)s) > s.starts_at
    WHERE s.routes <> '[]' AND (
        s.status = 'major_outage'
        OR (q.state = 'parked' AND q.changed_at < s.ends_at)
        OR EXISTS (
            SELECT FROM creditquery_attempt a
            WHERE a.query_id = q.id AND a.state IN ('not_executed', 'unknown')
                AND a.sent_at >= s.starts_at AND a.sent_at < s.ends_at
                AND (s.routes ? a.channel OR s.routes ? (a.channel || '.' || a.endpoint))
        )
        OR EXISTS (
            SELECT FROM evidence_record e
            WHERE e.subject = q.request_no AND e.kind = 'creditquery.creditquery.parked'
                AND e.at < s.ends_at
                AND NOT EXISTS (
                    SELECT FROM evidence_record n
                    WHERE n.subject = e.subject AND n.kind LIKE 'creditquery.creditquery.%%'
                        AND n.at > e.at AND n.at <= s.starts_at
                )
        )
    )
), missed AS (
    SELECT c.id, c.account_hash, c.created_at, s.component_id, s.ends_at, s.goes_on
    FROM spell s JOIN accounts_loginchallenge c
        ON c.created_at >= s.starts_at AND c.created_at < s.ends_at
    WHERE (s.key = 'codes' OR (s.key = 'login' AND c.purpose = 'login'))
        AND s.ends_at - s.starts_at > %(grace)s AND c.created_at + %(grace)s < %(now)s
        AND (c.used_at IS NULL OR c.used_at > c.created_at + %(grace)s)
        AND NOT EXISTS (
            SELECT FROM accounts_delivery d
            WHERE d.challenge_id = c.id
                AND coalesce(d.received_at, d.accepted_at, d.sent_at) <= c.created_at + %(grace)s
                AND (d.state = 'delivered' OR (d.state = 'accepted' AND d.channel = 'email'))
        )
), login AS (
    SELECT account_hash, min(created_at) AS starts_at, max(ends_at) AS ends_at,
        bool_or(goes_on) AS goes_on,
        (array_agg(component_id ORDER BY created_at, id))[1] AS component_id,
        (array_agg(id ORDER BY created_at, id))[1] AS challenge_id
    FROM missed GROUP BY account_hash
), found AS MATERIALIZED (
    SELECT p.phone_hash AS account_hash, h.id AS query_id, h.person_id, h.loan_id,
        NULL::uuid AS challenge_id,
        (array_agg(h.component_id ORDER BY h.starts_at, h.component_id))[1] AS component_id,
        min(h.starts_at) AS touched_from,
        CASE WHEN NOT bool_or(h.goes_on) THEN max(h.ends_at) END AS touched_until
    FROM held_up h JOIN accounts_user p ON p.id = h.person_id
    GROUP BY p.phone_hash, h.id, h.person_id, h.loan_id
    HAVING sum(h.ends_at - h.starts_at) > %(grace)s
    UNION ALL
    SELECT l.account_hash, NULL, p.id, NULL, l.challenge_id, l.component_id, l.starts_at,
        CASE
            WHEN used.at IS NOT NULL OR NOT l.goes_on THEN least(l.ends_at, used.at)
        END
    FROM login l
    LEFT JOIN accounts_user p ON p.phone_hash = l.account_hash
    LEFT JOIN LATERAL (
        SELECT min(c.used_at) AS at FROM accounts_loginchallenge c
        WHERE c.address_hash = l.account_hash AND c.used_at > l.starts_at
    ) used ON true
)
, written AS (
    INSERT INTO complaints_incidentimpact AS i (incident_id, component_id, person_id, account_hash,
        query_id, loan_id, challenge_id, touched_from, touched_until, revision)
    SELECT %(incident)s, component_id, person_id, account_hash, query_id, loan_id, challenge_id,
        touched_from, touched_until, %(revision)s
    FROM found
    ON CONFLICT ON CONSTRAINT impact_once DO UPDATE SET
        component_id = EXCLUDED.component_id, person_id = coalesce(EXCLUDED.person_id, i.person_id),
        challenge_id = EXCLUDED.challenge_id, touched_from = EXCLUDED.touched_from,
        touched_until = EXCLUDED.touched_until, withdrawn_in = NULL
    WHERE (i.component_id, i.touched_from, i.touched_until, i.withdrawn_in, i.person_id)
        IS DISTINCT FROM (EXCLUDED.component_id, EXCLUDED.touched_from, EXCLUDED.touched_until,
            NULL, coalesce(EXCLUDED.person_id, i.person_id))
    RETURNING i.id
), gone AS (
    SELECT max(id) AS id
    FROM (
        SELECT account_hash, query_id, id FROM complaints_incidentimpact
        WHERE incident_id = %(incident)s AND withdrawn_in IS NULL
        UNION ALL
        SELECT account_hash, query_id, NULL FROM found
    ) sides
    GROUP BY account_hash, query_id HAVING count(*) = count(id)
), withdrawn AS (
    UPDATE complaints_incidentimpact i SET withdrawn_in = %(revision)s
    FROM gone
    WHERE i.id = gone.id AND NOT (
        i.query_id IS NULL AND i.challenge_id IS NULL AND EXISTS (
            SELECT FROM spell s
            WHERE s.component_id = i.component_id
                AND i.touched_from >= s.starts_at AND i.touched_from < s.ends_at
        )
    )
    RETURNING i.id
)
SELECT count(*) FILTER (WHERE before.id IS NULL),
    count(*) FILTER (WHERE before.withdrawn_in IS NOT NULL),
    count(*) FILTER (WHERE before.id IS NOT NULL AND before.withdrawn_in IS NULL),
    (SELECT count(*) FROM withdrawn)
FROM written LEFT JOIN complaints_incidentimpact before ON before.id = written.id
"""
"""One statement: what it reads of the impacts is what they were before it began."""

INTRODUCE = """
UPDATE complaints_incidentimpact i SET person_id = p.id
FROM accounts_user p
WHERE i.person_id IS NULL AND p.phone_hash = i.account_hash
RETURNING i.incident_id, i.id
"""
