"""Production refuses to start, and names the setting; development makes what it lacks."""

import base64
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from dev.check import PRODUCTION
from portal import environment as env

KEY = "k1:" + base64.b64encode(b"k" * 32).decode()
GOOD = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "s" * 50,
    "FIELD_KEYS": KEY,
    "DATABASE_URL": "postgres://portal:secret@db.internal:5432/portal?sslmode=require",
    "REDIS_URL": "rediss://redis.internal:6379/0",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "PBOC_BASE_URL": "https://bureau.example/pboc",
    "BANK_BASE_URL": "https://bank.example/credit",
    "ALIYUN_BASE_URL": "https://dysmsapi.aliyuncs.com",
    "TENCENT_BASE_URL": "https://faceid.tencentcloudapi.com",
    "ALIYUN_VOICE_BASE_URL": "https://dyvmsapi.aliyuncs.com",
    "TENCENT_SMS_BASE_URL": "https://sms.tencentcloudapi.com",
    "TENCENT_VOICE_BASE_URL": "https://vms.tencentcloudapi.com",
    "EMAIL_URL": "smtps://user:pass@mail.example:465",
    "PBOC_SECRET": "a real secret",
    "BANK_PRIVATE_KEY": "a real key",
    "BANK_PUBLIC_KEY": "a real key",
    "CALLBACK_TOKEN": "a-real-token-of-at-least-32-signs",
    "METRICS_TOKEN": "a-real-token-of-at-least-32-signs",
    "ALIYUN_ACCESS_KEY_SECRET": "a real secret",
    "TENCENT_SECRET_KEY": "a real secret",
    "RECEIPT_TOKEN": "a-real-token-of-at-least-32-signs",
    "LETTER_KEY_FILE": "/etc/portal/letter.key",
    "LETTER_CERTIFICATE_FILE": "/etc/portal/letter.pem",
}


def start(tmp_path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of its own with just these variables."""
    wanted = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    base = {"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path)}
    code = "from django.conf import settings; print(settings.PRODUCTION)"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**base, "DJANGO_SETTINGS_MODULE": "portal.settings", **wanted},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_production_environment_starts(tmp_path):
    result = start(tmp_path)
    assert (result.returncode, result.stdout) == (0, "True\n"), result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("FIELD_KEYS", None),
        ("FIELD_KEYS", "k1:not-base64"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "mysql://x/y"),
        ("REDIS_URL", None),
        ("REDIS_URL", "http://x"),
        ("DEBUG", "1"),
        ("PBOC_BASE_URL", None),
        ("PBOC_BASE_URL", "http://bureau.example/pboc"),
        ("PBOC_BASE_URL", "https://127.0.0.1/pboc"),
        ("ALIYUN_BASE_URL", None),
        ("TENCENT_BASE_URL", "https://localhost"),
        ("ALIYUN_VOICE_BASE_URL", None),
        ("TENCENT_SMS_BASE_URL", None),
        ("TENCENT_VOICE_BASE_URL", "http://vms.tencentcloudapi.com"),
        ("EMAIL_URL", "smtp://mail.example"),
        ("PBOC_SECRET", None),
        ("PBOC_SECRET", "development-pboc-secret"),
        ("ALIYUN_ACCESS_KEY_SECRET", None),
        ("TENCENT_SECRET_KEY", None),
        ("RECEIPT_TOKEN", None),
        ("RECEIPT_TOKEN", "short"),
        ("CALLBACK_TOKEN", "no+address/holds+this+as/one+word=="),
        ("METRICS_TOKEN", None),
        ("LETTER_KEY_FILE", None),
        ("LETTER_CERTIFICATE_FILE", None),
        ("LETTER_TSA_URL", "http://tsa.example"),
        ("OTP_ATTEMPTS", "many"),
        ("PORTAL_ENV", "staging"),
        ("LOG_LEVEL", "verbose"),
        ("SITE_URL", None),
        ("SITE_URL", "http://portal.example"),
        ("PBOC_BASE_URL", "https://user:word@pboc.example"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "*"),
    ],
)
def test_production_refuses_and_names_the_setting(tmp_path, name, value):
    result = start(tmp_path, **{name: value})
    assert result.returncode != 0
    assert f"ImproperlyConfigured: {name}:" in result.stderr


def test_a_timestamping_service_comes_with_whom_to_trust_for_it(tmp_path):
    result = start(tmp_path, LETTER_TSA_URL="https://tsa.example")
    assert "ImproperlyConfigured: LETTER_TSA_CERTIFICATE_FILE:" in result.stderr


def test_what_the_check_before_a_release_sets_is_all_that_production_needs(tmp_path):
    result = start(tmp_path, **{**dict.fromkeys(GOOD), **PRODUCTION})
    assert (result.returncode, result.stdout) == (0, "True\n"), result.stderr


def test_development_makes_its_secrets_once(tmp_path):
    first = env.secret("NO_SUCH_SECRET", production=False, var=tmp_path)
    assert len(first) >= 32
    assert env.secret("NO_SUCH_SECRET", production=False, var=tmp_path) == first
    assert (tmp_path / "secrets" / "no_such_secret").stat().st_mode & 0o077 == 0


def test_a_database_address_is_taken_apart(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u%40x:p%3A1@h:5433/d?sslmode=require")
    assert env.database("DATABASE_URL", production=True) == {
        "NAME": "d",
        "USER": "u@x",
        "PASSWORD": "p:1",
        "HOST": "h",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_key_ring_keeps_its_order(monkeypatch):
    other = base64.b64encode(b"o" * 32).decode()
    monkeypatch.setenv("FIELD_KEYS", f"k2:{other},{KEY}")
    ring = env.field_keys("FIELD_KEYS", production=True, var=None)
    assert ring == [("k2", b"o" * 32), ("k1", b"k" * 32)]


@pytest.mark.parametrize("raw", ["maybe", "2"])
def test_a_switch_is_on_or_off(monkeypatch, raw):
    monkeypatch.setenv("SWITCH", raw)
    with pytest.raises(ImproperlyConfigured, match="SWITCH"):
        env.boolean("SWITCH", default=True)


def test_pairs_are_taken_apart(monkeypatch):
    monkeypatch.setenv("PAIRS", "a=1, b=x=y")
    assert env.pairs("PAIRS") == {"a": "1", "b": "x=y"}


@pytest.mark.parametrize("raw", ["a", "a=", "=1", "a=1,b"])
def test_what_is_no_pair_is_refused(monkeypatch, raw):
    monkeypatch.setenv("PAIRS", raw)
    with pytest.raises(ImproperlyConfigured, match="PAIRS"):
        env.pairs("PAIRS")


def test_networks_are_taken_apart(monkeypatch):
    monkeypatch.setenv("NETWORKS", "203.0.113.0/24, 2001:db8::/48")
    assert [str(each) for each in env.networks("NETWORKS")] == ["203.0.113.0/24", "2001:db8::/48"]


@pytest.mark.parametrize("raw", ["203.0.113.7/24", "office", "1.2.3.4/33"])
def test_what_is_no_network_is_refused(monkeypatch, raw):
    monkeypatch.setenv("NETWORKS", raw)
    with pytest.raises(ImproperlyConfigured, match="NETWORKS"):
        env.networks("NETWORKS")
