"""The moves of work that many processes make at the same moment, each as one statement: one round
trip, never half done. Parameters are named; the history is written by the statement itself.

An inner SELECT is materialised because of its lock clause: it runs once, whatever the planner
thinks. Rows that somebody else holds at this moment are skipped.
"""

from typing import Final

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
    RETURNING work.id, kind, subject, lane, fence, attempts, lease_until, priority, run_after
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(now)s, 'ready', 'leased', fence, '', '' FROM claimed
)
SELECT id, kind, subject, lane, fence, attempts, lease_until
FROM claimed ORDER BY priority, run_after, id
"""

# Without a wait it keeps its moment, and with it its place.
HAND_BACK: Final = """
WITH returned AS (
    UPDATE portal_work
    SET state = 'ready', lease_until = NULL, holder = '', expiries = 0, reason = %(reason)s,
        run_after = CASE WHEN %(due)s > %(now)s THEN %(due)s ELSE run_after END, moved_at = %(now)s
    WHERE id = %(id)s AND state = 'leased' AND fence = %(fence)s
    RETURNING id, fence
), noted AS (
    INSERT INTO portal_workevent (work_id, at, from_state, to_state, fence, reason, actor)
    SELECT id, %(now)s, 'leased', 'ready', fence, %(reason)s, '' FROM returned
)
SELECT id FROM returned
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
