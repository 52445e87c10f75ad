"""All settings, from the environment (docs/configuration.md). Importing this starts nothing."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dev.paths import var_dir
from portal import development_keys, logs
from portal import environment as env
from portal.routing.policy import VENDORS, Policy
from portal.settings_login import *  # noqa: F403
from portal.settings_login import TRUSTED_PROXIES

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = var_dir()
PUBLIC = Path(env.text("PORTAL_PUBLIC", str(VAR / "public")))  # the proxy reads it, too

PORTAL_ENV = env.choice("PORTAL_ENV", env.DEVELOPMENT, (env.DEVELOPMENT, env.PRODUCTION))
PRODUCTION = PORTAL_ENV == env.PRODUCTION

# --- Secrets and mode -----------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY", production=PRODUCTION, var=VAR)
FIELD_KEYS = env.field_keys("FIELD_KEYS", production=PRODUCTION, var=VAR)
DEBUG = env.boolean("DEBUG", False)
if PRODUCTION and DEBUG:
    raise env.refuse("DEBUG", "must be off in production")
SITE_URL = env.outside(
    "SITE_URL", "http://127.0.0.1:8000", production=PRODUCTION, schemes=("https",)
)
PASSKEY_ORIGIN = env.passkey_origin(SITE_URL, production=PRODUCTION)
OTP_WEBAUTHN_RP_ID: str = urlsplit(PASSKEY_ORIGIN).hostname or ""
OTP_WEBAUTHN_RP_NAME = "Credit Portal"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [PASSKEY_ORIGIN]
STAFF_PASSKEY_REQUIRED = env.boolean("STAFF_PASSKEY_REQUIRED", PRODUCTION)
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver"
)
if not ALLOWED_HOSTS or (PRODUCTION and "*" in ALLOWED_HOSTS):
    raise env.refuse("ALLOWED_HOSTS", "is missing or allows every name")

# --- Apps -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "evidence",
    "accounts",
    "creditquery",
    "reviews",
    "complaints",
    "recovery",
    "accounts.adminconfig.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp_webauthn",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "portal.middleware.TraceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.middleware.PlainAddressMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "complaints.views.status.StatusMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.sessions.SessionLifetimeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.views.training.TrainingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.service",
                "creditquery.context_processors.announcement",
                "complaints.context_processors.outage",
                "recovery.context_processors.recoveries",
            ],
            "builtins": ["portal.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "portal.forms.PortalRenderer"

# --- Database, broker -----------------------------------------------------------------------
_database = env.database("DATABASE_URL", production=PRODUCTION)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        **_database,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "pool": {
                "min_size": 1,
                "max_size": env.integer("DATABASE_POOL", 8, minimum=1),
                "timeout": 10,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.redis("REDIS_URL", production=PRODUCTION)
_redis = urlsplit(REDIS_URL)
CELERY_BROKER_URL = (
    f"redis+socket://{_redis.path}?virtual_host=0" if _redis.scheme == "unix" else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a lost doorbell costs a second: the sweeper finds the row
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever (0 is never): the pulse works meanwhile
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"

# --- Queries and reports --------------------------------------------------------------------
QUERY_SLOW_SECONDS = env.integer("QUERY_SLOW_SECONDS", 30, minimum=1)
QUERY_DEADLINE_SECONDS = env.integer("QUERY_DEADLINE_SECONDS", 30, minimum=1)
QUERY_BUDGET_SECONDS = env.integer("QUERY_BUDGET_SECONDS", 120, minimum=1)
QUERY_URGENT_DAYS = env.integer("QUERY_URGENT_DAYS", 2)
ROUTING = env.record("ROUTING", Policy())
REPORT_KEEP_DAYS = env.integer("REPORT_KEEP_DAYS", 7, minimum=1)
CONSENT_VALID_DAYS = env.integer("CONSENT_VALID_DAYS", 30, minimum=1)
# A lease that ends before the call it covers would let a second holder begin.
WORK_LEASE_SECONDS = env.integer("WORK_LEASE_SECONDS", 90, minimum=QUERY_DEADLINE_SECONDS + 1)
WORK_SWEEP_SECONDS = env.integer("WORK_SWEEP_SECONDS", 1, minimum=1)

# --- The outside world ----------------------------------------------------------------------
_SIMULATORS = f"http://127.0.0.1:{env.integer('SIMULATOR_PORT', 8001, minimum=1)}"
_SMTP = f"smtp://127.0.0.1:{env.integer('SIMULATOR_SMTP_PORT', 8002, minimum=1)}"
_HTTPS = ("https",)


def _base(name: str, path: str) -> str:
    return env.outside(name, _SIMULATORS + path, production=PRODUCTION, schemes=_HTTPS)


def _key(name: str, shipped: str) -> str:
    return env.vendor_secret(name, shipped, production=PRODUCTION)


PBOC_BASE_URL = _base("PBOC_BASE_URL", "/pboc")
BANK_BASE_URL = _base("BANK_BASE_URL", "/bank")
ALIYUN_BASE_URL = _base("ALIYUN_BASE_URL", "/aliyun")
ALIYUN_VOICE_BASE_URL = _base("ALIYUN_VOICE_BASE_URL", "/aliyun-voice")
TENCENT_BASE_URL = _base("TENCENT_BASE_URL", "/tencent")
TENCENT_SMS_BASE_URL = _base("TENCENT_SMS_BASE_URL", "/tencent-sms")
TENCENT_VOICE_BASE_URL = _base("TENCENT_VOICE_BASE_URL", "/tencent-voice")
EMAIL_URL = env.outside(
    "EMAIL_URL", _SMTP, production=PRODUCTION, schemes=("smtps", "smtp+starttls")
)
PBOC_INSTITUTION_CODE = env.text("PBOC_INSTITUTION_CODE", "A10311000H0001")
PBOC_SECRET = _key("PBOC_SECRET", "development-pboc-secret")
BANK_INSTITUTION_CODE = env.text("BANK_INSTITUTION_CODE", "A10311000H0001")
# P-256: our private key (PKCS #8) and the bank's public one (SubjectPublicKeyInfo), DER in Base64.
BANK_PRIVATE_KEY = _key("BANK_PRIVATE_KEY", development_keys.BANK_PRIVATE_KEY)
BANK_PUBLIC_KEY = _key("BANK_PUBLIC_KEY", development_keys.BANK_PUBLIC_KEY)
CALLBACK_TOKEN = env.token("CALLBACK_TOKEN", "development-callback-token", production=PRODUCTION)
ALIYUN_ACCESS_KEY_ID = env.text("ALIYUN_ACCESS_KEY_ID", "development-aliyun-id")
ALIYUN_ACCESS_KEY_SECRET = _key("ALIYUN_ACCESS_KEY_SECRET", "development-aliyun-secret")
ALIYUN_SIGN_NAME = env.text("ALIYUN_SIGN_NAME", "征信直通")
# Template codes that the vendor assigned, where they differ from ours: SMS_LOGIN=SMS_154950909,…
ALIYUN_TEMPLATES = env.pairs("ALIYUN_TEMPLATES")
ALIYUN_SHOWN_NUMBER = env.text("ALIYUN_SHOWN_NUMBER")  # of calls; none: one of the vendor's
TENCENT_SECRET_ID = env.text("TENCENT_SECRET_ID", "development-tencent-id")
TENCENT_SECRET_KEY = _key("TENCENT_SECRET_KEY", "development-tencent-key")
TENCENT_REGION = env.text("TENCENT_REGION", "ap-guangzhou")
TENCENT_SMS_APP_ID = env.text("TENCENT_SMS_APP_ID", "1400006666")
TENCENT_VOICE_APP_ID = env.text("TENCENT_VOICE_APP_ID", "1400006667")
TENCENT_SIGN_NAME = env.text("TENCENT_SIGN_NAME", "征信直通")
# SMS_LOGIN=1234567,SMS_NOTICE_REVIEW=1234568:day+no,…: the order only where it is not ours.
TENCENT_TEMPLATES = env.pairs("TENCENT_TEMPLATES")
# A message that is not confirmed by then is asked for, and the other vendor gets the code.
MESSAGE_PATIENCE_SECONDS = env.integer("MESSAGE_PATIENCE_SECONDS", 12, minimum=1)
VENDOR_ROUTING = env.record("VENDOR_ROUTING", VENDORS)
RECEIPT_TOKEN = env.token("RECEIPT_TOKEN", "development-receipt-token", production=PRODUCTION)
LETTER = env.signing("LETTER", production=PRODUCTION)
CLAMD_ADDRESS = env.scanner("CLAMD_ADDRESS")
EMAIL_FROM = env.text("EMAIL_FROM", "no-reply@portal.example")
SUPPORT_PHONE = env.text("SUPPORT_PHONE", "400-000-0000")

# --- Languages and time ---------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Static files ---------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Django would write a large upload in the clear into the temporary folder, whoever sends it.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- Browser security -----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "require-trusted-types-for": ["'script'"],  # the admin's own scripts cannot: adminsite
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS: list[str] = []
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# --- Watching -------------------------------------------------------------------------------
LOGGING = logs.configuration(env.choice("LOG_LEVEL", "INFO", env.LOG_LEVELS))
METRICS_TOKEN = env.token("METRICS_TOKEN", "development-metrics-token", production=PRODUCTION)
OTEL_EXPORTER_OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT")  # none: no traces
HOST_NAME = env.text("PORTAL_HOST", socket.gethostname())
RELEASE = env.text("PORTAL_RELEASE", "development")
# PEM files whose days are watched beside what others show, such as a client certificate of ours.
CERTIFICATE_FILES = env.pairs("CERTIFICATE_FILES")
