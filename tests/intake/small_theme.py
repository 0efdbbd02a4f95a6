"""A theme with one question of each kind, and a catalogue that holds it: tests of the way in need no content file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from questionnaires.schema import (
    Column,
    Cost,
    Delay,
    Duty,
    Kind,
    Level,
    Measure,
    Option,
    Question,
    Rank,
    Section,
    Situation,
    Theme,
)


def make_question(question_id: str, kind: Kind, **changes: object) -> Question:
    fields: dict[str, object] = {
        "id": question_id,
        "section": "eau",
        "kind": kind,
        "text": f"Texte de {question_id} ?",
        "why": f"raison de {question_id}.",
        "short": f"nom de {question_id}",
        "in_place": "",
        "verify": "",
        "control": None,
        "roles": (),
        "essential_when": None,
        "always": False,
        "not_applicable": False,
        "duty": Duty.NONE,
        "duty_sectors": (),
        "obligations": (),
        "visible_if": (),
        "options": (),
        "levels": (),
        "columns": (),
        "unit": "",
        "minimum": None,
        "maximum": None,
        "help": "",
        "example": "",
    }
    return Question(**{**fields, **changes})  # type: ignore[arg-type]  # fields are typed by the schema itself


def make_situation(situation_id: str) -> Situation:
    return Situation(
        id=situation_id,
        label=f"Situation {situation_id}",
        family=12,
        gravity=4,
        gravity_reason="mortel",
        gravity_locked=True,
        damage="coup de chaleur",
        factor=None,
        examples=(),
        starter="",
        frequency_prompt="",
        covers=(),
    )


def make_measure(measure_id: str, question: str) -> Measure:
    return Measure(
        id=measure_id,
        question=question,
        answers=(Level.NO, Level.PARTLY),
        text=f"Faire {measure_id}",
        principles=(4,),
        rank=Rank.TECHNICAL,
        delay=Delay.SHORT,
        cost=Cost.C1,
        indicator="",
        helps=(),
        sectors=(),
    )


SCREENING = make_question(
    "ch_situations",
    Kind.CHOICES,
    section="tri",
    options=(
        Option(code="dehors", label="Travail dehors", situation="dehors"),
        Option(code="combles", label="Combles", situation="combles"),
        Option(code="nouveaux", label="Nouveaux arrivés", fact="nouveaux"),
        Option(code="aucune", label="Aucune", exclusive=True),
    ),
)
WATER = make_question("ch_eau", Kind.YES_PARTLY_NO, help="Glacière, fontaine.", example="2 gourdes par personne")
BREAKS = make_question("ch_pauses", Kind.YES_PARTLY_NO, not_applicable=True)
ROOMS = make_question(
    "ch_locaux",
    Kind.CHOICE,
    options=(
        Option(code="moins_28", label="Moins de 28 °C"),
        Option(code="plus_28", label="28 °C et plus"),
        Option(code="non_mesuree", label="Jamais mesurée"),
    ),
)
LITRES = make_question(
    "ch_litres", Kind.NUMBER, unit="litres par jour", minimum=Decimal(0), maximum=Decimal(20), not_applicable=True
)
WORDS = make_question("ch_mots", Kind.TEXT)
SENT = make_question("ch_transmise_le", Kind.DATE)
TABLE = make_question(
    "ch_niveaux",
    Kind.TABLE,
    columns=(
        Column(
            id="mesure", label="Mesure", options=(Option(code="eau", label="Eau"), Option(code="pause", label="Pauses"))
        ),
        Column(id="jaune", label="Jaune"),
        Column(id="rouge", label="Rouge"),
    ),
)
QUESTIONS = (SCREENING, WATER, BREAKS, ROOMS, LITRES, WORDS, SENT, TABLE)

THEME = Theme(
    theme="chaleur",
    version="0",
    title="Chaleur",
    short_title="chaleur",
    prefix="ch",
    families=(12,),
    intro="",
    screening=SCREENING.id,
    closing=None,
    closing_words="",
    check_prompt="",
    accident_prompt="",
    season_start=None,
    situations=(make_situation("dehors"), make_situation("combles")),
    facts=(),
    sections=(
        Section(id="tri", title="Ce qui existe", intro=""),
        Section(id="eau", title="Eau et repos", intro="Ce que chacun a sous la main."),
    ),
    questions=QUESTIONS,
    measures=(make_measure("ch_m_glaciere", "ch_eau"), make_measure("ch_m_abri", "ch_pauses")),
    obligations=(),
    figures=(),
    references=(),
    block=None,
    sha256="0" * 64,
    source="",
)

NAF = {
    "43.91B": "Travaux de couverture par éléments",
    "01.13Z": "Culture de légumes",
    "53.10Z": "Activités de poste",
}


@dataclass(frozen=True)
class SmallCatalogue:
    """One theme and three NAF codes."""

    codes: tuple[str, ...] = ("chaleur",)

    def theme(self, code: str) -> Theme:
        return {"chaleur": THEME}[code]

    def sectors_of(self, code: str) -> frozenset[str]:
        return frozenset({"btp"}) if code.startswith("43") else frozenset()

    def naf_label(self, code: str) -> str | None:
        return NAF.get(code)


GOOD = """\
format = 1
assessed_on = 2026-11-21

[establishment]
name = "Toits d'exemple"
siret = "732 829 320 00074"
naf = "43.91B"
headcount = 9
headcount_on = 2026-11-01
cse = "aucun"
employer_role = "gérante"

[[work_units]]
key = "UT1"
name = "Couvreurs"
activities = "Pose de couvertures"
people = { total = 6, women = 0, men = 6, temps = 1, apprentices = 1 }
flags = ["exterieur"]

[[work_units]]
key = "UT2"
name = "Bureau"
people = { total = 2 }

[themes.chaleur.answers]
ch_situations = ["dehors", "combles", "nouveaux"]
ch_eau = { value = "partiellement", except = { UT2 = "oui" } }
ch_pauses = { value = "non", except = { UT2 = { value = "sans_objet", reason = "bureau climatisé" } } }
ch_locaux = "non_mesuree"
ch_litres = 2.5
ch_mots = "Glacière dans le fourgon"
ch_transmise_le = 2026-05-15
ch_niveaux = [{ mesure = "eau", jaune = "2 L", rouge = "4 L" }, { mesure = "pause", jaune = "10 min par heure" }]

[themes.chaleur.situations.dehors]
units = { UT1 = 4, UT2 = 0 }
people = { UT1 = 4 }
words = { UT1 = "Pose en plein soleil" }
in_place = "Glacière"
checked_on = "2026-06"
accident = { value = false, except = { UT2 = "ne_sait_pas" } }

[themes.chaleur.situations.combles]

[[themes.chaleur.overrides]]
situation = "dehors"
unit = "UT1"
field = "first"
author_role = "gérante"

[[actions]]
measure = "ch_m_glaciere"
owner = "chef d'équipe"
due = 2027-05-15

[[actions]]
text = "Commander des casquettes"
rank = "INDIV"
situations = ["dehors"]
status = "fait"
done_on = 2026-11-02

[validation]
trigger = "annuelle"
reason = "Première évaluation"
participants = [{ on = 2026-11-18, form = "reunion", roles = ["couvreurs"], units = ["UT1"] }]
"""
