"""Hands mails to an SMTP server: what goes over the wire, and what each answer of the server means.

What decides is whether the text had begun to leave. Before, a failure is only a delay; after, only the server knows.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Final

from app.domain.email_addresses import read_email
from app.domain.plain_values import ValueFault
from app.services.mail_sending import Fate, Outcome, Outgoing
from app.settings_mail import MailFrom, Security, SmtpServer

TIMEOUT: Final = 30
"""Seconds the server may stay silent."""
_LONGEST_QUOTE: Final = 200
_AMBIGUOUS: Final = frozenset("ßς\u200c\u200d")
"""Letters that two versions of the rules for domain names write differently: the mail might reach somebody else."""
_BODY_POLICY: Final = SMTP.clone(cte_type="7bit")
_OK, _START_TEXT = 250, 354


class _Later(Exception):
    """The server could not take the mail now; the message is French."""


class _Refused(Exception):
    """The server will never take this mail; the message is French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An address as the protocol carries it."""

    address: str
    international: bool
    """Its local part is not ASCII: the server must know SMTPUTF8."""


class SmtpTransport:
    """The transport of an installation that has a mail server."""

    keeps_bodies = False

    def __init__(
        self, server: SmtpServer, sender: MailFrom, *, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._server = server
        self._sender = sender
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout

    def deliver(self, mail: Outgoing) -> Outcome:
        """Send one mail over a connection of its own."""
        try:
            to = envelope_of(mail.recipient)
            letter = written(mail, self._sender, to)
        except ValueError as fault:
            return Outcome(fate=Fate.REFUSED, words=str(fault))
        try:
            connection = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(fate=Fate.LATER, words=_network_words(error))
        try:
            return self._converse(connection, to, letter)
        finally:
            _leave(connection)

    def _connect(self) -> smtplib.SMTP:
        server, name = self._server, self._sender.domain
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=self._timeout, context=self._tls)
        return smtplib.SMTP(server.host, server.port, name, timeout=self._timeout)

    def _converse(self, connection: smtplib.SMTP, to: Envelope, letter: bytes) -> Outcome:
        try:
            self._prepare(connection)
            self._announce(connection, to)
        except _Later as told:
            return Outcome(fate=Fate.LATER, words=str(told))
        except _Refused as told:
            return Outcome(fate=Fate.REFUSED, words=str(told))
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(fate=Fate.LATER, words=_network_words(error))
        return self._hand_over(connection, letter)

    def _prepare(self, connection: smtplib.SMTP) -> None:
        """Protects the connection and signs in, as the settings want; raises _Later when the server does not agree."""
        connection.ehlo_or_helo_if_needed()
        if self._server.security is Security.STARTTLS:
            if not connection.has_extn("starttls"):
                raise _Later("Le serveur d'e-mails ne propose pas de connexion protégée (STARTTLS) : rien ne part.")
            connection.starttls(context=self._tls)
            connection.ehlo_or_helo_if_needed()
        if self._server.user:
            _sign_in(connection, self._server)

    def _announce(self, connection: smtplib.SMTP, to: Envelope) -> None:
        options = []
        if to.international:
            if not connection.has_extn("smtputf8"):
                raise _Refused("L'adresse a un accent avant l'arobase, et le serveur d'e-mails n'en accepte pas.")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        self._expect(_OK, connection.mail(self._sender.address, options))
        self._expect(_OK, connection.rcpt(to.address))
        self._expect(_START_TEXT, connection.docmd("DATA"))

    def _hand_over(self, connection: smtplib.SMTP, letter: bytes) -> Outcome:
        """The text, once the server has said it listens: from here on a lost connection leaves a doubt."""
        try:
            connection.send(re.sub(rb"(?m)^\.", b"..", letter) + b".\r\n")
            answer = connection.getreply()
        except (smtplib.SMTPException, OSError):
            return Outcome(
                fate=Fate.UNSURE, words="La connexion s'est coupée pendant l'envoi : l'e-mail est peut-être arrivé."
            )
        try:
            self._expect(_OK, answer)
        except _Later as told:
            return Outcome(fate=Fate.LATER, words=str(told))
        except _Refused as told:
            return Outcome(fate=Fate.REFUSED, words=str(told))
        return Outcome(fate=Fate.SENT)

    def _expect(self, wanted: int, answer: tuple[int, bytes]) -> None:
        """Raises _Later or _Refused when the server does not answer what moves on; 251 (« will forward ») does too."""
        code, said = answer
        if code == wanted or (wanted == _OK and code == _OK + 1):
            return
        if code == -1:
            raise smtplib.SMTPServerDisconnected("no code in the answer")
        quoted = _quoted(said, (self._server.password, self._server.user))
        if 500 <= code <= 599:
            raise _Refused(f"Le serveur d'e-mails refuse ({code}) : « {quoted} »")
        raise _Later(f"Le serveur d'e-mails demande d'attendre ({code}) : « {quoted} »")


def envelope_of(recipient: str) -> Envelope:
    """The address as the protocol carries it; raises ValueError, in French, when none can be made of it."""
    try:
        address = read_email(recipient)
    except ValueFault as fault:
        raise ValueError("L'adresse du destinataire est mal écrite.") from fault
    local, _, domain = address.rpartition("@")
    if _AMBIGUOUS & set(domain.casefold()) or _AMBIGUOUS & set(domain):
        raise ValueError("Le nom de domaine de l'adresse s'écrit de deux façons : l'e-mail pourrait se perdre.")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as fault:
        raise ValueError("Le nom de domaine de l'adresse n'existe pas sous cette forme.") from fault
    return Envelope(address=f"{local}@{ascii_domain}", international=not local.isascii())


def written(mail: Outgoing, sender: MailFrom, to: Envelope) -> bytes:
    """The mail with its headers, its lines ended as the protocol wants; raises ValueError when a header would break."""
    if len(f"{mail.subject}.".splitlines()) > 1:
        raise ValueError("L'objet de l'e-mail tient sur plusieurs lignes.")
    policy = SMTPUTF8 if to.international else _BODY_POLICY
    message = EmailMessage(policy=policy)
    local, _, domain = to.address.rpartition("@")
    sender_local, _, sender_domain = sender.address.rpartition("@")
    message["From"] = Address(display_name=sender.name, username=sender_local, domain=sender_domain)
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="quoted-printable")
    return message.as_bytes(policy=policy)


def _sign_in(connection: smtplib.SMTP, server: SmtpServer) -> None:
    """Raises _Later without a word of the server's own: some repeat what they were given."""
    try:
        connection.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        raise _Later(f"Le serveur d'e-mails n'accepte pas le compte de JALON_SMTP_URL ({error.smtp_code}).") from None
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        raise _Later("Le serveur d'e-mails ne propose pas de connexion par compte et secret.") from None


def _leave(connection: smtplib.SMTP | None) -> None:
    """Closes the connection politely when there still is one."""
    if connection is None:
        return
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


_NETWORK_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ssl.SSLCertVerificationError, "Le certificat du serveur d'e-mails n'est pas celui attendu : rien ne part."),
    (ssl.SSLError, "La connexion protégée avec le serveur d'e-mails n'a pas pu s'établir."),
    (TimeoutError, "Le serveur d'e-mails ne répond pas à temps."),
    (ConnectionRefusedError, "Le serveur d'e-mails refuse la connexion : vérifiez JALON_SMTP_URL."),
    (socket.gaierror, "Le nom du serveur d'e-mails est inconnu : vérifiez JALON_SMTP_URL."),
    (smtplib.SMTPServerDisconnected, "Le serveur d'e-mails a coupé la connexion."),
    (smtplib.SMTPException, "Le serveur d'e-mails ne suit pas le protocole attendu, ou n'est pas prêt."),
    (ConnectionError, "Le serveur d'e-mails a coupé la connexion."),
    (Exception, "Le serveur d'e-mails est injoignable."),
)
"""What a failure of the network means, the first that fits; the system's own words are in English, and are left out."""


def _network_words(error: Exception) -> str:
    return next(words for kind, words in _NETWORK_WORDS if isinstance(error, kind))


def _quoted(said: bytes, secrets: tuple[str, ...]) -> str:
    """What the server said, short, printable, and without what we told it in secret."""
    text = " ".join(said.decode("utf-8", "replace").split())
    for secret in secrets:
        if secret:
            text = text.replace(secret, "•••")
    return "".join(sign for sign in text if sign.isprintable())[:_LONGEST_QUOTE]
