"""The settings of getting in: people, sessions, codes and what guards them. Part of settings.py."""

from portal import environment as env

# --- People, sessions -----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.passwords.CommonCore"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.ContextWords"},
]
PASSWORD_WORDS = env.names("PASSWORD_WORDS", "征信,直通,zhengxin,zhitong,creditportal")
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "creditquery:list"
SESSION_IDLE_MINUTES = env.integer("SESSION_IDLE_MINUTES", 15, minimum=1)
SESSION_HOURS = env.integer("SESSION_HOURS", 12, minimum=1)
STAFF_SESSION_HOURS = env.integer("STAFF_SESSION_HOURS", 8, minimum=1)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = [  # never kept
    "username", "phone", "code", "present", "password", "otp_token", "csrfmiddlewaretoken",
]  # fmt: skip
AXES_CLIENT_IP_CALLABLE = "accounts.network.client_ip"
AXES_USERNAME_CALLABLE = "accounts.network.name_hash"
AXES_LOCKOUT_CALLABLE = "accounts.views.staff.locked"
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)
OFFICE_NETWORKS = env.networks("OFFICE_NETWORKS")  # a borrower there is asked for a second factor
OTP_TOTP_ISSUER = "Credit Portal"
OTP_TOTP_THROTTLE_FACTOR = 1

# --- Login by code (docs/security.md) -------------------------------------------------------
OTP_VALID_SECONDS = env.integer("OTP_VALID_SECONDS", 300, minimum=60)
OTP_HARD_STOP_SECONDS = env.integer("OTP_HARD_STOP_SECONDS", 600, minimum=60)
OTP_ATTEMPTS = env.integer("OTP_ATTEMPTS", 5, minimum=1)
OTP_RESEND_SECONDS = env.integer("OTP_RESEND_SECONDS", 60, minimum=1)
OTP_OFFER_SECONDS = env.integer("OTP_OFFER_SECONDS", 20, minimum=5)
RESUME_HOURS = env.integer("RESUME_HOURS", 24, minimum=1)
OTP_SENDS_PER_HOUR = env.integer("OTP_SENDS_PER_HOUR", 5, minimum=1)
OTP_SENDS_PER_DAY = env.integer("OTP_SENDS_PER_DAY", 10, minimum=1)
OTP_WRONG_PER_DAY = env.integer("OTP_WRONG_PER_DAY", 20, minimum=1)
CAPTCHA_AFTER_NUMBER = env.integer("CAPTCHA_AFTER_NUMBER", 3, minimum=1)  # sends an hour
CAPTCHA_AFTER_NETWORK = env.integer("CAPTCHA_AFTER_NETWORK", 100, minimum=1)  # sends an hour
CAPTCHA_AFTER_WRONG = env.integer("CAPTCHA_AFTER_WRONG", 200, minimum=1)  # anywhere, a minute
CAPTCHA_AFTER_WRONG_NUMBER = env.integer("CAPTCHA_AFTER_WRONG_NUMBER", 5, minimum=1)  # an hour
CAPTCHA_AFTER_WRONG_NETWORK = env.integer("CAPTCHA_AFTER_WRONG_NETWORK", 50, minimum=1)  # an hour
CAPTCHA_AFTER_BROWSER = env.integer("CAPTCHA_AFTER_BROWSER", 5, minimum=1)  # sends an hour
CAPTCHA_AFTER_RANGE = env.integer("CAPTCHA_AFTER_RANGE", 100, minimum=1)  # sends an hour
BROWSER_SENDS_PER_DAY = env.integer("BROWSER_SENDS_PER_DAY", 30, minimum=1)
CODES_PER_DAY = env.integer("CODES_PER_DAY", 20_000, minimum=1)  # by message and call, to anybody
REALNAME_TRIES_PER_DAY = env.integer("REALNAME_TRIES_PER_DAY", 5, minimum=1)
HOLD_DAYS = env.integer("HOLD_DAYS", 7, minimum=1)
HOLD_ALARM_MINUTES = env.integer("HOLD_ALARM_MINUTES", 120, minimum=1)
STEP_UP_SECONDS = env.integer("STEP_UP_SECONDS", 600, minimum=60)

# --- Recovery by people (docs/adr/0051) -----------------------------------------------------
RECOVERY_DELAY_HOURS = env.integer("RECOVERY_DELAY_HOURS", 24, minimum=1)
RECOVERY_ANSWER_HOURS = env.integer("RECOVERY_ANSWER_HOURS", 8, minimum=1)  # of work
RECOVERY_PER_NETWORK_DAY = env.integer("RECOVERY_PER_NETWORK_DAY", 20, minimum=1)

# --- Passkeys (docs/adr/0047) ---------------------------------------------------------------
PASSKEY_SECONDS = env.integer("PASSKEY_SECONDS", 120, minimum=30)
PASSKEY_BEGINS_SESSION = env.integer("PASSKEY_BEGINS_SESSION", 10, minimum=1)  # in 5 minutes
PASSKEY_BEGINS_NETWORK = env.integer("PASSKEY_BEGINS_NETWORK", 100, minimum=1)  # in 5 minutes
