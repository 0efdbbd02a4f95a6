"""Opening a campaign: its targets are chosen, counted on the page, then frozen."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.activity import SIZE_BANDS
from app.domain.campaigns import MOST_TARGETS, NOT_SAID, Chosen
from app.extensions import db
from app.models.engine import Conflict
from app.services.campaigns import CampaignWish, NoTarget, Opener, TooManyTargets, chosen_by, open_campaign
from app.services.once import AlreadyDone
from app.services.team import sectors_of
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, current, word
from app.web.pages import render
from app.web.scope import scope
from forms.campaign import CRITERIA, LIST, CampaignForm
from forms.words import say
from questionnaires.naf import SECTION_WORDS, section_words

SHOWN = 20
"""SIRET that nobody has, shown by name."""
WAYS = (
    (CRITERIA, say("Par activité, effectif ou secteur"), ""),
    (LIST, say("Par une liste de SIRET"), ""),
)


def add_pages(campaigns: Blueprint, desk: Desk) -> None:
    """The page that opens a campaign."""

    @campaigns.get("/nouvelle")
    @access(Door.COUNT)
    def new(**_where: object) -> ResponseReturnValue:
        form = _empty(desk)
        form.process(data={"par": CRITERIA})
        return _page(desk, form)

    @campaigns.post("/nouvelle")
    @access(Door.COUNT)
    def create(**_where: object) -> ResponseReturnValue:
        form = _empty(desk)
        form.process(request.form)
        if not form.validate():
            return _page(desk, form), 422
        if request.form.get("geste") != "ouvrir":
            return _page(desk, form, chosen=chosen_by(db.session(), form.choice, on=desk.today()))
        return _open(desk, form)


def _open(desk: Desk, form: CampaignForm) -> ResponseReturnValue:
    wish = CampaignWish(name=form.nom.data, theme=form.theme.data, contract_action=form.action.data, choice=form.choice)
    try:
        code = open_campaign(desk.database, wish, by=opener(desk), key=request.form.get("cle", ""))
        flash(_("La campagne est ouverte."))
    except AlreadyDone as done:
        code = done.outcome
    except NoTarget:
        form.par.errors = [say("Ce choix ne retient aucun adhérent. Élargissez-le.")]
        return _page(desk, form), 422
    except TooManyTargets:
        form.par.errors = [
            say("Une campagne vise {most} établissements au plus. Resserrez le choix.", most=MOST_TARGETS)
        ]
        return _page(desk, form), 422
    except Conflict:
        form.nom.errors = [say("Une autre campagne s'ouvrait au même moment. Ouvrez de nouveau.")]
        return _page(desk, form), 409
    return redirect(url_for("campaigns.show", slug=scope().slug, campaign=code), 303)


def opener(desk: Desk) -> Opener:
    """Who acts on a campaign, for which service, when."""
    author = scope().author
    return Opener(
        service_id=scope().face.service_id,
        account_id=author.account_id,
        words=author.words,
        on=desk.today(),
        at=desk.now(),
    )


def _empty(desk: Desk) -> CampaignForm:
    form = CampaignForm()
    form.theme.codes = tuple(desk.catalogue.codes)
    form.sections.codes = tuple(SECTION_WORDS)
    form.secteurs.codes = sectors_of(db.session())
    return form


def _page(desk: Desk, form: CampaignForm, *, chosen: Chosen | None = None) -> str:
    listed = form.par.data == LIST
    return render(
        "staff/campaign_new.html",
        form=form,
        faults=form.faults(),
        ways=WAYS,
        themes=[(code, desk.catalogue.theme(code).title) for code in desk.catalogue.codes],
        sections=[(letter, section_words(letter), "") for letter in SECTION_WORDS],
        bands=[(code, word(words, current()), "") for code, _first, _last, words in SIZE_BANDS],
        sectors=[(sector, sector, "") for sector in form.secteurs.codes or ()],
        chosen=chosen,
        table=_table(chosen) if chosen else None,
        unknown=(chosen.unknown if chosen else ())[:SHOWN],
        unreadable=form.liste.data.unreadable[:SHOWN] if listed else (),
        more=max(0, len(chosen.unknown) - SHOWN) if chosen else 0,
        key=secrets.token_urlsafe(16),
    )


def _table(chosen: Chosen) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[int, ...], int], ...]]:
    """Bands across, sections down: the words of each, the counts, and the total of each section."""
    counts = chosen.counts()
    bands = [code for code, *_rest in SIZE_BANDS if any(band == code for _section, band in counts)]
    if any(band == NOT_SAID for _section, band in counts):
        bands.append(NOT_SAID)
    words = {code: word(words, current()) for code, _first, _last, words in SIZE_BANDS}
    words[NOT_SAID] = say("Non renseigné")
    rows = []
    for section in sorted({section for section, _band in counts}, key=lambda code: (code == NOT_SAID, code)):
        cells = tuple(counts[section, band] for band in bands)
        name = say("Activité non renseignée") if section == NOT_SAID else section_words(section)
        rows.append((name, cells, sum(cells)))
    return tuple(words[band] for band in bands), tuple(rows)
