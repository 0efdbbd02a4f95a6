"""The staff of a service, for its administrator: who belongs to it, invitations, roles, a lost phone, a departure."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.activity import PROFESSIONS
from app.domain.roles import Role
from app.extensions import db
from app.models.engine import Conflict
from app.services.team import Colleague, sectors_of, team_of
from app.services.team_changes import (
    LastAdmin,
    Moment,
    NotAnAdviser,
    Place,
    TeamChanged,
    change_colleague,
    forget_lost_factor,
    let_leave,
)
from app.web import team_invitations
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, current, ngettext, translated, word
from app.web.pages import render
from app.web.scope import scope
from app.web.team_invitations import ROLE_SHORT, list_page
from forms.base import FieldFault
from forms.team import ColleagueForm, ColleagueInvitationForm, LeavingForm
from forms.words import say

NOBODY = "personne"
"""Code of « nobody takes the cases over »."""
ROLE_CHOICES = (
    (Role.ADVISER.value, say("Préventeur"), say("Lit ce que les employeurs soumettent, et les conseille.")),
    (Role.PILOT.value, say("Pilote du CPOM"), say("Voit les chiffres et les noms des établissements, aucune réponse.")),
    (
        Role.ADMIN.value,
        say("Administrateur"),
        say("Gère les adhérents, l'équipe et les réglages. Ne lit aucune réponse."),
    ),
)
LAST_ADMIN = say(
    "C'est le seul administrateur du service. Donnez d'abord ce rôle à une autre personne, puis revenez ici."
)
CHANGED = say(
    "Quelqu'un a changé cette personne pendant ce temps. Vérifiez ce qui est écrit ci-dessous, puis enregistrez."
)


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the staff."""
    team = Blueprint("team", __name__, url_prefix="/<slug>/service/equipe")
    team_invitations.add_pages(team, desk)
    _add_colleague(team, desk)
    _add_leaving(team, desk)
    _add_factor(team, desk)
    return team


def moment(desk: Desk) -> Moment:
    """For which service a change is made, and when."""
    return Moment(service_id=scope().face.service_id, on=desk.today(), at=desk.now())


def _add_colleague(team: Blueprint, desk: Desk) -> None:
    @team.get("")
    @access(Door.ADMIN)
    def index(**_where: object) -> ResponseReturnValue:
        return list_page(desk, ColleagueInvitationForm())

    @team.get("/<uuid:colleague_id>")
    @access(Door.ADMIN)
    def show(colleague_id: UUID, **_where: object) -> ResponseReturnValue:
        known = _colleague(desk, colleague_id)
        form = ColleagueForm(
            data={
                "roles": tuple(role.value for role in known.roles),
                "fonction": known.function,
                "profession": known.profession,
                "secteurs": known.sectors,
            }
        )
        return _colleague_page(desk, form, known)

    @team.post("/<uuid:colleague_id>")
    @access(Door.ADMIN)
    def change(colleague_id: UUID, **_where: object) -> ResponseReturnValue:
        known = _colleague(desk, colleague_id)
        form = ColleagueForm()
        form.secteurs.codes = _sectors(known)
        form.process(request.form)
        if not form.validate():
            return _colleague_page(desk, form, known), 422
        place = Place(
            roles=frozenset(Role(code) for code in form.roles.data),
            function=form.fonction.data,
            profession=form.profession.data,
            sectors=form.secteurs.data,
        )
        try:
            mark = request.form.get("marque", "")
            change_colleague(desk.database, colleague_id, place, mark=mark, moment=moment(desk))
        except LastAdmin:
            form.roles.errors = [LAST_ADMIN]
            return _colleague_page(desk, form, known), 422
        except (TeamChanged, Conflict):
            return _colleague_page(desk, form, _colleague(desk, colleague_id), changed=CHANGED), 409
        flash(_("Les accès de {email} sont enregistrés.", email=known.email))
        if _is_me(colleague_id) and Role.ADMIN not in place.roles:
            return redirect(url_for("staff.home", slug=scope().slug), 303)
        return _to_list()


def _add_leaving(team: Blueprint, desk: Desk) -> None:
    @team.get("/<uuid:colleague_id>/depart")
    @access(Door.ADMIN)
    def leaving(colleague_id: UUID, **_where: object) -> ResponseReturnValue:
        return _leaving_page(desk, LeavingForm(), colleague_id)

    @team.post("/<uuid:colleague_id>/depart")
    @access(Door.ADMIN)
    def leave(colleague_id: UUID, **_where: object) -> ResponseReturnValue:
        known = _colleague(desk, colleague_id)
        form = LeavingForm()
        form.repreneur.codes = [code for code, *_rest in _heirs(desk, colleague_id)]
        form.process(request.form)
        if known.cases and not form.validate():
            return _leaving_page(desk, form, colleague_id), 422
        heir = UUID(form.repreneur.data) if form.repreneur.data not in {"", NOBODY} else None
        try:
            count = let_leave(desk.database, colleague_id, heir=heir, moment=moment(desk))
        except LastAdmin:
            flash(translated(LAST_ADMIN, current()), "warn")
            return _to_list()
        except (NotAnAdviser, Conflict):
            form.repreneur.errors = [say("Cette personne ne peut plus les reprendre. Choisissez-en une autre.")]
            return _leaving_page(desk, form, colleague_id), 422
        if _is_me(colleague_id):
            return redirect(url_for("account.sign_in", slug=scope().slug), 303)
        flash(_("{email} n'a plus accès au service.", email=known.email))
        if count and heir is not None:
            flash(ngettext("Son dossier est confié.", "Ses {n} dossiers sont confiés.", count))
        elif count:
            flash(ngettext("Son dossier revient à la file.", "Ses {n} dossiers reviennent à la file.", count))
        return _to_list()


def _add_factor(team: Blueprint, desk: Desk) -> None:
    @team.get("/<uuid:colleague_id>/second-facteur")
    @access(Door.ADMIN)
    def factor(colleague_id: UUID, **_where: object) -> ResponseReturnValue:
        return render("staff/factor.html", colleague=_colleague(desk, colleague_id), myself=_is_me(colleague_id))

    @team.post("/<uuid:colleague_id>/second-facteur")
    @access(Door.ADMIN)
    def forget_factor(colleague_id: UUID, **_where: object) -> ResponseReturnValue:
        known = _colleague(desk, colleague_id)
        if _is_me(colleague_id):  # who has lost a phone cannot be here: it is a slip, or somebody else at this desk
            flash(_("Demandez à un autre administrateur de le faire pour vous."), "warn")
            return _to_list()
        forget_lost_factor(desk.database, colleague_id, moment=moment(desk))
        flash(_("{email} enregistrera une autre application à sa prochaine connexion.", email=known.email))
        return _to_list()


def _colleague(desk: Desk, account_id: UUID) -> Colleague:
    """The colleague of that account; 404 for who is not of this service."""
    known = team_of(db.session(), on=desk.today()).colleague(account_id)
    if known is None:
        abort(404)
    return known


def _colleague_page(desk: Desk, form: ColleagueForm, known: Colleague, *, changed: str = "") -> str:
    return render(
        "staff/colleague.html",
        form=form,
        faults=form.faults(),
        colleague=known,
        changed=changed,
        roles=ROLE_CHOICES,
        professions=[(code, word(words, current())) for code, words in PROFESSIONS.items()],
        sectors=[(sector, sector) for sector in _sectors(known)],
        myself=_is_me(known.account_id),
        last=team_of(db.session(), on=desk.today()).is_last_admin(known.account_id),
    )


def _leaving_page(desk: Desk, form: LeavingForm, account_id: UUID) -> str:
    team = team_of(db.session(), on=desk.today())
    known = team.colleague(account_id)
    if known is None:
        abort(404)
    faults: tuple[FieldFault, ...] = form.faults()
    return render(
        "staff/leaving.html",
        form=form,
        faults=faults,
        colleague=known,
        heirs=_heirs(desk, account_id),
        last=team.is_last_admin(account_id),
        last_words=LAST_ADMIN,
        myself=_is_me(account_id),
        role_short=ROLE_SHORT,
        key=secrets.token_urlsafe(16),
    )


def _heirs(desk: Desk, account_id: UUID) -> list[tuple[str, str, str]]:
    """Who may take the cases over: nobody, then the other advisers."""
    others = team_of(db.session(), on=desk.today()).others_who_advise(account_id)
    nobody = (NOBODY, say("Personne : ils reviennent à la file"), "")
    return [nobody, *((str(each.account_id), f"{each.function} ({each.email})", "") for each in others)]


def _sectors(known: Colleague) -> tuple[str, ...]:
    """Sectors to choose among: those of the members, and those the colleague follows already."""
    return tuple(sorted({*sectors_of(db.session()), *known.sectors}))


def _is_me(account_id: UUID) -> bool:
    viewer = scope().viewer
    return viewer is not None and viewer.account_id == account_id


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("team.index", slug=scope().slug), 303)
