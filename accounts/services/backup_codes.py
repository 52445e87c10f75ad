"""Backup codes of a person: made, counted, used up."""

import datetime as dt

from accounts import backup_codes
from accounts.models import BackupCode, BackupSet, User

NOBODYS_SALT = bytes(16)


def renew(*, user: User, now: dt.datetime) -> list[str]:
    """A new set in place of the old one, in the caller's transaction; to be shown once, for from
    here on only hashes are kept."""
    codes, salt = backup_codes.fresh(), backup_codes.fresh_salt()
    hashes = [backup_codes.digest(code, salt) for code in codes]
    User.objects.select_for_update().get(pk=user.pk)  # of two at once the later one counts
    BackupSet.objects.filter(user=user).delete()
    kept = BackupSet.objects.create(user=user, salt=salt, created_at=now)
    BackupCode.objects.bulk_create(BackupCode(of_set=kept, code_hash=one) for one in hashes)
    return codes


def remove(*, user: User) -> bool:
    """Whether there was a set to be removed."""
    return bool(BackupSet.objects.filter(user=user).delete()[0])


def left(*, user: User) -> int:
    return BackupCode.objects.filter(of_set__user=user, used_at__isnull=True).count()


def spend(*, user: User | None, entered: str, now: dt.datetime) -> bool:
    """Whether this is an unused code of the person, which it is no longer: one UPDATE decides, so
    that of two at once one is right. Nobody's code costs as much to look at as somebody's."""
    code = backup_codes.meant(entered)
    if not code:
        return False
    kept = BackupSet.objects.filter(user=user).first()
    sought = backup_codes.digest(code, bytes(kept.salt) if kept else NOBODYS_SALT)
    unused = BackupCode.objects.filter(of_set=kept, code_hash=sought, used_at__isnull=True)
    return unused.update(used_at=now) == 1
