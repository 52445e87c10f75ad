"""The queue of the desk by indexes alone, whatever an officer narrows it to."""

from django.db import migrations, models
from django.db.models import Q

QUEUED = Q(state__in=["open", "recommended"])
UNDECIDED = Q(state__in=["awaiting", "checking", "claimed", "open", "recommended"])
DUE, BY_LENDER = ["due_at", "id"], ["institution", "due_at", "id"]
INDEXES = (
    models.Index(fields=[*DUE, "amount_fen"], name="review_queue", condition=QUEUED),
    models.Index(
        fields=[*BY_LENDER, "amount_fen"], name="review_queue_institution", condition=QUEUED
    ),
    models.Index(fields=[*DUE, "amount_fen"], name="review_undecided", condition=UNDECIDED),
    models.Index(
        fields=[*BY_LENDER, "amount_fen"],
        name="review_undecided_institution",
        condition=UNDECIDED,
    ),
    models.Index(
        fields=DUE, name="review_undecided_express", condition=UNDECIDED & ~Q(express="")
    ),
    models.Index(
        fields=DUE, name="review_undecided_again", condition=UNDECIDED & Q(round__gt=1)
    ),
    models.Index(
        fields=["institution", "state", "due_at", "id"], name="review_institution_state"
    ),
)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_four_eyes")]
    operations = [
        migrations.RemoveIndex(model_name="reviewtask", name="review_queue"),
        migrations.RemoveIndex(model_name="reviewtask", name="review_queue_institution"),
        *(migrations.AddIndex(model_name="reviewtask", index=index) for index in INDEXES),
    ]
