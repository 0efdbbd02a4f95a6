"""What the law and the trade ask of the document (assertions D of domain/duerp.md §2), each also failing on a mutant.

A check compares a reopened file with the dossier it should tell; it is run on the file of that dossier, where it must
find nothing, then on the file of a mutated dossier, where it must find something.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.domain.dossier import Dossier, OpenTheme
from app.domain.typography import french_date, french_siret
from exports import style
from exports.section_back import READERS
from tests.exports import sample
from tests.exports.opened import Opened, plain, reopened, tight

Check = Callable[[Opened, Dossier], list[str]]
SAMPLES = (sample.PROJECT, sample.AS_VERSION, sample.PROGRAM, sample.UNKNOWN, sample.EMPTY)


_read_once = functools.cache(reopened)


def missing(where: str, *texts: str) -> list[str]:
    """The texts that are not to be found there, spaces put aside."""
    return [text for text in texts if text and tight(text) not in tight(where)]


def holds(check: Check, mutant: Dossier, *, of: Dossier) -> None:
    """The check finds nothing in every sample, and something when the file of `of` is that of the mutant."""
    for dossier in SAMPLES:
        assert check(_read_once(dossier), dossier) == []
    assert check(reopened(mutant), of) != []


def check_d01(section: Opened, dossier: Dossier) -> list[str]:
    cover = plain(section.document.paragraphs[0].text)
    faults = missing(cover, dossier.title)
    if dossier.families_left:
        faults += missing(section.part("Familles de risques restant à évaluer"), *dossier.families_left)
    elif section.part("Familles de risques restant à évaluer"):
        faults.append("families left are printed and there is none")
    return faults


def test_d01_title_of_a_contribution_and_families_left() -> None:
    assert "Contribution au DUERP" in sample.PROJECT.title
    holds(check_d01, replace(sample.PROJECT, title="Document unique"), of=sample.PROJECT)
    holds(check_d01, replace(sample.PROJECT, families_left=sample.PROJECT.families_left[1:]), of=sample.PROJECT)


def check_d02(section: Opened, dossier: Dossier) -> list[str]:
    facts = dict(section.table("Identité du document").rows)
    card, version = dossier.establishment, dossier.version
    faults = missing(facts["Établissement"], card.name, card.address)
    faults += missing(facts["SIRET"], french_siret(card.siret) or "non connu à ce jour")
    faults += missing(facts["Activité"], card.naf_label or "à préciser", card.naf)
    faults += missing(facts["Effectif"], f"{card.headcount} salariés au {french_date(card.headcount_on)}")
    faults += missing(facts["Employeur"], card.employer_role)
    faults += missing(facts["Service de prévention et de santé au travail"], card.service)
    faults += missing(facts["Version"], f"n° {version.number}" if version else "Projet, sans numéro")
    if version:
        faults += missing(facts["Version"], french_date(version.validated_on))
        faults += missing(facts["Motif de la version"], version.trigger_words, version.reason)
    return faults + [label for label, value in facts.items() if not value]


@pytest.mark.parametrize(
    "change",
    [{"siret": ""}, {"headcount": 14}, {"employer_role": ""}, {"service": ""}, {"naf": ""}],
    ids=lambda change: next(iter(change)),
)
def test_d02_cover(change: dict[str, str]) -> None:
    mutant = replace(sample.AS_VERSION, establishment=replace(sample.ESTABLISHMENT, **change))  # type: ignore[arg-type] # the keys are fields of the card
    holds(check_d02, mutant, of=sample.AS_VERSION)


def test_d02_cover_reason_of_the_version() -> None:
    mutant = replace(sample.AS_VERSION, version=replace(sample.VERSION, reason="Autre motif"))
    holds(check_d02, mutant, of=sample.AS_VERSION)


def check_d03(section: Opened, dossier: Dossier) -> list[str]:
    faults = []
    for unit in dossier.units:
        text = section.part(f"— {plain(unit.name)}")
        faults += missing(text, unit.activities or "Activités : à préciser", unit.places or "Lieux : à préciser")
        faults += missing(text, f"{unit.total} personne" if unit.total else "Effectif : à préciser")
        if unit.temps:
            faults += missing(text, f"intérimaires : {unit.temps}")
    return faults


def test_d03_units_with_activities_places_people() -> None:
    first, *others = sample.UNITS
    holds(check_d03, replace(sample.PROJECT, units=(replace(first, temps=0), *others)), of=sample.PROJECT)
    holds(check_d03, replace(sample.PROJECT, units=tuple(others)), of=sample.PROJECT)


def check_d04(section: Opened, dossier: Dossier) -> list[str]:
    faults = []
    tables = {table.caption: table for table in section.tables}
    for unit in dossier.units:
        caption = next(name for name in [*tables, "none"] if name.endswith(f"— {unit.name}") or name == "none")
        keys = [row[0] for row in tables[caption].rows if len(row) > 1] if caption in tables else []
        wanted = [row.key for row in dossier.rows if row.unit == unit.key]
        if keys != wanted:
            faults.append(f"{unit.name}: {keys} instead of {wanted}")
    for row in dossier.rows:
        faults += missing(section.text, row.words or "Situation réelle à décrire")
    return faults


def test_d04_one_table_per_unit_rows_in_the_order_given_with_the_real_situation() -> None:
    holds(check_d04, replace(sample.PROJECT, rows=sample.ROWS[::-1]), of=sample.PROJECT)
    holds(check_d04, replace(sample.PROJECT, rows=sample.ROWS[:-1]), of=sample.PROJECT)


def check_d06(section: Opened, dossier: Dossier) -> list[str]:
    faults = []
    for block in dossier.blocks:
        table = section.table(plain(block.title))
        for line, row in zip(block.lines, table.rows, strict=False):
            faults += missing(row[0], line.label)
            faults += missing(" ".join(row), *line.usual, *line.levels)
            faults += [] if line.usual else missing(row[1], "rien de déclaré")
        faults += missing(section.part(plain(block.title)), *(note.label for note in block.notes))
        if len(table.rows) != len(block.lines):
            faults.append("a heading of the block is not printed")
    return faults


def test_d06_heat_block_with_its_eight_headings() -> None:
    assert len(sample.BLOCK.lines) == 8
    mutant = replace(sample.PROJECT, blocks=(replace(sample.BLOCK, lines=sample.BLOCK.lines[:7]),))
    holds(check_d06, mutant, of=sample.PROJECT)


def check_d07(section: Opened, dossier: Dossier) -> list[str]:
    heading = "Prise en compte de l'impact différencié selon le sexe"
    count = sum(text == heading for _, text in section.headings)
    faults = [] if count == len(dossier.units) else [f"{count} headings for {len(dossier.units)} units"]
    for unit in dossier.units:
        faults += missing(section.part(f"— {unit.name}"), unit.women_men or "Non renseigné à ce jour")
    return faults


def test_d07_women_and_men_per_unit() -> None:
    first, *others = sample.UNITS
    holds(check_d07, replace(sample.PROJECT, units=(replace(first, women_men="Autre"), *others)), of=sample.PROJECT)


def test_a_unit_without_row_gives_the_reason_of_the_closed_theme_or_the_gap() -> None:
    closed = replace(sample.EMPTY, units=sample.UNITS[:1])
    assert "Risques sans objet et motifs" in reopened(closed).part("— Couvreurs")
    assert "motif à préciser" in reopened(replace(closed, closed=())).part("— Couvreurs")
    assert "Motif : Locaux climatisés" in reopened(closed).part("Synthèse")


def test_women_and_men_are_counted_from_five_people_only() -> None:
    first, second, _ = sample.UNITS
    section = reopened(replace(sample.PROJECT, units=(replace(first, women=1, men=5), replace(second, women=1, men=1))))
    assert "femmes : 1, hommes : 5" in section.part("— Couvreurs")
    assert "femmes :" not in section.part("— Atelier")


def check_d11(section: Opened, dossier: Dossier) -> list[str]:
    faults = []
    inventory = " ".join(section.part(f"— {unit.name}") for unit in dossier.units)
    for row in dossier.rows:
        faults += missing(inventory, row.in_place_words, *(held.text for held in row.in_place))
    plan = section.part(plain(dossier.size.actions_title))
    for action in dossier.actions:
        if action.chosen:
            faults += missing(plan, action.text, action.owner or "à désigner")
            faults += missing(plan, action.due.strftime("%d/%m/%Y") if action.due else "à fixer")
    return faults


def test_d11_measures_in_place_apart_from_actions_which_have_who_and_when() -> None:
    first, *others = sample.ACTIONS
    for change in ({"owner": "personne d'autre"}, {"due": date(2027, 2, 3)}, {"text": "Autre action"}):
        mutant = replace(sample.PROJECT, actions=(replace(first, **change), *others))
        holds(check_d11, mutant, of=sample.PROJECT)


def check_d12(section: Opened, dossier: Dossier) -> list[str]:
    chosen = {action.key for action in dossier.actions if action.chosen}
    plan = section.part(plain(dossier.size.actions_title))
    bare = [row.key for row in dossier.rows if row.at_worst in {"P1", "P2"} and not chosen.intersection(row.actions)]
    faults = missing(plan, f"sans action retenue à ce jour : {', '.join(bare)}") if bare else []
    printed = chosen | ({action.key for action in dossier.actions} if dossier.kind == "projet" else set())
    inventory = " ".join(section.part(f"— {unit.name}") for unit in dossier.units)
    for action in dossier.actions:
        if action.key not in printed and action.key in inventory:
            faults.append(f"{action.key} is pointed at and printed nowhere")
    return faults


def test_d12_urgent_rows_without_action_are_named_and_no_reference_points_nowhere() -> None:
    mutant = replace(sample.PROJECT, rows=tuple(replace(row, actions=("A01",)) for row in sample.ROWS))
    holds(check_d12, mutant, of=sample.PROJECT)


def check_d13(section: Opened, dossier: Dossier) -> list[str]:
    if dossier.size.program:
        return []
    return [] if section.part(sample.SMALL_TITLE) else ["no list of actions in the document"]


def test_d13_list_of_actions_under_50() -> None:
    holds(check_d13, sample.PROGRAM, of=sample.PROJECT)


def check_d14(section: Opened, dossier: Dossier) -> list[str]:
    if not dossier.size.program:
        return ["a small firm has a programme"] if "Conditions d'exécution" in section.text else []
    table = section.table(plain(dossier.size.actions_title))
    wanted = ("Conditions d'exécution", "Indicateur de résultat", "Estimation du coût", "Calendrier")
    faults = missing(" ".join(table.head), *wanted)
    faults += [cell for row in table.rows if len(row) > 1 for cell in row if not cell]
    part = section.part(plain(dossier.size.actions_title))
    faults += missing(part, "Ressources de l'entreprise pouvant être mobilisées")
    faults += missing(part, *(action.factor for action in dossier.actions if action.chosen))
    if dossier.size.missing:
        faults += missing(part, f"INCOMPLET : {'; '.join(dossier.size.missing)}")
    elif "INCOMPLET" in section.text:
        faults.append("INCOMPLET is printed and nothing is missing")
    return faults


def test_d14_programme_from_50_says_what_is_missing() -> None:
    holds(check_d14, replace(sample.PROGRAM, size=replace(sample.PROGRAM.size, missing=())), of=sample.PROGRAM)
    holds(check_d14, sample.PROGRAM, of=sample.AS_VERSION)


def check_d15(section: Opened, dossier: Dossier) -> list[str]:
    question = "une mesure collective a-t-elle été recherchée ? Réponse :"
    plan = section.part(plain(dossier.size.actions_title))
    wanted = [action for action in dossier.actions if action.chosen and action.individual]
    faults = [
        fault
        for action in wanted
        for fault in missing(plan, f"{question} {action.collective_sought or 'non renseignée à ce jour'}")
    ]
    if tight(plan).count(tight(question)) != len(wanted):
        faults.append("the question is not asked once per individual action")
    return faults


def test_d15_individual_actions_ask_for_a_collective_one() -> None:
    actions = tuple(replace(action, individual=False) for action in sample.ACTIONS)
    holds(check_d15, replace(sample.PROJECT, actions=actions), of=sample.PROJECT)


def test_d15_a_training_is_not_called_individual() -> None:
    first = next(action for action in sample.ACTIONS if action.chosen and action.individual)
    training = replace(sample.PROJECT, actions=(replace(first, rank="FORM"),))
    assert "Information ou formation : une mesure collective" in reopened(training).text
    assert "Mesure individuelle : une" not in reopened(training).text


def check_d17(section: Opened, dossier: Dossier) -> list[str]:
    part = section.part("Participation des salariés, contributions et consultations")
    if dossier.version is None:
        return missing(part, "à renseigner par l'employeur", dossier.size.cse_rule, dossier.establishment.service)
    faults = missing(part, dossier.version.cse_line, dossier.establishment.service)
    for held in dossier.version.participants:
        faults += missing(part, held.on.strftime("%d/%m/%Y"), held.form, *held.roles, held.contribution)
    return faults


def test_d17_participation_contributions_and_consultations() -> None:
    mutant = replace(sample.AS_VERSION, version=replace(sample.VERSION, participants=()))
    holds(check_d17, mutant, of=sample.AS_VERSION)
    silent = replace(sample.AS_VERSION, version=replace(sample.VERSION, cse_line="Pas de CSE"))
    holds(check_d17, silent, of=sample.AS_VERSION)


def check_d18(section: Opened, dossier: Dossier) -> list[str]:
    part = section.part("Tenue, mise à jour, accès, conservation et transmission du document")
    faults = missing(part, *READERS, "40 ans", "Un avis indique aux travailleurs", dossier.size.update_rule)
    faults += missing(part, "transmet le document à son service de prévention", dossier.establishment.service)
    if dossier.size.next_due:
        faults += missing(part, french_date(dossier.size.next_due))
    return faults


def test_d18_seven_readers_40_years_notice_and_transmission(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(READERS) == 7
    mutant = replace(sample.PROGRAM, size=replace(sample.PROGRAM.size, next_due=None))
    holds(check_d18, mutant, of=sample.PROGRAM)
    monkeypatch.setattr("exports.section_back.READERS", READERS[:4])
    assert check_d18(reopened(sample.PROJECT), sample.PROJECT) != []


FORBIDDEN = ("conforme", "validé par", "Date de dépôt", "portail")


def check_d21(section: Opened, dossier: Dossier) -> list[str]:
    everything = " ".join([section.text, *section.headers, *section.footers]).lower()
    faults = [word for word in FORBIDDEN if word.lower() in everything]
    stamped = all(header.endswith("PROJET") for header in section.headers)
    if stamped is not (dossier.kind == "projet"):
        faults.append("PROJET is not where it should be")
    return faults


def test_d21_no_claim_of_conformity_and_project_on_every_page() -> None:
    holds(check_d21, sample.AS_VERSION, of=sample.PROJECT)
    holds(check_d21, sample.PROJECT, of=sample.AS_VERSION)
    claim = replace(sample.PROJECT, title="Document conforme")
    assert check_d21(reopened(claim), claim) != []


def check_d22(section: Opened, dossier: Dossier) -> list[str]:
    if not dossier.laws:
        return []
    rows = section.table("Textes cités").rows
    faults = [] if len(rows) == len(dossier.laws) else ["a text cited is not printed"]
    for law, row in zip(dossier.laws, rows, strict=False):
        faults += missing(" ".join(row), law.article, law.label, law.version_id, law.read_on.strftime("%d/%m/%Y"))
        if law.to_check is not ("règle à vérifier auprès de votre SPSTI" in row[0]):
            faults.append(f"{law.article}: {row[0]}")
    return faults


def test_d22_texts_with_version_and_reading_day_and_those_to_check() -> None:
    laws = tuple(replace(law, to_check=not law.to_check) for law in sample.LAWS)
    holds(check_d22, replace(sample.PROJECT, laws=laws), of=sample.PROJECT)
    holds(check_d22, replace(sample.PROJECT, laws=sample.LAWS[1:]), of=sample.PROJECT)


def check_d23(section: Opened, dossier: Dossier) -> list[str]:
    faults = []
    tables = [table for table in section.tables if table.caption.startswith("Unité de travail")]
    printed = {row[0]: row for table in tables for row in table.rows if len(row) > 1}
    for row in dossier.rows:
        cells = printed.get(row.key)
        shape = style.PRIORITY_SHAPES[row.priority]
        faults += missing(cells[-1], f"{shape} {row.priority_words}") if cells else [row.key]
    return faults


def test_d23_priority_is_a_shape_a_code_and_words() -> None:
    rows = tuple(replace(row, priority_words="") for row in sample.ROWS)
    holds(check_d23, replace(sample.PROJECT, rows=rows), of=sample.PROJECT)


def check_d25(section: Opened, _dossier: Dossier) -> list[str]:
    sentence = (
        "« Jusqu'à l'entrée en vigueur de l'obligation de dépôt (…) l'employeur conserve les versions successives (…)"
        " au sein de l'entreprise sous la forme d'un document papier ou dématérialisé. » (article R. 4121-4)"
    )
    faults = missing(section.part("Tenue, mise à jour, accès, conservation"), sentence)
    if section.text.count("dépôt") != 1:
        faults.append("the deposit is spoken of elsewhere")
    return faults


def test_d25_only_sentence_on_the_deposit(monkeypatch: pytest.MonkeyPatch) -> None:
    for dossier in SAMPLES:
        assert check_d25(reopened(dossier), dossier) == []
    monkeypatch.setattr("exports.section_back.KEEPING_SENTENCE", "Déposez le document sur le portail.")
    assert check_d25(reopened(sample.PROJECT), sample.PROJECT) != []


def test_gaps_are_said_in_words() -> None:
    section = reopened(sample.UNKNOWN)
    table = section.table("Unité de travail 1")
    (_, situation, damage, people, existing, rating, priority), (note,) = table.rows
    assert "Situation réelle à décrire" in situation
    assert damage.startswith("à préciser")
    assert people == "nombre à préciser"
    assert existing == "aucune mesure déclarée contrôle sur place : non connu"
    assert rating == "Gravité 4 Fréquence à préciser Brut : à évaluer Maîtrise à préciser"
    assert priority.startswith("? À évaluer (au pire P1)")
    assert "3 réponses à compléter." in note
    assert "Aucune action retenue à ce jour." in note


def test_an_override_prints_both_values_its_reason_and_who() -> None:
    note = reopened(sample.PROJECT).table("Unité de travail 3").rows[1][0]
    assert "Valeur fixée par l'employeur (gravité) : 2, calculé : 3." in note
    assert "Motif : Un climatiseur mobile" in note
    assert "(gérante, 20 novembre 2026)" in note


def test_an_unmet_duty_is_printed_under_its_row_and_by_its_action() -> None:
    section = reopened(sample.PROJECT)
    assert "Obligation non remplie : Trois litres d'eau" in section.table("Unité de travail 1").rows[1][0]
    action = next(row for row in section.table(sample.SMALL_TITLE).rows if row[0] == "A02")
    assert "Obligation non remplie (art. R. 4534-143 du code du travail)" in action[1]


def test_proposals_are_apart_in_a_project_and_absent_from_a_version() -> None:
    proposals = [action.text for action in sample.ACTIONS if not action.chosen]
    part = reopened(sample.PROJECT).part("Mesures proposées, non retenues à ce jour")
    assert missing(part, *proposals) == []
    version = reopened(sample.AS_VERSION)
    assert not version.part("Mesures proposées")
    assert missing(version.text, *proposals) == proposals


def test_under_a_row_the_actions_taken_on_are_not_mixed_with_proposals() -> None:
    offered = [action.key for action in sample.ACTIONS if not action.chosen]
    row = replace(sample.ROWS[0], actions=("A01", offered[0]))
    project = replace(sample.PROJECT, rows=(row,))
    assert f"Actions n° : A01. Proposées : {offered[0]}." in reopened(project).part("— Couvreurs")
    bare = replace(project, rows=(replace(row, actions=(offered[0],)),))
    assert f"Aucune action retenue à ce jour. Proposées : {offered[0]}." in reopened(bare).part("— Couvreurs")
    assert "Proposées" not in reopened(replace(sample.AS_VERSION, rows=(row,))).part("— Couvreurs")


def test_actions_no_heading_of_the_block_names_are_told_under_it() -> None:
    first = next(action for action in sample.ACTIONS if action.chosen)
    own = replace(first, key="A99", theme=sample.BLOCK.theme)
    part = reopened(replace(sample.PROJECT, actions=(*sample.ACTIONS, own))).part(plain(sample.BLOCK.title))
    assert "Autres actions retenues" in part
    assert "A99" in part


def test_the_article_of_the_headings_is_not_given_to_the_sentence_on_vigilance() -> None:
    lines = tuple(replace(line, article="R4463-3") for line in sample.BLOCK.lines)
    block = replace(sample.BLOCK, lines=lines, intro="Dès la vigilance jaune.")
    section = reopened(replace(sample.PROJECT, blocks=(block,)))
    assert "R. 4463-3" in section.table(plain(block.title)).head[0]
    assert section.part(plain(block.title)).startswith("Dès la vigilance jaune. Rubrique")


def test_a_version_says_that_no_participation_is_noted_and_its_reason_once() -> None:
    mute = replace(sample.VERSION, participants=(), reason="Mise à jour annuelle.")
    section = reopened(replace(sample.AS_VERSION, version=mute))
    assert "aucune n'est notée pour cette version" in section.part("Participation des salariés")
    facts = dict(section.table("Identité du document").rows)
    assert facts["Motif de la version"] == sample.VERSION.trigger_words


def test_one_employee_is_said_in_the_singular() -> None:
    alone = replace(sample.PROJECT, establishment=replace(sample.ESTABLISHMENT, headcount=1))
    assert dict(reopened(alone).table("Identité du document").rows)["Effectif"].startswith("1 salarié au")


def test_first_steps_of_a_version_are_its_first_actions_when_it_took_none_of_those_proposed() -> None:
    actions = tuple(replace(action, first_step=False) for action in sample.ACTIONS)
    part = reopened(replace(sample.AS_VERSION, actions=actions)).part("Synthèse")
    assert "Les premiers pas" in part
    assert "A01" in part


def test_what_all_helps_end_with_is_said_once() -> None:
    first = next(action for action in sample.ACTIONS if action.chosen)
    end = " (sous réserve, lu le 22 novembre 2026)"
    helped = replace(first, helps=(f"INRS{end}", f"OPPBTP{end}"))
    text = plain(reopened(replace(sample.PROJECT, actions=(helped,))).text)
    assert text.count("sous réserve") == 1
    assert "Aides citées, sous réserve, lu le 22 novembre 2026 : a. INRS ; b. OPPBTP." in text


def test_method_says_that_no_text_imposes_a_rating_once() -> None:
    for notes in ((), ("La cotation est une aide ; aucun texte ne l'impose. Les délais sont ceux de la méthode.",)):
        dossier = replace(sample.PROJECT, method=replace(sample.METHOD, notes=notes))
        part = reopened(dossier).part("Méthode d'évaluation")
        assert part.count("aucun texte ne l'impose") == 1
        assert "délais" in part


def test_synthesis_counts_and_cuts_at_a_page() -> None:
    part = reopened(sample.PROJECT).part("Synthèse")
    assert "3 lignes 0 ligne 0 ligne 0 ligne 1 ligne" in part
    assert "A01 : Charge progressive" in part
    many = reopened(sample.huge(60))
    assert len(many.table("Lignes les plus urgentes").rows) == 12
    assert "Et 48 autres lignes P1 ou P2" in many.part("Synthèse")


def test_a_closed_theme_prints_its_reason_and_the_day_it_is_seen_again() -> None:
    row = reopened(sample.EMPTY).table("Risques sans objet").rows[0]
    assert row[1] == "Locaux climatisés, température contrôlée chaque mois"
    assert row[2:] == ["gérante, 21/11/2026", "21/11/2027"]


def test_answers_are_printed_as_given_with_their_reason() -> None:
    rows = reopened(sample.PROJECT).table("Réponses telles que données").rows
    assert [row[2] for row in rows] == [
        "En partie",
        "Non",
        "Je ne sais pas",
        "Sans objet : Aucune entreprise extérieure sur nos chantiers",
    ]
    assert [row[1] for row in rows] == ["toutes", "toutes", "Atelier", "toutes"]


def test_measures_already_said_in_the_unit_are_named_by_their_row() -> None:
    first, second = (row[4] for row in reopened(sample.PROJECT).table("Unité de travail 1").rows if len(row) > 1)
    assert first.startswith("Organisation, en partie : Eau fraîche par équipe ; Horaires décalés en été.")
    assert second.startswith("Les mêmes que pour UT1-R01.")


def test_a_row_of_a_unit_nobody_described_is_not_lost() -> None:
    section = reopened(replace(sample.PROJECT, units=sample.UNITS[:2]))
    assert section.table("Unité de travail 3 — à décrire").rows[0][0] == "UT3-R01"
    assert "UT3" in section.part("Synthèse")


def check_open(section: Opened, dossier: Dossier) -> list[str]:
    told = section.part("Thèmes sans conclusion à ce jour")
    return missing(told, *(text for theme in dossier.open_themes for text in (theme.title, theme.reason)))


def test_a_theme_without_conclusion_is_printed_with_its_reason() -> None:
    reason = "La question de départ n'a pas encore de réponse."
    left = replace(sample.PROJECT, open_themes=(OpenTheme(theme="chaleur", title="Chaleur", reason=reason),))
    assert check_open(reopened(left), left) == []
    assert "Thèmes évalués : aucun à ce jour" in reopened(left).part("Présentation de l'entreprise")
    assert check_open(_read_once(sample.PROJECT), left) != []


def test_a_p1_action_later_than_the_method_says_shows_both_days() -> None:
    late = replace(sample.ACTIONS[0], chosen=True, priority="P1", due=date(2027, 6, 1), proposed_due=date(2026, 12, 21))
    text = reopened(replace(sample.PROJECT, actions=(late,))).part("Liste des actions")
    assert "01/06/2027" in text
    assert "(méthode : 21/12/2026)" in text
    on_time = replace(late, due=date(2026, 12, 1))
    assert "méthode :" not in reopened(replace(sample.PROJECT, actions=(on_time,))).part("Liste des actions")
