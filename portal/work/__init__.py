"""Durable work: what must happen is a row with a lane, a lease and a fence (docs/architecture.md).

    from portal.work import services as work
    work.add(kind="creditquery.tasks.run_query", subject=request_no, lane=Lane.UPSTREAM, now=now)

Celery is only the doorbell: its messages say "look", and may be lost or repeated freely.
"""
