"""The words of a theme: plain, honest, never asking for what must not be collected."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass

from questionnaires.reader_faults import FaultList
from questionnaires.reader_ids import HEAD, place_of
from questionnaires.schema import Figure, Kind, Question, Role, Theme

MOST_WORDS = 25
"""Words in one sentence of a question, counted between blanks."""

_BANNED = {
    r"\bconformes?\b|\bconformité\b": "« conforme » : Jalon ne dit jamais cela",
    r"\bvalidée?s? par\b": "« validé par » : personne ne valide à la place de l'employeur",
    r"\bil suffit\b": "« il suffit » : rien n'est si simple",
    r"\brisque zéro\b|\bzéro risque\b|\bsans (?:aucun )?danger\b": "promesse de sécurité totale",
    r"\btempérature maximale (?:légale|autorisée)\b|\bseuils? léga(?:l|ux) de température\b": "seuil qui n'existe pas",
    r"\bTODO\b|\bXXX\b|\blorem\b|\[K\]": "texte d'attente ou non vérifié",
}

_PERSON = r"(?:salarié|personne|travailleu|victime|employé|intérim|apprenti|agent|collègue)"
_NEVER_ASKED = {
    rf"\b(?:pré)?noms? (?:et prénoms? )?(?:du|de la|des|de chaque|de vos|de) {_PERSON}": "le nom d'une personne",
    r"\b(?:date de naissance|numéro de sécurité sociale|adresse personnelle)": "une donnée personnelle",
    r"\b(?:nationalité|syndica|religion)": "une donnée personnelle",
    r"\b(?:diagnostic|antécédent|pathologie|traitement médica|arrêts? maladie|dossier médical)": "une donnée de santé",
    r"\b(?:handicapée?s?|enceintes?|malades?|avis d'inaptitude)\b": "une donnée de santé",
    r"\brésultats? (?:biologiques?|d'analyses?|médica|de dépistage)": "un résultat biologique",
    r"\b(?:prises? de sang|dosages? (?:sanguin|urinaire)|biométrologie)": "un résultat biologique",
    r"\b(?:points? (?:du|de|sur le) permis|nombre de points|solde de points)": "les points du permis",
}

_PRINTED = frozenset(
    {
        *("title", "short_title", "intro", "closing_words", "check_prompt", "accident_prompt"),
        *("label", "gravity_reason", "damage", "examples", "starter", "frequency_prompt"),
        *("text", "why", "short", "in_place", "verify", "help", "example", "unit", "indicator"),
        *("fact", "value", "year", "perimeter", "source", "scope", "publisher", "date"),
    }
)
_CITED = re.compile(r"\b([LRD])\.?[ ]?(\d{3,4}(?:-\d+)+)")
_UNPLAIN = re.compile("[\u00a0\u202f\u2019]")
_SENTENCE_END = re.compile(r"[.?!]+(?:\s|$)")


def check_words(theme: Theme, laws: Collection[str], faults: FaultList) -> None:
    """Note banned or unplain words, articles cited in a text and read by nobody, sentences too long, missing words."""
    for place, key, words in _printed_words(theme):
        _check_printed(words, (place, key), laws, faults)
    for question in theme.questions:
        _check_question(question, faults)
    for figure in theme.figures:
        _check_figure(figure, faults)


def _check_printed(words: str, spot: tuple[str, str], laws: Collection[str], faults: FaultList) -> None:
    place, key = spot
    for pattern, name in _BANNED.items():
        if re.search(pattern, words, re.IGNORECASE):
            faults.add(place, f"« {key} » contient une formule à éviter, {name}", "Dites le fait, sans promettre")
    if _UNPLAIN.search(words):
        remedy = "Écrivez des espaces ordinaires et l'apostrophe droite : l'impression met les bons signes"
        faults.add(place, f"« {key} » contient une espace insécable ou une apostrophe courbe", remedy)
    for letter, number in _CITED.findall(words):
        article = f"{letter}{number}"
        if not any(known == article or known.endswith(f" {article}") for known in laws):
            remedy = "Ajoutez-le avec sa version et sa date"
            faults.add(place, f"« {key} » cite l'article {article}, absent de laws.toml", remedy)


def _check_question(question: Question, faults: FaultList) -> None:
    place = question.id
    asked = [question.text, question.short, *(option.label for option in question.options)]
    for column in question.columns:
        asked += [column.label, *(option.label for option in column.options)]
    for pattern, name in _NEVER_ASKED.items():
        found = next((match for words in asked if (match := re.search(pattern, words, re.IGNORECASE))), None)
        if found:
            faults.add(
                place, f"demande {name} (« {found[0]} »)", "Demandez le travail et ce qui protège, pas la personne"
            )
    for sentence in _SENTENCE_END.split(question.text):
        count = sum(any(letter.isalnum() for letter in word) for word in sentence.split())
        if count > MOST_WORDS:
            faults.add(
                place, f"une phrase de {count} mots", f"Au plus {MOST_WORDS} mots : coupez-la, ou mettez en aide"
            )
    if question.kind is Kind.TEXT and not question.example:
        faults.add(place, "réponse libre sans exemple", "Donnez « example » : une réponse courte sur le travail")
    _check_sayings(question, faults)


def _check_sayings(question: Question, faults: FaultList) -> None:
    roles = {role for _situation, role in question.roles}
    needed: dict[str, str] = {}
    if roles:
        needed |= {"short": question.short, "why": question.why}
    if roles and question.control is not None:
        needed["in_place"] = question.in_place
    if roles & {Role.ESSENTIAL, Role.SUPPORT}:
        needed["verify"] = question.verify
    for key, words in needed.items():
        if not words:
            faults.add(question.id, f"« {key} » manque à une question qui a un rôle", "Écrivez-le")


def _check_figure(figure: Figure, faults: FaultList) -> None:
    if not figure.shown:
        return
    for key, words in (("year", figure.year), ("perimeter", figure.perimeter), ("source", figure.source)):
        if not any(letter.isalnum() for letter in words):
            faults.add(figure.id, f"chiffre affiché sans « {key} »", "Complétez-le, ou mettez shown = false")


def _printed_words(theme: Theme) -> Iterator[tuple[str, str, str]]:
    """(place, key, words) of everything that may be shown or printed."""
    for field in fields(theme):
        value = getattr(theme, field.name)
        if isinstance(value, str) and field.name in _PRINTED - {"source"}:
            yield HEAD, field.name, value
        elif isinstance(value, tuple):
            for number, item in enumerate(value, start=1):
                yield from _words_of(item, place_of(field.name, number, getattr(item, "id", "")))
    if theme.block:
        yield from _words_of(theme.block, "block")


def _words_of(item: object, place: str) -> Iterator[tuple[str, str, str]]:
    if not is_dataclass(item):
        return
    for field in fields(item):
        value = getattr(item, field.name)
        for words in value if isinstance(value, tuple) else (value,):
            if isinstance(words, str) and field.name in _PRINTED:
                yield place, field.name, words
            yield from _words_of(words, place)
