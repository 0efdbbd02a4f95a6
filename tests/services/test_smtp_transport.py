"""What goes over the wire, and what each answer of a real server means."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from aiosmtpd.smtp import Envelope

from app.services.mail_layout import compose, subject_of
from app.services.mail_sending import Fate, Outcome, Outgoing
from app.services.smtp_transport import SmtpTransport, envelope_of
from app.settings_mail import MailFrom, Security, SmtpServer
from tests.engines import NOON
from tests.services.mail_server import SECRET, Postman, certificate, mail_server
from tests.services.outbox_rows import code_mail
from tests.services.test_mail_layout import SENDER

FROM = MailFrom(name="SPSTI d'Orléans, prévention", address="jalon@exemple.fr")


def outgoing(recipient: str = "gerante@exemple.fr", *, subject: str | None = None) -> Outgoing:
    mail = code_mail()
    text, html = compose(mail, SENDER)
    return Outgoing(
        mail_id=UUID(int=1),
        service_id=UUID(int=2),
        recipient=recipient,
        subject=subject or subject_of(mail),
        text=text + ".\nUne ligne qui commence par un point.\n",
        html=html,
        message_id="<00000000-0000-0000-0000-000000000001@jalon>",
        created_at=NOON,
        claimed_at=NOON,
    )


def deliver(server: SmtpServer, mail: Outgoing | None = None, *, timeout: float = 10) -> Outcome:
    return SmtpTransport(server, FROM, timeout=timeout).deliver(mail or outgoing())


def test_a_mail_arrives_whole() -> None:
    postman = Postman()
    with mail_server(postman) as server:
        assert deliver(server) == Outcome(fate=Fate.SENT)
    (envelope,) = postman.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("jalon@exemple.fr", ["gerante@exemple.fr"])
    assert isinstance(envelope.content, bytes)
    assert envelope.content.isascii()
    assert max(len(line) for line in envelope.content.split(b"\r\n")) <= 100
    mail = postman.read()
    sent = outgoing()
    assert (mail["Subject"], mail["To"]) == (sent.subject, "gerante@exemple.fr")
    assert mail["From"].addresses[0].display_name == "SPSTI d'Orléans, prévention"
    assert mail["From"].addresses[0].addr_spec == "jalon@exemple.fr"
    assert mail["Message-ID"] == sent.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON
    assert mail.get_content_type() == "multipart/alternative"
    text, html = cast("list[EmailMessage]", list(mail.iter_parts()))
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (text.get_content_charset(), html.get_content_charset()) == ("utf-8", "utf-8")
    read = [part.get_content().replace("\r\n", "\n") for part in (text, html)]
    assert read == [sent.text, sent.html]


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("450 4.2.1 boite occupee", Fate.LATER),
        ("421 4.3.2 je ferme", Fate.LATER),
        ("550 5.1.1 inconnu ici", Fate.REFUSED),
        ("251 ailleurs", Fate.SENT),
    ],
)
def test_what_the_server_says_of_the_recipient(answer: str, fate: Fate) -> None:
    postman = Postman(recipient_answers=[answer])
    with mail_server(postman) as server:
        outcome = deliver(server)
    assert outcome.fate is fate
    if fate is not Fate.SENT:
        assert answer[4:] in outcome.words
        assert postman.taken == []


@pytest.mark.parametrize(
    ("answer", "fate"),
    [("452 4.3.1 plein", Fate.LATER), ("554 5.7.1 indesirable", Fate.REFUSED), ("coupe", Fate.UNSURE)],
)
def test_what_the_server_says_of_the_text(answer: str, fate: Fate) -> None:
    with mail_server(Postman(text_answers=[answer])) as server:
        assert deliver(server).fate is fate


def test_a_server_that_is_not_there_is_only_a_delay() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        server = SmtpServer(host="127.0.0.1", port=free.getsockname()[1], security=Security.NONE)
    outcome = deliver(server)
    assert outcome == Outcome(
        fate=Fate.LATER, words="Le serveur d'e-mails refuse la connexion : vérifiez JALON_SMTP_URL."
    )


@contextmanager
def scripted(*answers: bytes) -> Iterator[SmtpServer]:
    """A server that says these bytes one after the other, at its greeting then after each line, and hangs up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                for answer in answers:
                    connection.sendall(answer)
                    lines.readline()

        thread = threading.Thread(target=talk)
        thread.start()
        yield SmtpServer(host="127.0.0.1", port=listener.getsockname()[1], security=Security.NONE)
        thread.join(10)


@pytest.mark.parametrize(
    "answers",
    [
        (b"554 pas de service\r\n",),
        (b"bonjour\r\n",),
        (b"220 ok\r\n",),
        (b"220 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n"),
        (b"220 " + b"x" * 9000 + b"\r\n",),
    ],
)
def test_a_connection_lost_before_the_text_is_only_a_delay(answers: tuple[bytes, ...]) -> None:
    with scripted(*answers) as server:
        outcome = deliver(server, timeout=5)
    assert outcome.fate is Fate.LATER
    assert outcome.words.startswith("Le serveur d'e-mails")


def test_a_silent_server_is_only_a_delay() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = SmtpServer(host="127.0.0.1", port=listener.getsockname()[1], security=Security.NONE)
        assert deliver(server, timeout=0.2).fate is Fate.LATER


def test_encryption_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    shown, trusted = certificate(tmp_path)
    for security in (Security.STARTTLS, Security.TLS):
        postman = Postman()
        with mail_server(postman, security=security, tls=shown, require_starttls=security is Security.STARTTLS) as at:
            assert SmtpTransport(at, FROM, tls=trusted).deliver(outgoing()).fate is Fate.SENT
        assert len(postman.taken) == 1


def test_a_server_without_encryption_is_told_nothing() -> None:
    postman = Postman()
    options: dict[str, Any] = {"authenticator": postman.check, "auth_require_tls": False}
    with mail_server(postman, security=Security.STARTTLS, **options) as server:
        outcome = deliver(replace(server, user="jalon", password=SECRET))
    assert (outcome.fate, postman.taken, postman.given) == (Fate.LATER, [], [])
    assert "STARTTLS" in outcome.words


def test_a_certificate_of_somebody_else_is_told_nothing(tmp_path: Path) -> None:
    shown, _ = certificate(tmp_path)
    for security in (Security.STARTTLS, Security.TLS):
        postman = Postman()
        with mail_server(postman, security=security, tls=shown) as server:
            outcome = deliver(server)
        assert (outcome.fate, postman.taken) == (Fate.LATER, [])
        assert "certificat" in outcome.words


def test_the_account_is_given_and_never_told(tmp_path: Path) -> None:
    shown, trusted = certificate(tmp_path)
    postman = Postman(recipient_answers=["250 OK", f"550 refus de jalon-compte {SECRET}"])
    options: dict[str, Any] = {"authenticator": postman.check, "auth_required": True}
    with mail_server(postman, security=Security.STARTTLS, tls=shown, **options) as server:
        known = replace(server, user="jalon-compte", password=SECRET)
        assert SmtpTransport(known, FROM, tls=trusted).deliver(outgoing()).fate is Fate.SENT
        refused = SmtpTransport(known, FROM, tls=trusted).deliver(outgoing())
        wrong = SmtpTransport(replace(known, password="autre-secret"), FROM, tls=trusted).deliver(outgoing())
    assert postman.given[0] == (b"jalon-compte", SECRET.encode())
    assert refused.fate is Fate.REFUSED
    assert wrong.fate is Fate.LATER, "a wrong account is no fault of the mail"
    for said in (refused.words, wrong.words, repr(known)):
        assert SECRET not in said
        assert "autre-secret" not in said
        assert "jalon-compte" not in said


@pytest.mark.parametrize(
    ("typed", "carried", "international"),
    [
        ("gerante@exemple.fr", "gerante@exemple.fr", False),
        ("gerante@bücher.fr", "gerante@xn--bcher-kva.fr", False),
        ("gérante@exemple.fr", "gérante@exemple.fr", True),
    ],
)
def test_an_address_with_accents_is_carried_as_the_protocol_wants(
    typed: str, carried: str, *, international: bool
) -> None:
    envelope = envelope_of(typed)
    assert (envelope.address, envelope.international) == (carried, international)


@pytest.mark.parametrize(
    "typed", ["", "a@b", "a@b.fr, c@d.fr", "a@b.fr\r\nBcc: c@d.fr", "<a@b.fr>", "a@straße.fr", "@b.fr"]
)
def test_an_address_no_mail_can_reach_is_refused_before_any_server(typed: str) -> None:
    nowhere = SmtpServer(host="127.0.0.1", port=1, security=Security.NONE)
    assert deliver(nowhere, outgoing(typed)).fate is Fate.REFUSED


def test_a_domain_with_an_accent_arrives() -> None:
    postman = Postman()
    with mail_server(postman) as server:
        assert deliver(server, outgoing("gerante@bücher.fr")).fate is Fate.SENT
    assert rcpt(postman) == ["gerante@xn--bcher-kva.fr"]
    assert postman.read()["To"] == "gerante@xn--bcher-kva.fr"


def test_a_name_with_an_accent_asks_for_a_server_that_takes_it() -> None:
    postman = Postman()
    with mail_server(postman) as server:
        assert deliver(server, outgoing("gérante@exemple.fr")).fate is Fate.SENT
    assert rcpt(postman) == ["gérante@exemple.fr"]
    with mail_server(Postman(smtputf8=False)) as server:
        outcome = deliver(server, outgoing("gérante@exemple.fr"))
    assert outcome.fate is Fate.REFUSED
    assert "accent" in outcome.words


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@y.fr", "a\nb", "a\u2028b", "a\x0b"])
def test_a_subject_on_two_lines_never_leaves(subject: str) -> None:
    nowhere = SmtpServer(host="127.0.0.1", port=1, security=Security.NONE)
    outcome = deliver(nowhere, outgoing(subject=subject))
    assert (outcome.fate, outcome.words) == (Fate.REFUSED, "L'objet de l'e-mail tient sur plusieurs lignes.")


def rcpt(postman: Postman) -> list[str]:
    envelope: Envelope = postman.taken[-1]
    return [str(address) for address in envelope.rcpt_tos]
