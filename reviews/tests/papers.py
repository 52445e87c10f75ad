"""Tiny real files as borrowers hand them in, and reviews brought to where a test begins."""

import datetime as dt
import io
from typing import Any

import pikepdf
from django.test import Client
from django.utils import timezone
from PIL import Image

from creditquery.models import CreditQuery
from creditquery.tests.conftest import work_off
from portal.work.states import Lane
from reviews.models import Document, ReviewTask
from reviews.services import drafts, submission
from reviews.states.documents import DocumentKind
from reviews.tests.officers import promise

PASSWORD = "密码 one-2-three"
A4 = (595, 842)


def pdf(pages: int = 1, *, password: str = "", script: bool = False, mark: int = 0) -> bytes:
    """`script`: with a program that runs when it is opened; `mark` makes it another file."""
    made = pikepdf.new()
    for _page in range(pages):
        made.add_blank_page(page_size=A4)
    made.docinfo["/Title"] = f"statement {mark}"
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    out = io.BytesIO()
    lock = pikepdf.Encryption(owner=password, user=password, R=6) if password else False
    made.save(out, encryption=lock)
    return out.getvalue()


def photo(kind: str = "JPEG", colour: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, kind)
    return out.getvalue()


def upload(name: str, data: bytes) -> io.BytesIO:
    """As Django's test client posts a file."""
    file = io.BytesIO(data)
    file.name = name
    return file


def parked(query: CreditQuery, state: str = "parked") -> CreditQuery:
    promise()
    CreditQuery.objects.filter(pk=query.pk).update(state=state)
    query.refresh_from_db()
    return query


def draft(query: CreditQuery, now: dt.datetime) -> ReviewTask:
    return drafts.begin(query=parked(query), person=query.person, now=now)


def add(
    task: ReviewTask,
    data: bytes | None = None,
    *,
    kind: str = DocumentKind.STATEMENT,
    now: dt.datetime | None = None,
) -> Document:
    """Handed in, not checked yet."""
    return drafts.add(
        task=task,
        kind=kind,
        name="流水.pdf",
        data=pdf() if data is None else data,
        by=task.person,
        now=now or timezone.now(),
    )


def checked(task: ReviewTask, data: bytes | None = None, **values: Any) -> Document:
    made = add(task, data, **values)
    work_off(Lane.INTAKE, at=values.get("now"))
    made.refresh_from_db()
    return made


def sent(query: CreditQuery, now: dt.datetime) -> ReviewTask:
    task = draft(query, now)
    checked(task, now=now)
    return submission.submit(task=task, now=now)


def address(query: CreditQuery, tail: str = "") -> str:
    return f"/en/queries/{query.request_no}/review/{tail}"


def hand_in(browser: Client, query: CreditQuery, name: str, data: bytes, kind: str) -> Any:
    """By the form, as a browser sends it."""
    return browser.post(address(query, f"add/{kind}/"), {"file": upload(name, data)})
