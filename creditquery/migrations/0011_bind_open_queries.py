"""Queries that were open before there were several channels: bind each to the one that may have
made its inquiry, so that no other is asked, or sent to, before it."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery

OPEN = ["queued", "parked", "sending", "ambiguous", "needs_person", "manual_review"]


def bind(apps: Any, _: Any) -> None:
    sent = apps.get_model("creditquery", "Attempt").objects.filter(kind="inquire")
    unknown = sent.filter(query=OuterRef("pk"), state__in=["sending", "unknown"]).order_by("-pk")
    queries = apps.get_model("creditquery", "CreditQuery").objects
    unbound = queries.filter(Exists(unknown), bound_to="", state__in=OPEN)
    unbound.update(bound_to=Subquery(unknown.values("channel")[:1]))


class Migration(migrations.Migration):
    dependencies = [("creditquery", "0010_callbacks")]
    operations = [migrations.RunPython(bind, migrations.RunPython.noop)]
