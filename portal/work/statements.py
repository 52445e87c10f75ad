"""What happens to every piece of work, each as one statement: one round trip, never half done.
Parameters are named; the history is written by the statement itself.

Whether more is due is asked of each priority by itself, as one look at its oldest: asked for all
together the planner reads the table from its beginning as soon as some thousand are due, because
it expects to meet one soon (measured: 54 ms a claim among 90,000 rows, instead of 0.5).
An inner SELECT is materialised because of its lock clause: it runs once, whatever the planner
thinks. Rows that somebody else holds at this moment are skipped.
"""

from typing import Final

ADD: Final = """
WITH added AS (
    INSERT INTO portal_work (kind, subject, lane, state, priority, run_after, holder, fence,
        attempts, expiries, reason, dedup_key, trace, created_at, moved_at)
    VALUES (%(kind)s, %(subject)s, %(lane)s, 'ready', %(priority)s, %(run_after)s, '', 0,
        0, 0, '', %(dedup_key)s, %(trace)s, %(created_at)s, %(moved_at)s)
    ON CONFLICT (dedup_key) DO NOTHING
    RETURNING id
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(created_at)s, '', 'ready', 0, '', '' FROM added
)
SELECT id FROM added
"""

LOCK_BACKLOG: Final = "SELECT pg_advisory_xact_lock(hashtext('backlog/' || %(lane)s))"

ADD_BACKLOG: Final = """
WITH late AS MATERIALIZED (
    SELECT count(*) AS number FROM portal_work
    WHERE lane = %(lane)s AND priority = %(priority)s AND state = 'ready' AND run_after <= %(now)s
), before AS MATERIALIZED (
    SELECT greatest(%(earliest)s + number * %(pause)s, (
        SELECT run_after FROM portal_work
        WHERE lane = %(lane)s AND priority = %(priority)s AND state = 'ready' AND attempts = 0
        ORDER BY run_after DESC, id DESC LIMIT 1
    ) + %(pause)s) AS first_due
    FROM late
), added AS (
    INSERT INTO portal_work (kind, subject, lane, state, priority, run_after, holder, fence,
        attempts, expiries, reason, dedup_key, trace, created_at, moved_at)
    SELECT %(kind)s, subject, %(lane)s, 'ready', %(priority)s,
        first_due + (place - 1) * %(pause)s, '', 0,
        0, 0, '', NULL, %(trace)s, %(now)s, %(now)s
    FROM before, unnest(%(subjects)s::text[]) WITH ORDINALITY AS wanted (subject, place)
    ORDER BY place
    RETURNING id
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(now)s, '', 'ready', 0, '', '' FROM added
)
SELECT count(*) FROM added
"""
"""Due after the last that waits and was never tried, and after all that are late: to count whatever
waits takes longer with every batch."""

CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM portal_work
    WHERE lane = %(lane)s AND state = 'ready' AND run_after <= %(now)s
    ORDER BY priority, run_after, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE portal_work AS work
    SET state = 'leased', fence = fence + 1, lease_until = %(until)s, holder = %(holder)s,
        moved_at = %(now)s
    FROM due WHERE work.id = due.id
    RETURNING work.id, kind, subject, lane, fence, attempts, lease_until, trace, priority, run_after
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(now)s, 'ready', 'leased', fence, '', '' FROM claimed
)
SELECT id, kind, subject, lane, fence, attempts, lease_until, trace, EXISTS (
    SELECT FROM unnest(%(priorities)s::int[]) AS each (priority), LATERAL (
        SELECT run_after FROM portal_work
        WHERE lane = %(lane)s AND state = 'ready' AND priority = each.priority
            AND id NOT IN (SELECT id FROM due)
        ORDER BY run_after, id LIMIT 1
    ) AS oldest
    WHERE run_after <= %(unheard)s
) AS more
FROM claimed ORDER BY priority, run_after, id
"""

END: Final = """
WITH ended AS (
    UPDATE portal_work
    SET state = %(to)s, lease_until = NULL, holder = '', attempts = %(attempts)s, expiries = 0,
        run_after = %(due)s, reason = %(reason)s, moved_at = %(now)s
    WHERE id = %(id)s AND state = 'leased' AND fence = %(fence)s
    RETURNING id, fence
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(now)s, 'leased', %(to)s, fence, %(reason)s, '' FROM ended
)
SELECT id FROM ended
"""

WAKE_MANY: Final = """
WITH chosen AS MATERIALIZED (
    SELECT id, state FROM portal_work
    WHERE kind = %(kind)s AND subject = ANY(%(subjects)s) AND state = ANY(%(states)s)
    ORDER BY id FOR UPDATE SKIP LOCKED
), woken AS (
    UPDATE portal_work AS work
    SET state = 'ready', priority = %(priority)s, run_after = %(now)s, attempts = 0, expiries = 0,
        reason = %(reason)s, moved_at = %(now)s
    FROM chosen WHERE work.id = chosen.id
    RETURNING work.id, lane, fence, chosen.state AS came_from
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(now)s, came_from, 'ready', fence, %(reason)s, '' FROM woken
)
SELECT lane, count(*) FROM woken GROUP BY lane ORDER BY lane
"""
