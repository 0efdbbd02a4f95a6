"""« Rattachements »: establishments that somebody claims, decided by the administrator of the service."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.models.engine import Conflict
from app.services.claim_decisions import (
    Authority,
    ClaimSettled,
    NotSafe,
    WayClosed,
    attach_claim,
    go_back,
    refuse_claim,
)
from app.services.claims import Claim, Way, claim_of, claims_of
from app.services.establishments import UnknownEstablishment
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.claim import RefusalForm


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the claims."""
    claims = Blueprint("claims", __name__, url_prefix="/<slug>/service/rattachements")
    _add_list(claims, desk)
    _add_decisions(claims, desk)
    _add_refusal(claims, desk)
    _add_return(claims, desk)
    return claims


def _add_list(claims: Blueprint, desk: Desk) -> None:
    @claims.get("")
    @access(Door.ADMIN)
    def index(**_where: object) -> ResponseReturnValue:
        known = claims_of(db.session(), on=desk.today())
        return render("staff/claims.html", claims=known, claims_waiting=known.total, ways=Way)

    @claims.get("/<uuid:firm_id>/refuser")
    @access(Door.ADMIN)
    def refusing(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        claim = claim_of(db.session(), firm_id, on=desk.today())
        if claim is None:
            return _settled_meanwhile(desk, firm_id)
        return _refusal_page(RefusalForm(data={"mots": _offered_words(claim)}), claim)


def _add_decisions(claims: Blueprint, desk: Desk) -> None:
    @claims.post("/<uuid:firm_id>/rattacher")
    @access(Door.ADMIN)
    def attach(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            attach_claim(desk.database, firm_id, twin=_twin(), by=_authority(desk))
            flash(_("L'entreprise est rattachée. Un e-mail le lui dit."))
        except UnknownEstablishment:
            abort(404)
        except ClaimSettled:
            flash(_("Cette demande est déjà décidée."), "warn")
        except (WayClosed, Conflict):
            flash(_("Quelque chose a changé pendant ce temps : relisez la demande, puis décidez de nouveau."), "warn")
        return _to_list()


def _add_refusal(claims: Blueprint, desk: Desk) -> None:
    @claims.post("/<uuid:firm_id>/refuser")
    @access(Door.ADMIN)
    def refuse(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        claim = claim_of(db.session(), firm_id, on=desk.today())
        if claim is None:
            return _settled_meanwhile(desk, firm_id)
        form = RefusalForm(request.form)
        if not form.validate():
            return _refusal_page(form, claim), 422
        try:
            refuse_claim(desk.database, firm_id, words=form.mots.data, by=_authority(desk))
            flash(_("La demande est refusée. Vos mots partent par e-mail."))
        except (ClaimSettled, Conflict):
            flash(_("Cette demande est déjà décidée."), "warn")
        return _to_list()


def _add_return(claims: Blueprint, desk: Desk) -> None:
    @claims.post("/<uuid:firm_id>/revenir")
    @access(Door.ADMIN)
    def reopen(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            go_back(desk.database, firm_id, by=_authority(desk))
            flash(_("La demande attend de nouveau votre décision."))
        except UnknownEstablishment:
            abort(404)
        except (ClaimSettled, Conflict):
            flash(_("Il n'y a pas de décision à reprendre pour cette entreprise."), "warn")
        except NotSafe:
            flash(_("Le service a déjà travaillé avec cette entreprise : la décision reste."), "warn")
        return _to_list()


def _settled_meanwhile(desk: Desk, firm_id: UUID) -> ResponseReturnValue:
    """Where to go from a claim that waits no more; 404 for what this service never had."""
    known = claims_of(db.session(), on=desk.today())
    if not any(each.establishment_id == firm_id for each in known.decided):
        abort(404)
    flash(_("Cette demande est déjà décidée."), "warn")
    return _to_list()


def _refusal_page(form: RefusalForm, claim: Claim) -> str:
    return render(
        "staff/claim_refusal.html", form=form, faults=form.faults(), claim=claim, key=secrets.token_urlsafe(16)
    )


def _offered_words(claim: Claim) -> str:
    """What a refusal usually says: a way on, never a shut door."""
    if any(twin.member for twin in claim.twins):
        return (
            "Cet établissement est déjà suivi par le service, et quelqu'un de l'entreprise y a accès. "
            "Demandez-lui de vous inviter, depuis la page « Qui travaille sur cette évaluation »."
        )
    return "Cet établissement ne figure pas parmi nos adhérents. Appelez-nous si vous pensez que c'est une erreur."


def _authority(desk: Desk) -> Authority:
    face = scope().face
    return Authority(
        service_id=face.service_id,
        service_name=face.name,
        entrance=f"{desk.settings.base_url}/{face.slug}",
        on=desk.today(),
        at=desk.now(),
    )


def _twin() -> UUID | None:
    """The member's row to take the place of; an identity that is none is nobody's."""
    given = request.form.get("fiche", "")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        abort(404)


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("claims.index", slug=scope().slug), 303)
