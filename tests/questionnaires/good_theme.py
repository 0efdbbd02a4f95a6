"""A small theme without any fault, as an author would write it; tests break it one line at a time."""

from __future__ import annotations

from datetime import date

from questionnaires.schema import Help, Law, Sector

GOOD = """\
theme = "froid"
version = "2026.11"
title = "Travailler au froid"
short_title = "Froid"
prefix = "fr"
families = [12]
intro = "Le froid engourdit, puis blesse."
screening = "fr_situations"
closing = "fr_confirmation"
closing_words = "Aucun travail au froid."
season_start = "11-15"

[[situations]]
id = "dehors"
label = "Travail dehors l'hiver"
family = 12
gravity = 4
gravity_reason = "Une hypothermie peut tuer."
gravity_locked = true
damage = "Hypothermie, gelures"
factor = "temperatures_extremes"
examples = ["chantier", "quai ouvert"]
frequency_prompt = "Quand il gèle, combien de fois ?"
covers = ["S-FR-01"]

[[situations]]
id = "chambre"
label = "Chambre froide"
family = 12
gravity = 3
gravity_reason = "Des gelures laissent des séquelles."
damage = "Gelures"
frequency_prompt = "Combien de fois y entre-t-on ?"
covers = ["S-FR-02"]

[[facts]]
id = "seul"
label = "Travail seul"
unit_flags = ["isole"]
covers = ["S-FR-03"]

[[sections]]
id = "reperage"
title = "Ce qui existe"

[[sections]]
id = "protections"
title = "Ce qui protège"

[[questions]]
id = "fr_situations"
section = "reperage"
kind = "choices"
text = "Qu'est-ce qui existe chez vous ?"
options = [
  { code = "dehors", label = "Travail dehors", situation = "dehors" },
  { code = "chambre", label = "Chambre froide", situation = "chambre" },
  { code = "seul", label = "Quelqu'un travaille seul", fact = "seul" },
  { code = "aucune", label = "Aucune", exclusive = true },
]

[[questions]]
id = "fr_confirmation"
section = "reperage"
kind = "choice"
text = "Sur quoi vous appuyez-vous ?"
visible_if = [{ question = "fr_situations", any_of = ["aucune"] }]
options = [
  { code = "releves", label = "Relevés" },
  { code = "ne_sait_pas", label = "Je ne sais pas" },
]

[[questions]]
id = "fr_abri"
section = "protections"
kind = "yes_partly_no"
text = "Un lieu chauffé est-il proche ?"
why = "On s'y réchauffe."
short = "lieu chauffé"
in_place = "Lieu chauffé proche"
verify = "aller voir le lieu chauffé"
control = "TECH"
roles = { dehors = "essentiel", chambre = "appui" }
duty = "precise"
obligations = ["FR-O1"]
visible_if = [{ question = "fr_situations", any_of = ["dehors", "chambre"] }]

[[questions]]
id = "fr_temperature"
section = "protections"
kind = "number"
text = "Quelle est la température la plus basse ?"
why = "Elle fixe la durée."
short = "température de la chambre"
in_place = "Température tenue"
verify = "mesurer la température"
control = "ORGA"
roles = { chambre = "essentiel" }
unit = "degrés"
minimum = -40
maximum = 20.5
levels = [{ level = "oui", at_least = 2 }, { level = "non", at_least = -40 }]

[[questions]]
id = "fr_gants"
section = "protections"
kind = "yes_partly_no"
text = "Les gants sont-ils adaptés ?"
why = "Les doigts gèlent vite."
short = "gants adaptés"
in_place = "Gants adaptés"
verify = "regarder les gants"
control = "INDIV"
roles = { dehors = "appui" }
not_applicable = true

[[questions]]
id = "fr_alerte"
section = "protections"
kind = "yes_partly_no"
text = "Une alerte est-elle possible partout ?"
why = "Seul, on n'appelle pas."
short = "moyen d'alerte"
in_place = "Alerte possible"
verify = "essayer l'alerte"
control = "ORGA"
roles = { dehors = "appui", chambre = "appui" }
essential_when = "seul"
visible_if = [{ sectors = ["btp"] }]

[[questions]]
id = "fr_tableau"
section = "protections"
kind = "table"
text = "Que changez-vous quand il gèle ?"
columns = [
  { id = "rubrique", label = "Rubrique", options = [{ code = "horaires", label = "Horaires" }] },
  { id = "gel", label = "Par temps de gel" },
]

[[questions]]
id = "fr_mots"
section = "protections"
kind = "text"
text = "Autre chose ?"
example = "Le quai reste ouvert le matin"
visible_if = [{ headcount_min = 2 }]

[[measures]]
id = "fr_m_abri"
question = "fr_abri"
text = "Installer un abri chauffé"
principles = [3, 8]
rank = "TECH"
delay = "court"
cost = "C2"
indicator = "équipes à moins de cinq minutes d'un abri"
helps = ["SPSTI"]

[[measures]]
id = "fr_m_temps"
question = "fr_temperature"
text = "Limiter le temps passé dans la chambre"
principles = [4]
rank = "ORGA"
delay = "immediat"
cost = "C0"
indicator = "minutes d'affilée"

[[measures]]
id = "fr_m_formation"
question = "fr_gants"
text = "Montrer comment choisir ses gants"
principles = [9]
rank = "FORM"
delay = "immediat"
cost = "C0"
indicator = "équipes informées"

[[measures]]
id = "fr_m_gants"
question = "fr_gants"
text = "Fournir des gants isolants"
principles = [8]
rank = "INDIV"
delay = "immediat"
cost = "C1"
indicator = "gants portés"

[[measures]]
id = "fr_m_alerte"
question = "fr_alerte"
text = "Organiser un appel régulier"
principles = [7]
rank = "ORGA"
delay = "immediat"
cost = "C0"
indicator = "appels faits"
sectors = ["btp"]

[[obligations]]
id = "FR-O1"
text = "Un abri existe"
articles = ["R4225-1"]

[[obligations]]
id = "FR-O2"
text = "L'inspection peut mettre en demeure (R. 4721-5)"
articles = ["R4721-5"]
scope = "information"

[[figures]]
id = "fr_f1"
fact = "Accidents"
value = "7"
year = "2024"
perimeter = "France"
source = "SpF"
shown = true

[[references]]
id = "ED1"
title = "Travailler au froid"
publisher = "INRS"
date = "2024"

[block]
title = "Par temps de gel"
table_question = "fr_tableau"

[[block.rows]]
id = "horaires"
label = "Horaires"
article = "R4225-1"
questions = ["fr_abri"]

[[block.notes]]
id = "secours"
label = "Secours"
article = "R4225-1"
questions = ["fr_alerte"]
"""

SECTORS = {
    "btp": Sector(id="btp", label="BTP", prefixes=("41", "42", "43")),
    "toiture": Sector(id="toiture", label="Toiture", prefixes=("4391",)),
    "vert": Sector(id="vert", label="Espaces verts", prefixes=("8130Z",)),
}
LAWS = {
    number: Law(
        article=number,
        label=number,
        version_id=None,
        in_force_since=None,
        read_on=date(2026, 11, 1),
        to_check=False,
        note="",
    )
    for number in ("R4225-1", "R4721-5")
}
HELPS = {
    "SPSTI": Help(
        code="SPSTI",
        name="Votre SPSTI",
        who="adhérents",
        condition="aucune",
        verified_on=date(2026, 11, 1),
        valid_until=None,
        sectors=(),
    ),
}


def changed(old: str, new: str) -> str:
    """The good theme with one passage changed; refuses a passage that is not there exactly once."""
    if GOOD.count(old) != 1:
        raise AssertionError(f"{GOOD.count(old)} times in the good theme: {old}")
    return GOOD.replace(old, new)
