"""The file of translations: kept up to date with the sources, and refused when it would spoil a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.rating import Priority
from app.domain.words import priority_words
from translations import catalogue
from translations.messages import lacks, main, pending, update
from translations.sources import Message, Origin, Unreadable, of_module, vocabulary


def template(words: str) -> Message:
    return Message(one=words, place="page.html", origin=Origin.TEMPLATE)


def python(one: str, several: str = "") -> Message:
    return Message(one=one, several=several, place="view.py", origin=Origin.PYTHON)


@pytest.fixture
def po(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of translations that is still empty."""
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    path = catalogue.po_file("en")
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', encoding="utf-8")
    return path


def translate(path: Path, words: str, translation: str, *, form: str = "") -> None:
    text = path.read_text(encoding="utf-8")
    escaped = words.replace('"', '\\"')
    start = text.index(f'"{escaped}"')
    empty = text.index(f'msgstr{form} ""', start)
    quoted = translation.replace('"', '\\"')
    path.write_text(
        text[:empty] + f'msgstr{form} "{quoted}"' + text[empty + len(f'msgstr{form} ""') :], encoding="utf-8"
    )


def test_a_message_without_translation_is_told(po: Path) -> None:
    known = [template("Bonjour"), python("Il reste {n} jour.", "Il reste {n} jours.")]
    assert update("en", known) == []
    assert lacks("en", known) == [
        "en : « Bonjour » (page.html) n'est pas traduit",
        "en : « Il reste {n} jour. » (view.py) n'est pas traduit",
    ]
    translate(po, "Bonjour", "Hello")
    translate(po, "Il reste {n} jours.", "{n} day left.", form="[0]")
    assert len(lacks("en", known)) == 1
    translate(po, "Il reste {n} jours.", "{n} days left.", form="[1]")
    assert lacks("en", known) == []


def test_translations_are_kept_and_those_of_words_that_are_gone_are_told(po: Path) -> None:
    update("en", [template("Bonjour"), template("Autre chose")])
    translate(po, "Bonjour", "Hello")
    assert update("en", [template("Bonjour"), template("Zut"), template("Bonjour")]) == ["Autre chose"]
    assert catalogue.load.__wrapped__("en").messages == {"Bonjour": "Hello"}
    assert po.read_text(encoding="utf-8").index("Bonjour") < po.read_text(encoding="utf-8").index("Zut")


def test_a_reworded_message_keeps_its_translation_as_uncertain(po: Path) -> None:
    update("en", [template("Le code part à votre adresse.")])
    translate(po, "Le code part à votre adresse.", "The code goes to your address.")
    known = [template("Le code part à cette adresse.")]
    assert update("en", known) == ["Le code part à votre adresse."]
    assert "The code goes to your address." in po.read_text(encoding="utf-8")
    assert lacks("en", known) == [
        "en : « Le code part à cette adresse. » (page.html) est marqué comme incertain (fuzzy)"
    ]
    assert catalogue.load.__wrapped__("en").messages == {}


def test_writing_twice_changes_nothing_and_a_stale_file_is_seen(po: Path) -> None:
    known = [template("Bonjour"), python("Un { seul")]
    assert pending("en", known) != ""
    update("en", known)
    first = po.read_bytes()
    update("en", known)
    assert po.read_bytes() == first
    assert pending("en", known) == ""


@pytest.mark.parametrize(
    ("message", "translation", "fault"),
    [
        (template("À {{ email }}"), "To", "n'a pas les mêmes valeurs : email"),
        (template("À {{ email }}"), "To {{ mail }}", "n'a pas les mêmes valeurs : email, mail"),
        (template("À {{ email }}"), "To {{ email", "ne se compile pas"),
        (template("À <b>vous</b> <i>deux</i>"), "To <b>you</b>", "n'a pas les mêmes balises"),
        (template("À <b>vous <i>deux</i></b> oui"), "To <b>you <i>both</b></i> yes", "a des balises mal fermées"),
        (template("À vous"), 'To "you"', "contient un guillemet droit"),
        (python("À {email}"), "To", "n'a pas les mêmes valeurs : email"),
        (python("À {email}"), "To {email", "a une accolade mal fermée"),
        (python("À {email}"), "To {email.secret}", "a une accolade mal fermée"),
        (python("À {email}"), "To {mail}", "n'a pas les mêmes valeurs : email, mail"),
    ],
)
def test_a_translation_that_would_spoil_a_page_is_refused(
    po: Path, message: Message, translation: str, fault: str
) -> None:
    update("en", [message])
    translate(po, message.one, translation)
    (told,) = lacks("en", [message])
    assert fault in told


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        (template("{{ n }} part à <b>{{ email }}</b>"), "<b>{{ email }}</b> gets {{ n }}"),
        (template('{{ n|many("œil", "yeux") }}'), '{{ n|many("eye") }}'),
        (template('<a href="{{ x }}" class="a">Un</a> mot'), 'a <a href="{{ x }}" class="a">word</a>'),
        (template("Un<br>deux"), "One<br>two"),
        (python("À {email}"), "{email} gets it"),
        (python("Un { seul"), "Only { one"),
    ],
)
def test_a_translation_may_reorder_everything(po: Path, message: Message, translation: str) -> None:
    update("en", [message])
    translate(po, message.one, translation)
    assert lacks("en", [message]) == []


def test_python_is_read_without_running_it() -> None:
    source = (
        'flash(_("Un " "mot {x}", x=1))\nraise Refused(say("Non" if bad else "Oui"))\n'
        'language.ngettext("{n} jour", "{n} jours", n)\nsay_many(n, "{n} an", "{n} ans")\nprint("rien")\n'
    )
    found = {(message.one, message.several) for message in of_module(source, place="view.py")}
    assert found == {("Un mot {x}", ""), ("Non", ""), ("Oui", ""), ("{n} jour", "{n} jours"), ("{n} an", "{n} ans")}


@pytest.mark.parametrize("call", ['_(f"Bonjour {name}")', "say(words)", '_("a" + b)'])
def test_words_made_while_running_are_refused(call: str) -> None:
    with pytest.raises(Unreadable, match=r"view\.py:1"):
        list(of_module(call, place="view.py"))


def test_every_word_the_engine_prints_for_a_priority_is_a_message() -> None:
    known = {message.one for message in vocabulary()}
    assert {priority_words(priority, priority) for priority in Priority} <= known
    assert priority_words(Priority.P4, Priority.P1) in known
    assert {"à faire", "Très grave", "moins de 500 €"} <= known
    assert "a_evaluer" not in known


def test_the_check_says_what_is_missing_and_fails(po: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 1
    assert "n'est pas traduit" in capsys.readouterr().out
    assert po.read_text(encoding="utf-8").count("msgid") == 1
