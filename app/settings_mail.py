"""The settings of mail: which server takes the mails, and in whose name. Read here, refused in French."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

_EXAMPLE = "smtp://compte:secret@serveur:587"
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9-]+\.)+\w{2,}"
)
_HOST = re.compile(r"[A-Za-z0-9.:-]+")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_LONGEST_NAME = 100


class Security(StrEnum):
    """How the way to the mail server is protected."""

    TLS = "smtps"
    """From the first byte."""
    STARTTLS = "starttls"
    """Asked for before anything is said; without it nothing leaves."""
    NONE = "aucune"
    """Never beyond this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """The server that takes the mails."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Where it is, never the secret: what is printed ends in a log."""
        return f"SmtpServer({self.security.value} {self.host}:{self.port})"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFrom:
    """In whose name mails leave."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What is after the @."""
        return self.address.rpartition("@")[2]


def is_loopback(host: str) -> bool:
    """True when the host can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_smtp(text: str) -> SmtpServer:
    """The server of `smtp://` or `smtps://`; raises ValueError in words that do not repeat it: it holds a secret."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError(f"adresse illisible. {_FORM}") from None
    host = url.hostname or ""
    if url.scheme not in {"smtp", "smtps"} or not _HOST.fullmatch(host) or port == 0:
        raise ValueError(f"ce n'est pas l'adresse d'un serveur d'e-mails. {_FORM}")
    if url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError(f"rien n'est attendu après le port. {_FORM}")
    user, password = _account(url)
    security = Security.TLS if url.scheme == "smtps" else Security.STARTTLS
    if url.scheme == "smtp" and is_loopback(host):
        security = Security.NONE
    usual = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}[security]
    return SmtpServer(host=host, port=port or usual, security=security, user=user, password=password)


_FORM = (
    f"Attendu : {_EXAMPLE}. Dans le compte et le secret, remplacez les signes @ : / # ? % par %40 %3A %2F %23 %3F %25."
)


def _account(url: SplitResult) -> tuple[str, str]:
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if bool(user) != bool(password):
        raise ValueError(f"le compte et son secret vont ensemble. {_FORM}")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise ValueError("le compte et le secret sont en lettres sans accent, sans signe invisible.")
    return user, password


def read_mail_from(text: str) -> MailFrom:
    """The name and the address of « Nom <adresse> »; raises ValueError in French."""
    expected = "Attendu : Service de prévention <jalon@exemple.fr>."
    found = _NAMED.fullmatch(text)
    name, address = (found["name"], found["address"]) if found else ("", text)
    name, address = name.strip().strip('"').strip(), address.strip()
    if not _ADDRESS.fullmatch(address) or not address.isascii() or len(address) > 254:
        raise ValueError(f"l'adresse est mal écrite, ou a un accent. {expected}")
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ValueError(f"le nom tient sur une ligne de {_LONGEST_NAME} caractères. {expected}")
    return MailFrom(name=name, address=address)
