"""All parts of the outside world, put together from the settings."""

import threading
from dataclasses import dataclass, field

from simulators.aliyun import Aliyun
from simulators.background import Background
from simulators.bureau import Bureau
from simulators.bureau_register import Register
from simulators.exchange import Service
from simulators.faults import Switchboard
from simulators.phones import Inboxes
from simulators.receipts import Receipts
from simulators.settings import Settings
from simulators.tencent import Tencent


@dataclass
class World:
    settings: Settings
    faults: Switchboard = field(default_factory=Switchboard)
    phones: Inboxes = field(default_factory=Inboxes)
    mailboxes: Inboxes = field(default_factory=Inboxes)
    background: Background = field(default_factory=Background)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        settings = self.settings
        self.bureau = Bureau(
            settings.institution_code,
            settings.institution_secret,
            Register(settings.state_file),
            settings.accounts,
        )
        self.aliyun = Aliyun(
            settings.aliyun_key_id,
            settings.aliyun_key_secret,
            settings.aliyun_sign_name,
            self.phones,
            Receipts(settings.receipt_url, settings.receipt_delay, self.background),
        )
        self.tencent = Tencent(settings.tencent_id, settings.tencent_key)

    def service(self, path: str) -> tuple[str, Service, str] | None:
        """Name of the switch, the service, the path inside it; None for our own pages."""
        first, _, rest = path.lstrip("/").partition("/")
        match first:
            case "pboc":
                region = rest.partition("/")[0]
                name = f"pboc.{region}" if region in ("south", "southwest") else "pboc.east"
                return name, self.bureau, f"/{rest}"
            case "aliyun":
                return "aliyun", self.aliyun, f"/{rest}"
            case "tencent":
                return "tencent", self.tencent, f"/{rest}"
        return None

    def reset(self) -> None:
        """As after a fresh start: no faults, no messages, no inquiries, no sessions."""
        self.background.clear()
        self.faults.reset()
        self.phones.reset()
        self.mailboxes.reset()
        self.bureau.reset()
        self.aliyun.reset()

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than the program runs."""
        self.stopping.wait(seconds)

    def stop(self) -> None:
        self.stopping.set()
        self.background.stop()
