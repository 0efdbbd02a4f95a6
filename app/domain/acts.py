"""Kinds of acts that are kept as facts; indicators (app.domain.indicators) are written with these codes."""

from __future__ import annotations

from enum import StrEnum


class FactKind(StrEnum):
    """What was done."""

    TARGETED = "etablissement_cible"
    INVITED = "invitation_envoyee"
    INVITATION_FAILED = "invitation_refusee"
    ACCOUNT_OPENED = "compte_ouvert"
    THEME_STARTED = "theme_commence"
    THEME_FINISHED = "theme_termine"
    THEME_SET_ASIDE = "theme_ecarte"
    THEME_SUBMITTED = "theme_soumis"
    THEME_WITHDRAWN = "soumission_retiree"
    THEME_REVIEWED = "theme_relu"
    HELP_ASKED = "aide_demandee"
    SECTION_MADE = "section_produite"
    ACTION_CHOSEN = "action_retenue"
    ACTION_PLANNED = "action_planifiee"
    ACTION_STARTED = "action_commencee"
    ACTION_DONE = "action_faite"
    ACTION_DROPPED = "action_abandonnee"
    ACTION_REOPENED = "action_rouverte"
    VERSION_MADE = "document_valide"
    TRANSMITTED = "document_transmis"
    ADVISED = "conseil_donne"
    ASKED = "question_posee"
    CHANGE_ASKED = "modification_demandee"
    MEASURE_PROPOSED = "mesure_proposee"
    MEASURE_ACCEPTED = "mesure_acceptee"
    MEASURE_DECLINED = "mesure_declinee"
    LOGGED = "acte_note"
    SESSION_HELD = "seance_tenue"
    ATTENDED = "presence"
    CORRECTED = "correction"
