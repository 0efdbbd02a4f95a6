"""Error pages, in the look of the portal, that need neither the database nor an account."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError

from app.domain.roles import Role
from app.models.engine import Conflict
from app.web.pages import render
from app.web.scope import Scope
from forms.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What a person reads: what happened, and what to do."""

    title: str
    text: str


PAGES: dict[int, ErrorPage] = {
    400: ErrorPage(
        title=say("Demande mal formée"),
        text=say("Le portail n'a pas compris ce que le navigateur a envoyé. Revenez à l'accueil et recommencez."),
    ),
    403: ErrorPage(
        title=say("Accès refusé"),
        text=say("Cette page n'est pas ouverte à votre compte. La personne qui vous a invité peut vous en dire plus."),
    ),
    404: ErrorPage(
        title=say("Page introuvable"),
        text=say("L'adresse est incomplète, ou la page n'existe plus. Si vous l'avez recopiée, vérifiez-la."),
    ),
    405: ErrorPage(
        title=say("Action impossible ici"),
        text=say("Cette page ne reçoit pas ce genre de demande. Revenez à l'accueil et reprenez depuis là."),
    ),
    409: ErrorPage(
        title=say("Quelque chose a changé entre-temps"),
        text=say(
            "Cette demande a déjà été traitée, ou quelqu'un d'autre a agi avant vous. Rien n'a été remplacé. "
            "Rouvrez la page pour voir où elle en est."
        ),
    ),
    413: ErrorPage(
        title=say("Envoi trop lourd"),
        text=say(
            "Un envoi est limité à 5\u00a0Mo. Réduisez le fichier, ou envoyez-en un à la fois. Rien n'a été enregistré."
        ),
    ),
    429: ErrorPage(
        title=say("Trop d'essais à la suite"),
        text=say("Par prudence, le portail attend quelques minutes avant d'en accepter un autre. Rien n'est perdu."),
    ),
    500: ErrorPage(
        title=say("Une erreur de notre côté"),
        text=say(
            "La page n'a pas pu s'afficher. Ce n'est pas de votre fait, et l'incident est noté dans le journal. "
            "Réessayez dans quelques minutes."
        ),
    ),
}
"""By HTTP status; another status of the 400s reads as 400, of the 500s as 500."""

REFUSED: dict[Role, ErrorPage] = {
    Role.READER: ErrorPage(
        title=say("Vous pouvez lire, pas modifier"),
        text=say(
            "Votre accès à cette entreprise est en lecture. L'employeur, et les personnes qu'il invite à répondre, "
            "peuvent la modifier. Pour en faire partie, demandez à l'employeur de vous inviter à répondre."
        ),
    ),
    Role.CONTRIBUTOR: ErrorPage(
        title=say("Réservé à l'employeur"),
        text=say(
            "Vous pouvez lire et répondre. Valider, transmettre, demander un avis et inviter reviennent à l'employeur "
            ": demandez-lui de le faire."
        ),
    ),
    Role.ADVISER: ErrorPage(
        title=say("Réservé à l'administration du service"),
        text=say("Votre accès n'ouvre pas cette page. Demandez à la personne qui administre Jalon dans votre service."),
    ),
}
"""What a refusal says to who holds a role here: what they may do, who may do the rest, whom to ask."""


def install(app: Flask) -> None:
    """Answer every HTTP error and every unforeseen fault with its page."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(Conflict, _crossed)


def _crossed(_error: Conflict) -> ResponseReturnValue:
    """The last resort of a form that met another write, and whose own page says nothing of it."""
    return render("errors/error.html", page=PAGES[409]), 409


def _answer(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:  # a redirection travels as an exception too, and must go through untouched
        return error.get_response()
    if isinstance(error, SecurityError):  # a host name that is not ours: no address of a page can be built for it
        return "Ce site ne répond pas sous ce nom.\n", code, {"Content-Type": "text/plain; charset=utf-8"}
    page = _refusal() if code == 403 else PAGES.get(code) or PAGES[500 if code >= 500 else 400]
    kept = [(name, value) for name, value in error.get_headers() if name.lower() in {"allow", "retry-after"}]
    return render("errors/error.html", page=page), code, kept


def _refusal() -> ErrorPage:
    """Why a door stays shut, for the role that was met at it."""
    here = g.get("scope")
    role = here.member.role if isinstance(here, Scope) and here.member else None
    return REFUSED.get(Role.ADVISER if role is Role.PILOT else role, PAGES[403]) if role else PAGES[403]
