"""Settings: one frozen value, read from the environment once, at the command line's edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """Names the variable and what it must look like; the service refuses to start."""


@dataclass(frozen=True)
class Settings:
    """Everything an installation can set; each is documented in docs/operating.md.

    `secrets`: the first signs, all verify; at least 32 bytes each.
    `database_url`: an SQLAlchemy address without driver (`sqlite:///…`, `postgresql://…`).
    """

    data_dir: Path
    database_url: str
    base_url: str
    secrets: tuple[bytes, ...] = field(repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "confman@localhost"
    listen_host: str = "127.0.0.1"
    listen_port: int = 8000
    processes: int = 1
    log_level: str = "info"
    ops_token: str | None = field(default=None, repr=False)
    site_name: str = ""

    @property
    def site(self) -> str:
        """What stands at the head of each page: the name, else the host of the address."""
        return self.site_name or urlsplit(self.base_url).netloc

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(urlsplit(self.base_url).hostname or "")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads `CONFMAN_*`; a value `X` may stand in a file named by `X_FILE`. Raises `BadSetting`."""
    data_dir = Path(environment.get("CONFMAN_DATA_DIR", "confman-data")).absolute()
    return Settings(
        data_dir=data_dir,
        database_url=_database(environment, data_dir),
        base_url=_base_url(environment),
        secrets=_secrets(environment),
        smtp_url=_value(environment, "CONFMAN_SMTP_URL"),
        mail_from=_mail_from(environment),
        listen_host=environment.get("CONFMAN_LISTEN_HOST", "127.0.0.1"),
        listen_port=_number(environment, "CONFMAN_LISTEN_PORT", 8000, 0, 65_535),
        processes=_number(environment, "CONFMAN_PROCESSES", 1, 1, 64),
        log_level=_log_level(environment),
        ops_token=_value(environment, "CONFMAN_OPS_TOKEN"),
        site_name=" ".join(environment.get("CONFMAN_SITE_NAME", "").split()),
    )


def _value(environment: Mapping[str, str], name: str) -> str | None:
    named = environment.get(f"{name}_FILE")
    if named:
        try:
            return Path(named).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE: cannot read {named}: {error.strerror}") from error
    return environment.get(name) or None


def _database(environment: Mapping[str, str], data_dir: Path) -> str:
    url = _value(environment, "CONFMAN_DATABASE_URL") or f"sqlite:///{data_dir / 'confman.sqlite'}"
    if url.startswith(("sqlite:///", "postgresql://")):
        return url
    raise BadSetting("CONFMAN_DATABASE_URL: must begin with sqlite:/// or postgresql://")


def _base_url(environment: Mapping[str, str]) -> str:
    url = environment.get("CONFMAN_BASE_URL", "http://localhost:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise BadSetting("CONFMAN_BASE_URL: must look like https://events.example.org")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise BadSetting("CONFMAN_BASE_URL: must begin with https:// (http only for localhost)")
    return url


def _secrets(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    value = _value(environment, "CONFMAN_SECRET")
    if not value:
        raise BadSetting("CONFMAN_SECRET or CONFMAN_SECRET_FILE: set at least 32 random characters")
    secrets = tuple(part.encode() for part in value.split())
    if any(len(secret) < 32 for secret in secrets):
        raise BadSetting("CONFMAN_SECRET: each value needs at least 32 characters")
    return secrets


def _mail_from(environment: Mapping[str, str]) -> str:
    address = environment.get("CONFMAN_MAIL_FROM", "confman@localhost")
    if address.count("@") != 1 or any(sign.isspace() or sign in "<>,;" for sign in address):
        raise BadSetting("CONFMAN_MAIL_FROM: must be one plain address like events@example.org")
    return address


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSetting(f"{name}: must be a whole number from {low} to {high}")
    return int(text)


def _log_level(environment: Mapping[str, str]) -> str:
    level = environment.get("CONFMAN_LOG_LEVEL", "info").lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise BadSetting("CONFMAN_LOG_LEVEL: must be debug, info, warning or error")
    return level


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
