"""What the pages of the plan share: reading it, who writes in it, and what a form says of an action."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import flash

from app.domain.personal_words import personal_words
from app.extensions import db
from app.services.action_plans import ActionDetails, PlanWriter
from app.services.plan_views import PlanView, plan_view
from app.web.desk import Desk
from app.web.language import _
from app.web.scope import scope
from forms.action import DetailsForm, OwnActionForm


def read_plan(desk: Desk) -> PlanView:
    """The plan of the establishment of this request, today."""
    return plan_view(db.session(), scope().establishment_id, catalogue=desk.catalogue, on=desk.today())


def read_again(desk: Desk) -> PlanView:
    """The plan as it is now, after a write of this request: the session of the request still sees it as it was."""
    with desk.database.read(service_id=scope().face.service_id) as session:
        return plan_view(session, scope().establishment_id, catalogue=desk.catalogue, on=desk.today())


def writer(desk: Desk) -> PlanWriter:
    """Who writes in the plan in this request."""
    return PlanWriter(
        database=desk.database,
        service_id=scope().face.service_id,
        establishment_id=scope().establishment_id,
        catalogue=desk.catalogue,
        author=scope().author,
        on=desk.today(),
        at=desk.now(),
    )


def details_of(
    form: DetailsForm, *, offered: Collection[tuple[str, str]] = (), proposed: date | None = None
) -> ActionDetails:
    """What a form says; `offered` are the situations of the page, `proposed` the day that its box accepts."""
    own = form if isinstance(form, OwnActionForm) else None
    codes = [code for code, _label in offered if own and code in own.situations.data]
    themes = {code.partition(".")[0] for code in codes}
    return ActionDetails(
        owner=form.qui.data,
        start=form.debut.data,
        due=form.echeance.data or (proposed if form.date_proposee.data else None),
        cost=form.cout.data,
        indicator=form.indicateur.data,
        conditions=form.conditions.data,
        resources=form.ressources.data,
        collective_sought=form.collectif.data,
        words=own.action.data if own else "",
        theme=next(iter(themes)) if len(themes) == 1 else "",
        situations=tuple(code.partition(".")[2] for code in codes),
        rank=own.type_mesure.data if own else "",
    )


def warn_of_persons(form: DetailsForm) -> None:
    """Say it when what was kept looks like a person: it is a warning, and nothing is refused."""
    if personal_words(form.qui.data):
        flash(_("« Qui s'en charge » semble nommer une personne. Écrivez une fonction, pas un nom."), "warn")
        return
    texts = [form.indicateur, form.conditions, form.ressources, form.collectif]
    if isinstance(form, OwnActionForm):
        texts.append(form.action)
    if any(personal_words(field.data) for field in texts):
        flash(_("Un texte de cette action semble nommer une personne. Décrivez le travail, pas la personne."), "warn")
