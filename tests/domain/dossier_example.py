"""A small dossier with every kind of value: the content of docs/dossier-vector.json."""

from __future__ import annotations

from datetime import date

from app.domain.dossier import (
    FORMAT,
    ActionLine,
    AnswerLine,
    BlockCard,
    BlockLine,
    ClosedTheme,
    Dossier,
    DutyFlag,
    EstablishmentCard,
    FigureCard,
    FormerRow,
    InPlace,
    LawCited,
    LawPoint,
    Method,
    OpenTheme,
    OverrideCard,
    ParticipationCard,
    RiskRow,
    ScaleStep,
    SizeRules,
    ThemeCard,
    UnitCard,
    VersionCard,
)

_WATER = DutyFlag(obligation="ch_o_eau", text="Mettre de l'eau fraîche à disposition", articles=("R4225-2",))


def example_dossier() -> Dossier:
    """Version 1 of an invented roofing firm: one unit, one row, one action."""
    return Dossier(
        format=FORMAT,
        kind="version",
        title="Contribution au DUERP — thème évalué : chaleur",
        language="fr",
        assessed_on=date(2026, 11, 21),
        establishment=_establishment(),
        version=_version(),
        themes=(_theme(),),
        units=(_unit(),),
        method=_method(),
        rows=(_row(),),
        former_rows=(FormerRow(key="UT1-R02", theme="chaleur", situation="source", unit="UT1"),),
        closed=(_closed(),),
        open_themes=(OpenTheme(theme="routier", title="Risque routier", reason="Pas encore de réponse."),),
        actions=(_action(),),
        law_points=(_law_point(),),
        blocks=(_block(),),
        size=_size(),
        families_left=("Risques et nuisances liés au bruit",),
        answers=(_answer(),),
        laws=(_law(),),
    )


def _establishment() -> EstablishmentCard:
    return EstablishmentCard(
        name="Couverture d'exemple",
        siret="73282932000074",
        naf="43.91B",
        naf_label="Travaux de couverture par éléments",
        naf_nomenclature="rev2",
        headcount=9,
        headcount_on=date(2026, 11, 1),
        cse="aucun",
        cse_words="Pas de CSE",
        employer_role="gérante",
        address="",
        service="",
    )


def _version() -> VersionCard:
    moment = ParticipationCard(
        on=date(2026, 11, 18),
        form="réunion",
        roles=("chef d'équipe", "couvreurs"),
        units=("UT1",),
        contribution="« L'eau est chaude à midi. »",
    )
    return VersionCard(
        number=1,
        validated_on=date(2026, 11, 21),
        trigger="annuelle",
        trigger_words="Mise à jour annuelle",
        reason="Première évaluation de la chaleur",
        author_role="gérante",
        participants=(moment,),
        cse_line="",
    )


def _theme() -> ThemeCard:
    figure = FigureCard(
        fact="Un fait d'exemple", value="12 %", year="2025", perimeter="France", source="Source d'exemple"
    )
    return ThemeCard(
        theme="chaleur",
        version="2026.1",
        sha256="0" * 64,
        title="Travail par forte chaleur",
        short_title="chaleur",
        families=(12,),
        figures=(figure,),
        references=("Brochure d'exemple, éditeur, 2025",),
    )


def _unit() -> UnitCard:
    return UnitCard(
        key="UT1",
        name="Équipe toiture",
        activities="Pose et réparation de couvertures",
        places="Chantiers",
        total=5,
        women=0,
        men=None,
        temps=1,
        apprentices=1,
        flags=("exterieur",),
        women_men="Non renseigné.",
    )


def _method() -> Method:
    step = ScaleStep(value="1", label="Faible", words="Sans arrêt de travail")
    return Method(
        gravity_question="Quelle serait la gravité ?",
        gravity=(step,),
        frequency_question="Combien de fois ?",
        frequency=(step,),
        mastery_question="Que fait-on déjà ?",
        mastery=(step,),
        priority=(ScaleStep(value="P1", label="P1", words="agir sans attendre"),),
        gross_table=(("faible", "modéré"), ("modéré", "élevé")),
        priority_table=(("P4", "P3"), ("P2", "P1")),
        notes=("La cotation est une lecture de tableau, jamais un produit.",),
    )


def _row() -> RiskRow:
    override = OverrideCard(
        field="mastery",
        computed="3",
        human="2",
        reason="Auvent posé",
        author_role="gérante",
        made_on=date(2026, 11, 20),
    )
    return RiskRow(
        key="UT1-R01",
        theme="chaleur",
        situation="dehors",
        unit="UT1",
        family=12,
        family_label="Risques liés aux ambiances thermiques",
        label="Travail dehors par forte chaleur",
        words='Toits en plein soleil :\n\t"on commence à 6 h" \\ été 🔥',
        examples=("couverture", "étanchéité"),
        damage="Coup de chaleur",
        people=5,
        people_words="5 personnes",
        in_place=(InPlace(text="Glacière dans le fourgon", kind="organisation", partly=True),),
        in_place_words="Glacière dans le fourgon",
        checked_on="2026-06",
        gravity=4,
        gravity_reason="Le coup de chaleur peut tuer.",
        frequency=None,
        gross="à évaluer",
        mastery=2,
        priority="a_evaluer",
        at_best="P2",
        at_worst="P1",
        priority_words="À évaluer (au pire P1)",
        sentence="Le point faible est l'eau fraîche.",
        unknowns=("fréquence",),
        duties=(_WATER,),
        overrides=(override,),
        first=False,
        actions=("A01",),
    )


def _closed() -> ClosedTheme:
    return ClosedTheme(
        theme="pdp",
        title="Désinsertion professionnelle",
        words="Sans objet",
        reason="Aucun salarié concerné",
        author_role="gérante",
        closed_on=date(2026, 11, 21),
        review_on=date(2027, 11, 21),
    )


def _action() -> ActionLine:
    return ActionLine(
        key="A01",
        chosen=True,
        own_words=False,
        measure="ch_m_eau_glacieres",
        theme="chaleur",
        text="Équiper chaque fourgon d'une glacière",
        why="Eau fraîche : non",
        rank="TECH",
        rank_words="protection collective",
        principles=(2, 8),
        priority="P1",
        priority_words="P1 : agir sans attendre",
        rows=("UT1-R01",),
        factor="",
        duties=(_WATER,),
        owner="chef d'équipe",
        start=None,
        due=date(2027, 5, 15),
        proposed_due=date(2026, 12, 6),
        delay_words="moins de 15 jours",
        cost="C1",
        indicator="De l'eau fraîche à midi sur chaque chantier",
        conditions="",
        resources="",
        helps=("Aide d'exemple, sous réserve, lue le 21/11/2026",),
        collective_sought="",
        individual=False,
        status="a_faire",
        status_words="À faire",
        done_on=None,
        first_step=True,
    )


def _law_point() -> LawPoint:
    return LawPoint(
        obligation="ch_o_consignes",
        text="Écrire la conduite à tenir",
        articles=("R4463-3",),
        what="Le protocole d'alerte manque : l'écrire et l'afficher.",
        due=date(2026, 12, 21),
    )


def _block() -> BlockCard:
    line = BlockLine(label="Eau", article="R4463-3", usual=("Glacière",), levels=("", "3 litres"), actions=("A01",))
    return BlockCard(
        theme="chaleur",
        title="Mesures par niveau de vigilance",
        intro="",
        level_labels=("jaune", "orange"),
        lines=(line,),
        notes=(),
    )


def _size() -> SizeRules:
    return SizeRules(
        annual_update=False,
        next_due=None,
        program=False,
        actions_title="Liste des actions de prévention et de protection",
        cse_rule="",
        update_rule="",
        missing=(),
    )


def _answer() -> AnswerLine:
    return AnswerLine(
        theme="chaleur",
        question="ch_eau_fraiche",
        text="Avez-vous de l'eau fraîche ?",
        unit="*",
        code="non",
        words="Non",
        reason="",
    )


def _law() -> LawCited:
    return LawCited(
        article="R4463-3",
        label="art. R. 4463-3 du code du travail",
        version_id="LEGIARTI000051676931",
        in_force_since=date(2025, 7, 1),
        read_on=date(2026, 11, 20),
        to_check=False,
        note="",
    )
