"""The interface is whole in English: what fails here is mended by `make messages`, then by filling `en.po`."""

from __future__ import annotations

import re

import pytest

from translations.catalogue import TRANSLATED
from translations.messages import lacks, pending
from translations.sources import TEMPLATES, found, unmarked


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_the_translation_is_fit_to_show(language: str) -> None:
    known = list(found())
    assert len(known) > 200
    assert lacks(language, known) == []


def test_every_word_of_a_template_can_be_translated() -> None:
    assert list(unmarked()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_file_of_translations_is_as_the_program_writes_it(language: str) -> None:
    assert pending(language, found()) == ""


def test_what_stays_in_french_is_no_attribute() -> None:
    """`|content` wraps its words in a tag on an English page; in an attribute, `|fr` is the one to use."""
    inside = re.compile(r"""="[^"<>]*\{\{[^{}]*\|\s*content\b""")
    wrong = [path.name for path in TEMPLATES.rglob("*.html") if inside.search(path.read_text(encoding="utf-8"))]
    assert wrong == []
