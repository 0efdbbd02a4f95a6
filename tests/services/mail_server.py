"""A mail server on this machine that answers what a test tells it to."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.settings_mail import Security, SmtpServer
from tests.needs import missing

SECRET = "mot-de-passe-du-serveur"


@dataclass
class Postman:
    """What the server does with the next mails, and those it took."""

    taken: list[Envelope] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    """Answers to RCPT, one a mail; then everything is accepted."""
    text_answers: list[str] = field(default_factory=list)
    """Answers after the text; « coupe » drops the connection in place of an answer."""
    smtputf8: bool = True
    given: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Accounts and secrets that were given."""

    async def handle_RCPT(  # noqa: N802 (the name the server looks for)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.recipient_answers.pop(0) if self.recipient_answers else "250 OK"
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (same reason)
        answer = self.text_answers.pop(0) if self.text_answers else "250 pris"
        if answer == "coupe":
            assert server.transport is not None
            server.transport.close()
            return "250 perdu"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    def check(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.given.append((data.login, data.password))
        return AuthResult(success=data.password == SECRET.encode(), handled=False)

    def read(self, number: int = -1) -> EmailMessage:
        """A mail it took, as a mail program reads it."""
        content = self.taken[number].content
        assert isinstance(content, bytes)
        return message_from_bytes(content, policy=default)


class _Here(Controller):
    """The server on a port that is free, whose listening socket stays ours until it starts."""

    def __init__(self, postman: Postman, **options: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(postman, hostname="127.0.0.1", port=port, enable_SMTPUTF8=postman.smtputf8, **options)


@contextmanager
def mail_server(
    postman: Postman, *, security: Security = Security.NONE, tls: ssl.SSLContext | None = None, **options: Any
) -> Iterator[SmtpServer]:
    """A server as the settings name it; `security` is what the settings ask for, `tls` what the server can do."""
    if tls is not None and security is Security.TLS:
        options["ssl_context"] = tls
    elif tls is not None:
        options["tls_context"] = tls
    controller = _Here(postman, **options)
    controller.start()
    try:
        yield SmtpServer(host="127.0.0.1", port=controller.port, security=security)
    finally:
        controller.stop(no_assert=True)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this machine: what a server shows, and what a client must trust to accept it."""
    if shutil.which("openssl") is None:
        missing("openssl")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
