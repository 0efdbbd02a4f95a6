"""First pages of a section: cover (D02), establishment, method, participation, synthesis."""

from __future__ import annotations

from collections import Counter

from app.domain.dossier import ActionLine, RiskRow, VersionCard
from app.domain.typography import french_siret
from exports import style
from exports.sheet import URGENT, Sheet, lined, stacked, too_long
from exports.wordml import Table, cell, paragraph, plain_row, row, run

FIRST_STEPS = 2
"""Actions told first when none of those taken on was among the two proposed as first steps."""
SYNTHESIS_ROWS = 12
"""Rows of the synthesis: what one page holds; the inventory has them all."""
NOMENCLATURES = {"rev2": "NAF rév. 2", "2025": "NAF 2025"}
PRIORITY_CODES = ("P1", "P2", "P3", "P4", "a_evaluer")


def write_cover(sheet: Sheet) -> None:
    """Title, identity of the establishment and of the version, contents."""
    paper, voice, card = sheet.paper, sheet.voice, sheet.dossier.establishment
    paper.text(voice.tell(sheet.dossier.title), style.TITLE)
    paper.text(voice.tell(card.name), style.SUBTITLE)
    if sheet.is_project:
        paper.text(voice.say("PROJET : ce fichier n'est pas encore une version du document."), style.STAMP)
    facts = _cover_facts(sheet)
    rows = [_fact_row(label, value) for label, value in facts]
    paper.table(Table(widths=style.COVER_WIDTHS, head=(), rows=rows, caption=voice.say("Identité du document")))
    paper.table(_signature(sheet))
    paper.contents(voice.say("Sommaire"))


def _fact_row(label: str, value: str) -> str:
    left, right = style.COVER_WIDTHS
    return row(
        (
            cell(paragraph(run(label), style=style.CELL_HEAD), width=left, fill=style.BRAND_TINT),
            cell(paragraph(run(value)), width=right),
        ),
        breakable=too_long(value),
    )


def _cover_facts(sheet: Sheet) -> list[tuple[str, str]]:
    voice, card, version = sheet.voice, sheet.dossier.establishment, sheet.dossier.version
    nomenclature = NOMENCLATURES.get(card.naf_nomenclature, card.naf_nomenclature or "NAF")
    code = f"{nomenclature} : {card.naf}" if card.naf else ""
    activity = voice.listed((card.naf_label, code), missing="à préciser")
    facts = [
        (voice.say("Établissement"), voice.listed((card.name, card.address))),
        (voice.say("SIRET"), voice.or_gap(french_siret(card.siret), "non connu à ce jour")),
        (voice.say("Activité"), activity),
        (
            voice.say("Effectif"),
            voice.listed((_headcount(sheet), voice.day(card.headcount_on)), mark=" au "),
        ),
        (voice.say("Employeur"), voice.or_gap(card.employer_role, "fonction à préciser")),
        (voice.say("Service de prévention et de santé au travail"), voice.or_gap(card.service, "à préciser")),
        (voice.say("Date de l'évaluation"), voice.day(sheet.dossier.assessed_on)),
    ]
    if version is None:
        return [*facts, (voice.say("Version"), voice.say("Projet, sans numéro"))]
    return [
        *facts,
        (
            voice.say("Version"),
            voice.say("n° {number} du {day}", number=version.number, day=voice.day(version.validated_on)),
        ),
        (voice.say("Motif de la version"), _reason(sheet, version)),
        (voice.say("Arrêtée par"), voice.or_gap(version.author_role, "fonction à préciser")),
    ]


def _headcount(sheet: Sheet) -> str:
    return sheet.voice.count(sheet.dossier.establishment.headcount, "{count} salarié", "{count} salariés")


def _reason(sheet: Sheet, version: VersionCard) -> str:
    """The trigger of R4121-2, then the employer's words unless they only say the trigger again."""
    same = version.trigger_words.casefold().startswith(version.reason.strip(" .").casefold())
    return sheet.voice.listed((version.trigger_words, "" if same else version.reason), mark=" : ")


def _signature(sheet: Sheet) -> Table:
    voice, version = sheet.voice, sheet.dossier.version
    day = voice.day(version.validated_on) if version else voice.say("(à dater par l'employeur)")
    half = style.PORTRAIT_MM / 2
    return Table(
        widths=(half, half),
        head=(voice.say("Date de validation par l'employeur"), voice.say("Signature")),
        rows=[plain_row((f"{day}\n", ""), (half, half))],
        caption=voice.say("Date et signature de l'employeur"),
    )


def write_presentation(sheet: Sheet) -> None:
    """Who the establishment is and who acts for prevention, in a few lines."""
    paper, voice, dossier = sheet.paper, sheet.voice, sheet.dossier
    card = dossier.establishment
    paper.heading(1, voice.say("Présentation de l'entreprise et de l'établissement"))
    units = voice.listed([f"{unit.name} ({unit.total})" for unit in dossier.units], missing="à préciser")
    paper.text(units, label=voice.say("Unités de travail :"))
    still_open = {theme.theme for theme in dossier.open_themes}
    themes = [theme.title for theme in dossier.themes if theme.theme not in still_open]
    paper.text(voice.listed(themes, missing="aucun à ce jour"), label=voice.say("Thèmes évalués :"))
    actors = (
        voice.or_gap(card.employer_role, "employeur, fonction à préciser"),
        voice.or_gap(card.cse_words, "situation du CSE à préciser"),
        voice.or_gap(card.service, "service de prévention et de santé au travail à préciser"),
    )
    paper.text(voice.listed(actors, mark=" ; "), label=voice.say("Acteurs :"))


def write_participation(sheet: Sheet) -> None:
    """Who took part, when and how; functions, never names (D17)."""
    paper, voice, version = sheet.paper, sheet.voice, sheet.dossier.version
    paper.heading(1, voice.say("Participation des salariés, contributions et consultations"))
    parts = version.participants if version else ()
    if parts:
        head = tuple(
            map(voice.say, ("Date", "Forme", "Unité", "Fonctions présentes", "Apport principal"))
        )  # fmt: skip
        rows = [
            plain_row(
                (
                    voice.short_day(part.on),
                    voice.or_gap(part.form, "à préciser"),
                    voice.listed([sheet.unit_name(key) for key in part.units], missing="Toutes les unités"),
                    voice.listed(part.roles, missing="à préciser"),
                    voice.or_gap(part.contribution, "non noté"),
                ),
                style.PARTICIPATION_WIDTHS,
            )
            for part in parts
        ]
        caption = voice.say("Participation des salariés")
        paper.table(Table(widths=style.PARTICIPATION_WIDTHS, head=head, rows=rows, caption=caption))
    elif version:
        paper.text(voice.say("Participation des salariés : aucune n'est notée pour cette version."))
    else:
        paper.text(voice.say("Participation des salariés : à renseigner par l'employeur avant d'arrêter la version."))
    cse = version.cse_line if version and version.cse_line else sheet.dossier.size.cse_rule
    label = "" if cse.startswith("CSE") else voice.say("CSE :")
    paper.text(voice.or_gap(cse, "à préciser"), label=label)
    service = sheet.dossier.establishment.service
    paper.text(
        voice.say("{service} ; contribution éventuelle à joindre.", service=service)
        if service
        else voice.say("service à préciser."),
        label=voice.say("Service de prévention et de santé au travail :"),
    )


def write_synthesis(sheet: Sheet) -> None:
    """Counts, the first steps, then what comes first, on a page at most."""
    paper, voice, rows = sheet.paper, sheet.voice, sheet.dossier.rows
    paper.heading(1, voice.say("Synthèse"))
    if rows:
        paper.table(_counts(sheet))
    else:
        paper.text(voice.say("Aucune situation de travail n'est cotée dans ce document à ce jour."))
        for theme in sheet.dossier.closed:
            reason = voice.say("Motif : {reason}.", reason=theme.reason.rstrip(".")) if theme.reason else ""
            paper.text(voice.listed((theme.words, reason), mark=" "), label=voice.tell(f"{theme.title} :"))
    steps = [action for action in (*sheet.chosen, *sheet.proposed) if action.first_step] or sheet.chosen[:FIRST_STEPS]
    if steps:
        paper.text(voice.say("Les premiers pas :"), style.LEAD)
        paper.bullets([_first_step(sheet, action) for action in steps])
    if rows:
        _write_urgent(sheet)


def _counts(sheet: Sheet) -> Table:
    voice = sheet.voice
    counts = Counter(row.priority for row in sheet.dossier.rows)
    words = {step.value: f"{step.value} : {step.label}" for step in sheet.dossier.method.priority}
    words["a_evaluer"] = "À évaluer"
    head = [f"{style.PRIORITY_SHAPES[code]} {voice.tell(words.get(code, code))}" for code in PRIORITY_CODES]
    numbers = [voice.count(counts[code], "{count} ligne", "{count} lignes") for code in PRIORITY_CODES]
    return Table(
        widths=style.COUNT_WIDTHS,
        head=head,
        rows=[plain_row(numbers, style.COUNT_WIDTHS)],
        caption=voice.say("Nombre de lignes par priorité"),
    )


def _write_urgent(sheet: Sheet) -> None:
    voice = sheet.voice
    urgent = [line for line in sheet.dossier.rows if line.priority in URGENT or line.at_worst in URGENT]
    if not urgent:
        sheet.paper.text(voice.say("Aucune ligne en P1 ou P2, aucune ligne à évaluer qui puisse le devenir."))
        return
    sheet.paper.text(voice.say("Ce qui presse le plus :"), style.LEAD)
    head = tuple(map(voice.say, ("N°", "Situation et unité", "Priorité", "Pourquoi")))
    sheet.paper.table(
        Table(
            widths=style.SYNTHESIS_WIDTHS,
            head=head,
            rows=[_urgent_row(sheet, line) for line in urgent[:SYNTHESIS_ROWS]],
            caption=voice.say("Lignes les plus urgentes"),
        )
    )
    left = len(urgent) - SYNTHESIS_ROWS
    if left > 0:
        sheet.paper.text(voice.say("Et {count} autres lignes P1 ou P2, dans l'inventaire.", count=left))


def _urgent_row(sheet: Sheet, line: RiskRow) -> str:
    voice, widths = sheet.voice, style.SYNTHESIS_WIDTHS
    unit, sentence = sheet.unit_name(line.unit), voice.tell(line.sentence)
    return row(
        (
            cell(lined(voice.tell(line.key)), width=widths[0]),
            cell(stacked(voice.tell(line.label), small=(unit,)), width=widths[1]),
            sheet.priority_cell(line.priority, line.priority_words, width=widths[2]),
            cell(lined(sentence), width=widths[3]),
        ),
        breakable=too_long(line.label, sentence),
    )


def _first_step(sheet: Sheet, action: ActionLine) -> str:
    voice = sheet.voice
    if not action.chosen:
        return voice.say(
            "{key} (proposée) : {text}, au plus tard le {day}",
            key=action.key,
            text=action.text,
            day=voice.day(action.proposed_due),
        )
    return voice.say(
        "{key} : {text} ({owner}, échéance : {day})",
        key=action.key,
        text=action.text,
        owner=voice.or_gap(action.owner, "responsable à désigner"),
        day=voice.day(action.due),
    )
