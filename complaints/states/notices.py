"""What the people whom an incident touched are told of it by themselves, once each."""

from django.db import models
from django.utils.translation import pgettext_lazy


class NoticeKind(models.TextChoices):
    BEGAN = "began", pgettext_lazy("notice of an incident", "it goes on")
    OVER = "over", pgettext_lazy("notice of an incident", "it is over")
