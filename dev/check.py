"""`make check`: every check that needs no running portal. Prints one line for each that passes,
and all that a failing one says. Two run at a time, the slowest first.
"""

import base64
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from dev.paths import CHECKOUT

PYTHON = sys.executable
# What a production start demands, with values that reach nothing.
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "check-" * 12,
    "FIELD_KEYS": "k1:" + base64.b64encode(bytes(32)).decode(),
    "DATABASE_URL": "postgres://portal:check@database.example/portal",
    "REDIS_URL": "rediss://redis.example",
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "PBOC_BASE_URL": "https://bureau.example",
    "BANK_BASE_URL": "https://bank.example",
    "ALIYUN_BASE_URL": "https://aliyun.example",
    "TENCENT_BASE_URL": "https://tencent.example",
    "ALIYUN_VOICE_BASE_URL": "https://aliyun.example",
    "TENCENT_SMS_BASE_URL": "https://tencent.example",
    "TENCENT_VOICE_BASE_URL": "https://tencent.example",
    "EMAIL_URL": "smtps://mail.example",
    "LETTER_KEY_FILE": "/etc/portal/letter.key",
    "LETTER_CERTIFICATE_FILE": "/etc/portal/letter.pem",
    **dict.fromkeys(
        (
            "PBOC_SECRET",
            "BANK_PRIVATE_KEY",
            "BANK_PUBLIC_KEY",
            "CALLBACK_TOKEN",
            "METRICS_TOKEN",
            "ALIYUN_ACCESS_KEY_ID",
            "ALIYUN_ACCESS_KEY_SECRET",
            "TENCENT_SECRET_ID",
            "TENCENT_SECRET_KEY",
            "RECEIPT_TOKEN",
        ),
        "check-" * 6,
    ),
}


@dataclass(frozen=True)
class Check:
    name: str
    argv: list[str]
    environment: dict[str, str] = field(default_factory=dict)


CHECKS = [
    # Without a cache: from one, the plugin for Django gives models without the relations back to
    # them that were added since.
    Check("types", [PYTHON, "-m", "mypy", "--cache-dir", os.devnull, "."]),
    Check("translations", [PYTHON, "-m", "dev.catalogues", "check"]),
    Check("architecture", [PYTHON, "-m", "pytest", "-q", "portal/tests/test_architecture.py"]),
    Check("deploy", [PYTHON, "manage.py", "check", "--deploy", "--fail-level=INFO"], PRODUCTION),
    Check("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    Check("format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
    Check("lint", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
]


def passes(check: Check) -> bool:
    began = time.monotonic()
    run = subprocess.run(
        check.argv,
        cwd=CHECKOUT,
        env=os.environ | check.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = run.returncode == 0
    line = (
        f"{'passed' if passed else 'FAILED':<7} {check.name:<13} {time.monotonic() - began:.1f} s"
    )
    print(line if passed else f"{line}\n{run.stdout}", flush=True)
    return passed


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        return 0 if all(list(pool.map(passes, CHECKS))) else 1


if __name__ == "__main__":
    sys.exit(main())
