"""A borrower's password: nobody needs one, and none opens the account by itself."""

from accounts.models import User


def right(*, user: User | None, entered: str) -> bool:
    """Whether this is the person's password. Nobody's, and that of somebody who has set none, is
    hashed all the same: the answer takes as long."""
    if user is None or not user.has_usable_password():
        User().set_password(entered)
        return False
    return user.check_password(entered)
