"""Dossiers built by hand: a roofing firm of 9 as a project and as a version, a firm of 62, an empty one, a huge one."""

from __future__ import annotations

from dataclasses import replace
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
    InPlace,
    LawCited,
    LawPoint,
    Method,
    OverrideCard,
    ParticipationCard,
    RiskRow,
    ScaleStep,
    SizeRules,
    ThemeCard,
    UnitCard,
    VersionCard,
)

CONTENT_HASH = "0123456789abcdef" * 4
REGISTER_HEAD = "fedcba9876543210" * 4

SMALL_TITLE = "Liste des actions de prévention des risques et de protection des salariés"
PROGRAM_TITLE = (
    "Programme annuel de prévention des risques professionnels et d'amélioration des conditions de travail — année 2027"
)

WATER = DutyFlag(
    obligation="CH-O6",
    text="Trois litres d'eau par jour et par personne sur un chantier sans eau courante",
    articles=("R. 4534-143",),
)

_WORDS = {
    "P1": "P1 : agir sans attendre",
    "P2": "P2 : à planifier en priorité",
    "P3": "P3 : à améliorer",
    "P4": "P4 : à maintenir et surveiller",
}


def _steps(*labels: tuple[str, str, str]) -> tuple[ScaleStep, ...]:
    return tuple(ScaleStep(value=value, label=label, words=words) for value, label, words in labels)


METHOD = Method(
    gravity_question="Si ça arrive, quelles conséquences réalistes au pire ?",
    gravity=_steps(
        ("1", "Faible", "gêne, petite blessure, pas d'arrêt"),
        ("2", "Moyenne", "arrêt, sans séquelle"),
        ("3", "Grave", "séquelles, maladie professionnelle, inaptitude"),
        ("4", "Très grave", "décès, ou atteinte irréversible qui menace la vie"),
    ),
    frequency_question="Combien de fois la personne la plus exposée est-elle dans cette situation ?",
    frequency=_steps(
        ("1", "Rare", "quelques fois par an"),
        ("2", "Occasionnelle", "quelques fois par mois"),
        ("3", "Fréquente", "quelques fois par semaine, ou 1 à 2 h par jour"),
        ("4", "Permanente", "tous les jours, une grande partie de la journée"),
    ),
    mastery_question="Qu'est-ce qui existe déjà, et est-ce que ça marche vraiment ?",
    mastery=_steps(
        ("1", "Maîtrisé", "l'essentiel est en place et vérifié sur place depuis moins d'un an"),
        ("2", "Partiel", "une protection essentielle en partie en place, ou non vérifiée"),
        ("3", "Insuffisant", "une protection essentielle manque"),
        ("4", "Aucune mesure", "rien de ce qui protège vraiment n'est en place"),
    ),
    priority=_steps(
        ("P1", "Agir sans attendre", "mesure immédiate, puis un mois au plus"),
        ("P2", "À planifier en priorité", "six mois au plus"),
        ("P3", "À améliorer", "douze mois au plus"),
        ("P4", "À maintenir et surveiller", "à revoir à la prochaine mise à jour"),
    ),
    gross_table=(
        ("faible", "faible", "faible", "modéré"),
        ("faible", "modéré", "modéré", "élevé"),
        ("modéré", "modéré", "élevé", "très élevé"),
        ("élevé", "élevé", "très élevé", "très élevé"),
    ),
    priority_table=(
        ("P4", "P4", "P3", "P3"),
        ("P4", "P3", "P2", "P2"),
        ("P3", "P2", "P1", "P1"),
        ("P3", "P2", "P1", "P1"),
    ),
    notes=(
        "Une réponse inconnue ne rend jamais une ligne moins urgente : la ligne est « À évaluer » si l'inconnu peut"
        " changer sa priorité.",
        "Une obligation précise non remplie garde la ligne en P2 au moins et elle est signalée.",
    ),
)

ESTABLISHMENT = EstablishmentCard(
    name="Couverture d'exemple",
    siret="73282932000074",
    naf="43.91B",
    naf_label="Travaux de couverture par éléments",
    naf_nomenclature="NAF rév. 2",
    headcount=9,
    headcount_on=date(2026, 11, 1),
    cse="aucun",
    cse_words="Pas de CSE : moins de 11 salariés",
    employer_role="gérante",
    address="12 rue des Tuiles, 34000 Montpellier",
    service="Service de santé au travail d'exemple",
)

UNITS = (
    UnitCard(
        key="UT1",
        name="Couvreurs",
        activities="Pose et réparation de couvertures, isolation de combles",
        places="Chantiers, chez des particuliers",
        total=6,
        women=0,
        men=6,
        temps=1,
        apprentices=1,
        flags=("travail dehors", "déplacements"),
        women_men="Équipe d'hommes ; le fourgon et les tenues existent en une seule coupe.",
    ),
    UnitCard(
        key="UT2",
        name="Atelier",
        activities="Découpe et préparation de zinc, chargement des fourgons",
        places="Atelier sous bac acier",
        total=2,
        women=1,
        men=1,
        temps=0,
        apprentices=0,
        flags=(),
        women_men="Impact différencié selon le sexe : non renseigné à ce jour.",
    ),
    UnitCard(
        key="UT3",
        name="Bureau",
        activities="Devis, planning, accueil téléphonique",
        places="Bureau à l'étage",
        total=1,
        women=1,
        men=0,
        temps=0,
        apprentices=0,
        flags=("travail seul",),
        women_men="Poste unique, pas de différence relevée.",
    ),
)

_DEFAULT_ROW = RiskRow(
    key="UT1-R01",
    theme="chaleur",
    situation="dehors",
    unit="UT1",
    family=12,
    family_label="Risques liés aux ambiances thermiques",
    label="Travail physique dehors",
    words="Pose de tuiles et de zinc en plein soleil sur toiture, de mai à septembre, souvent l'après-midi",
    examples=("toiture sombre", "plein soleil"),
    damage="Coup de chaleur, parfois mortel ; malaise ; chute liée à un malaise",
    people=6,
    people_words="6 personnes, dont 1 intérimaire et 1 apprenti",
    in_place=(
        InPlace(text="Eau fraîche par équipe", kind="organisation", partly=True),
        InPlace(text="Horaires décalés en été", kind="organisation", partly=True),
        InPlace(text="Tenues claires et casquettes", kind="individuel", partly=True),
    ),
    in_place_words="Glacière dans le fourgon",
    checked_on="non",
    gravity=4,
    gravity_reason="Le coup de chaleur peut tuer",
    frequency=4,
    gross="très élevé",
    mastery=3,
    priority="P1",
    at_best="P1",
    at_worst="P1",
    priority_words=_WORDS["P1"],
    sentence="Des protections essentielles manquent : eau du chantier, lieu de repos, acclimatation.",
    unknowns=(),
    duties=(WATER,),
    overrides=(),
    first=True,
    actions=("A01", "A02", "A03", "A05", "A06"),
)

ROWS = (
    _DEFAULT_ROW,
    replace(
        _DEFAULT_ROW,
        key="UT1-R02",
        situation="combles",
        label="Combles, vide sanitaire, local sans ouvrant",
        words="",
        examples=("isolation de combles", "vide sanitaire"),
        damage="Coup de chaleur, malaise sans témoin",
        frequency=2,
        gross="élevé",
        first=False,
        actions=("A01", "A02", "A03"),
    ),
    replace(
        _DEFAULT_ROW,
        key="UT2-R01",
        unit="UT2",
        situation="local_effort",
        label="Local ou quai qui chauffe, travail physique",
        words="Découpe du zinc sous bac acier non isolé, porte ouverte sur la cour",
        damage="Coup de chaleur, fatigue, coupure par perte d'attention",
        people=2,
        people_words="2 personnes",
        in_place=(InPlace(text="Porte et lanterneaux ouverts le matin", kind="protection collective", partly=False),),
        in_place_words="",
        checked_on="",
        frequency=3,
        sentence="Une protection essentielle manque : acclimatation. Reste à préciser, sans effet sur la priorité :"
        " température de l'atelier.",
        unknowns=("température de l'atelier",),
        duties=(),
        first=False,
        actions=("A01", "A04"),
    ),
    replace(
        _DEFAULT_ROW,
        key="UT3-R01",
        unit="UT3",
        situation="local_calme",
        label="Bureau, accueil ou caisse qui chauffe",
        words="Bureau sous toiture, volets côté sud seulement",
        damage="Fatigue, maux de tête, erreurs",
        people=1,
        people_words="1 personne",
        in_place=(),
        in_place_words="",
        checked_on="2026-06",
        gravity=2,
        gravity_reason="Gêne et fatigue, sans séquelle",
        frequency=3,
        gross="modéré",
        mastery=None,
        priority="a_evaluer",
        at_best="P3",
        at_worst="P2",
        priority_words="À évaluer (au pire P2)",
        sentence="À compléter pour conclure : température du bureau.",
        unknowns=("température du bureau",),
        duties=(),
        overrides=(
            OverrideCard(
                field="gravité",
                computed="3",
                human="2",
                reason="Un climatiseur mobile est prêté par le voisin en cas de vigilance orange",
                author_role="gérante",
                made_on=date(2026, 11, 20),
            ),
        ),
        first=False,
        actions=("A04",),
    ),
)

_DEFAULT_ACTION = ActionLine(
    key="A01",
    chosen=True,
    own_words=False,
    measure="ch_m_acclimatation",
    theme="chaleur",
    text="Charge progressive sur sept jours pour tout arrivant, avec un référent d'équipe",
    why="Acclimatation des arrivants : non",
    rank="ORGA",
    rank_words="Organisation",
    principles=(4, 7),
    priority="P1",
    priority_words=_WORDS["P1"],
    rows=("UT1-R01", "UT1-R02", "UT2-R01"),
    factor="",
    duties=(),
    owner="chef d'équipe",
    start=date(2026, 12, 1),
    due=date(2027, 1, 15),
    proposed_due=date(2026, 12, 21),
    delay_words="moins de 15 jours",
    cost="aucun coût direct",
    indicator="Arrivants ayant suivi les sept jours : 0 sur 2 à ce jour, 2 sur 2 visés",
    conditions="Planning d'arrivée affiché ; chef d'équipe déchargé une heure par jour",
    resources="Chef d'équipe, SPST",
    helps=("Visite d'un préventeur du SPST, sans frais pour l'adhérent (sous réserve, lu le 21 novembre 2026)",),
    collective_sought="",
    individual=False,
    status="a_faire",
    status_words="À faire",
    done_on=None,
    first_step=True,
)

ACTIONS = (
    _DEFAULT_ACTION,
    replace(
        _DEFAULT_ACTION,
        key="A02",
        measure="ch_m_eau_chantier",
        text="Compter l'eau dans la préparation de chaque chantier : trois litres par personne et par jour",
        why="Eau du chantier : non",
        duties=(WATER,),
        rows=("UT1-R01", "UT1-R02"),
        owner="gérante",
        due=date(2027, 5, 15),
        start=None,
        cost="moins de 300 €",
        indicator="Litres par personne et par jour relevés sur trois chantiers",
        helps=(),
        status="en_cours",
        status_words="En cours",
    ),
    replace(
        _DEFAULT_ACTION,
        key="A03",
        measure="ch_m_tenues",
        text="Fournir des tenues légères, claires et anti-UV",
        why="Tenues adaptées : en partie",
        rank="INDIV",
        rank_words="Équipement individuel",
        priority="P3",
        priority_words=_WORDS["P3"],
        owner="",
        due=None,
        start=None,
        cost="",
        indicator="",
        helps=(),
        individual=True,
        collective_sought="",
        first_step=False,
    ),
    replace(
        _DEFAULT_ACTION,
        key="A04",
        chosen=False,
        measure="VERIF",
        text="Vérifier : mesurer la température de l'atelier et du bureau à 15 h, trois jours de suite",
        why="À vérifier : température",
        rank="VERIF",
        rank_words="Vérification",
        priority="P2",
        priority_words=_WORDS["P2"],
        rows=("UT2-R01", "UT3-R01"),
        owner="",
        due=None,
        start=None,
        proposed_due=date(2027, 5, 21),
        first_step=False,
        helps=(),
    ),
    replace(
        _DEFAULT_ACTION,
        key="A05",
        chosen=False,
        measure="ch_m_abri",
        text="Abri ombragé et ventilé sur chaque chantier pour les pauses",
        why="Lieu de repos : non",
        rank="TECH",
        rank_words="Protection collective",
        rows=("UT1-R01",),
        owner="",
        due=None,
        start=None,
        cost="300 à 3 000 €",
        first_step=False,
        helps=("Subvention Carsat (sous réserve, lu le 21 novembre 2026)",),
    ),
    replace(
        _DEFAULT_ACTION,
        key="A06",
        chosen=False,
        measure="ch_m_horaires",
        text="Horaires d'été : 6 h à 13 h dès la vigilance jaune, écrits et connus des clients",
        why="Horaires et rythme : en partie",
        priority="P2",
        priority_words=_WORDS["P2"],
        rows=("UT1-R01",),
        owner="",
        due=None,
        start=None,
        first_step=False,
        helps=(),
    ),
)

BLOCK = BlockCard(
    theme="chaleur",
    title="Prévention des risques liés aux épisodes de chaleur intense",
    intro="Les huit rubriques de l'article R. 4463-3, avec ce qui existe toute l'année et ce qui change selon la"
    " vigilance de Météo-France.",
    level_labels=("Vigilance jaune", "Vigilance orange", "Vigilance rouge"),
    lines=(
        BlockLine(label="Procédés de travail", article="R. 4463-3 1°", usual=(), levels=("", "", ""), actions=()),
        BlockLine(
            label="Aménagement des lieux et des postes",
            article="R. 4463-3 2°",
            usual=("Porte et lanterneaux ouverts le matin",),
            levels=("Bâche d'ombre", "Bâche d'ombre et brumisateur", ""),
            actions=("A05",),
        ),
        BlockLine(
            label="Organisation et horaires",
            article="R. 4463-3 3°",
            usual=("Horaires décalés en été (en partie)",),
            levels=("7 h à 14 h", "6 h à 13 h", "Arrêt des toitures"),
            actions=("A06", "A01"),
        ),
        BlockLine(
            label="Protection contre le rayonnement solaire", article="R. 4463-3 4°", usual=(), levels=(), actions=()
        ),
        BlockLine(
            label="Eau potable fraîche",
            article="R. 4463-3 5°",
            usual=("Glacière dans le fourgon",),
            levels=("", "", ""),
            actions=("A02",),
        ),
        BlockLine(label="Équipements de travail", article="R. 4463-3 6°", usual=(), levels=(), actions=()),
        BlockLine(
            label="Équipements de protection individuelle",
            article="R. 4463-3 7°",
            usual=("Tenues claires et casquettes (en partie)",),
            levels=(),
            actions=("A03",),
        ),
        BlockLine(label="Information et formation", article="R. 4463-3 8°", usual=(), levels=("", "", ""), actions=()),
    ),
    notes=(
        BlockLine(label="Travailleurs vulnérables, avec le SPST", article="R. 4463-5", usual=(), levels=(), actions=()),
        BlockLine(
            label="Alerte et secours, consignes transmises au SPST",
            article="R. 4463-6",
            usual=("Numéro d'urgence affiché dans le fourgon",),
            levels=(),
            actions=(),
        ),
    ),
)

ANSWERS = (
    AnswerLine(
        theme="chaleur",
        question="ch_eau_fraiche",
        text="De l'eau fraîche est-elle à portée de main toute la journée ?",
        unit="*",
        code="partiellement",
        words="En partie",
        reason="",
    ),
    AnswerLine(
        theme="chaleur",
        question="ch_repos",
        text="Existe-t-il un lieu de repos à l'ombre ou rafraîchi ?",
        unit="*",
        code="non",
        words="Non",
        reason="",
    ),
    AnswerLine(
        theme="chaleur",
        question="ch_temperature",
        text="La température du local a-t-elle été mesurée ?",
        unit="UT2",
        code="ne_sait_pas",
        words="Je ne sais pas",
        reason="",
    ),
    AnswerLine(
        theme="chaleur",
        question="ch_coactivite",
        text="La chaleur figure-t-elle dans le plan de prévention ?",
        unit="*",
        code="sans_objet",
        words="Sans objet",
        reason="Aucune entreprise extérieure sur nos chantiers",
    ),
)

LAWS = tuple(
    LawCited(
        article=article,
        label=label,
        version_id=version,
        in_force_since=since,
        read_on=date(2026, 11, 21),
        to_check=check,
        note="",
    )
    for article, label, version, since, check in (
        (
            "L. 4121-3-1",
            "Contenu, conservation et transmission du DUERP",
            "LEGIARTI000043907000",
            date(2022, 3, 31),
            False,
        ),
        ("R. 4121-4", "Mise à disposition du DUERP", "LEGIARTI000045386451", date(2022, 3, 31), False),
        ("R. 4463-3", "Huit rubriques de mesures contre la chaleur", "LEGIARTI000051675000", date(2025, 7, 1), False),
        ("R. 4534-143", "Eau sur les chantiers", "LEGIARTI000018531000", None, True),
    )
)

PARTICIPATION = ParticipationCard(
    on=date(2026, 11, 18),
    form="réunion",
    roles=("chef d'équipe", "couvreurs"),
    units=("UT1",),
    contribution="Les combles sont le pire endroit ; la glacière est vide à midi",
)

VERSION = VersionCard(
    number=1,
    validated_on=date(2026, 11, 21),
    trigger="annuelle",
    trigger_words="Mise à jour annuelle (article R. 4121-2, 1°)",
    reason="Première évaluation de la chaleur",
    author_role="gérante",
    participants=(PARTICIPATION,),
    cse_line="CSE : sans objet, moins de 11 salariés. Les salariés ont été associés directement.",
)

PROJECT = Dossier(
    format=FORMAT,
    kind="projet",
    title="Contribution au DUERP — thèmes évalués : travailler par forte chaleur",
    language="fr",
    assessed_on=date(2026, 11, 21),
    establishment=ESTABLISHMENT,
    version=None,
    themes=(
        ThemeCard(
            theme="chaleur",
            version="1.0",
            sha256="ab" * 32,
            title="Travailler par forte chaleur",
            short_title="Chaleur",
            families=(12,),
            figures=(
                FigureCard(
                    fact="Accidents du travail mortels en lien possible avec la chaleur",
                    value="7",
                    year="été 2024",
                    perimeter="France, tous secteurs",
                    source="Santé publique France, bilan du 11 mars 2025",
                ),
            ),
            references=("INRS, dossier « Travail à la chaleur »",),
        ),
    ),
    units=UNITS,
    method=METHOD,
    rows=ROWS,
    former_rows=(),
    closed=(),
    open_themes=(),
    actions=ACTIONS,
    law_points=(
        LawPoint(
            obligation="CH-O1",
            text="Le risque de chaleur intense est évalué, dedans comme dehors",
            articles=("R. 4463-2",),
            what="Recopier cette section dans votre DUERP et la dater",
            due=date(2026, 12, 21),
        ),
    ),
    blocks=(BLOCK,),
    size=SizeRules(
        annual_update=False,
        next_due=None,
        program=False,
        actions_title=SMALL_TITLE,
        cse_rule="Moins de 11 salariés : les salariés sont associés directement.",
        update_rule="Moins de 11 salariés : mise à jour à chaque aménagement important et à chaque information"
        " nouvelle sur un risque (article R. 4121-2, 2° et 3°).",
        missing=(),
    ),
    families_left=(
        "1 Risques de chute de plain-pied",
        "2 Risques de chute de hauteur",
        "4 Risques routiers en mission",
        "5 Risques liés à la charge physique de travail",
        "7 Risques liés aux produits chimiques, aux émissions et aux déchets",
        "11 Risques et nuisances liés au bruit",
        "14 Risques liés à l'électricité",
        "17 Risques psychosociaux",
    ),
    answers=ANSWERS,
    laws=LAWS,
)

AS_VERSION = replace(PROJECT, kind="version", version=VERSION)

PROGRAM = replace(
    AS_VERSION,
    establishment=replace(ESTABLISHMENT, headcount=62, cse="elu", cse_words="CSE élu", employer_role="directrice"),
    size=SizeRules(
        annual_update=True,
        next_due=date(2027, 11, 21),
        program=True,
        actions_title=PROGRAM_TITLE,
        cse_rule="50 salariés et plus : le CSE est consulté avant la décision (article L. 4121-3).",
        update_rule="Mise à jour chaque année au moins (article R. 4121-2, 1°).",
        missing=("A03 : conditions d'exécution, indicateur et coût à compléter",),
    ),
    actions=(
        *(replace(action, factor="Températures extrêmes") for action in ACTIONS[:2]),
        replace(ACTIONS[2], conditions="", resources=""),
    ),
)

EMPTY = replace(
    PROJECT,
    establishment=replace(ESTABLISHMENT, siret="", naf="", naf_label="", naf_nomenclature="", address=""),
    themes=(replace(PROJECT.themes[0], figures=(), references=()),),
    units=(),
    rows=(),
    actions=(),
    law_points=(),
    blocks=(),
    families_left=(),
    answers=(),
    laws=(),
    closed=(
        ClosedTheme(
            theme="chaleur",
            title="Travailler par forte chaleur",
            words="Sans objet à ce jour",
            reason="Locaux climatisés, température contrôlée chaque mois",
            author_role="gérante",
            closed_on=date(2026, 11, 21),
            review_on=date(2027, 11, 21),
        ),
    ),
)

UNKNOWN = replace(
    PROJECT,
    units=(
        replace(
            UNITS[0],
            activities="",
            places="",
            total=0,
            women=None,
            men=None,
            temps=0,
            apprentices=0,
            flags=(),
            women_men="",
        ),
    ),
    rows=(
        replace(
            _DEFAULT_ROW,
            words="",
            examples=(),
            damage="",
            people=0,
            people_words="",
            in_place=(),
            in_place_words="",
            checked_on="",
            frequency=None,
            gross="à évaluer",
            mastery=None,
            priority="a_evaluer",
            at_best="P3",
            at_worst="P1",
            priority_words="À évaluer (au pire P1)",
            sentence="À compléter pour conclure : fréquence, eau, repos.",
            unknowns=("fréquence", "eau", "repos"),
            duties=(),
            actions=(),
        ),
    ),
    actions=(),
    answers=(),
)


def huge(rows: int, *, units: int = 6) -> Dossier:
    """A version with that many rows spread over `units` units, one action for every five rows."""
    cards = tuple(replace(UNITS[number % 3], key=f"UT{number + 1}") for number in range(units))
    lines = tuple(
        replace(
            ROWS[number % 4],
            unit=cards[number * units // rows].key,
            key=f"{cards[number * units // rows].key}-R{number + 1:02}",
            words=f"Situation réelle {number + 1} : {ROWS[number % 4].words}",
            damage=f"{ROWS[number % 4].damage} ({number + 1})",
            sentence=f"{ROWS[number % 4].sentence} Ligne {number + 1}.",
        )
        for number in range(rows)
    )
    actions = tuple(
        replace(ACTIONS[number % 3], key=f"A{number + 1:02}", first_step=number < 2)
        for number in range(max(1, rows // 5))
    )
    return replace(AS_VERSION, units=cards, rows=lines, actions=actions)
