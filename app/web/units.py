"""The pages of the work units: the list, the form of one, and the buttons that order them or put them aside."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.establishment import People
from app.domain.personal_words import personal_words
from app.domain.unit_starters import Starter, starter_of, starters_for
from app.extensions import db
from app.models.engine import Conflict
from app.services.firms import firm_card
from app.services.once import AlreadyDone
from app.services.work_units import (
    LastUnit,
    TooManyUnits,
    UnitCard,
    UnitChanged,
    UnitDraft,
    UnknownUnit,
    add_unit,
    archive_unit,
    change_unit,
    list_units,
    move_unit,
    restore_unit,
)
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, ngettext
from app.web.pages import render
from app.web.scope import scope
from forms.base import FieldFault
from forms.work_unit import UnitForm

_UNITS = "/<slug>/e/<uuid:establishment_id>/unites"


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the work units."""
    units = Blueprint("units", __name__)
    _reading(units, desk)
    _adding(units, desk)
    _changing(units, desk)
    _ordering(units, desk)
    return units


def _reading(units: Blueprint, desk: Desk) -> None:
    @units.get(_UNITS)
    @access(Door.FIRM_READ)
    def index(establishment_id: UUID, **_entrance: object) -> ResponseReturnValue:
        found = list_units(db.session(), establishment_id)
        firm = firm_card(db.session(), establishment_id, desk.today()).said
        names = {card.draft.name for card in (*found.in_use, *found.aside)}
        return render(
            "firm/units.html",
            units=found,
            headcount=firm.headcount,
            starters=starters_for(firm.activity.sectors, known=names),
            flags=_flag_words(),
            key=secrets.token_urlsafe(16),
            current="",
        )


def _adding(units: Blueprint, desk: Desk) -> None:
    @units.route(f"{_UNITS}/nouvelle", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def add(**_here: object) -> ResponseReturnValue:
        if request.method == "GET":
            return _form_page(_form_of_starter(starter_of(request.args.get("modele", ""))))
        form = UnitForm(request.form)
        if not form.validate():
            return _form_page(form)
        return _added(desk, _draft(form), lambda fault: _form_page(form, wrong=fault))

    @units.post(f"{_UNITS}/equipe")
    @access(Door.FIRM_WRITE)
    def everyone(establishment_id: UUID, **_entrance: object) -> ResponseReturnValue:
        firm = firm_card(db.session(), establishment_id, desk.today()).said
        if list_units(db.session(), establishment_id).in_use or firm.headcount < 1:
            return _back()
        whole = UnitDraft(
            name="Toute l'équipe",
            activities="",
            places="",
            people=People(total=firm.headcount),
            flags=frozenset(),
            women_men="",
        )
        return _added(desk, whole, lambda _fault: _back())


def _changing(units: Blueprint, desk: Desk) -> None:
    @units.route(f"{_UNITS}/<unit_key>", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def edit(establishment_id: UUID, unit_key: str, **_entrance: object) -> ResponseReturnValue:
        card = _known(establishment_id, unit_key)
        if request.method == "GET":
            return _form_page(_form_of(card.draft), card=card)
        form = UnitForm(request.form)
        if not form.validate():
            return _form_page(form, card=card)
        draft = _draft(form)
        try:
            change_unit(
                desk.database,
                establishment_id,
                unit_key,
                draft,
                service_id=scope().face.service_id,
                version=form.version.data if form.version.data is not None else -1,
            )
        except UnitChanged as changed:
            return _form_page(form, card=changed.now, differences=_differences(changed.now.draft, draft))
        except Conflict:
            return _form_page(form, card=card, wrong=_crossed())
        flash(_("L'unité « {name} » est enregistrée.", name=draft.name))
        _warn_of_persons(draft)
        return _back()


def _ordering(units: Blueprint, desk: Desk) -> None:
    @units.post(f"{_UNITS}/<unit_key>/deplacer")
    @access(Door.FIRM_WRITE)
    def move(establishment_id: UUID, unit_key: str, **_entrance: object) -> ResponseReturnValue:
        try:
            move_unit(
                desk.database,
                establishment_id,
                unit_key,
                service_id=scope().face.service_id,
                up=request.form.get("sens") == "haut",
                at=desk.now(),
                once=request.form.get("cle", ""),
            )
        except AlreadyDone:
            pass
        except UnknownUnit:
            abort(404)
        return _back()

    @units.post(f"{_UNITS}/<unit_key>/retirer")
    @access(Door.FIRM_WRITE)
    def archive(establishment_id: UUID, unit_key: str, **_entrance: object) -> ResponseReturnValue:
        try:
            card = archive_unit(
                desk.database, establishment_id, unit_key, service_id=scope().face.service_id, on=desk.today()
            )
        except UnknownUnit:
            abort(404)
        except LastUnit:
            flash(_("Gardez au moins une unité : le document unique se fait par unité de travail."), "warn")
            return _back()
        flash(_("L'unité « {name} » ne figure plus au document. Ses réponses sont gardées.", name=card.draft.name))
        return _back()

    @units.post(f"{_UNITS}/<unit_key>/remettre")
    @access(Door.FIRM_WRITE)
    def restore(establishment_id: UUID, unit_key: str, **_entrance: object) -> ResponseReturnValue:
        try:
            card = restore_unit(desk.database, establishment_id, unit_key, service_id=scope().face.service_id)
        except UnknownUnit:
            abort(404)
        flash(_("L'unité « {name} » est de retour, avec ses réponses.", name=card.draft.name))
        return _back()


def _added(desk: Desk, draft: UnitDraft, refused: Callable[[str], ResponseReturnValue]) -> ResponseReturnValue:
    """Add a unit once, however often the button is pressed."""
    try:
        add_unit(
            desk.database,
            scope().establishment_id,
            draft,
            service_id=scope().face.service_id,
            at=desk.now(),
            key=request.form.get("cle", ""),
        )
    except AlreadyDone:
        return _back()
    except TooManyUnits:
        return refused(_("99 unités ont déjà été créées : remettez-en une, ou modifiez-la."))
    except Conflict:
        return refused(_crossed())
    flash(_("L'unité « {name} » est ajoutée.", name=draft.name))
    _warn_of_persons(draft)
    return _back()


def _form_page(
    form: UnitForm, *, card: UnitCard | None = None, differences: tuple[tuple[str, str, str], ...] = (), wrong: str = ""
) -> ResponseReturnValue:
    """The form of a unit, new or as it was typed; 422 with faults, 409 when somebody else acted meanwhile."""
    faults = list(form.faults())
    if differences:
        faults.append(FieldFault(anchor="conflit", words=_("Quelqu'un d'autre a modifié l'unité entre-temps.")))
    if wrong:
        faults.append(FieldFault(anchor="nom", words=wrong))
    page = render(
        "firm/unit.html",
        form=form,
        faults=faults,
        card=card,
        version=card.version if card else "",
        differences=differences,
        flags=_flag_words(),
        key=secrets.token_urlsafe(16),
        current="",
    )
    return page, 409 if differences or wrong else 422 if faults else 200


def _known(establishment_id: UUID, unit_key: str) -> UnitCard:
    found = list_units(db.session(), establishment_id)
    card = next((each for each in (*found.in_use, *found.aside) if each.key == unit_key), None)
    if card is None:
        abort(404)
    return card


def _back() -> ResponseReturnValue:
    return redirect(url_for("units.index", slug=scope().slug, establishment_id=scope().establishment_id), 303)


def _crossed() -> str:
    return _("Un autre envoi est arrivé au même moment. Rien n'est enregistré : renvoyez la page.")


def _form_of_starter(starter: Starter | None) -> UnitForm:
    if starter is None:
        return UnitForm()
    return UnitForm(
        data={
            "nom": starter.name,
            "activites": starter.activities,
            "lieux": starter.places,
            "particularites": starter.flags,
        }
    )


def _form_of(draft: UnitDraft) -> UnitForm:
    people = draft.people
    return UnitForm(
        data={
            "nom": draft.name,
            "activites": draft.activities,
            "lieux": draft.places,
            "total": people.total,
            "femmes": people.women,
            "hommes": people.men,
            "interimaires": people.temps or None,
            "apprentis": people.apprentices or None,
            "particularites": draft.flags,
            "femmes_hommes": draft.women_men,
        }
    )


def _draft(form: UnitForm) -> UnitDraft:
    return UnitDraft(
        name=form.nom.data,
        activities=form.activites.data or "",
        places=form.lieux.data or "",
        people=form.people,
        flags=frozenset(form.particularites.data),
        women_men=form.femmes_hommes.data or "",
    )


def _differences(now: UnitDraft, mine: UnitDraft) -> tuple[tuple[str, str, str], ...]:
    """(label, value kept, value typed) of what the two say differently."""
    rows = zip(_rows(now), _rows(mine), strict=True)
    return tuple((label, kept, typed) for (label, kept), (_label, typed) in rows if kept != typed)


def _rows(draft: UnitDraft) -> tuple[tuple[str, str], ...]:
    people = draft.people
    return (
        (_("Nom"), draft.name),
        (_("Activités"), draft.activities),
        (_("Lieux"), draft.places),
        (_("Personnes"), ngettext("{n} personne", "{n} personnes", people.total)),
        (_("Femmes"), "" if people.women is None else str(people.women)),
        (_("Hommes"), "" if people.men is None else str(people.men)),
        (_("Intérimaires"), str(people.temps)),
        (_("Apprentis"), str(people.apprentices)),
        (_("Particularités"), ", ".join(words for code, words in _flag_words() if code in draft.flags)),
        (_("Femmes et hommes"), draft.women_men),
    )


def _flag_words() -> tuple[tuple[str, str], ...]:
    """(code, words) of what a unit may be marked with."""
    return (
        ("exterieur", _("Travail dehors")),
        ("nuit", _("Travail de nuit")),
        ("isole", _("Travail seul")),
        ("deplacements", _("Déplacements")),
        ("domicile", _("Chez des particuliers")),
    )


def _warn_of_persons(draft: UnitDraft) -> None:
    if any(personal_words(words) for words in (draft.name, draft.activities, draft.places, draft.women_men)):
        flash(_("Ce que vous avez écrit semble désigner quelqu'un. Décrivez le travail, pas la personne."), "warn")
