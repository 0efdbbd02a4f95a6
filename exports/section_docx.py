"""The Word file of a dossier: the one door to it, `write_section`."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from app.domain.dossier import Dossier
from exports import style
from exports.paper import Identity, Paper
from exports.section_actions import write_actions, write_closed, write_law_points, write_open
from exports.section_back import write_annexes, write_families_left, write_keeping
from exports.section_block import write_blocks
from exports.section_front import (
    write_cover,
    write_participation,
    write_presentation,
    write_synthesis,
)
from exports.section_inventory import write_inventory
from exports.section_method import write_method
from exports.sheet import Sheet
from exports.voice import Voice, identity

HASH_SHOWN = 12
"""Characters of a fingerprint printed in the footer."""

# The synthesis comes before the method: who opens the file for one minute must see what to do first.
UPRIGHT_FIRST = (write_cover, write_presentation, write_synthesis, write_method, write_participation)
LANDSCAPE = (write_inventory, write_blocks, write_actions)
UPRIGHT_LAST = (write_law_points, write_open, write_closed, write_keeping, write_families_left, write_annexes)


def write_section(
    dossier: Dossier,
    out: BinaryIO,
    *,
    content_hash: str,
    register_head: str = "",
    translate: Callable[[str], str] = identity,
    footer: str = "",
) -> None:
    """Write the dossier as a Word file to `out`; same arguments, same bytes.

    `content_hash` is the SHA-256 of the canonical dossier and `register_head` that of the last register line (empty
    when there is none), both in hexadecimal; `footer` is one more mention for the foot of every page.
    """
    voice = Voice(translate=translate, language=dossier.language)
    sheet = Sheet(dossier=dossier, paper=Paper(), voice=voice, content_hash=content_hash, register_head=register_head)
    for number, parts in enumerate((UPRIGHT_FIRST, LANDSCAPE, UPRIGHT_LAST)):
        if number:
            sheet.paper.next_part()
        for write in parts:
            write(sheet)
    sheet.paper.finish(_identity(sheet, footer), out)


def _identity(sheet: Sheet, footer: str) -> Identity:
    dossier, voice = sheet.dossier, sheet.voice
    card = dossier.establishment
    author = ", ".join(part for part in (card.name, card.employer_role) if part)
    return Identity(
        title=voice.tell(dossier.title),
        author=voice.tell(author),
        subject=voice.say("Évaluation des risques professionnels"),
        language=style.LANGUAGE if dossier.language.startswith("fr") else dossier.language,
        day=dossier.assessed_on,
        company=voice.tell(card.name),
        document=_document_words(sheet),
        stamp=voice.say("PROJET") if sheet.is_project else "",
        footer=_footer_words(sheet, footer),
    )


def _document_words(sheet: Sheet) -> str:
    themes = ", ".join(theme.short_title or theme.title for theme in sheet.dossier.themes)
    version = sheet.dossier.version
    if version is None:
        return sheet.voice.say("DUERP, section {themes}", themes=themes)
    return sheet.voice.say("DUERP, section {themes}, version {number}", themes=themes, number=version.number)


def _footer_words(sheet: Sheet, footer: str) -> str:
    voice, version = sheet.voice, sheet.dossier.version
    words = [
        voice.say("Version {number}", number=version.number) if version else voice.say("Projet"),
        voice.say("empreinte {hash}", hash=sheet.content_hash[:HASH_SHOWN]),
    ]
    if sheet.register_head:
        words.append(voice.say("registre {hash}", hash=sheet.register_head[:HASH_SHOWN]))
    words.append(voice.day(version.validated_on if version else sheet.dossier.assessed_on))
    if footer:
        words.append(voice.tell(footer))
    return " · ".join(words)
