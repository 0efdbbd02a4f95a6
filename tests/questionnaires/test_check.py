"""A theme that reads well may still be useless or dishonest: each such slip is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.establishment import UNIT_FLAGS
from questionnaires.check import check_theme
from questionnaires.check_roles import UNIT_FLAGS as KNOWN_FLAGS
from questionnaires.reader import read_theme
from tests.questionnaires.good_theme import GOOD, HELPS, LAWS, SECTORS, changed

ESSENTIAL_NUMBER = 'roles = { chambre = "essentiel" }'


def faults_of(text: str) -> list[tuple[str, str]]:
    theme = read_theme(text.encode(), file="froid.toml")
    return [(fault.place, fault.what) for fault in check_theme(theme, laws=LAWS, helps=HELPS, sectors=SECTORS)]


def many_situations() -> str:
    more = [
        GOOD[GOOD.index('[[situations]]\nid = "chambre"') : GOOD.index("[[facts]]")]
        .replace('id = "chambre"', f'id = "c{number}"')
        .replace("S-FR-02", f"S-FR-1{number}")
        for number in range(8)
    ]
    return GOOD.replace("[[facts]]", "".join(more) + "[[facts]]", 1)


def six_essentials() -> str:
    question = GOOD[GOOD.index('[[questions]]\nid = "fr_temperature"') : GOOD.index('[[questions]]\nid = "fr_gants"')]
    more = "".join(question.replace('id = "fr_temperature"', f'id = "fr_t{number}"') for number in range(5))
    return GOOD.replace('[[questions]]\nid = "fr_gants"', more + '[[questions]]\nid = "fr_gants"', 1)


SLIPS: dict[str, tuple[str | Callable[[], str], str, str]] = {
    "too many situations": (many_situations, "situations", "10 situations"),
    "too many essentials": (six_essentials, "chambre", "6 protections essentielles"),
    "no essential": (
        changed(ESSENTIAL_NUMBER, 'roles = { chambre = "appui" }'),
        "chambre",
        "0 protections essentielles",
    ),
    "lock under 4": (changed("gravity = 4", "gravity = 3"), "dehors", "gravité verrouillée sous 4"),
    "unknown factor": (changed('"temperatures_extremes"', '"froid"'), "dehors", "facteur « froid » inconnu"),
    "unreached situation": (
        changed(', situation = "chambre"', ', fact = "seul"'),
        "chambre",
        "aucune réponse du repérage",
    ),
    "essential that is personal": (changed('control = "TECH"', 'control = "INDIV"'), "fr_abri", "de type « INDIV »"),
    "essential that is training": (changed('control = "TECH"', 'control = "FORM"'), "fr_abri", "de type « FORM »"),
    "essential that is a paper": (changed('control = "TECH"\n', ""), "fr_abri", "de type « aucun »"),
    "nothing collective": (changed('control = "TECH"', 'control = "INDIV"'), "dehors", "essentielle collective"),
    "promoted personal equipment": (
        changed('alerte"\ncontrol = "ORGA"', 'alerte"\ncontrol = "INDIV"'),
        "fr_alerte",
        "de type « INDIV »",
    ),
    "all can be left out": (
        changed('duty = "precise"', "not_applicable = true"),
        "dehors",
        "peuvent être « sans objet »",
    ),
    "essential not always asked": (
        changed('any_of = ["dehors", "chambre"] }]', 'any_of = ["chambre"] }]'),
        "dehors",
        "n'est demandée à coup sûr",
    ),
    "role in a situation where it is not asked": (
        changed('any_of = ["dehors", "chambre"] }]', 'any_of = ["dehors"] }]'),
        "fr_abri",
        "a un rôle dans « chambre » mais n'y est jamais demandée",
    ),
    "useless question": (changed('roles = { dehors = "appui" }\n', ""), "fr_gants", "ne sert à aucune situation"),
    "nothing to promote": (
        changed('roles = { dehors = "appui", chambre = "appui" }', ""),
        "fr_alerte",
        "sans aucun rôle d'appui",
    ),
    "number without levels": (
        changed('levels = [{ level = "oui", at_least = 2 }, { level = "non", at_least = -40 }]', ""),
        "fr_temperature",
        "ne peut pas donner à la fois oui et non",
    ),
    "number that is never bad": (
        changed('{ level = "non", at_least = -40 }', '{ level = "partiellement", at_least = -40 }'),
        "fr_temperature",
        "ne peut pas donner à la fois oui et non dans « chambre »",
    ),
    "level of another situation": (
        changed('{ level = "non", at_least = -40 }', '{ level = "non", at_least = -40, situations = ["dehors"] }'),
        "fr_temperature",
        "ne peut pas donner à la fois oui et non dans « chambre »",
    ),
    "unknown flag": (changed('["isole"]', '["isole", "seul"]'), "seul", "unit_flags cite « seul »"),
    "unknown count": (
        changed('unit_flags = ["isole"]', 'unit_counts = ["cadres"]'),
        "seul",
        "unit_counts cite « cadres »",
    ),
    "fact nobody tells": (
        changed('unit_flags = ["isole"]\n', "").replace(', fact = "seul" }', ', situation = "dehors" }'),
        "seul",
        "rien ne dit que ce fait existe",
    ),
    "fact that changes nothing": (changed('essential_when = "seul"\n', ""), "seul", "ce fait ne change rien"),
    "fine situation twice": (changed('covers = ["S-FR-03"]', 'covers = ["S-FR-01"]'), "S-FR-01", "placée 2 fois"),
    "essential without measure": (
        changed('question = "fr_abri"', 'question = "fr_gants"'),
        "fr_abri",
        "aucune mesure pour la réponse « non »",
    ),
    "support without measure": (
        changed('question = "fr_alerte"\ntext', 'question = "fr_gants"\ntext').replace('essential_when = "seul"\n', ""),
        "fr_alerte",
        "aucune mesure pour la réponse « non »",
    ),
    "no measure for partly": (
        changed('question = "fr_abri"', 'question = "fr_abri"\nanswers = ["non"]'),
        "fr_abri",
        "aucune mesure pour la réponse « partiellement »",
    ),
    "first measure is training": (
        changed('rank = "TECH"', 'rank = "FORM"'),
        "fr_abri",
        "fr_m_abri, n'est pas collective",
    ),
    "collective only in one sector": (
        changed('helps = ["SPSTI"]', 'sectors = ["btp"]'),
        "fr_abri",
        "aucune mesure pour la réponse « non »",
    ),
    "equipment comes first": (
        changed('question = "fr_gants"\ntext = "Montrer', 'question = "fr_abri"\ntext = "Montrer'),
        "fr_gants",
        "fr_m_gants vient seule",
    ),
    "measure never proposed": (
        changed('question = "fr_alerte"', 'question = "fr_mots"'),
        "fr_m_alerte",
        "mesure jamais proposée",
    ),
    "measure for an answer not offered": (
        changed('question = "fr_temperature"', 'question = "fr_temperature"\nanswers = ["partiellement"]'),
        "fr_m_temps",
        "mesure jamais proposée",
    ),
    "unknown help": (changed('["SPSTI"]', '["SUB"]'), "fr_m_abri", "aide « SUB » inconnue"),
    "duty without law": (changed('obligations = ["FR-O1"]\n', ""), "fr_abri", "obligation « precise » sans article"),
    "duty sectors without duty": (
        changed('duty = "precise"', 'duty_sectors = ["btp"]'),
        "fr_abri",
        "duty_sectors sans duty",
    ),
    "unread article": (
        changed('articles = ["R4225-1"]', 'articles = ["R4225-1", "R9999-1"]'),
        "FR-O1",
        "« R9999-1 » absent",
    ),
    "unread article of the block": (
        changed('label = "Secours"\narticle = "R4225-1"', 'label = "Secours"\narticle = "R1-1"'),
        "secours",
        "« R1-1 » absent",
    ),
    "article in a sentence": (
        changed("why = \"On s'y", "why = \"Voir R. 4444-4. On s'y"),
        "fr_abri",
        "cite l'article R4444-4",
    ),
    "obligation nobody speaks of": (
        changed('scope = "information"', 'scope = "tous"'),
        "FR-O2",
        "ne parle de cette obligation",
    ),
    "unknown sector": (
        changed('{ sectors = ["btp"] }', '{ sectors = ["batiment"] }'),
        "fr_alerte",
        "secteur « batiment » inconnu",
    ),
    "unknown sector of a measure": (
        changed('faits"\nsectors = ["btp"]', 'faits"\nsectors = ["x"]'),
        "fr_m_alerte",
        "secteur « x »",
    ),
    "sectors that exclude each other": (
        changed('[{ sectors = ["btp"] }]', '[{ sectors = ["btp"] }, { sectors = ["vert"] }]'),
        "fr_alerte",
        "aucune réponse ne fait apparaître",
    ),
    "head counts that exclude each other": (
        changed("[{ headcount_min = 2 }]", "[{ headcount_min = 2 }, { headcount_max = 1 }]"),
        "fr_mots",
        "aucune réponse ne fait apparaître",
    ),
    "answers that exclude each other": (
        changed(
            "[{ headcount_min = 2 }]",
            '[{ question = "fr_situations", any_of = ["dehors"] },'
            ' { question = "fr_confirmation", any_of = ["releves"] }]',
        ),
        "fr_mots",
        "aucune réponse ne fait apparaître",
    ),
    "empty section": (
        changed(
            '[[questions]]\nid = "fr_situations"',
            '[[sections]]\nid = "vide"\ntitle = "Vide"\n\n[[questions]]\nid = "fr_situations"',
        ),
        "vide",
        "section sans question",
    ),
    "conforme": (changed('"Lieu chauffé proche"', '"Lieu chauffé conforme"'), "fr_abri", "« conforme »"),
    "validé par": (changed('"Autre chose ?"', '"Est-ce validé par le service ?"'), "fr_mots", "« validé par »"),
    "il suffit": (changed('"On s\'y réchauffe."', '"Il suffit d\'y aller."'), "fr_abri", "« il suffit »"),
    "in an example of a situation": (changed('"quai ouvert"', '"quai sans danger"'), "dehors", "promesse"),
    "in the head": (
        changed('"Le froid engourdit, puis blesse."', '"Vers le risque zéro."'),
        "tête du fichier",
        "« intro »",
    ),
    "unverified mark": (changed('source = "SpF"', 'source = "SpF [K]"'), "fr_f1", "non vérifié"),
    "unplain apostrophe": (changed('"On s\'y réchauffe."', '"On s’y réchauffe."'), "fr_abri", "apostrophe courbe"),
    "unplain space": (changed('"Autre chose ?"', '"Autre chose\u202f?"'), "fr_mots", "insécable"),
    "name": (changed('"Autre chose ?"', '"Le nom du salarié ?"'), "fr_mots", "demande le nom d'une personne"),
    "health": (changed('"Autre chose ?"', '"Qui est enceinte ?"'), "fr_mots", "demande une donnée de santé"),
    "biological result": (
        changed('label = "Par temps de gel"', 'label = "Résultat biologique"'),
        "fr_tableau",
        "résultat biologique",
    ),
    "licence points": (
        changed('label = "Relevés"', 'label = "Points du permis"'),
        "fr_confirmation",
        "points du permis",
    ),
    "long sentence": (changed('"Autre chose ?"', f'"{"mot " * 25}fin ?"'), "fr_mots", "une phrase de 26 mots"),
    "free text without example": (
        changed('example = "Le quai reste ouvert le matin"\n', ""),
        "fr_mots",
        "réponse libre sans exemple",
    ),
    "no short name": (changed('short = "gants adaptés"\n', ""), "fr_gants", "« short » manque"),
    "no reason": (changed('why = "Les doigts gèlent vite."\n', ""), "fr_gants", "« why » manque"),
    "no words in place": (changed('in_place = "Gants adaptés"\n', ""), "fr_gants", "« in_place » manque"),
    "no way to verify": (changed('verify = "regarder les gants"\n', ""), "fr_gants", "« verify » manque"),
    "figure without a year": (changed('year = "2024"', 'year = "-"'), "fr_f1", "chiffre affiché sans « year »"),
}


def test_good_theme_has_no_fault() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(("text", "place", "words"), SLIPS.values(), ids=SLIPS)
def test_each_slip_is_named(text: str | Callable[[], str], place: str, words: str) -> None:
    faults = faults_of(text if isinstance(text, str) else text())

    assert [fault for fault in faults if fault[0] == place and words in fault[1]], faults


def test_all_slips_come_at_once() -> None:
    text = GOOD
    for old, new in (("gravity = 4", "gravity = 3"), ('["SPSTI"]', '["SUB"]'), ('short = "gants adaptés"\n', "")):
        text = text.replace(old, new)

    assert faults_of(text) == [
        ("dehors", "gravité verrouillée sous 4"),
        ("fr_m_abri", "aide « SUB » inconnue"),
        ("fr_gants", "« short » manque à une question qui a un rôle"),
    ]


def test_fine_situations_of_the_fact_base_are_each_placed_once() -> None:
    listed = ", ".join(f'"S-CH-{number:02}"' for number in range(3, 18) if number not in {9, 16})
    text = changed('theme = "froid"', 'theme = "chaleur"')
    for old, new in (('"S-FR-01"', '"S-CH-01"'), ('"S-FR-02"', '"S-CH-02"'), ('"S-FR-03"', listed)):
        text = text.replace(old, new)

    assert faults_of(text) == [
        ("S-CH-09", "situation fine placée nulle part"),
        ("S-CH-17", "n'est pas une situation fine à placer"),
    ]
    assert faults_of(text.replace('"S-CH-17"', '"S-CH-09"')) == []


def test_fact_told_by_a_head_count_alone_is_told() -> None:
    option = '  { code = "seul", label = "Quelqu\'un travaille seul", fact = "seul" },\n'
    text = changed('unit_flags = ["isole"]', 'unit_counts = ["temps"]').replace(option, "")

    assert faults_of(text) == []


def test_figure_that_is_not_shown_may_lack_its_year() -> None:
    assert faults_of(changed('year = "2024"', 'year = "-"').replace("shown = true", "shown = false")) == []


def test_sector_inside_another_can_be_asked() -> None:
    text = changed('[{ sectors = ["btp"] }]', '[{ sectors = ["btp"] }, { sectors = ["toiture"] }]')

    assert ("fr_alerte", "aucune réponse ne fait apparaître cette question") not in faults_of(text)


def test_scope_question_needs_no_role() -> None:
    text = changed('roles = { dehors = "appui" }\n', "").replace(
        "[{ headcount_min = 2 }]", '[{ question = "fr_gants", any_of = ["oui"] }]'
    )

    assert faults_of(text) == []


def test_flags_are_those_of_the_work_unit() -> None:
    assert set(UNIT_FLAGS) == KNOWN_FLAGS
