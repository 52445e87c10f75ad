"""Settings from the environment: typed readers that name the variable when its value is wrong."""

import base64
import binascii
import os
import re
import secrets
from dataclasses import fields, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from dev.paths import DATABASE, ROLE, redis_socket, socket_dir
from portal.signing.configuration import Signing

PRODUCTION = "production"
DEVELOPMENT = "development"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 (a name to refuse, not to bind)
TOKEN = re.compile("[A-Za-z0-9_-]{32,}")

Record = TypeVar("Record")


def refuse(name: str, reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {reason}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    raw = text(name, str(default))
    if not raw.isascii() or not raw.isdigit() or int(raw) < minimum:
        raise refuse(name, f"{raw!r} is not a whole number of at least {minimum}")
    return int(raw)


def boolean(name: str, default: bool) -> bool:
    raw = text(name, "1" if default else "0").lower()
    if raw not in {"0", "1", "true", "false", "yes", "no"}:
        raise refuse(name, f"{raw!r} is neither 1 nor 0")
    return raw in {"1", "true", "yes"}


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    raw = text(name, default)
    if raw not in allowed:
        raise refuse(name, f"{raw!r} is none of {', '.join(allowed)}")
    return raw


def record(prefix: str, default: Record) -> Record:
    """A dataclass of whole numbers whose fields the environment may set as PREFIX_FIELD."""
    given = {
        field.name: integer(f"{prefix}_{field.name.upper()}", getattr(default, field.name))
        for field in fields(default)  # type: ignore[arg-type]
    }
    try:
        return replace(default, **given)  # type: ignore[type-var]
    except ValueError as error:  # begins with the field that is wrong
        name, _, reason = str(error).partition(" ")
        raise refuse(f"{prefix}_{name.upper()}", reason) from error


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks in CIDR notation, comma-separated, none by default."""
    try:
        return [ip_network(part) for part in names(name, "")]
    except ValueError as error:
        raise refuse(name, f"wants networks such as 203.0.113.0/24: {error}") from error


def pairs(name: str) -> dict[str, str]:
    """`key=value,…`, empty by default."""
    parts = [part.partition("=") for part in names(name, "")]
    if not all(key and value for key, _sign, value in parts):
        raise refuse(name, "wants key=value pairs")
    return {key: value for key, _sign, value in parts}


def secret(name: str, *, production: bool, var: Path) -> str:
    """A secret: given in production, made once under var/ in development."""
    given = text(name)
    if given or production:
        if len(given) < 32:
            raise refuse(name, "is missing or shorter than 32 characters")
        return given
    return kept(var / "secrets" / name.lower(), secrets.token_urlsafe(48))


def kept(path: Path, fresh: str) -> str:
    """The content of a private file; the first process of several to ask writes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(fresh)
    try:
        os.link(draft, path)  # atomic: fails when another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def field_keys(name: str, *, production: bool, var: Path) -> list[tuple[str, bytes]]:
    """Key ring `id:base64,…` of 32-byte keys; the first encrypts, all decrypt."""
    raw = text(name)
    if not raw and not production:
        fresh = "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
        raw = kept(var / "secrets" / name.lower(), fresh)
    ring = []
    for part in filter(None, raw.split(",")):
        ident, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not ident.isalnum() or len(ident) > 8 or len(key) != 32:
            raise refuse(
                name, "wants id:base64 pairs of 32-byte keys, ids of 1 to 8 letters or digits"
            )
        ring.append((ident, key))
    if not ring:
        raise refuse(name, "is missing")
    return ring


def vendor_secret(name: str, shipped: str, *, production: bool) -> str:
    """A secret agreed with an outside party; the shipped one serves only the simulators."""
    value = text(name, shipped)
    if production and value == shipped:
        raise refuse(name, "is missing or is the key shipped for development")
    return value


def token(name: str, shipped: str, *, production: bool) -> str:
    """What a machine shows that calls us: fit for an address, and in production not guessable."""
    value = vendor_secret(name, shipped, production=production)
    if production and not TOKEN.fullmatch(value):
        raise refuse(name, "wants at least 32 signs of A-Z, a-z, 0-9, - and _")
    return value


def outside(name: str, default: str, *, production: bool, schemes: tuple[str, ...]) -> str:
    """The address of an outside service: encrypted and not on this machine in production."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if not parts.hostname:
        raise refuse(name, f"{value!r} is not an address")
    if production and parts.hostname in LOOPBACK:
        raise refuse(name, "is missing or points at this machine")
    if "https" in schemes and parts.username is not None:  # it is recorded and shown
        raise refuse(name, "must hold neither user nor password")
    if production and parts.scheme not in schemes:
        raise refuse(name, f"must begin with {' or '.join(s + '://' for s in schemes)}")
    return value


def passkey_origin(site: str, *, production: bool) -> str:
    """The origin that passkeys belong to: a name, over https, for browsers make none for a number.

    `site` is SITE_URL. In development what is neither becomes localhost, which every browser takes
    for secure.
    """
    parts = urlsplit(site)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    if (parts.scheme == "https" and host[-1:].isalpha()) or host == "localhost":
        return f"{parts.scheme}://{host}{port}"
    if production:
        raise refuse("SITE_URL", "must be a name: passkeys belong to one")
    return f"http://localhost{port}"


def scanner(name: str) -> str:
    """Where clamd listens: tcp://host:port or unix:///path; empty for none."""
    raw = text(name)
    parts = urlsplit(raw)
    named = {"tcp": parts.hostname and parts.port, "unix": parts.path and not parts.netloc}
    if raw and not named.get(parts.scheme):
        raise refuse(name, "wants tcp://host:port or unix:///path")
    return raw


def signing(prefix: str, *, production: bool) -> Signing:
    """Who signs letters, from PREFIX_KEY_FILE or PREFIX_PKCS11_… and PREFIX_CERTIFICATE_FILE.

    Development needs none of them: it makes a key under var/ when it first signs.
    """
    given = Signing(
        **{field.name: text(f"{prefix}_{field.name.upper()}") for field in fields(Signing)}
    )
    if given.pkcs11_module:
        wanted = ["pkcs11_token", "pkcs11_key", "pkcs11_pin", "certificate_file"]
    else:
        wanted = ["key_file", "certificate_file"]
    some = given.pkcs11_module or given.key_file or given.certificate_file
    missing = [name for name in wanted if not getattr(given, name)]
    if missing and (production or some):
        raise refuse(f"{prefix}_{missing[0].upper()}", "is missing")
    if given.tsa_url:
        outside(f"{prefix}_TSA_URL", "", production=production, schemes=("https",))
        if not given.tsa_certificate_file:
            raise refuse(f"{prefix}_TSA_CERTIFICATE_FILE", "is missing")
    return given


def database(name: str, *, production: bool) -> dict[str, Any]:
    """DATABASE_URL (postgres://user:password@host:port/name?option=value) or the own engine."""
    raw = text(name)
    if not raw:
        if production:
            raise refuse(name, "is missing")
        return {"NAME": DATABASE, "USER": ROLE, "HOST": str(socket_dir())}
    parts = urlsplit(raw)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise refuse(name, "wants postgres://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def redis(name: str, *, production: bool) -> str:
    """REDIS_URL, or the own engine's socket."""
    raw = text(name)
    if not raw and production:
        raise refuse(name, "is missing")
    if raw and urlsplit(raw).scheme not in {"redis", "rediss", "unix"}:
        raise refuse(name, "wants redis://, rediss:// or unix://")
    return raw or f"unix://{redis_socket()}"
