"""What a request tells about a login besides its proof."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Nothing of it is secret but the browser's tokens."""

    device_token: str
    label: str
    language: str
    network_hash: str
    staff: User | None = None  # somebody of the staff is logged in at this browser
    staff_token: str = ""  # the browser of somebody of the staff
    address: str = ""  # of the network, in the clear; never kept
    agent: str = "Mozilla/5.0"  # what the browser says that it is; nothing rests on it alone
    remember: bool = False  # its owner wants this browser to be asked for one factor from now on
