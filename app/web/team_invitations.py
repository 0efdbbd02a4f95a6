"""The list of the staff, and the invitations of colleagues: sent, sent again, revoked."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.activity import PROFESSIONS
from app.domain.roles import Role
from app.extensions import db
from app.models.engine import Conflict
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import AlreadyMember, invite, revoke_invitation
from app.services.once import AlreadyDone
from app.services.team import team_of
from app.services.throttle import INVITATIONS_OF_AN_ACCOUNT, TooManyTries, Try, count_try
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, current, translated
from app.web.pages import render
from app.web.scope import scope
from forms.team import ColleagueInvitationForm
from forms.words import say

ROLE_SHORT = {
    Role.ADVISER.value: say("Préventeur"),
    Role.PILOT.value: say("Pilote du CPOM"),
    Role.ADMIN.value: say("Administrateur"),
}


def add_pages(team: Blueprint, desk: Desk) -> None:
    """The invitations of colleagues."""

    @team.post("")
    @access(Door.ADMIN)
    def invite_colleague(**_where: object) -> ResponseReturnValue:
        form = ColleagueInvitationForm(request.form)
        if form.validate():
            wish = InvitationWish(
                email=form.email, role=Role(form.role.data), function=form.fonction.data, establishment_id=None
            )
            refused = _invite(desk, wish, key=request.form.get("cle", ""))
            if not refused:
                flash(_("L'invitation part à {email}.", email=form.email))
                return _to_list()
            form.adresse.errors = [refused]
        return list_page(desk, form), 422

    @team.post("/invitation/<uuid:invitation_id>/annuler")
    @access(Door.ADMIN)
    def revoke(invitation_id: UUID, **_where: object) -> ResponseReturnValue:
        here = scope()
        try:
            email = revoke_invitation(
                desk.database,
                invitation_id,
                service_id=here.face.service_id,
                establishment_id=None,
                at=desk.now(),
            )
        except LookupError:
            abort(404)
        flash(_("L'invitation de {email} est annulée : son lien n'ouvre plus rien.", email=email))
        return _to_list()

    @team.post("/invitation/<uuid:invitation_id>/renvoyer")
    @access(Door.ADMIN)
    def send_again(invitation_id: UUID, **_where: object) -> ResponseReturnValue:
        pending = team_of(db.session(), on=desk.today()).pending
        line = next((each for each in pending if each.invitation_id == invitation_id), None)
        if line is None:
            abort(404)
        wish = InvitationWish(email=line.email, role=line.role, function=line.function, establishment_id=None)
        refused = _invite(desk, wish, key=request.form.get("cle", ""))
        if refused:
            flash(translated(refused, current()), "warn")
        else:
            flash(_("Une nouvelle invitation part à {email} : l'ancien lien n'ouvre plus rien.", email=line.email))
        return _to_list()


def list_page(desk: Desk, form: ColleagueInvitationForm) -> str:
    """Everybody of the service, who is awaited, and the form that invites."""
    viewer = scope().viewer
    return render(
        "staff/team.html",
        form=form,
        faults=form.faults(),
        team=team_of(db.session(), on=desk.today()),
        role_short=ROLE_SHORT,
        roles=[(code, words, "") for code, words in ROLE_SHORT.items()],
        professions=PROFESSIONS,
        me=viewer.account_id if viewer else None,
        key=secrets.token_urlsafe(16),
    )


def _invite(desk: Desk, wish: InvitationWish, *, key: str) -> str:
    """Sends the invitation; returns why not, empty when it is sent."""
    here = scope()
    letter = Letter(service_name=here.face.name, entrance=f"{desk.settings.base_url}/{here.slug}", key=key)
    tried = Try(limit=INVITATIONS_OF_AN_ACCOUNT, subject=str(here.author.account_id or ""))
    try:
        count_try(desk.database, desk.settings.secret_key, tried, at=desk.now())
        invite(
            desk.database,
            wish,
            letter,
            service_id=here.face.service_id,
            author=None,
            on=desk.today(),
            at=desk.now(),
        )
    except AlreadyMember:
        return say("Cette personne a déjà ce rôle. Ses autres rôles se donnent sur sa page.")
    except TooManyTries:
        return say("Trop d'invitations à la suite. Reprenez demain.")
    except AlreadyDone:
        return ""  # the second tap on the button gets the answer of the first
    except Conflict:
        return say("Une autre invitation partait au même moment. Envoyez de nouveau.")
    return ""


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("team.index", slug=scope().slug), 303)
