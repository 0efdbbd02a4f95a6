"""Signing up with the code that a real mail server received: from the form to the outbox, the wire and back."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import cast

from sqlalchemy import select

from app.models.mail import OutboxMail
from app.services.mail_sending import Fate, send_due
from app.services.smtp_transport import SmtpTransport
from app.settings_mail import MailFrom
from tests.services.mail_server import Postman, mail_server
from tests.web.people import Portal

EMAIL = "gerante@exemple.fr"


def test_the_code_that_arrives_by_mail_opens_the_account(portal: Portal) -> None:
    client, postman = portal.client(), Postman()
    client.post(f"/{portal.slug}/inscription", {"adresse": EMAIL})
    with mail_server(postman) as server:
        transport = SmtpTransport(server, MailFrom(name="SPSTI d'exemple", address="jalon@exemple.fr"), timeout=10)
        sent = send_due(portal.database, transport, portal.clock)
        assert [outcome.fate for _, outcome in sent] == [Fate.SENT]
        assert send_due(portal.database, transport, portal.clock) == (), "a mail leaves once"
    mail = postman.read()
    assert mail["To"] == EMAIL
    text = str(cast("list[EmailMessage]", list(mail.iter_parts()))[0].get_content())
    found = re.search(r"\b(\d{3}) (\d{3})\b", text)
    assert found is not None, text
    answer = client.post(f"/{portal.slug}/connexion/code", {"code": found[1] + found[2]})
    assert "/compte/mot-de-passe" in answer.location
    assert EMAIL in client.get(f"/{portal.slug}/compte").text
    with portal.database.read(service_id=portal.service.id) as session:
        left = session.scalars(select(OutboxMail.text)).all()
    assert "".join(left) == "", "the code is not kept once it left"
