"""Last pages of a section: keeping and access (D18, D25), families left (D01), annexes (D22, answers as given)."""

from __future__ import annotations

import re

from app.domain.dossier import LawCited
from app.domain.typography import NO_BREAK
from exports import style
from exports.sheet import Sheet, article
from exports.wordml import Table, plain_row

READERS = (
    "les travailleurs et les anciens travailleurs, pour les versions en vigueur pendant leur période d'activité",
    "la délégation du personnel au CSE, s'il en existe un",
    "le service de prévention et de santé au travail",
    "les agents du système d'inspection du travail",
    "les agents des services de prévention des organismes de sécurité sociale (Carsat, CGSS, Cramif)",
    "les agents des organismes professionnels de santé, de sécurité et des conditions de travail"
    " (OPPBTP dans le bâtiment et les travaux publics)",
    "les inspecteurs de la radioprotection",
)
"""The seven readers of article R4121-4."""

KEEPING_SENTENCE = (
    "« Jusqu'à l'entrée en vigueur de l'obligation de dépôt (…) l'employeur conserve les versions successives (…)"
    " au sein de l'entreprise sous la forme d'un document papier ou dématérialisé. » (article R. 4121-4)"
)


def write_keeping(sheet: Sheet) -> None:
    """Update, readers, 40 years, notice, transmission."""
    paper, voice, dossier = sheet.paper, sheet.voice, sheet.dossier
    paper.heading(1, voice.say("Tenue, mise à jour, accès, conservation et transmission du document"))
    update = voice.tell(dossier.size.update_rule)
    if dossier.size.next_due:
        due = voice.say("Prochaine mise à jour au plus tard le {day}.", day=voice.day(dossier.size.next_due))
        update = f"{update} {due}"
    paper.text(update or voice.say("règle de mise à jour à préciser"), label=voice.say("Mise à jour."))
    paper.text(
        voice.say(
            "Le document et ses versions antérieures sont tenus pendant 40 ans à compter de leur élaboration à la"
            " disposition de sept lecteurs (article R. 4121-4) :"
        ),
        style.LEAD,
        label=voice.say("Accès et conservation."),
    )
    paper.bullets([f"{voice.say(reader)}{voice.say(' ;') if reader is not READERS[-1] else '.'}" for reader in READERS])
    paper.text(voice.say(KEEPING_SENTENCE))
    paper.text(
        voice.say(
            "Un avis indique aux travailleurs comment consulter le document ; il est affiché à une place facilement"
            " accessible, la même que celle du règlement intérieur s'il en existe un (article R. 4121-4)."
        ),
        label=voice.say("Avis d'accès."),
    )
    service = voice.or_gap(dossier.establishment.service, "nom à préciser")
    paper.text(
        voice.say(
            "À chaque mise à jour, l'employeur transmet le document à son service de prévention et de santé au"
            " travail : {service} (article L. 4121-3-1, VI).",
            service=service,
        ),
        label=voice.say("Transmission."),
    )
    _write_fingerprints(sheet)


def _write_fingerprints(sheet: Sheet) -> None:
    voice = sheet.voice
    lines = [voice.say("Empreinte du contenu (SHA-256) : {hash}", hash=sheet.content_hash)]
    if sheet.register_head:
        lines.append(voice.say("Tête du registre des versions : {hash}", hash=sheet.register_head))
    for theme in sheet.dossier.themes:
        lines.append(voice.say("Questionnaire : {title}, version {version}", title=theme.title, version=theme.version))
    sheet.paper.text("\n".join(lines), style.SMALL)


def write_families_left(sheet: Sheet) -> None:
    """Families of risks this document says nothing of (D01)."""
    left = sheet.dossier.families_left
    if not left:
        return
    voice = sheet.voice
    sheet.paper.heading(1, voice.say("Familles de risques restant à évaluer"))
    sheet.paper.text(
        voice.say(
            "Ce fichier est une contribution : il ne suffit pas à répertorier l'ensemble des risques"
            " (article L. 4121-3-1, I). Restent à évaluer, ou à écarter avec un motif :"
        ),
        style.LEAD,
    )
    # The number of a family stays on the line of its name.
    sheet.paper.text(voice.listed([re.sub(r"^(\d+\.?) ", rf"\1{NO_BREAK}", each) for each in left], mark=" ; ") + ".")
    sheet.paper.text(
        voice.say(
            "L'annexe du document unique sur les facteurs de risques professionnels (proportion de salariés exposés"
            " au-delà des seuils) n'est pas non plus dans ce fichier."
        )
    )


def write_annexes(sheet: Sheet) -> None:
    """Figures, texts cited, answers as given."""
    dossier, voice = sheet.dossier, sheet.voice
    figures = any(theme.figures or theme.references for theme in dossier.themes)
    if not (figures or dossier.laws or dossier.answers):
        return
    sheet.paper.heading(1, voice.say("Annexes"))
    if figures:
        _write_figures(sheet)
    if dossier.laws:
        _write_laws(sheet)
    if dossier.answers:
        _write_answers(sheet)


def _write_figures(sheet: Sheet) -> None:
    voice, paper = sheet.voice, sheet.paper
    paper.heading(2, voice.say("Chiffres clés et documents de référence"))
    rows = [
        plain_row(
            tuple(map(voice.tell, (figure.fact, figure.value, figure.year, figure.perimeter, figure.source))),
            style.FIGURE_WIDTHS,
        )
        for theme in sheet.dossier.themes
        for figure in theme.figures
    ]
    head = tuple(map(voice.say, ("Fait", "Valeur", "Année", "Périmètre", "Source")))
    paper.table(Table(widths=style.FIGURE_WIDTHS, head=head, rows=rows, caption=voice.say("Chiffres clés")))
    references = [reference for theme in sheet.dossier.themes for reference in theme.references]
    if references:
        paper.text("\n".join(map(voice.tell, references)), style.SMALL)


def _write_laws(sheet: Sheet) -> None:
    """Texts with the version read and the day it was (D22); a note shared by many of them is said once."""
    voice, laws = sheet.voice, sheet.dossier.laws
    sheet.paper.heading(2, voice.say("Textes cités et date de lecture"))
    sheet.paper.text(
        voice.say("Textes cités dans ce document et textes du thème qui peuvent s'appliquer à l'établissement."),
        style.LEAD,
    )
    notes = {note: str(rank) for rank, note in enumerate(dict.fromkeys(law.note for law in laws if law.note), start=1)}
    head = tuple(map(voice.say, ("Texte", "Version", "En vigueur depuis", "Lu le", "Note")))
    rows = [
        plain_row(
            (
                _law_words(sheet, law),
                voice.or_gap(law.version_id, "non connue"),
                voice.short_day(law.in_force_since, missing="non connu"),
                voice.short_day(law.read_on),
                notes.get(law.note, ""),
            ),
            style.LAW_WIDTHS,
            kind=style.CELL_SMALL,
        )
        for law in sorted(laws, key=_law_order)
    ]
    caption = voice.say("Textes cités")
    sheet.paper.table(Table(widths=style.LAW_WIDTHS, head=head, rows=rows, caption=caption))
    for note, rank in notes.items():
        sheet.paper.text(voice.say("Note {rank} : {note}", rank=rank, note=note), style.SMALL)


def _law_order(law: LawCited) -> tuple[bool, tuple[int, ...], str]:
    """Articles of the labour code by letter and number, then the other texts."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", law.article))
    return not re.match(r"[LRD]\d", law.article), ("LRD".find(law.article[:1]), *numbers), law.article


def _law_words(sheet: Sheet, law: LawCited) -> str:
    voice = sheet.voice
    check = voice.say("règle à vérifier auprès de votre SPSTI") if law.to_check else ""
    code = article(law.article)
    own = bool(re.match(r"[LRD]\. \d", code)) and code not in law.label
    label = f"{code} : {law.label}" if own and law.label else law.label or code
    return " — ".join(part for part in (voice.tell(label), check) if part)


def _write_answers(sheet: Sheet) -> None:
    voice = sheet.voice
    sheet.paper.heading(2, voice.say("Réponses telles que données"))
    head = tuple(map(voice.say, ("Question", "Unité", "Réponse")))
    rows = [
        plain_row(
            (
                voice.tell(line.text),
                voice.say("toutes") if line.unit == "*" else sheet.unit_name(line.unit),
                voice.listed((line.words, line.reason), missing="sans réponse", mark=" : "),
            ),
            style.ANSWER_WIDTHS,
        )
        for line in sheet.dossier.answers
    ]
    caption = voice.say("Réponses telles que données")
    sheet.paper.table(Table(widths=style.ANSWER_WIDTHS, head=head, rows=rows, caption=caption))
