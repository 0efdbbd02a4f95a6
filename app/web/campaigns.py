"""Campaigns, for the pilot: names and numbers of the establishments reached, never an answer."""

from __future__ import annotations

import secrets
from contextlib import suppress

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.models.engine import Conflict
from app.services.campaign_funnel import STEPS, campaign_funnel, never_invited, targets_of
from app.services.campaigns import (
    CampaignLine,
    UnknownCampaign,
    campaign_of,
    campaigns_of,
    close_campaign,
)
from app.services.invitation_letters import Letter
from app.services.mailings import MOST_AT_ONCE, Mailing, Way, invite_many
from app.services.once import AlreadyDone
from app.web import campaign_opening
from app.web.campaign_opening import opener
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, ngettext
from app.web.pages import render
from app.web.scope import scope
from forms.words import say

STEP_WORDS = {
    "cibles": say("Ciblés"),
    "invites": say("Invités"),
    "engages": say("Engagés"),
    "soumis": say("Thème soumis"),
    "section": say("Section ou document produit"),
    "plan": say("Plan daté"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the campaigns."""
    campaigns = Blueprint("campaigns", __name__, url_prefix="/<slug>/service/campagnes")
    _add_reading(campaigns, desk)
    _add_acts(campaigns, desk)
    campaign_opening.add_pages(campaigns, desk)
    return campaigns


def _add_reading(campaigns: Blueprint, desk: Desk) -> None:
    @campaigns.get("")
    @access(Door.COUNT)
    def index(**_where: object) -> ResponseReturnValue:
        return render("staff/campaigns.html", campaigns=campaigns_of(db.session()), themes=_titles(desk))

    @campaigns.get("/<campaign>")
    @access(Door.COUNT)
    def show(campaign: str, **_where: object) -> ResponseReturnValue:
        known = _known(campaign)
        missing = request.args.get("reste", "")
        ready, silent = ([], 0) if known.closed_on else never_invited(db.session(), known, at=desk.now())
        funnel = campaign_funnel(db.session(), known)
        return render(
            "staff/campaign.html",
            campaign=known,
            theme=_titles(desk).get(known.theme, known.theme),
            funnel=[(step, STEP_WORDS[step], funnel[step]) for step in STEPS],
            most=max(1, funnel["cibles"]),
            page=targets_of(db.session(), known, missing=missing, page=_number(request.args.get("page", "1"))),
            missing=missing if missing in STEPS else "",
            steps=STEP_WORDS,
            ready=len(ready),
            now=min(len(ready), MOST_AT_ONCE),
            silent=silent,
            key=secrets.token_urlsafe(16),
        )


def _add_acts(campaigns: Blueprint, desk: Desk) -> None:
    @campaigns.post("/<campaign>/inviter")
    @access(Door.COUNT)
    def invite(campaign: str, **_where: object) -> ResponseReturnValue:
        known = _known(campaign)
        if known.closed_on is not None:
            flash(_("La campagne est close : rien n'est parti."), "warn")
            return _to(known)
        ready, _silent = never_invited(db.session(), known, at=desk.now())
        try:
            done = invite_many(
                desk.database,
                scope().face.service_id,
                ready[:MOST_AT_ONCE],
                campaign=known.code,
                mailing=_mailing(desk, known),
            )
        except AlreadyDone:
            return _to(known)  # the second tap on the button gets the page of the first
        except Conflict:
            flash(_("D'autres invitations partaient au même moment. Recommencez."), "warn")
            return _to(known)
        flash(
            ngettext("Une invitation part.", "{n} invitations partent.", len(done.invited))
            if done.invited
            else _("Aucune entreprise ne reste à inviter aujourd'hui.")
        )
        return _to(known)

    @campaigns.post("/<campaign>/clore")
    @access(Door.COUNT)
    def close(campaign: str, **_where: object) -> ResponseReturnValue:
        known = _known(campaign)
        with suppress(Conflict):  # somebody else closed it at the same moment
            close_campaign(desk.database, known.code, by=opener(desk))
        flash(_("La campagne est close. Ses chiffres restent."))
        return redirect(url_for("campaigns.show", slug=scope().slug, campaign=known.code), 303)


def _mailing(desk: Desk, campaign: CampaignLine) -> Mailing:
    here = scope()
    return Mailing(
        letter=Letter(
            service_name=here.face.name,
            entrance=f"{desk.settings.base_url}/{here.slug}",
            key=request.form.get("cle", ""),
        ),
        way=Way.MAIL,
        on=desk.today(),
        at=desk.now(),
        account_id=here.author.account_id,
        words=f"Cette invitation fait partie de la campagne « {campaign.name} ».",
    )


def _known(code: str) -> CampaignLine:
    """The campaign of that code; 404 when the service has none."""
    try:
        return campaign_of(db.session(), code.replace("\x00", ""))
    except UnknownCampaign:
        abort(404)


def _titles(desk: Desk) -> dict[str, str]:
    return {code: desk.catalogue.theme(code).short_title for code in desk.catalogue.codes}


def _number(text: str) -> int:
    """The page asked for; the first one for anything that is no page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _to(campaign: CampaignLine) -> ResponseReturnValue:
    return redirect(url_for("campaigns.show", slug=scope().slug, campaign=campaign.code), 303)
