"""In a demonstration mails are read in a page; elsewhere that page does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.services.demo_mails import MOST_SHOWN
from app.services.mail_sending import ReadOnSpot, send_due
from tests.engines import service_in
from tests.services.outbox_rows import code_mail, plain_mail, posted
from tests.web.people import Portal, open_portal


@pytest.fixture
def demo(sqlite_address: str, tmp_path: Path) -> Iterator[Portal]:
    with open_portal(sqlite_address, tmp_path, demo=True) as opened:
        yield opened


def test_mails_are_listed_newest_first_with_their_code(demo: Portal) -> None:
    at = demo.clock.now
    posted(demo.database, demo.service, plain_mail(), at=at)
    posted(demo.database, demo.service, code_mail("autre@exemple.fr"), at=at + timedelta(minutes=2))
    send_due(demo.database, ReadOnSpot(), lambda: at + timedelta(minutes=3))
    with demo.statements() as sent:
        page = demo.client().get(f"/{demo.slug}/demo/courriels")
    assert len(sent) <= 3
    subjects = [heading.text_content().split(", e-mail")[0] for heading in page.tree.xpath("//main//h2")]
    assert subjects == ["482913 · Votre code pour vous connecter", "Votre document est transmis"]
    assert "Pour autre@exemple.fr, le 24 novembre 2026 à 20 h 44" in page.text.replace("\u00a0", " ")


def test_an_empty_list_says_what_comes_there(demo: Portal) -> None:
    assert "Aucun e-mail pour l’instant" in demo.client().get(f"/{demo.slug}/demo/courriels").text


def test_a_long_list_stops_and_says_so(demo: Portal) -> None:
    for number in range(MOST_SHOWN + 1):
        posted(demo.database, demo.service, code_mail(f"a{number}@exemple.fr"))
    page = demo.client().get(f"/{demo.slug}/demo/courriels")
    assert len(page.tree.xpath("//main//h2")) == MOST_SHOWN
    assert f"Les {MOST_SHOWN} derniers seulement." in page.text


def test_a_mail_is_read_as_text_and_leads_where_it_says(demo: Portal) -> None:
    mail_id = posted(demo.database, demo.service, plain_mail())
    page = demo.client().get(f"/{demo.slug}/demo/courriels/{mail_id}")
    assert "Votre service a reçu la version 3." in page.text
    address = "https://jalon.exemple.fr/spsti45/e/1?a=b&c=d"
    assert page.links()[address] == address


def test_the_laid_out_mail_is_shut_in_its_own_policy(demo: Portal) -> None:
    mail_id = posted(demo.database, demo.service)
    answer = demo.client().raw("GET", f"/{demo.slug}/demo/courriels/{mail_id}/mise-en-forme", status=200)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline';")
    assert "script" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "<h1 style=" in answer.text


def test_every_page_keeps_the_usual_policy(demo: Portal) -> None:
    answer = demo.client().raw("GET", f"/{demo.slug}/demo/courriels", status=200)
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_pages_are_in_english_around_the_french_mail(demo: Portal) -> None:
    mail_id = posted(demo.database, demo.service)
    english = demo.client(language="en")
    assert english.get(f"/{demo.slug}/demo/courriels").h1 == "E-mails of the demonstration"
    english.get(f"/{demo.slug}/demo/courriels/{mail_id}")


def test_the_mail_of_another_entrance_does_not_exist_here(demo: Portal) -> None:
    other = service_in(demo.database, "sud")
    mail_id = posted(demo.database, other)
    for known in (mail_id, uuid4()):
        for end in ("", "/mise-en-forme"):
            demo.client().get(f"/{demo.slug}/demo/courriels/{known}{end}", status=404)
    assert "Votre code" not in demo.client().get(f"/{demo.slug}/demo/courriels").text


def test_outside_a_demonstration_there_is_no_such_page(portal: Portal) -> None:
    mail_id = posted(portal.database, portal.service)
    for end in ("", f"/{mail_id}", f"/{mail_id}/mise-en-forme"):
        portal.client().get(f"/{portal.slug}/demo/courriels{end}", status=404)


def test_who_waits_for_a_code_is_told_where_it_is_read(demo: Portal) -> None:
    person = demo.client()
    page = person.follow(person.post(f"/{demo.slug}/inscription", {"adresse": "gerante@exemple.fr"}))
    assert page.h1 == "Écrivez le code reçu"
    mails = person.get(page.links()["lisez-le ici"])
    assert "Pour gerante@exemple.fr" in mails.text


def test_outside_a_demonstration_nobody_is_sent_there(portal: Portal) -> None:
    person = portal.client()
    page = person.follow(person.post(f"/{portal.slug}/inscription", {"adresse": "gerante@exemple.fr"}))
    assert page.h1 == "Écrivez le code reçu"
    assert "démonstration" not in page.text
