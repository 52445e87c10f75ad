"""What came of the desk's drill, by SQL over the tables: no line of the portal's own code."""

# ruff: noqa: S608 (statements put together from our own)

from collections import Counter
from pathlib import Path

from django.db import connection

# A claim begins with the first kinds and ends with the others; a hand-over is both.
TURNS = """
WITH turns AS (
    SELECT id, task_id, kind, by_id,
        CASE kind WHEN 'claimed' THEN by_id WHEN 'handed_over' THEN to_id END AS begins,
        kind IN ('claimed', 'handed_over') AS is_begin,
        kind <> 'claimed' AS is_end
    FROM reviews_reviewstep
    WHERE kind IN ('claimed', 'handed_over', 'released', 'expired', 'recommended', 'requested',
                   'agreed', 'decided', 'sent_back')
), linked AS (
    SELECT *, lag(begins) OVER (PARTITION BY task_id ORDER BY id) AS holder
    FROM turns
)
"""
# The recommendation that a decision is about is the last one before it.
DECIDED = """
WITH decided AS (
    SELECT d.task_id, d.round, d.id, d.by_id AS decided_by, r.by_id AS made_by, a.by_id AS agreed_by
    FROM reviews_reviewstep d
    CROSS JOIN LATERAL (
        SELECT id, by_id FROM reviews_reviewstep
        WHERE task_id = d.task_id AND kind = 'recommended' AND id < d.id
        ORDER BY id DESC LIMIT 1) r
    LEFT JOIN LATERAL (
        SELECT by_id FROM reviews_reviewstep
        WHERE task_id = d.task_id AND kind = 'agreed' AND id BETWEEN r.id AND d.id
        ORDER BY id DESC LIMIT 1) a ON true
    WHERE d.kind = 'decided'
)
"""
FIGURES = {
    # Doubled: a case that was decided more than once, or held by two at a time.
    "decided_twice": """
        SELECT count(*) FROM (
            SELECT task_id, round FROM reviews_reviewstep WHERE kind = 'decided'
            GROUP BY 1, 2 HAVING count(*) > 1
            UNION SELECT task_id, round FROM reviews_reviewoutcome GROUP BY 1, 2 HAVING count(*) > 1
        ) twice""",
    "told_twice": """
        SELECT count(*) FROM (
            SELECT user_id FROM accounts_delivery WHERE kind = 'reviews.review_decided'
            GROUP BY 1 HAVING count(*) > 1) twice""",
    "held_by_two": TURNS
    + "SELECT count(*) FROM linked WHERE is_begin AND NOT is_end AND holder IS NOT NULL",
    "acted_without_holding": TURNS
    + """SELECT count(*) FROM linked WHERE is_end AND
        (holder IS NULL AND kind <> 'handed_over' OR kind <> 'handed_over' AND holder <> by_id)""",
    # Lost: undecided at the end, or decided without what belongs to it.
    "stuck": """
        SELECT count(*) FROM reviews_reviewtask WHERE state NOT IN ('approved', 'refused')""",
    "without_outcome": """
        SELECT count(*) FROM reviews_reviewtask t
        LEFT JOIN reviews_reviewoutcome o ON o.task_id = t.id AND o.round = t.round
        WHERE o.outcome IS DISTINCT FROM
            CASE t.state WHEN 'approved' THEN 'approve' WHEN 'refused' THEN 'refuse' END""",
    "query_differs": """
        SELECT count(*) FROM reviews_reviewtask t
        JOIN creditquery_creditquery q ON q.id = t.query_id
        WHERE (t.state, q.state) NOT IN (('approved', 'reviewed'), ('refused', 'declined'))""",
    "without_evidence": """
        SELECT count(*) FROM reviews_reviewtask t
        WHERE t.state IN ('approved', 'refused') AND 1 <> (
            SELECT count(*) FROM evidence_record e
            WHERE e.subject = t.number AND e.kind = 'reviews.reviewtask.' || t.state)""",
    "not_told": """
        SELECT count(*) FROM reviews_reviewtask t WHERE NOT EXISTS (
            SELECT FROM accounts_delivery d
            WHERE d.user_id = t.person_id AND d.kind = 'reviews.review_decided')""",
    # Four eyes.
    "approved_by_maker": DECIDED
    + """SELECT count(*) FROM decided
        WHERE decided_by = made_by OR agreed_by IN (made_by, decided_by)""",
    "columns_differ": DECIDED
    + """SELECT count(*) FROM decided d JOIN reviews_reviewtask t ON t.id = d.task_id
        WHERE (t.maker_id, coalesce(t.second_checker_id, t.checker_id)) <> (made_by, decided_by)
            OR t.second_checker_id IS NOT NULL AND t.checker_id IS DISTINCT FROM agreed_by""",
    "dear_without_third": DECIDED
    + """SELECT count(*) FROM decided d JOIN reviews_reviewtask t ON t.id = d.task_id
        JOIN reviews_reviewpolicy p ON p.id = t.policy_id
        WHERE (t.amount_fen >= p.third_person_fen) <> (agreed_by IS NOT NULL)""",
    "decided_by_recused": """
        SELECT count(*) FROM reviews_reviewtask t WHERE EXISTS (
            SELECT FROM reviews_recusal r WHERE r.task_id = t.id
                AND r.officer_id IN (t.maker_id, t.checker_id, t.second_checker_id)
            UNION ALL SELECT FROM reviews_document d WHERE d.task_id = t.id
                AND d.uploaded_by_id IN (t.maker_id, t.checker_id, t.second_checker_id))""",
}
LOST = ("stuck", "without_outcome", "query_differs", "without_evidence", "not_told", "unwritten")
DOUBLED = ("decided_twice", "told_twice", "held_by_two")
# What the journal calls an act, and the steps that it leaves.
STEPS = {
    "recommended": ["recommended"],
    "agreed": ["agreed"],
    "decided": ["decided"],
    "checked": ["agreed", "decided"],
    "sent_back": ["sent_back"],
    "requested": ["requested"],
    "released": ["released"],
    "handed_over": ["handed_over"],
    "recused": ["recused"],
    "added": ["added"],
}


def undecided() -> int:
    return _one(
        "SELECT count(*) FROM reviews_reviewtask WHERE state NOT IN ('approved', 'refused')"
    )


def figures(journals: list[Path]) -> dict[str, int]:
    found = {name: _one(statement) for name, statement in FIGURES.items()}
    return found | {"unwritten": unwritten(journals)}


def unwritten(journals: list[Path]) -> int:
    """Acts that an officer was told are done, and of which the tables know nothing."""
    told = Counter(
        (int(task), kind, int(by))
        for kind, task, by in (line for line in lines(journals) if line[0] in STEPS)
    )
    written: Counter[tuple[int, str, int]] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_id, kind, by_id, count(*) FROM reviews_reviewstep"
            " WHERE by_id IS NOT NULL GROUP BY 1, 2, 3"
        )
        for task, kind, by, count in cursor.fetchall():
            written[task, kind, by] = count
    missing = 0
    for (task, kind, by), times in told.items():
        missing += max(0, times - sum(written[task, step, by] for step in STEPS[kind]))
    return missing


def lines(journals: list[Path]) -> list[list[str]]:
    """A line that a kill cut in half says nothing."""
    return [
        line.split()
        for journal in journals
        if journal.exists()
        for line in journal.read_text().split("\n")[:-1]
        if line.strip()
    ]


def steps() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM reviews_reviewstep GROUP BY 1")
        return Counter(dict(cursor.fetchall()))


def _one(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
