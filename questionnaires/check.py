"""Coherence of the content: what the law and the rating ask of a theme that can already be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from questionnaires.catalogue import Catalogue
from questionnaires.check_duties import check_duties, check_measures
from questionnaires.check_reach import can_be_seen
from questionnaires.check_roles import check_roles
from questionnaires.check_words import check_words
from questionnaires.reader_faults import ContentFault, ContentFaults, FaultList
from questionnaires.reader_toml import WHOLE_FILE
from questionnaires.remarks import check_remarks
from questionnaires.schema import Sector, Theme


def check_theme(
    theme: Theme, *, laws: Collection[str], helps: Collection[str], sectors: Mapping[str, Sector]
) -> tuple[ContentFault, ...]:
    """Everything incoherent in a theme; empty when it may be used.

    `laws` and `helps` are the article numbers and help codes that exist (`Catalogue.laws` and `Catalogue.helps` fit).
    """
    faults = FaultList(file=f"{theme.theme}.toml")
    check_roles(theme, faults)
    check_measures(theme, helps, faults)
    check_duties(theme, laws, faults)
    check_words(theme, laws, faults)
    _check_sectors(theme, sectors, faults)
    for question in theme.questions:
        if not can_be_seen(theme, question, sectors):
            remedy = "Ses conditions et celles des questions dont elle dépend s'excluent"
            faults.add(question.id, "aucune réponse ne fait apparaître cette question", remedy)
    for section in theme.sections:
        if not any(question.section == section.id for question in theme.questions):
            faults.add(section.id, "section sans question", "Retirez-la, ou placez-y une question")
    return tuple(faults.found)


def check_catalogue(catalogue: Catalogue) -> tuple[ContentFault, ...]:
    """Every fault of the content of a catalogue: what cannot be read first, else what does not hold together."""
    unread: list[ContentFault] = []
    for name in ("laws", "helps", "sectors", "remarks"):
        try:
            getattr(catalogue, name)
        except ContentFaults as refusal:
            unread += refusal.faults
    themes: list[Theme] = []
    for code in catalogue.codes:
        try:
            themes.append(catalogue.theme(code))
        except ContentFaults as refusal:
            unread += refusal.faults
    if unread:
        return tuple(unread)
    remarks = check_remarks(catalogue.remarks, {theme.theme: theme for theme in themes})
    return (*_between_themes(catalogue, themes), *_dated(catalogue), *_themes(catalogue, themes), *remarks)


def _themes(catalogue: Catalogue, themes: list[Theme]) -> tuple[ContentFault, ...]:
    return tuple(
        fault
        for theme in themes
        for fault in check_theme(theme, laws=catalogue.laws, helps=catalogue.helps, sectors=catalogue.sectors)
    )


def _between_themes(catalogue: Catalogue, themes: list[Theme]) -> tuple[ContentFault, ...]:
    found: list[ContentFault] = []
    prefixes: set[str] = set()
    for code, theme in zip(catalogue.codes, themes, strict=True):
        faults = FaultList(file=f"{code}.toml")
        if theme.theme != code:
            faults.add(WHOLE_FILE, f"le fichier {code}.toml contient le thème « {theme.theme} »", "Donnez le même nom")
        if theme.prefix in prefixes:
            faults.add(
                WHOLE_FILE, f"le préfixe « {theme.prefix} » sert déjà à un autre thème", "Choisissez-en un autre"
            )
        prefixes.add(theme.prefix)
        found += faults.found
    return tuple(found)


def _dated(catalogue: Catalogue) -> tuple[ContentFault, ...]:
    faults = FaultList(file="help.toml")
    for help_ in catalogue.helps.values():
        for sector in help_.sectors:
            if sector not in catalogue.sectors:
                faults.add(help_.code, f"secteur « {sector} » inconnu", "Voyez sectors.toml")
    return tuple(faults.found)


def _check_sectors(theme: Theme, sectors: Mapping[str, Sector], faults: FaultList) -> None:
    spoken = [
        *((q.id, sector) for q in theme.questions for sector in q.duty_sectors),
        *((q.id, sector) for q in theme.questions for condition in q.visible_if for sector in condition.sectors),
        *((q.id, sector) for q in theme.questions for option in q.options for sector in option.often_in),
        *((m.id, sector) for m in theme.measures for sector in m.sectors),
        *((o.id, sector) for o in theme.obligations for sector in o.sectors),
    ]
    for place, sector in spoken:
        if sector not in sectors:
            faults.add(place, f"secteur « {sector} » inconnu", f"Secteurs : {', '.join(sectors)}")
