"""Making a version: why, when, who took part, what was done with the CSE, and what gets frozen."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.domain.establishment import Cse
from app.domain.inputs import Trigger, Validation
from app.domain.obligations import PROGRAM_FROM, YEARLY_UPDATE_FROM, ValidationRefused
from app.extensions import db
from app.models.engine import Conflict
from app.services.document_views import Present, present_of
from app.services.documents import Decision, decide_version, seal_now, service_of_id
from app.services.once import AlreadyDone
from app.services.recap import recap_of
from app.web.desk import Desk
from app.web.document_pages import DOCUMENT, firm_address, version_words
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.validation import FORM_NAMES, MOST_MOMENTS, TRIGGERS, ValidationForm


def add(pages: Blueprint, desk: Desk) -> None:
    """The page that makes a version, on the blueprint of the document."""

    @pages.get(f"{DOCUMENT}/valider")
    @access(Door.FIRM_DECIDE)
    def validate(**_arguments: object) -> ResponseReturnValue:
        return _page(desk, _present(desk), ValidationForm(data={"jour": desk.today()}))

    @pages.post(f"{DOCUMENT}/valider")
    @access(Door.FIRM_DECIDE)
    def decide(**_arguments: object) -> ResponseReturnValue:
        present = _present(desk)
        form = ValidationForm(request.form)
        if "ajouter" in request.form:
            return _page(desk, present, form, more=1)
        form.today, form.previous = desk.today(), present.last_day
        place = present.place
        form.cse_due = place.headcount >= PROGRAM_FROM
        form.asks_cse_day = place.cse is not Cse.NONE
        form.asks_cse_words = place.cse is not Cse.NONE or place.headcount >= YEARLY_UPDATE_FROM
        if not form.validate():
            return _page(desk, present, form), 422
        return _decide(desk, present, form)


def _decide(desk: Desk, present: Present, form: ValidationForm) -> ResponseReturnValue:
    here = scope()
    service = service_of_id(db.session(), here.face.service_id)
    decision = Decision(
        validation=_validation(form, present),
        assessed_on=desk.today(),
        at=desk.now(),
        key=request.form.get("cle", ""),
        actor_role=here.author.words,
        latest=desk.today(),
    )
    try:
        made = decide_version(desk.database, service, here.establishment_id, decision, catalogue=desk.catalogue)
    except AlreadyDone as done:
        return _to_version(int(done.outcome))
    except ValidationRefused as refused:
        form.motif.errors = [refused.words]
        return _page(desk, present, form), 422
    except Conflict:
        return _page(desk, _present(desk), form, changed=True), 409
    seal_now(desk.database, service, key=desk.settings.seal_key.encode("utf-8"), at=desk.now())
    flash(_("La version {number} est validée. Elle ne changera plus.", number=made.number))
    return _to_version(made.number)


def _validation(form: ValidationForm, present: Present) -> Validation:
    return Validation(
        trigger=Trigger(form.declencheur.data),
        reason=form.motif.data,
        participants=form.participants({unit.key for unit in present.place.units}),
        cse_on=form.cse_jour.data,
        cse_words=form.cse_mots.data,
        validated_on=form.jour.data,
    )


def _present(desk: Desk) -> Present:
    here = scope()
    return present_of(db.session(), here.establishment_id, catalogue=desk.catalogue, on=desk.today(), whole=True)


def _page(desk: Desk, present: Present, form: ValidationForm, *, more: int = 0, changed: bool = False) -> str:
    here = scope()
    return render(
        "document/validate.html",
        form=form,
        faults=form.faults(),
        moments=form.moments(more),
        most_moments=MOST_MOMENTS,
        changed=changed,
        key=secrets.token_urlsafe(16),
        present=present,
        recap=recap_of(present),
        number=present.last_number + 1,
        triggers=TRIGGERS,
        form_names=tuple(FORM_NAMES.items()),
        units=[(unit.key, unit.name) for unit in present.place.units],
        today=desk.today(),
        units_address=firm_address("units.index", here) or firm_address("firm.show", here),
        **version_words(here),
    )


def _to_version(number: int) -> Response:
    return redirect(firm_address("document.version", scope(), number=number), 303)
