"""The settings of a service: what everybody sees of it, its words, its logo, its colour."""

from __future__ import annotations

import secrets
from dataclasses import fields

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.colours import PAGE, WHITE, contrast, css, is_colour, palette, refusal
from app.extensions import db
from app.intake.images import MAX_BYTES, ImageFault, read_picture
from app.services.prevention_services import ServiceRefused
from app.services.service_settings import (
    ServiceSettings,
    SettingsChanged,
    change_logo,
    change_settings,
    settings_of,
)
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.base import FieldFault
from forms.settings import ZONES, SettingsForm
from forms.words import say

LABELS = {
    "phone": say("Téléphone"),
    "phone_hours": say("Heures du téléphone"),
    "address": say("Adresse postale"),
    "colour": say("Couleur du service"),
    "zone": say("Fuseau horaire"),
    "reception": say("Canal de réception"),
    "invitation_words": say("Mots ajoutés aux e-mails d'invitation"),
    "letter_words": say("Mots ajoutés aux lettres d'invitation"),
    "legal_words": say("Mentions légales"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the settings."""
    service = Blueprint("service", __name__, url_prefix="/<slug>/service/reglages")
    _add_settings(service, desk)
    _add_logo(service, desk)
    return service


def _add_settings(service: Blueprint, desk: Desk) -> None:
    @service.get("")
    @access(Door.ADMIN)
    def settings(**_where: object) -> ResponseReturnValue:
        now = settings_of(db.session(), scope().face.service_id)
        return _page(_form_of(now), mark=now.mark, kept=now)

    @service.post("")
    @access(Door.ADMIN)
    def change(**_where: object) -> ResponseReturnValue:
        here = scope()
        now = settings_of(db.session(), here.face.service_id)
        form = SettingsForm(request.form)
        form.fuseau.codes = [code for code, _words in _zones(now.zone)]
        mark = request.form.get("marque", "")
        form.process(request.form)
        right = form.validate()
        if request.form.get("geste") == "apercu":
            return _page(form, mark=mark, kept=now)
        if not right:
            return _page(form, mark=mark, kept=now, faults=form.faults()), 422
        wanted = _said(form)
        try:
            change_settings(desk.database, wanted, service_id=here.face.service_id, mark=mark)
        except SettingsChanged as changed:
            return _page(form, mark=changed.now.mark, kept=changed.now, wanted=wanted), 409
        except ServiceRefused as refused:
            fault = FieldFault(anchor="fuseau", words=str(refused))
            return _page(form, mark=mark, kept=now, faults=(fault,)), 422
        flash(_("Les réglages sont enregistrés."))
        return redirect(url_for("service.settings", slug=here.slug), 303)

    @service.get("/apercu.css")
    @access(Door.ADMIN)
    def preview(**_where: object) -> ResponseReturnValue:
        colour = request.args.get("c", "")
        sheet = "" if refusal(f"#{colour}") else css(palette(f"#{colour}")).replace(":root", ".jl-preview")
        return Response(sheet, content_type="text/css; charset=utf-8")


def _add_logo(service: Blueprint, desk: Desk) -> None:
    @service.post("/logo")
    @access(Door.ADMIN)
    def logo(**_where: object) -> ResponseReturnValue:
        here = scope()
        if request.form.get("geste") == "retirer":
            change_logo(desk.database, None, service_id=here.face.service_id)
            flash(_("Le logo est retiré : le dessin de Jalon prend sa place."))
            return redirect(url_for("service.settings", slug=here.slug), 303)
        said = _read_logo(desk)
        if said:
            now = settings_of(db.session(), here.face.service_id)
            fault = FieldFault(anchor="logo", words=said)
            return _page(_form_of(now), mark=now.mark, kept=now, faults=(fault,), logo_fault=said), 422
        flash(_("Le nouveau logo est en place."))
        return redirect(url_for("service.settings", slug=here.slug), 303)


def _read_logo(desk: Desk) -> str:
    """Keeps the logo that was sent; returns why not, empty when it is kept."""
    sent = request.files.get("logo")
    content = sent.read(MAX_BYTES + 1) if sent is not None else b""
    if not content:
        return say("Choisissez le fichier du logo, en PNG ou en JPEG.")
    try:
        picture = read_picture(content)
    except ImageFault as fault:
        return say("Ce logo ne peut pas servir : {why}.", why=str(fault))
    change_logo(desk.database, picture, service_id=scope().face.service_id)
    return ""


def _form_of(now: ServiceSettings) -> SettingsForm:
    form = SettingsForm(
        data={
            "telephone": now.phone,
            "heures": now.phone_hours,
            "adresse": now.address,
            "couleur": now.colour,
            "fuseau": now.zone,
            "reception": now.reception,
            "mots_invitation": now.invitation_words,
            "mots_lettre": now.letter_words,
            "mentions": now.legal_words,
        }
    )
    form.fuseau.codes = [code for code, _words in _zones(now.zone)]
    return form


def _said(form: SettingsForm) -> ServiceSettings:
    return ServiceSettings(
        phone=form.telephone.data,
        phone_hours=form.heures.data,
        address=form.adresse.data,
        colour=form.couleur.data.lower(),
        zone=form.fuseau.data,
        reception=form.reception.data,
        invitation_words=form.mots_invitation.data,
        letter_words=form.mots_lettre.data,
        legal_words=form.mentions.data,
    )


def _zones(kept: str) -> tuple[tuple[str, str], ...]:
    """The zones to choose among; the one the service has stays, whatever it is."""
    return ZONES if kept in dict(ZONES) else (*ZONES, (kept, kept))


def _page(
    form: SettingsForm,
    *,
    mark: str,
    kept: ServiceSettings,
    faults: tuple[FieldFault, ...] = (),
    wanted: ServiceSettings | None = None,
    logo_fault: str = "",
) -> str:
    """The page; with `wanted` it also tells what somebody else changed meanwhile."""
    colour = (form.couleur.data or "").lower()
    return render(
        "staff/settings.html",
        form=form,
        faults=faults,
        mark=mark,
        zones=_zones(kept.zone),
        differences=_differences(kept, wanted) if wanted else (),
        colour="" if not is_colour(colour) or refusal(colour) else colour[1:],
        ratios=[_ratio(colour, ground) for ground in (WHITE, PAGE)] if is_colour(colour) else [],
        colour_fault=refusal(colour) if colour else "",
        logo_fault=logo_fault,
        key=secrets.token_urlsafe(16),
    )


def _differences(kept: ServiceSettings, wanted: ServiceSettings) -> tuple[tuple[str, str], ...]:
    """What the settings are where they are not what was typed: the field in words, its value."""
    told = []
    for each in fields(kept):
        now = getattr(kept, each.name)
        if now != getattr(wanted, each.name):
            shown = (say("oui") if now else say("non")) if isinstance(now, bool) else now or say("vide")
            told.append((LABELS[each.name], shown))
    return tuple(told)


def _ratio(colour: str, ground: str) -> str:
    """A contrast with one decimal, rounded down."""
    return f"{int(contrast(colour, ground) * 10) / 10:.1f}".replace(".", ",")
