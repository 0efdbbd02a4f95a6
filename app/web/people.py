"""Who works on an establishment: its employer sees the members, invites, revokes, ends an access."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.roles import Role
from app.extensions import db
from app.services.establishments import known_establishment
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import AlreadyMember, TooManyInvitations, invite, revoke_invitation
from app.services.once import AlreadyDone
from app.services.people import LastEmployer, end_membership, people_of
from app.services.throttle import INVITATIONS_OF_AN_ACCOUNT, TooManyTries, Try, count_try
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.invitation import InvitationForm
from forms.words import say

FIRM_CHOICES = (
    (
        Role.CONTRIBUTOR.value,
        say("Répondre aux questions"),
        say("Répond aux thèmes et prépare le plan. Ne valide pas le document."),
    ),
    (Role.READER.value, say("Lire seulement"), say("Voit les réponses, le plan et le document, sans rien changer.")),
    (
        Role.EMPLOYER.value,
        say("Décider, comme vous"),
        say("Valide le document, le transmet, invite et retire des personnes."),
    ),
)
"""Code, words and explanation of each role an employer may give."""
ROLE_SHORT = {
    Role.CONTRIBUTOR.value: say("Répond aux questions"),
    Role.READER.value: say("Lit seulement"),
    Role.EMPLOYER.value: say("Décide"),
}

_ROOT = "/<slug>/e/<uuid:establishment_id>/personnes"


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the people of an establishment."""
    people = Blueprint("people", __name__, url_prefix=_ROOT)
    _add_list(people, desk)
    _add_end(people, desk)
    return people


def _add_list(people: Blueprint, desk: Desk) -> None:
    @people.get("")
    @access(Door.FIRM_DECIDE)
    def index(**_where: object) -> ResponseReturnValue:
        return _page(desk, InvitationForm())

    @people.post("")
    @access(Door.FIRM_DECIDE)
    def add(**_where: object) -> ResponseReturnValue:
        form = InvitationForm(request.form)
        if form.validate():
            refused = _invite(desk, form)
            if not refused:
                flash(_("L'invitation part à {email}.", email=form.email))
                return redirect(_here(), 303)
            form.adresse.errors = [refused]
        return _page(desk, form), 422

    @people.post("/invitation/<uuid:invitation_id>/annuler")
    @access(Door.FIRM_DECIDE)
    def revoke(invitation_id: UUID, **_where: object) -> ResponseReturnValue:
        here = scope()
        try:
            email = revoke_invitation(
                desk.database,
                invitation_id,
                service_id=here.face.service_id,
                establishment_id=here.establishment_id,
                at=desk.now(),
            )
        except LookupError:
            abort(404)
        flash(_("L'invitation de {email} est annulée : son lien n'ouvre plus rien.", email=email))
        return redirect(_here(), 303)


def _add_end(people: Blueprint, desk: Desk) -> None:
    @people.get("/<uuid:membership_id>/retirer")
    @access(Door.FIRM_DECIDE)
    def leave(membership_id: UUID, **_where: object) -> ResponseReturnValue:
        here = scope()
        known = people_of(db.session(), here.establishment_id, on=desk.today())
        person = next((each for each in known.members if each.membership_id == membership_id), None)
        if person is None:
            abort(404)
        last = person.role is Role.EMPLOYER and known.employers == 1
        return render("invitation/end.html", person=person, last=last, myself=_is_me(membership_id))

    @people.post("/<uuid:membership_id>/retirer")
    @access(Door.FIRM_DECIDE)
    def end(membership_id: UUID, **_where: object) -> ResponseReturnValue:
        here = scope()
        try:
            email = end_membership(
                desk.database,
                membership_id,
                service_id=here.face.service_id,
                establishment_id=here.establishment_id,
                on=desk.today(),
            )
        except LookupError:
            abort(404)
        except LastEmployer:
            said = _("Il faut toujours une personne qui décide : invitez-en une autre avant de retirer celle-ci.")
            flash(said, "warn")
            return redirect(_here(), 303)
        if _is_me(membership_id):
            flash(_("Vous n'avez plus accès à cette entreprise."))
            return redirect(url_for("account.landing", slug=here.slug), 303)
        flash(_("{email} n'a plus accès à cette entreprise.", email=email))
        return redirect(_here(), 303)


def _invite(desk: Desk, form: InvitationForm) -> str:
    """Sends the invitation; returns why not, empty when it is sent."""
    here = scope()
    letter = Letter(
        service_name=here.face.name,
        entrance=f"{desk.settings.base_url}/{here.slug}",
        key=request.form.get("cle", ""),
    )
    wish = InvitationWish(
        email=form.email, role=form.chosen, function=form.function, establishment_id=here.establishment_id
    )
    tried = Try(limit=INVITATIONS_OF_AN_ACCOUNT, subject=str(here.author.account_id or ""))
    try:
        count_try(desk.database, desk.settings.secret_key, tried, at=desk.now())
        invite(
            desk.database,
            wish,
            letter,
            service_id=here.face.service_id,
            author=here.author,
            on=desk.today(),
            at=desk.now(),
        )
    except AlreadyMember:
        return say("Cette personne a déjà cet accès, ou un accès plus large.")
    except TooManyTries:
        return say("Trop d'invitations à la suite. Reprenez demain, ou demandez à votre service.")
    except TooManyInvitations:
        return say("Trop d'invitations attendent une réponse. Annulez celles qui ne servent plus.")
    except AlreadyDone:
        return ""  # the second tap on the button gets the answer of the first
    return ""


def _page(desk: Desk, form: InvitationForm) -> str:
    here = scope()
    return render(
        "invitation/people.html",
        form=form,
        faults=form.faults(),
        firm=known_establishment(db.session(), here.establishment_id).name,
        people=people_of(db.session(), here.establishment_id, on=desk.today()),
        choices=FIRM_CHOICES,
        role_short=ROLE_SHORT,
        me=here.member.membership_id if here.member else None,
        key=secrets.token_urlsafe(16),
    )


def _here() -> str:
    return url_for("people.index", slug=scope().slug, establishment_id=scope().establishment_id)


def _is_me(membership_id: UUID) -> bool:
    member = scope().member
    return member is not None and member.membership_id == membership_id
