"""django-two-factor-auth with a phone device as its documentation shows it: name, password, code.

Runs in its own environment, so it imports nothing of ours: `python two_factor_site.py NAMES` makes
the tables and the people, and gunicorn serves `application`. The password is hashed by MD5, so that
what is compared is the way by code. A "sent" code is a file.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings

CODES = Path(os.environ["PEER_CODES"])
PASSWORD = "peer"  # noqa: S105
settings.configure(
    SECRET_KEY="peer" * 16,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PEER_DATABASE"],
            "USER": os.environ["PEER_USER"],
            "HOST": os.environ["PEER_HOST"],
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
        }
    },
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django_otp",
        "django_otp.plugins.otp_static",
        "django_otp.plugins.otp_totp",
        "two_factor",
        "two_factor.plugins.phonenumber",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django_otp.middleware.OTPMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    LOGIN_URL="two_factor:login",
    LOGIN_REDIRECT_URL="/in/",
    TWO_FACTOR_SMS_GATEWAY=f"{__name__}.Gateway",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from two_factor.plugins.phonenumber.models import PhoneDevice  # noqa: E402
from two_factor.urls import urlpatterns as two_factor_urls  # noqa: E402


class Gateway:
    def send_sms(self, device: PhoneDevice, token: str) -> None:
        (CODES / device.user.get_username()).write_text(token)


def inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


urlpatterns = [path("", include(two_factor_urls)), path("in/", inside)]
application = get_wsgi_application()


def people(names: list[str]) -> None:
    call_command("migrate", verbosity=0)
    password = make_password(PASSWORD)
    made = User.objects.bulk_create(User(username=name, password=password) for name in names)
    PhoneDevice.objects.bulk_create(
        PhoneDevice(user=user, name="default", number=f"+86{user.username}", method="sms")
        for user in made
    )


if __name__ == "__main__":
    people(Path(sys.argv[1]).read_text().split())
