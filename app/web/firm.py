"""The pages of a firm: opening it, reading what is known of it, changing it."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.establishment import Cse
from app.domain.obligations import threshold_words
from app.domain.typography import french_siret
from app.extensions import db
from app.models.engine import Conflict
from app.services.firms import FirmCard, FirmChanged, NewFirm, change_firm, create_firm, firm_card
from app.services.naf_search import Activity, activity, search
from app.services.once import AlreadyDone
from app.services.work_units import list_units
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, current, word
from app.web.pages import render
from app.web.presentation import content
from app.web.scope import scope
from forms.base import FieldFault
from forms.firm import FirmForm

SEARCH, ENTER = "chercher", "entree"
"""What the buttons of the form say: search an activity; the key « Entrée », which means whichever is due."""


def blueprint(desk: Desk) -> Blueprint:
    """The pages of a firm."""
    firm = Blueprint("firm", __name__)
    _opening(firm, desk)
    _keeping(firm, desk)
    return firm


def _opening(firm: Blueprint, desk: Desk) -> None:
    @firm.route("/<slug>/entreprise/nouvelle", methods=["GET", "POST"])
    @access(Door.SIGNED_IN)
    def create(slug: str) -> ResponseReturnValue:
        if request.method == "GET":
            return _form_page(desk, FirmForm(data={"effectif_le": desk.today()}))
        form = FirmForm(request.form)
        if _searching(form) or not form.check(catalogue=desk.catalogue, today=desk.today()):
            return _form_page(desk, form)
        viewer = scope().viewer
        if viewer is None:  # never: the door asks for somebody signed in
            return redirect(url_for("account.sign_in", slug=slug), 303)
        try:
            made = create_firm(
                desk.database,
                _said(desk, form),
                service_id=scope().face.service_id,
                account_id=viewer.account_id,
                at=desk.now(),
                on=desk.today(),
                key=request.form.get("cle", ""),
            )
        except AlreadyDone as done:
            made = UUID(done.outcome)
        except Conflict:
            return _form_page(desk, form, crossed=True)
        flash(_("Votre entreprise est enregistrée. Il reste à dire qui y fait quoi."))
        return redirect(url_for("units.index", slug=slug, establishment_id=made), 303)


def _keeping(firm: Blueprint, desk: Desk) -> None:
    @firm.get("/<slug>/e/<uuid:establishment_id>/entreprise")
    @access(Door.FIRM_READ)
    def show(establishment_id: UUID, **_entrance: object) -> ResponseReturnValue:
        card = firm_card(db.session(), establishment_id, desk.today())
        change = url_for("firm.edit", slug=scope().slug, establishment_id=establishment_id) if scope().may_write else ""
        return render(
            "firm/show.html",
            card=card,
            rows=[(label, words, f"{change}#{field}" if change else "") for label, words, field in _rows(card.said)],
            units=list_units(db.session(), establishment_id),
            current="",
        )

    @firm.route("/<slug>/e/<uuid:establishment_id>/entreprise/modifier", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def edit(slug: str, establishment_id: UUID) -> ResponseReturnValue:
        card = firm_card(db.session(), establishment_id, desk.today())
        if request.method == "GET":
            return _form_page(desk, _form_of(card), card=card)
        form = FirmForm(request.form)
        form.kept_code = card.said.activity.code
        if _searching(form) or not form.check(catalogue=desk.catalogue, today=desk.today()):
            return _form_page(desk, form, card=card)
        said = _said(desk, form, card=card)
        try:
            before = change_firm(
                desk.database,
                establishment_id,
                said,
                service_id=scope().face.service_id,
                mark=str(form.version.data or ""),
                at=desk.now(),
                on=desk.today(),
            )
        except FirmChanged as changed:
            return _form_page(desk, form, card=changed.now, differences=_differences(changed.now.said, said))
        except Conflict:
            return _form_page(desk, form, card=card, crossed=True)
        _tell_changes(before, said)
        return redirect(url_for("firm.show", slug=slug, establishment_id=establishment_id), 303)


def _searching(form: FirmForm) -> bool:
    """Whether the person asks for activities, and not to keep the form yet."""
    act = request.form.get("geste", "")
    return act == SEARCH or (act == ENTER and bool(form.words) and not form.searched)


def _form_page(
    desk: Desk,
    form: FirmForm,
    *,
    card: FirmCard | None = None,
    differences: tuple[tuple[str, str, str], ...] = (),
    crossed: bool = False,
) -> ResponseReturnValue:
    """The form, new or as it was typed, with the activities its words find; 422 with faults, 409 in a conflict."""
    searching = request.method == "POST" and _searching(form)
    faults = [] if searching else list(form.faults())
    form.settle(desk.catalogue)
    found = search(desk.catalogue, form.words) if form.words else ()
    code = str(form.activite.data or "")
    chosen = card.said.activity if card and card.said.activity.code == code else activity(desk.catalogue, code)
    if differences:
        faults.append(FieldFault(anchor="conflit", words=_("Quelqu'un d'autre a modifié la fiche entre-temps.")))
    if crossed:
        words = _("Un autre envoi est arrivé au même moment. Rien n'est enregistré : renvoyez la page.")
        faults.append(FieldFault(anchor="nom", words=words))
    status = 409 if differences or crossed else 422 if faults else 200
    page = render(
        "firm/edit.html" if card else "firm/create.html",
        form=form,
        faults=faults,
        results=_choices(found, chosen),
        found=len(found),
        version=card.mark if card else "",
        differences=differences,
        card=card,
        key=secrets.token_urlsafe(16),
    )
    return page, status


def _choices(found: tuple[Activity, ...], chosen: Activity | None) -> list[tuple[str, str]]:
    """What the radios offer: the activity already chosen first, then those that were found."""
    every = [*([chosen] if chosen else []), *(each for each in found if not chosen or each.code != chosen.code)]
    return [(each.code, f"{each.label} ({each.code})") for each in every]


def _form_of(card: FirmCard) -> FirmForm:
    said = card.said
    return FirmForm(
        data={
            "nom": said.name,
            "siret": french_siret(said.siret) if said.siret else "",
            "siret_etat": said.siret_state,
            "siret_mots": said.siret_words,
            "adresse": said.address,
            "postal": said.postal_code,
            "activite": said.activity.code,
            "suivi": True,
            "effectif": said.headcount,
            "effectif_le": said.headcount_on,
            "cse": said.cse.value,
            "fonction": said.employer_role,
        }
    )


def _said(desk: Desk, form: FirmForm, *, card: FirmCard | None = None) -> NewFirm:
    """What a form that was found right says; an activity that did not change keeps its nomenclature."""
    code = form.chosen(desk.catalogue)
    known = card.said.activity if card and card.said.activity.code == code else activity(desk.catalogue, code)
    if known is None:
        raise LookupError("the form was not checked")
    return NewFirm(
        name=form.nom.data,
        siret=form.siret.data,
        siret_state=form.siret_state,
        siret_words=form.siret_mots.data or "",
        address=form.adresse.data or "",
        postal_code=form.postal.data or "",
        activity=known,
        headcount=form.effectif.data,
        headcount_on=form.effectif_le.data or desk.today(),
        cse=Cse(form.cse.data),
        employer_role=form.fonction.data,
        service_name=scope().face.name,
    )


def _differences(now: NewFirm, mine: NewFirm) -> tuple[tuple[str, str, str], ...]:
    """(label, value kept, value typed) of what the two say differently."""
    rows = zip(_rows(now), _rows(mine), strict=True)
    return tuple((label, kept, typed) for (label, kept, _field), (_label, typed, _same) in rows if kept != typed)


def _rows(said: NewFirm) -> tuple[tuple[str, str, str], ...]:
    """(label, words, field of the form) of everything a firm says of itself."""
    return (
        (_("Nom de l'établissement"), content(said.name), "nom"),
        (_("SIRET"), _siret_words(said), "siret"),
        (_("Adresse"), content(_address(said)), "adresse"),
        (_("Activité"), content(f"{said.activity.label} ({said.activity.code})"), "cherche"),
        (_("Nombre de salariés"), str(said.headcount), "effectif"),
        (_("Effectif au"), f"{said.headcount_on:%d/%m/%Y}", "effectif_le"),
        (_("CSE"), _cse_words(said.cse), "cse"),
        (_("Fonction de l'employeur"), content(said.employer_role), "fonction"),
    )


def _address(said: NewFirm) -> str:
    """The address with its postal code, once: many people write it in both fields."""
    if said.postal_code in said.address:
        return said.address
    return ", ".join(words for words in (said.address, said.postal_code) if words)


def _siret_words(said: NewFirm) -> str:
    state = {"en_cours": _("Immatriculation en cours"), "ferme": _("SIRET fermé")}.get(said.siret_state, "")
    number = french_siret(said.siret) if said.siret else ""
    return ", ".join(words for words in (number, state, said.siret_words) if words)


def _cse_words(cse: Cse) -> str:
    if cse is Cse.NONE:
        return _("Pas de CSE")
    return _("CSE élu") if cse is Cse.ELECTED else _("Procès-verbal de carence")


def _tell_changes(before: FirmCard, now: NewFirm) -> None:
    """Say what was kept, what a new size changes, and whom to tell of a new SIRET."""
    if before.said == now:
        flash(_("Rien n'a changé."))
        return
    flash(_("Vos modifications sont enregistrées."))
    crossed = threshold_words(before.said.headcount, now.headcount)
    if crossed:
        flash(word(crossed, current()), "warn")
    if before.attachment == "rattache" and before.said.siret and before.said.siret != now.siret:
        service = scope().face.name
        flash(
            _("Le SIRET a changé : dites-le aussi à {service}, qui vous connaît sous l'ancien.", service=service),
            "warn",
        )
