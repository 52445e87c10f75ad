"""Where a credit report is printed."""

from django.db.models import QuerySet

from reviews.models import Branch


def places() -> dict[str, list[str]]:
    """The cities of each province that has something, in order."""
    rows = Branch.objects.filter(active=True).order_by("province", "city")
    found: dict[str, list[str]] = {}
    for province, city in rows.values_list("province", "city").distinct():
        found.setdefault(province, []).append(city)
    return found


def find(*, province: str = "", city: str = "", kind: str = "") -> QuerySet[Branch]:
    """Open ones, by place and name; "" narrows nothing."""
    wanted = {"province": province, "city": city, "kind": kind}
    rows = Branch.objects.filter(active=True)
    return rows.filter(**{name: value for name, value in wanted.items() if value})
