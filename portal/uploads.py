"""Files that a browser sends: in memory, bounded, and never in the temporary folder of the host."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]
LONGEST_BODY: Final = 32 * 1024 * 1024
"""A file that is too large is read to its end up to here, so that a page can say so; what is
longer is not read (deploy/nginx/portal.conf stops it at the same size)."""


class Bounded(FileUploadHandler):
    """Keeps the files of one request as long as they are at most `most` bytes together. Of what is
    larger only its size is known, and nothing is kept."""

    def __init__(self, request: HttpRequest | None = None, *, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.taken = 0
        self.chunks: list[bytes] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.chunks = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken <= self.most:
            self.chunks.append(raw_data)
        else:
            self.chunks = []

    def file_complete(self, file_size: int) -> UploadedFile:
        content, self.chunks = b"".join(self.chunks), []
        return InMemoryUploadedFile(
            BytesIO(content),
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


def takes_file(*, most: int) -> Callable[[View], View]:
    """For a view whose form brings one file of at most `most` bytes.

    Nothing of the form may be read before the bound stands, its token included, so that the check
    of the token moves from the middleware to here.
    """

    def decorate(view: View) -> View:
        guarded: View = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
                raise RequestDataTooBig(request.path)
            request.upload_handlers = [Bounded(request, most=most)]
            return guarded(request, *args, **kwargs)

        return wrapper

    return decorate
