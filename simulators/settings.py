"""What the simulators take from the environment. The defaults are for development only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

LARGEST_REPORT = 2000  # accounts


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
    aliyun_key_id: str = "development-aliyun-id"
    aliyun_key_secret: str = "development-aliyun-secret"
    tencent_id: str = "development-tencent-id"
    tencent_key: str = "development-tencent-key"
    aliyun_sign_name: str = "征信直通"
    receipt_url: str = "http://127.0.0.1:8000/receipts/aliyun/development-receipt-token/"
    receipt_delay: float = 1.0
    state_file: str = ""
    accounts: int = 28

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Take each setting from its variable; `Unusable` when a number is none."""
        token = environ.get("RECEIPT_TOKEN", "development-receipt-token")
        receipts = f"http://127.0.0.1:8000/receipts/aliyun/{token}/"
        port = _number(environ, "SIMULATOR_PORT", cls.port, 65535)
        return cls(
            host=environ.get("SIMULATOR_HOST", cls.host),
            port=port,
            smtp_port=_number(environ, "SIMULATOR_SMTP_PORT", cls.smtp_port, 65535),
            institution_code=environ.get("PBOC_INSTITUTION_CODE", cls.institution_code),
            institution_secret=environ.get("PBOC_SECRET", cls.institution_secret),
            aliyun_key_id=environ.get("ALIYUN_ACCESS_KEY_ID", cls.aliyun_key_id),
            aliyun_key_secret=environ.get("ALIYUN_ACCESS_KEY_SECRET", cls.aliyun_key_secret),
            tencent_id=environ.get("TENCENT_SECRET_ID", cls.tencent_id),
            tencent_key=environ.get("TENCENT_SECRET_KEY", cls.tencent_key),
            aliyun_sign_name=environ.get("ALIYUN_SIGN_NAME", cls.aliyun_sign_name),
            receipt_url=environ.get("RECEIPT_URL", receipts),
            state_file=environ.get("SIMULATOR_STATE", cls.state_file),
            accounts=_number(environ, "SIMULATOR_ACCOUNTS", cls.accounts, LARGEST_REPORT),
        )


def _number(environ: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal() or not 0 <= int(text) <= most:
        raise Unusable(f"{name}={text!r} is not a whole number from 0 to {most}.")
    return int(text)
