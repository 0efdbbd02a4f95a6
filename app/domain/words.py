"""The words printed for the codes of the engine; one place, so that a page and a document never differ."""

from __future__ import annotations

from app.domain.establishment import Cse
from app.domain.inputs import ActionStatus, Trigger
from app.domain.rating import Gross, Priority
from questionnaires.schema import Cost, Delay, Rank

TO_ASSESS = "a_evaluer"
"""Stored code of a row whose unknowns can change its priority."""

PRIORITY_NAMES: dict[Priority, str] = {
    Priority.P1: "Agir sans attendre",
    Priority.P2: "À planifier en priorité",
    Priority.P3: "À améliorer",
    Priority.P4: "À maintenir et surveiller",
}

PRIORITY_DELAYS: dict[Priority, str] = {
    Priority.P1: "mesure immédiate, puis un mois au plus",
    Priority.P2: "six mois au plus",
    Priority.P3: "douze mois au plus",
    Priority.P4: "à revoir à la prochaine mise à jour",
}

GROSS_NAMES: dict[Gross, str] = {
    Gross.LOW: "faible",
    Gross.MODERATE: "modéré",
    Gross.HIGH: "élevé",
    Gross.VERY_HIGH: "très élevé",
}

RANK_NAMES: dict[Rank, str] = {
    Rank.SUPPRESSION: "suppression du danger",
    Rank.SUBSTITUTION: "remplacement par moins dangereux",
    Rank.TECHNICAL: "protection collective",
    Rank.ORGANISATION: "organisation du travail",
    Rank.TRAINING: "information, formation",
    Rank.INDIVIDUAL: "mesure individuelle",
}

COST_NAMES: dict[Cost, str] = {
    Cost.C0: "temps interne, sans achat",
    Cost.C1: "moins de 500 €",
    Cost.C2: "de 500 à 5 000 €",
    Cost.C3: "de 5 000 à 25 000 €",
    Cost.C4: "plus de 25 000 €",
}
"""Cost bands for a small firm: an order of size to choose by, not an estimate."""

DELAY_NAMES: dict[Delay, str] = {
    Delay.IMMEDIATE: "moins de 15 jours de mise en place",
    Delay.SHORT: "moins de 3 mois de mise en place",
    Delay.LONG: "plus de 3 mois de mise en place",
}

STATUS_NAMES: dict[ActionStatus, str] = {
    ActionStatus.PLANNED: "à faire",
    ActionStatus.RUNNING: "en cours",
    ActionStatus.DONE: "fait",
    ActionStatus.DROPPED: "abandonné",
}

CSE_NAMES: dict[Cse, str] = {
    Cse.NONE: "pas de CSE",
    Cse.ELECTED: "CSE élu",
    Cse.VACANT: "procès-verbal de carence",
}

FROM_50 = (
    "À partir de 50 salariés, un programme annuel de prévention remplace la liste des actions, et le CSE est consulté "
    "sur le document unique (art. L. 4121-3 et L. 4121-3-1)."
)
UNDER_50 = (
    "En dessous de 50 salariés, une liste des actions remplace le programme annuel de prévention, et l'employeur "
    "présente cette liste au CSE (art. L. 4121-3-1)."
)
FROM_11 = (
    "À partir de 11 salariés, le document unique se met à jour au moins une fois par an (art. R. 4121-2) ; un CSE se "
    "met en place quand cet effectif dure douze mois de suite."
)
UNDER_11 = (
    "En dessous de 11 salariés, aucun rythme annuel n'est imposé : le document unique se met à jour quand le travail "
    "change ou qu'une information nouvelle sur un risque est connue (art. R. 4121-2)."
)
"""What a size of establishment changes, said when a threshold is crossed."""

TRIGGER_NAMES: dict[Trigger, str] = {
    Trigger.YEARLY: "mise à jour annuelle (art. R. 4121-2, 1°)",
    Trigger.CHANGE: "décision d'aménagement important (art. R. 4121-2, 2°)",
    Trigger.INFORMATION: "information nouvelle sur un risque (art. R. 4121-2, 3°)",
}

GRAVITY_QUESTION = "Si ça arrive, quelles conséquences réalistes au pire ?"
GRAVITY_STEPS: tuple[tuple[str, str], ...] = (
    ("Faible", "gêne, petite blessure, pas d'arrêt"),
    ("Moyenne", "arrêt de travail, sans séquelle"),
    ("Grave", "séquelles, maladie professionnelle, inaptitude"),
    ("Très grave", "décès, ou atteinte irréversible qui menace la vie"),
)

FREQUENCY_QUESTION = (
    "Combien de fois, ou combien de temps, la personne la plus exposée de l'unité est-elle dans cette situation ?"
)
FREQUENCY_STEPS: tuple[tuple[str, str], ...] = (
    ("Rare", "quelques fois par an"),
    ("Occasionnelle", "quelques fois par mois"),
    ("Fréquente", "quelques fois par semaine, ou une à deux heures par jour"),
    ("Permanente", "tous les jours, une grande partie de la journée"),
)

MASTERY_QUESTION = "Qu'est-ce qui existe déjà, et est-ce que ça marche vraiment ?"
MASTERY_STEPS: tuple[tuple[str, str], ...] = (
    ("Maîtrisé", "tout l'essentiel est en place, et vérifié sur place depuis moins de douze mois"),
    ("Partiel", "l'essentiel est là, mais une protection est incomplète, non vérifiée ou mal soutenue"),
    (
        "Insuffisant",
        "une protection essentielle manque, ou il ne reste que des équipements individuels et des consignes",
    ),
    ("Aucune mesure", "rien de ce qui protège vraiment n'est en place"),
)

# The floor of an accident is called a precaution: beside it, the plain word would tell a small firm's reader that the
# one row held at P2 is the one where something happened (D20).
METHOD_NOTES: tuple[str, ...] = (
    "La cotation est une aide au classement des actions ; aucun texte ne l'impose. Les délais sont ceux de la méthode.",
    "Les deux tableaux se lisent : aucun nombre n'est multiplié. La maîtrise vient des protections qui comptent pour "
    "la situation : une protection essentielle absente l'emporte sur toutes les autres.",
    "Une réponse inconnue ne fait jamais baisser une priorité : la ligne est calculée comme si tout l'inconnu était en "
    "place, puis comme si rien ne l'était. Si la priorité change, la ligne est « À évaluer ».",
    "Une obligation précise non remplie, ou une précaution tirée de ce que l'entreprise sait de la situation, tient la "
    "ligne au moins en P2. Seul le danger donne P1.",
)


def priority_words(best: Priority, worst: Priority) -> str:
    """Words of a row: « P1 : agir sans attendre » when firm, else « À évaluer (P3, au pire P1) »."""
    if best == worst:
        return f"{worst.name} : {PRIORITY_NAMES[worst].lower()}"
    return f"À évaluer ({best.name}, au pire {worst.name})"


def counted(count: int, one: str, several: str | None = None) -> str:
    """A number and its noun in agreement: 0 and 1 are singular in French; `several` when an s is not enough."""
    return f"{count} {one if count < 2 else several or one + 's'}"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """A French enumeration: « eau », « eau et repos », « eau, repos et horaires »."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"
