"""Settings read from the environment: complete, or refused at once with every fault in words.

`Settings.from_env` only reads; `prepare_instance` is the one place that writes (the folder and its secrets).
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from app.settings_mail import MailFrom, SmtpServer, is_loopback, read_mail_from, read_smtp

__all__ = ["VARIABLES", "Settings", "SettingsError", "Variable", "is_loopback", "prepare_instance"]

_Value = TypeVar("_Value")

PREFIX = "JALON_"
SHORTEST_KEY = 32
"""Characters under which a secret is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the environment, as the README's table prints it."""

    name: str
    default: str
    meaning: str


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="JALON_INSTANCE",
        default="./instance",
        meaning="Data folder: the SQLite database and the two secrets. Back it up.",
    ),
    Variable(
        name="JALON_DATABASE_URL",
        default="`jalon.sqlite` in the data folder",
        meaning="Database: `sqlite:////absolute/path` or `postgresql://user:secret@host/base`.",
    ),
    Variable(
        name="JALON_SECRET_KEY",
        default="written to `secret_key` at the first start",
        meaning="Signs sessions. 32 characters at least.",
    ),
    Variable(
        name="JALON_SEAL_KEY",
        default="written to `seal_key` at the first start",
        meaning="Seals the register of versions. 32 characters at least, not the one above; keep a copy elsewhere.",
    ),
    Variable(
        name="JALON_HOST",
        default="127.0.0.1",
        meaning="Address to listen on. Any other than the machine itself needs JALON_BASE_URL.",
    ),
    Variable(name="JALON_PORT", default="8000", meaning="Port to listen on, 1 to 65535."),
    Variable(
        name="JALON_BASE_URL",
        default="http://JALON_HOST:JALON_PORT",
        meaning="Public address, https as soon as it leaves the machine.",
    ),
    Variable(
        name="JALON_PROXIES",
        default="0",
        meaning="Proxies in front that add the caller's address to `X-Forwarded-For`; 0 trusts none of them.",
    ),
    Variable(
        name="JALON_DEMO",
        default="non",
        meaning="`oui`: examples loaded, a database of its own (`demo.sqlite`), listens on this machine only.",
    ),
    Variable(
        name="JALON_SMTP_URL",
        default="none: mails wait in the database",
        meaning=(
            "Mail server: `smtp://user:secret@host:587` (STARTTLS required), `smtps://host:465`, "
            "`smtp://127.0.0.1:25` on this machine only. A demo sends nothing."
        ),
    ),
    Variable(
        name="JALON_MAIL_FROM",
        default="none",
        meaning="Sender of the mails, `Name <address>`; goes with JALON_SMTP_URL.",
    ),
)

_KNOWN = frozenset(variable.name for variable in VARIABLES)
_YES = frozenset({"oui", "1", "true", "yes"})
_NO = frozenset({"non", "0", "false", "no", ""})
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://", "postgres://")


class SettingsError(Exception):
    """The environment cannot be used; `faults` holds one French sentence per fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(["Jalon ne peut pas démarrer avec ces réglages :", *(f"- {f}" for f in faults)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the portal needs to know about where it runs."""

    instance: Path
    """Folder of the data, absolute."""
    database_url: str
    secret_key: str
    """Signs sessions; empty until `prepare_instance` has run when the environment gives none."""
    seal_key: str
    """Seals the registers; empty until `prepare_instance` has run when the environment gives none."""
    demo: bool
    host: str
    port: int
    base_url: str
    """Public address, without a trailing slash."""
    proxies: int = 0
    """How many proxies in front add the address of the caller; the last so many are believed."""
    smtp: SmtpServer | None = None
    """None while mails wait in the database, which is also where a demonstration shows them."""
    mail_from: MailFrom | None = None

    @property
    def secure(self) -> bool:
        """True when people reach the portal over https."""
        return self.base_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """Host name of the public address, without its port."""
        return urlsplit(self.base_url).hostname or ""

    @staticmethod
    def from_env(environ: Mapping[str, str]) -> Settings:
        """Read the variables; raises SettingsError with every fault. Touches no file."""
        faults: list[str] = _unknown(environ)
        demo = _read(environ, "JALON_DEMO", _as_bool, False, faults)
        host = environ.get("JALON_HOST", "").strip() or "127.0.0.1"
        port = _read(environ, "JALON_PORT", _as_port, 8000, faults)
        instance = Path(environ.get("JALON_INSTANCE", "").strip() or "instance").absolute()
        default_url = f"sqlite:///{instance / ('demo.sqlite' if demo else 'jalon.sqlite')}"
        shown_host = f"[{host}]" if ":" in host else host
        settings = Settings(
            instance=instance,
            database_url=_read(environ, "JALON_DATABASE_URL", _as_database, default_url, faults),
            secret_key=_read(environ, "JALON_SECRET_KEY", _as_key, "", faults),
            seal_key=_read(environ, "JALON_SEAL_KEY", _as_key, "", faults),
            demo=demo,
            host=host,
            port=port,
            base_url=_read(environ, "JALON_BASE_URL", _as_base_url, f"http://{shown_host}:{port}", faults),
            proxies=_read(environ, "JALON_PROXIES", _as_proxies, 0, faults),
            smtp=_read(environ, "JALON_SMTP_URL", read_smtp, None, faults),
            mail_from=_read(environ, "JALON_MAIL_FROM", read_mail_from, None, faults),
        )
        given = {name for name in _KNOWN if environ.get(name, "").strip()}
        faults.extend(_together(settings, given))
        if faults:
            raise SettingsError(tuple(faults))
        return settings


def prepare_instance(settings: Settings) -> Settings:
    """Create the instance folder and the missing secrets (readable by their owner only); return complete settings.

    Raises SettingsError when the folder or a secret cannot be read or written.
    """
    faults: list[str] = []
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = settings.secret_key or _kept_secret(settings.instance / "secret_key", faults)
        seal = settings.seal_key or _kept_secret(settings.instance / "seal_key", faults)
    except OSError as error:
        reason = error.strerror or "raison inconnue"
        raise SettingsError((f"JALON_INSTANCE : impossible d'écrire dans {settings.instance} ({reason}).",)) from error
    if faults:
        raise SettingsError(tuple(faults))
    return replace(settings, secret_key=secret, seal_key=seal)


def _kept_secret(path: Path, faults: list[str]) -> str:
    """The secret of that file, written on the first start; two starts at once end with the same one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            kept = path.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:  # told like a secret that was cut: the file is not the one that was written
            kept = ""
        if len(kept) < SHORTEST_KEY:
            faults.append(
                f"{path} : secret vide ou trop court. Remettez le fichier sauvegardé ; "
                "en créer un autre ferme les sessions et rend les anciens sceaux invérifiables."
            )
        return kept
    secret = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secret + "\n")
    return secret


def _read(
    environ: Mapping[str, str], name: str, parse: Callable[[str], _Value], default: _Value, faults: list[str]
) -> _Value:
    """The parsed variable; its default when it is empty, or when it is wrong (the fault is then noted)."""
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as fault:
        faults.append(f"{name} : {fault}")
        return default


def _unknown(environ: Mapping[str, str]) -> list[str]:
    """A fault for each variable that starts like ours and is not one: a typing error must not pass in silence."""
    faults = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _KNOWN:
            near = difflib.get_close_matches(name, sorted(_KNOWN), n=1, cutoff=0.8)
            hint = f" Vouliez-vous dire {near[0]} ?" if near else f" Réglages connus : {', '.join(sorted(_KNOWN))}."
            faults.append(f"{name} : réglage inconnu.{hint}")
    return faults


def _together(settings: Settings, given: set[str]) -> list[str]:
    """Faults that need two settings to be seen."""
    faults = []
    outside = not is_loopback(settings.host)
    if settings.demo and outside:
        faults.append(
            f"JALON_HOST : {settings.host} s'ouvre au réseau, or les mots de passe de la démonstration sont connus de "
            "tous. Gardez 127.0.0.1, ou retirez JALON_DEMO."
        )
    if settings.demo and not outside and not is_loopback(settings.public_host):
        faults.append(
            f"JALON_BASE_URL : {settings.public_host} est hors de la machine, or les e-mails et les mots de passe "
            "d'une démonstration se lisent sans compte. Retirez JALON_DEMO, ou JALON_BASE_URL."
        )
    if outside and not settings.demo and "JALON_BASE_URL" not in given:
        faults.append("JALON_BASE_URL : adresse publique attendue dès que JALON_HOST s'ouvre au réseau.")
    if settings.secret_key and settings.secret_key == settings.seal_key:
        faults.append("JALON_SEAL_KEY : doit différer de JALON_SECRET_KEY.")
    if "JALON_SMTP_URL" in given and "JALON_MAIL_FROM" not in given:
        faults.append("JALON_MAIL_FROM : un serveur d'e-mails demande un expéditeur, « Nom <adresse> ».")
    return faults


def _as_bool(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError(f"« {text} » n'est ni oui ni non.")


def _as_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise ValueError(f"« {text} » n'est pas un port ; un nombre de 1 à 65535 est attendu.")
    return int(text)


def _as_proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise ValueError(f"« {text} » n'est pas un nombre de relais ; un chiffre de 0 à 9 est attendu.")
    return int(text)


def _as_key(text: str) -> str:
    if len(text) < SHORTEST_KEY:
        raise ValueError(f"{len(text)} caractères, il en faut {SHORTEST_KEY} au moins, tirés au hasard.")
    return text


def _as_database(text: str) -> str:
    """The address with the driver we ship; the message never repeats it, for it may hold a password."""
    for prefix in _POSTGRESQL:
        if text.startswith(prefix) and len(text) > len(prefix):
            return _POSTGRESQL[0] + text.removeprefix(prefix)
    if text.startswith("sqlite:////"):
        return text
    if text.startswith("sqlite:"):
        raise ValueError("chemin SQLite absolu attendu, avec quatre barres : sqlite:////chemin/jalon.sqlite.")
    raise ValueError("adresse en sqlite:////… ou postgresql://… attendue.")


def _as_base_url(text: str) -> str:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une adresse.") from None
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError(f"« {text} » n'est pas une adresse en https://….")
    if url.path not in {"", "/"} or url.query or url.fragment or url.username:
        raise ValueError("le nom de la machine suffit, sans chemin ni compte : https://jalon.exemple.fr.")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError(f"{url.hostname} est hors de la machine : https est obligatoire.")
    return text.rstrip("/")
