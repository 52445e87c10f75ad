"""The yearly security training, as each member of staff acknowledged it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TrainingAcknowledged(models.Model):
    """Which version of the text (accounts/training.py) was read, and until when that counts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member of staff")
    )
    version = models.CharField(_("version"), max_length=20)
    at = models.DateTimeField(_("acknowledged at"))
    valid_until = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("acknowledged training")
        verbose_name_plural = _("acknowledged trainings")
        indexes = [models.Index(fields=["user", "version", "valid_until"], name="training_valid")]

    def __str__(self) -> str:
        return f"{self.user} {self.version}"
