"""The twelve firms of the demonstration, one per state an adviser meets, and two years of what they did.

Everything is invented: names, places, and SIRET numbers whose key is right and whose company number begins with six
zeros, which no company has; the three shipped examples keep their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.domain.closing import DropReason, RiskChange
from app.domain.establishment import Cse
from app.domain.roles import Role
from app.services.action_plans import ActionDetails
from app.services.demo_cast import Stage, firm_of
from app.services.demo_people import ACCOUNTANT, CONTRIBUTOR, NURSE, READER
from app.services.demo_story import Story
from app.services.firms import NewFirm
from app.services.naf_search import activity

SHIPPED = ("12345678200010", "55555555600011", "73282932000074")
"""SIRET of the three examples that the door page shows."""

D = date
_ACCOUNTANT_WORDS = "expert-comptable"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFirm:
    """One firm: its answers files, and what it did with them."""

    code: str
    play: Callable[[Story, Stage], None]
    files: tuple[str, ...] = ()
    """Empty for a firm that has answered nothing."""


def _open(story: Story, stage: Stage, file: str, on: date, *, postal_code: str, closed: str = "") -> None:
    """The service knows the firm and invites it."""
    _known(story, stage, file, on, postal_code=postal_code, closed=closed)
    story.invited(on)


def _known(
    story: Story, stage: Stage, file: str, on: date, *, postal_code: str, closed: str = "", attachment: str = "rattache"
) -> None:
    firm = firm_of(stage.firms[file], service_name=stage.service.name, postal_code=postal_code, on=on, closed=closed)
    story.opened(firm, on, attachment=attachment)


def _couverture(story: Story, stage: Stage) -> None:
    """Everything is answered and the theme is finished; nothing is validated."""
    _open(story, stage, "couverture-9.toml", D(2026, 9, 3), postal_code="34999")
    story.joined("gerante@couverture.example", "gérante", D(2026, 9, 21))
    story.answered("couverture-9.toml", D(2026, 11, 20))
    story.finished(D(2026, 11, 22))


def _boulangerie(story: Story, stage: Stage) -> None:
    """A first version, transmitted; an accountant helps."""
    _open(story, stage, "boulangerie-4.toml", D(2025, 12, 2), postal_code="34999")
    story.joined("boulanger@fournil.example", "boulanger, gérant", D(2026, 1, 14))
    story.joined(ACCOUNTANT, _ACCOUNTANT_WORDS, D(2026, 2, 3), role=Role.CONTRIBUTOR)
    story.answered("boulangerie-4.toml", D(2026, 11, 18))
    story.finished(D(2026, 11, 20))
    story.validated(D(2026, 11, 22))
    story.transmitted(D(2026, 11, 23), number=1)


def _aide(story: Story, stage: Stage) -> None:
    """A theme read by the adviser, a version, and people who were invited."""
    _open(story, stage, "aide-a-domicile-38.toml", D(2025, 2, 11), postal_code="30999")
    story.joined("directrice@aide.example", "directrice", D(2025, 3, 4))
    story.joined(CONTRIBUTOR, "responsable de secteur", D(2025, 3, 18), role=Role.CONTRIBUTOR)
    story.joined(READER, "membre du CSE", D(2025, 4, 2), role=Role.READER)
    story.answered("aide-a-domicile-38.toml", D(2026, 9, 15))
    story.finished(D(2026, 10, 1))
    story.submitted(D(2026, 10, 2))
    story.asked(
        D(2026, 10, 9),
        "Sur les tournées rurales, où les intervenantes peuvent-elles s'arrêter au frais entre 13 h et 16 h ?",
        question="ch_lieu_de_repos",
        reply="Trois mairies prêtent une salle ; il manque un lieu sur le plateau, c'est l'action d'avril.",
        replied_on=D(2026, 10, 14),
    )
    story.advised(
        D(2026, 10, 20),
        "L'appel de midi est une bonne protection pour qui travaille seul. Pensez à le prévoir aussi le samedi.",
        question="ch_alerte_isoles",
    )
    story.noted(
        D(2026, 10, 20), "Très bon suivi des tournées : à citer en exemple, sans le nom, à la réunion du secteur."
    )
    story.reviewed(D(2026, 10, 21), minutes=35, way="distance")
    story.validated(D(2026, 11, 22))
    story.transmitted(D(2026, 11, 23), number=1)


def _epicerie(story: Story, stage: Stage) -> None:
    """Just opened: no work unit, no answer."""
    on = D(2026, 11, 20)
    trade = activity(stage.catalogue, "47.11B")
    if trade is None:
        raise LookupError("47.11B")
    firm = NewFirm(
        name="Épicerie de Sauveclaire",
        siret="00000009100017",
        siret_state="connu",
        siret_words="",
        address="3 place du Marché, 34999 Sauveclaire",
        postal_code="34999",
        activity=trade,
        headcount=1,
        headcount_on=on,
        cse=Cse.NONE,
        employer_role="gérante",
        service_name=stage.service.name,
    )
    story.opened(firm, on)
    story.invited(on)
    story.joined("gerante@epicerie.example", "gérante", D(2026, 11, 23))
    story.joined(ACCOUNTANT, _ACCOUNTANT_WORDS, D(2026, 11, 23), role=Role.CONTRIBUTOR)


def _restaurant(story: Story, stage: Stage) -> None:
    """Half the answers are given, and help is asked."""
    _open(story, stage, "restaurant.toml", D(2026, 6, 16), postal_code="34999")
    story.joined("gerant@auberge.example", "gérant", D(2026, 10, 5))
    story.joined(ACCOUNTANT, _ACCOUNTANT_WORDS, D(2026, 10, 12), role=Role.CONTRIBUTOR)
    story.answered("restaurant.toml", D(2026, 11, 20))
    story.asked_help(D(2026, 11, 20), "Nous ne savons pas mesurer la chaleur en cuisine. Avez-vous un thermomètre ?")


def _maconnerie(story: Story, stage: Stage) -> None:
    """Submitted for advice, not read yet."""
    _open(story, stage, "maconnerie.toml", D(2025, 5, 6), postal_code="30999")
    story.joined("directeur@maconnerie.example", "directeur", D(2025, 9, 8))
    story.answered("maconnerie.toml", D(2026, 11, 5))
    story.took(
        "ch_m_nouveaux_accueil",
        D(2026, 11, 17),
        ActionDetails(owner="chef de chantier", due=D(2027, 4, 30), cost="0 €"),
    )
    story.finished(D(2026, 11, 17))
    story.submitted(D(2026, 11, 18))


def _toitures(story: Story, stage: Stage) -> None:
    """A request of the adviser waits for an answer; one action is late."""
    _open(story, stage, "toitures.toml", D(2024, 12, 3), postal_code="34999")
    story.joined("gerante@toitures.example", "gérante", D(2025, 1, 16))
    story.answered("toitures.toml", D(2026, 9, 8))
    story.took(
        "ch_m_plan_page",
        D(2026, 9, 9),
        ActionDetails(owner="gérante", due=D(2027, 1, 15), cost="0 €, 2 h de votre temps"),
    )
    story.took(
        "ch_m_repos_abri",
        D(2026, 9, 9),
        ActionDetails(owner="responsable du dépôt", due=D(2026, 11, 10), cost="350 €"),
    )
    story.took(
        "ch_m_nouveaux_charge",
        D(2026, 9, 9),
        ActionDetails(owner="chef d'équipe", due=D(2027, 5, 15), cost="0 €"),
    )
    story.finished(D(2026, 9, 9))
    story.validated(D(2026, 9, 10))
    story.transmitted(D(2026, 9, 14), number=1)
    story.submitted(D(2026, 11, 12))
    story.asked_to_change(
        D(2026, 11, 17),
        "Vous avez répondu Oui à l'eau fraîche. Précisez-moi ce qui se passe sur les chantiers sans eau courante : "
        "combien de litres par personne ?",
        question="ch_eau_chantier_litres",
        due=D(2026, 12, 4),
    )
    story.noted(
        D(2026, 11, 18),
        "Voir aussi les nuits d'été chez l'intérimaire logé sur place, à la prochaine visite.",
        by=NURSE,
    )


def _menuiserie(story: Story, stage: Stage) -> None:
    """Two versions a year apart; between them the workshop was insulated."""
    _open(story, stage, "menuiserie-2025.toml", D(2024, 12, 10), postal_code="34999")
    story.joined("directrice@menuiserie.example", "directrice", D(2025, 1, 22))
    story.answered("menuiserie-2025.toml", D(2025, 9, 2))
    for measure, owner, due in (
        ("ch_m_locaux_isolation", "directrice", D(2026, 5, 15)),
        ("ch_m_plan_page", "responsable d'atelier", D(2026, 5, 31)),
        ("ch_m_repos_abri", "responsable de la pose", D(2026, 6, 15)),
    ):
        story.took(measure, D(2025, 9, 16), ActionDetails(owner=owner, due=due))
    story.finished(D(2025, 9, 16))
    story.validated(D(2025, 9, 18))
    story.started("ch_m_locaux_isolation", D(2026, 2, 2))
    story.did("ch_m_locaux_isolation", D(2026, 4, 24), risk=RiskChange.LOWER)
    story.did("ch_m_plan_page", D(2026, 5, 19), risk=RiskChange.SAME)
    story.did("ch_m_repos_abri", D(2026, 6, 9), risk=RiskChange.LOWER)
    story.answered("menuiserie.toml", D(2026, 10, 13))
    story.finished(D(2026, 10, 14))
    story.validated(D(2026, 10, 15))
    story.transmitted(D(2026, 10, 16), number=2)
    accepted = story.proposed(
        D(2026, 10, 20),
        "ch_m_reflexes_quart_heure",
        "Le service peut venir l'animer avec vous.",
        question="ch_reflexes_secours",
    )
    story.accepted(accepted, D(2026, 10, 27))
    story.started("ch_m_procede_mecaniser", D(2026, 11, 3))


def _etudes(story: Story, stage: Stage) -> None:
    """The theme is set aside with its reason; the SIRET is closed since the office moved."""
    closed = "Nous avons déménagé en juillet : l'ancien numéro est fermé, le nouveau n'est pas encore arrivé."
    _open(story, stage, "etudes.toml", D(2026, 3, 17), postal_code="34999", closed=closed)
    story.joined("gerant@clairlogis.example", "gérant", D(2026, 9, 24))
    story.answered("etudes.toml", D(2026, 9, 29))
    story.set_aside(D(2026, 9, 29))


def _transports(story: Story, stage: Stage) -> None:
    """Actions late, done, given up: a plan a year old."""
    _open(story, stage, "transports.toml", D(2025, 3, 20), postal_code="30999")
    story.joined("gerant@transports.example", "gérant", D(2025, 6, 12))
    story.answered("transports.toml", D(2025, 11, 4))
    for measure, owner, due, cost in (
        ("ch_m_eau_glacieres", "responsable du quai", D(2026, 5, 29), "400 €"),
        ("ch_m_plan_page", "gérant", D(2026, 5, 29), "0 €"),
        ("ch_m_locaux_stores", "gérant", D(2026, 6, 30), "2 300 €"),
        ("ch_m_reflexes_quart_heure", "responsable du quai", D(2026, 5, 22), "1 h par personne"),
        ("ch_m_nouveaux_charge", "responsable du quai", D(2026, 9, 30), "0 €"),
        ("ch_m_procede_mecaniser", "gérant", D(2026, 10, 30), "5 200 €"),
    ):
        story.took(measure, D(2025, 11, 25), ActionDetails(owner=owner, due=due, cost=cost))
    story.finished(D(2025, 11, 25))
    story.validated(D(2025, 11, 27))
    story.transmitted(D(2025, 12, 1), number=1)
    declined = story.proposed(D(2025, 12, 9), "ch_m_locaux_isolation", question="ch_locaux_temperature")
    story.declined(declined, D(2025, 12, 16), "Nous louons l'entrepôt, et le bail se termine dans un an.")
    story.started("ch_m_eau_glacieres", D(2026, 4, 14))
    story.did("ch_m_eau_glacieres", D(2026, 5, 20), risk=RiskChange.LOWER)
    story.did("ch_m_reflexes_quart_heure", D(2026, 6, 4), risk=RiskChange.SAME)
    story.dropped(
        "ch_m_locaux_stores", D(2026, 7, 1), reason=DropReason.LANDLORD, words="le bailleur refuse de percer la façade"
    )
    story.started("ch_m_procede_mecaniser", D(2026, 9, 8))


def _residence(story: Story, stage: Stage) -> None:
    """55 employees: the annual programme, with what the law asks of it."""
    _open(story, stage, "residence.toml", D(2025, 4, 8), postal_code="34999")
    story.joined("directeur@residence.example", "directeur", D(2025, 10, 14))
    story.answered("residence.toml", D(2026, 4, 14))
    story.finished(D(2026, 4, 20))
    story.validated(D(2026, 4, 23))
    story.transmitted(D(2026, 4, 27), number=1)
    story.did("ch_m_horaires_ete", D(2026, 6, 12), risk=RiskChange.LOWER)
    story.started("ch_m_procede_source", D(2026, 9, 1))
    story.proposed(
        D(2026, 11, 10),
        "ch_m_locaux_stores",
        "Les chambres au sud restent chaudes la nuit : commencez par celles-là.",
        question="ch_locaux_temperature",
    )


def _traiteur(story: Story, stage: Stage) -> None:
    """Claimed by its own author: « à rattacher »."""
    on = D(2026, 11, 23)
    _known(story, stage, "traiteur.toml", on, postal_code="30999", attachment="a_rattacher")
    story.joined("gerante@traiteur.example", "gérante", on)
    story.answered("traiteur.toml", on)


DEMO_FIRMS: tuple[DemoFirm, ...] = (
    DemoFirm(code="couverture", play=_couverture, files=("couverture-9.toml",)),
    DemoFirm(code="boulangerie", play=_boulangerie, files=("boulangerie-4.toml",)),
    DemoFirm(code="aide", play=_aide, files=("aide-a-domicile-38.toml",)),
    DemoFirm(code="toitures", play=_toitures, files=("toitures.toml",)),
    DemoFirm(code="restaurant", play=_restaurant, files=("restaurant.toml",)),
    DemoFirm(code="epicerie", play=_epicerie),
    DemoFirm(code="maconnerie", play=_maconnerie, files=("maconnerie.toml",)),
    DemoFirm(code="menuiserie", play=_menuiserie, files=("menuiserie-2025.toml", "menuiserie.toml")),
    DemoFirm(code="transports", play=_transports, files=("transports.toml",)),
    DemoFirm(code="residence", play=_residence, files=("residence.toml",)),
    DemoFirm(code="etudes", play=_etudes, files=("etudes.toml",)),
    DemoFirm(code="traiteur", play=_traiteur, files=("traiteur.toml",)),
)
