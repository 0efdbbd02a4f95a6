"""A mail reads the same as text and as HTML, fetches nothing, and cannot be given a header of somebody's own."""

from __future__ import annotations

import re

import pytest
from lxml import html

from app.services.mail import Mail
from app.services.mail_layout import Sender, compose, subject_of, without_code
from tests.services.outbox_rows import code_mail, plain_mail

SENDER = Sender(name="SPSTI d'Orléans", phone="02 38 00 00 00", phone_hours="de 8 h à 17 h", colour="#7a1f4b")


def parsed(source: str) -> html.HtmlElement:
    return html.document_fromstring(source)


def read(source: str) -> str:
    """What a person reads of the HTML, spaces folded, the hidden first sentence left out."""
    tree = parsed(source)
    for hidden in tree.xpath("//*[contains(@style, 'display:none')]"):
        hidden.drop_tree()
    return " ".join(" ".join(tree.xpath("//body//text()")).split())


def test_the_code_comes_first_in_the_subject_and_goes_once_it_served() -> None:
    subject = subject_of(code_mail())
    assert subject == "482913 · Votre code pour vous connecter"
    assert without_code(subject) == "Votre code pour vous connecter"
    assert without_code("2026 : votre document") == "2026 : votre document"
    assert subject_of(plain_mail()) == "Votre document est transmis"


def test_a_code_is_seen_in_two_halves_and_copied_as_one_number() -> None:
    text, source = compose(code_mail(), SENDER)
    assert "\n    482 913\n" in text
    (shown,) = parsed(source).xpath("//p[contains(@style, 'font-size:34px')]")
    assert shown.text_content() == "482913"
    assert [half.text for half in shown] == ["482", "913"]


def test_both_bodies_say_the_same_in_french_typography() -> None:
    text, source = compose(code_mail(), SENDER)
    shown = read(source)
    for sentence in ("Vous n’avez rien demandé\u202f? Ignorez ce message.", "SPSTI d’Orléans, 02 38 00 00 00"):
        assert sentence in text
        assert " ".join(sentence.split()) in shown
    assert not re.search(r" [?!;:]|\w'\w", text)


def test_the_address_of_a_button_is_written_out_in_both_bodies() -> None:
    text, source = compose(plain_mail(), SENDER)
    address = "https://jalon.exemple.fr/spsti45/e/1?a=b&c=d"
    assert f"Relire la version\u202f:\n{address}\n" in text
    links = parsed(source).xpath("//a[starts-with(@href, 'http')]")
    assert [(link.get("href"), link.text) for link in links] == [(address, "Relire la version"), (address, address)]
    assert "background:#7a1f4b;color:#fff" in source


def test_nothing_is_fetched_and_nothing_runs() -> None:
    for mail in (code_mail(), plain_mail()):
        source = compose(mail, SENDER)[1]
        tree = parsed(source)
        assert tree.get("lang") == "fr"
        assert tree.xpath("//img | //link | //script | //table | //iframe | //@src | //@background") == []
        assert "url(" not in source


def test_what_people_typed_stays_words() -> None:
    mail = Mail(kind="x", recipient="a@b.fr", subject="<b>Pain</b> & Cie", paragraphs=('<img src=x> "oui"',))
    source = compose(mail, SENDER)[1]
    assert "<img" not in source
    assert "<b>" not in source
    assert "&lt;b&gt;Pain&lt;/b&gt; &amp; Cie" in source


def test_a_mail_without_phone_still_says_who_speaks() -> None:
    text, _ = compose(plain_mail(), Sender(name="SPSTI", phone="", phone_hours="de 8 h à 17 h", colour="#0b4f6c"))
    assert "Une question\u202f? SPSTI.\n" in text


@pytest.mark.parametrize("words", ["Bonjour\r\nBcc: tous@exemple.fr", "Bonjour\nX: y", "a\r"])
def test_a_second_line_in_a_subject_or_an_address_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Mail(kind="x", recipient="a@b.fr", subject=words, paragraphs=("a",))
    with pytest.raises(ValueError, match="one line"):
        Mail(kind="x", recipient=words, subject="a", paragraphs=("a",))


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x7f"])
def test_other_signs_that_break_a_line_become_a_space(sign: str) -> None:
    mail = Mail(kind="x", recipient="a@b.fr", subject=f"Pain{sign}Bcc: x@y.fr", paragraphs=("a",))
    assert subject_of(mail) == "Pain Bcc\u202f: x@y.fr"


def test_a_button_leads_to_a_page_or_is_refused() -> None:
    mail = Mail(kind="x", recipient="a@b.fr", subject="a", paragraphs=("a",), button=("Ouvrir", "javascript:alert(1)"))
    with pytest.raises(ValueError, match="whole address"):
        compose(mail, SENDER)
