"""All parts of the outside world, put together from the settings."""

import threading
from dataclasses import dataclass, field

from simulators.aliyun import Aliyun
from simulators.aliyun_voice import AliyunVoice
from simulators.background import Background
from simulators.bureau.bank import Bank
from simulators.bureau.bank_callbacks import Callbacks
from simulators.bureau.bank_keys import StaticKeys
from simulators.bureau.pboc import Pboc
from simulators.bureau.register import Register
from simulators.capacity import Upstreams
from simulators.certificates import HOSTS, Authority, Wish
from simulators.exchange import Service
from simulators.faults import REGIONS, Switchboard
from simulators.phones import Inboxes
from simulators.pushing import Pusher
from simulators.receipts import Receipts
from simulators.settings import BANK_PRIVATE_KEY, INSTITUTION_PUBLIC_KEY, Settings
from simulators.sockets import Silenced
from simulators.tencent import Tencent
from simulators.tencent_sms import TencentSms
from simulators.tencent_voice import TencentVoice


@dataclass
class World:
    settings: Settings
    faults: Switchboard = field(default_factory=Switchboard)
    upstreams: Upstreams = field(default_factory=Upstreams)
    phones: Inboxes = field(default_factory=Inboxes)
    mailboxes: Inboxes = field(default_factory=Inboxes)
    background: Background = field(default_factory=Background)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        settings = self.settings
        self.silenced = Silenced(self.background)
        self.register = Register(settings.state_file, settings.accounts)
        hosts = tuple({*HOSTS, settings.host})
        self.authority = None if settings.tls_port is None else Authority(settings.ca_file, hosts)
        self.bank_keys = StaticKeys(BANK_PRIVATE_KEY, INSTITUTION_PUBLIC_KEY)
        self.callbacks = Callbacks(
            settings.callback_url, self.bank_keys, self.faults, self.background
        )
        self.pboc = Pboc(settings.institution_code, settings.institution_secret, self.register)
        self._channels: dict[str, Pboc | Bank] = {
            "pboc": self.pboc,
            "bank": self._bank(self.callbacks),
            "blind": self._bank(None),
        }
        self._call_vendors(settings)

    def _call_vendors(self, settings: Settings) -> None:
        """Those of messages and calls, and of the identity check."""
        self.aliyun = Aliyun(
            settings.aliyun_key_id,
            settings.aliyun_key_secret,
            settings.aliyun_sign_name,
            self.phones,
            Receipts(settings.receipt_url, settings.receipt_delay, self.background),
        )
        self.aliyun_voice = AliyunVoice(
            settings.aliyun_key_id,
            settings.aliyun_key_secret,
            self.phones,
            self._pusher("aliyun-voice", "code"),
        )
        tencent = settings.tencent_id, settings.tencent_key
        self.tencent_sms = TencentSms(
            *tencent,
            settings.tencent_sms_app,
            settings.tencent_sign_name,
            self.phones,
            self._pusher("tencent", "result"),
        )
        self.tencent_voice = TencentVoice(
            *tencent,
            settings.tencent_voice_app,
            self.phones,
            self._pusher("tencent-voice", "result"),
        )
        # First part of the path -> name of the switch, and the service.
        self._vendors: dict[str, tuple[str, Service]] = {
            "aliyun": ("aliyun", self.aliyun),
            "aliyun-voice": ("aliyun.voice", self.aliyun_voice),
            "tencent": ("tencent", Tencent(*tencent)),
            "tencent-sms": ("tencent.sms", self.tencent_sms),
            "tencent-voice": ("tencent.voice", self.tencent_voice),
        }

    def _pusher(self, vendor: str, field: str) -> Pusher:
        """The other vendors' receipts go beside Aliyun's: /receipts/<vendor>/<token>/."""
        settings = self.settings
        url = settings.receipt_url.replace("/receipts/aliyun/", f"/receipts/{vendor}/")
        return Pusher(url, settings.receipt_delay, self.background, lambda s: s.get(field) == 0)

    def _bank(self, callbacks: Callbacks | None) -> Bank:
        return Bank(
            "bank" if callbacks else "blind",
            self.settings.bank_institution,
            self.bank_keys,
            self.register,
            callbacks,
            settle_seconds=self.settings.settle,
            later_seconds=self.settings.callback_delay,
        )

    def service(self, path: str) -> tuple[str, Service, str] | None:
        """Name of the switch, the service, the path inside it; None for our own pages."""
        first, _, rest = path.lstrip("/").partition("/")
        if first in self._channels:
            region = rest.partition("/")[0]
            name = f"{first}.{region if region in REGIONS else REGIONS[0]}"
            return name, self._channels[first], f"/{rest}"
        if first in self._vendors:
            return *self._vendors[first], f"/{rest}"
        return None

    def forget(self) -> None:
        """Sessions and dynamic keys, as a restart of the bureau and the bank does."""
        for channel in self._channels.values():
            channel.forget()

    def reset(self) -> None:
        """As after a fresh start: no faults, messages, inquiries or sessions, no limits."""
        self.background.clear()
        self.silenced.reset()
        self.faults.reset()
        self.upstreams.reset()
        self.phones.reset()
        self.mailboxes.reset()
        self.register.reset()
        self.bank_keys.reset()
        self.callbacks.reset()
        for vendor in (self.aliyun, self.aliyun_voice, self.tencent_sms, self.tencent_voice):
            vendor.reset()
        self.forget()
        if self.authority:
            self.authority.issue(Wish())

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than the program runs."""
        self.stopping.wait(seconds)

    def stop(self) -> None:
        self.stopping.set()
        self.background.stop()
