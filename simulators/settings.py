"""What the simulators take from the environment. The defaults are for development only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

LARGEST_REPORT = 2000  # accounts

# The bank's own pair and the institution's public key (docs/interface/bank.yaml), DER in Base64.
BANK_PRIVATE_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6vGzKqv1/p6I026mwBEGW3/t8bP9V1fRRA/uBMTt0X6hRANC"
    "AARyOAxQX3S8AdZbzQ2iRmjUeWePwrsQLRAw4Uyn3iEcgSOslAbKVXgr/OQc+nLcUFjWTIIIYjm9JTK+sy209V7J"
)
INSTITUTION_PUBLIC_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4J1nC7rrzmxlt9+CnmSBKMfTQanAtMtOldwM0oqLVQt/vv5s4wXDRRuzjo72"
    "+/d9dOh4WVAqd23Z3tGo/ftboA=="
)


class Unusable(Exception):
    """A setting that cannot be used; the text names it."""


@dataclass(frozen=True)
class Settings:
    """Addresses and shared secrets; the variables have the same names in the portal."""

    host: str = "127.0.0.1"
    port: int = 8001
    smtp_port: int = 8002
    institution_code: str = "A10311000H0001"
    institution_secret: str = "development-pboc-secret"
    bank_institution: str = "A10311000H0001"
    aliyun_key_id: str = "development-aliyun-id"
    aliyun_key_secret: str = "development-aliyun-secret"
    tencent_id: str = "development-tencent-id"
    tencent_key: str = "development-tencent-key"
    aliyun_sign_name: str = "征信直通"
    tencent_sign_name: str = "征信直通"
    tencent_sms_app: str = "1400006666"
    tencent_voice_app: str = "1400006667"
    receipt_url: str = "http://127.0.0.1:8000/receipts/aliyun/development-receipt-token/"
    receipt_delay: float = 1.0
    callback_url: str = "http://127.0.0.1:8000/callbacks/bank/development-callback-token/"
    callback_delay: float = 1.0
    state_file: str = ""
    accounts: int = 28
    settle: int = 60
    tls_port: int | None = None
    ca_file: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Take each setting from its variable; `Unusable` when a number is none."""
        token = environ.get("RECEIPT_TOKEN", "development-receipt-token")
        receipts = f"http://127.0.0.1:8000/receipts/aliyun/{token}/"
        callbacks = environ.get("CALLBACK_TOKEN", "development-callback-token")
        tls = environ.get("SIMULATOR_TLS_PORT", "")
        return cls(
            host=environ.get("SIMULATOR_HOST", cls.host),
            port=_number(environ, "SIMULATOR_PORT", cls.port, 65535),
            smtp_port=_number(environ, "SIMULATOR_SMTP_PORT", cls.smtp_port, 65535),
            institution_code=environ.get("PBOC_INSTITUTION_CODE", cls.institution_code),
            institution_secret=environ.get("PBOC_SECRET", cls.institution_secret),
            bank_institution=environ.get("BANK_INSTITUTION_CODE", cls.bank_institution),
            aliyun_key_id=environ.get("ALIYUN_ACCESS_KEY_ID", cls.aliyun_key_id),
            aliyun_key_secret=environ.get("ALIYUN_ACCESS_KEY_SECRET", cls.aliyun_key_secret),
            tencent_id=environ.get("TENCENT_SECRET_ID", cls.tencent_id),
            tencent_key=environ.get("TENCENT_SECRET_KEY", cls.tencent_key),
            aliyun_sign_name=environ.get("ALIYUN_SIGN_NAME", cls.aliyun_sign_name),
            tencent_sign_name=environ.get("TENCENT_SIGN_NAME", cls.tencent_sign_name),
            tencent_sms_app=environ.get("TENCENT_SMS_APP_ID", cls.tencent_sms_app),
            tencent_voice_app=environ.get("TENCENT_VOICE_APP_ID", cls.tencent_voice_app),
            receipt_url=environ.get("RECEIPT_URL", receipts),
            callback_url=environ.get(
                "BANK_CALLBACK_URL", f"http://127.0.0.1:8000/callbacks/bank/{callbacks}/"
            ),
            state_file=environ.get("SIMULATOR_STATE", cls.state_file),
            accounts=_number(environ, "SIMULATOR_ACCOUNTS", cls.accounts, LARGEST_REPORT),
            settle=_number(environ, "SIMULATOR_SETTLE", cls.settle, 86_400),
            tls_port=_number(environ, "SIMULATOR_TLS_PORT", 0, 65535) if tls else None,
            ca_file=environ.get("SIMULATOR_CA_FILE", cls.ca_file),
        )


def _number(environ: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal() or not 0 <= int(text) <= most:
        raise Unusable(f"{name}={text!r} is not a whole number from 0 to {most}.")
    return int(text)
