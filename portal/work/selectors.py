"""Reading durable work: the work about something, and its place in the queue."""

from django.db.models import Q

from portal.work.models import Work
from portal.work.states import WorkState


def find(*, kind: str, subject: str) -> Work | None:
    """The newest work of this kind about this subject."""
    return Work.objects.filter(kind=kind, subject=subject).order_by("-id").first()


def place(work: Work) -> int | None:
    """How many ready pieces of work of its lane come before it; None when it is not waiting."""
    if work.state != WorkState.READY:
        return None
    same_moment = Q(run_after=work.run_after, id__lt=work.pk)
    ahead = Q(run_after__lt=work.run_after) | same_moment
    return Work.objects.filter(ahead, lane=work.lane, state=WorkState.READY).count()
