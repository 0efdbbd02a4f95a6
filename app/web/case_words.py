"""The words of a case: why it is in the queue, what an alert says, when it was last visited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.alerts import Alert, AlertCode, AlertKind
from app.domain.need import Motive, Reason
from app.services.clock import local_day
from app.web.language import _, month_words, ngettext
from forms.words import say

Titles = Mapping[str, str]
"""Short title of each theme by code."""

MOTIVES = (
    (Motive.HELP.value, say("Aide demandée")),
    (Motive.REPLY.value, say("Réponse reçue")),
    (Motive.REVIEW.value, say("À relire")),
    (Motive.VERSION.value, say("Document transmis")),
    (Motive.DECLINED.value, say("Mesure déclinée")),
    (Motive.BARE.value, say("Situation grave sans mesure")),
    (AlertCode.HASTY.value, say("Tout à « Oui », très vite")),
    (AlertCode.SCREENED_OUT.value, say("Métier exposé, thème écarté")),
    (AlertCode.INDIVIDUAL_ONLY.value, say("Mesures individuelles seules")),
    (AlertCode.UNKNOWN_DUTY.value, say("Inconnu sur une obligation")),
    (AlertCode.LOOSE_PLAN.value, say("Plan sans responsable ou sans date")),
)
"""Reasons one may keep the queue to, with their words."""

KIND_WORDS = {
    AlertKind.RELIABLE: say("Fiable"),
    AlertKind.WHOLE: say("Complet"),
    AlertKind.UP_TO_DATE: say("À jour"),
    AlertKind.KNOWLEDGE: say("Connaissances"),
    AlertKind.UNKNOWN: say("Inconnu"),
}
KIND_ICONS = {
    AlertKind.RELIABLE: "warn",
    AlertKind.WHOLE: "document",
    AlertKind.UP_TO_DATE: "clock",
    AlertKind.KNOWLEDGE: "person",
    AlertKind.UNKNOWN: "ask",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWords:
    """An alert as the case shows it."""

    kind: str
    icon: str
    words: str
    detail: str
    about: str
    """What « Demander » fills the form with: a theme, or a question of it."""
    unknown: bool


def reason_words(reason: Reason, titles: Titles) -> str:
    """One reason in words; empty for what a column of its own says."""
    made = _REASONS.get(reason.code)
    return made(reason, titles.get(reason.theme, reason.theme)) if made else ""


def _help(reason: Reason, title: str) -> str:
    if title:
        return _("Aide demandée : {theme}", theme=title)
    return ngettext("Aide demandée sur {n} thème", "Aide demandée sur {n} thèmes", reason.count)


def _review(reason: Reason, title: str) -> str:
    if title:
        return _("À relire : {theme}", theme=title)
    return ngettext("{n} thème à relire", "{n} thèmes à relire", reason.count)


def _hasty(reason: Reason, title: str) -> str:
    if not title or not reason.count:
        return _("Tout à « Oui », très vite")
    return ngettext("Tout à « Oui » en {n} seconde", "Tout à « Oui » en {n} secondes", reason.count)


def _screened_out(_reason: Reason, title: str) -> str:
    return _("Métier exposé, thème écarté : {theme}", theme=title) if title else _("Métier exposé, thèmes écartés")


def _unknown(reason: Reason, _title: str) -> str:
    return _("« Je ne sais pas » sur une obligation : {names}", names=", ".join(reason.names))


_REASONS: Mapping[str, Callable[[Reason, str], str]] = {
    Motive.BARE: lambda reason, _title: ngettext(
        "{n} situation grave, aucune mesure", "{n} situations graves, aucune mesure", reason.count
    ),
    Motive.SEVERE: lambda reason, _title: ngettext("{n} situation grave", "{n} situations graves", reason.count),
    Motive.HELP: _help,
    Motive.REPLY: lambda _reason, _title: _("Nouvelle réponse dans le fil"),
    Motive.REVIEW: _review,
    Motive.VERSION: lambda _reason, _title: _("Document transmis"),
    Motive.DECLINED: lambda _reason, _title: _("Mesure proposée, déclinée"),
    AlertCode.HASTY: _hasty,
    AlertCode.SCREENED_OUT: _screened_out,
    AlertCode.INDIVIDUAL_ONLY: lambda reason, _title: ngettext(
        "Mesures individuelles seules pour {n} situation",
        "Mesures individuelles seules pour {n} situations",
        reason.count,
    ),
    AlertCode.UNKNOWN_DUTY: _unknown,
    AlertCode.LOOSE_PLAN: lambda reason, _title: ngettext(
        "{n} action sans responsable ou sans date", "{n} actions sans responsable ou sans date", reason.count
    ),
}


def alert_words(alert: Alert) -> AlertWords:
    """An alert with its sentence, and what the content names in it."""
    words, detail = _ALERTS[alert.code](alert)
    return AlertWords(
        kind=KIND_WORDS[alert.kind],
        icon=KIND_ICONS[alert.kind],
        words=words,
        detail=detail,
        about=f"{alert.theme}.{alert.question}" if alert.question else alert.theme,
        unknown=alert.kind is AlertKind.UNKNOWN,
    )


def _hasty_alert(alert: Alert) -> tuple[str, str]:
    detail = _("Du premier choix au dernier, toutes les questions comprises.")
    if not alert.count:
        return _("Toutes les réponses sont « Oui », enregistrées d'un seul coup"), ""
    return ngettext(
        "Toutes les réponses sont « Oui », en {n} seconde",
        "Toutes les réponses sont « Oui », en {n} secondes",
        alert.count,
    ), detail


def _individual_alert(alert: Alert) -> tuple[str, str]:
    words = ngettext(
        "{n} situation grave n'a que des mesures individuelles",
        "{n} situations graves n'ont que des mesures individuelles",
        alert.count,
    )
    return words, " ; ".join(alert.names)


def _loose_alert(alert: Alert) -> tuple[str, str]:
    words = ngettext(
        "{n} action retenue sans responsable ou sans date",
        "{n} actions retenues sans responsable ou sans date",
        alert.count,
    )
    return words, " ; ".join(alert.names[:3])


def _unknown_alert(alert: Alert) -> tuple[str, str]:
    words = _("« Je ne sais pas » sur une obligation précise : {question}", question=", ".join(alert.names))
    return words, ""


def _screened_alert(alert: Alert) -> tuple[str, str]:
    words = _("Le métier est exposé, et le repérage dit « aucune de ces situations »")
    return words, _("Souvent dans ce métier : {situations}", situations=" ; ".join(alert.names))


def _overdue_alert(alert: Alert) -> tuple[str, str]:
    words = ngettext(
        "Une réponse attendue est en retard de {n} jour",
        "Une réponse attendue est en retard de {n} jours",
        alert.count,
    )
    return words, ""


_ALERTS: Mapping[AlertCode, Callable[[Alert], tuple[str, str]]] = {
    AlertCode.HASTY: _hasty_alert,
    AlertCode.SCREENED_OUT: _screened_alert,
    AlertCode.INDIVIDUAL_ONLY: _individual_alert,
    AlertCode.UNKNOWN_DUTY: _unknown_alert,
    AlertCode.LOOSE_PLAN: _loose_alert,
    AlertCode.OVERDUE: _overdue_alert,
}


def waited_days(since: datetime, on: date, zone: str) -> str:
    """« 9 jours », « depuis aujourd'hui »."""
    days = (on - local_day(since, zone)).days
    return ngettext("{n} jour", "{n} jours", days) if days > 0 else _("aujourd'hui")


def month_of(day: date) -> str:
    """The month of a day in words: « mars 2022 »."""
    return month_words(f"{day:%Y-%m}")
