"""The service invites its members: one firm, or all those of a search, by e-mail or by letters to print."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import segno
from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.models.service import Service
from app.services.invitation_letters import Letter
from app.services.mailings import MOST_AT_ONCE, REST, Mailing, MailingDone, Skip, Way, invite_many
from app.services.member_list import (
    TO_INVITE,
    MemberLine,
    MemberSearch,
    Reach,
    keep_contact,
    member_line,
    reachable,
    targets,
)
from app.services.once import AlreadyDone, key_of
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, ngettext
from app.web.member_search import read_search
from app.web.pages import render, render_french
from app.web.scope import scope
from forms.members import MemberEmailForm

MOST_LETTERS = 200
"""Letters of one print: a page a browser can lay out."""


def install(members: Blueprint, desk: Desk) -> None:
    """Add the pages of the invitations."""
    _add_one(members, desk)
    _add_many(members, desk)


def _add_one(members: Blueprint, desk: Desk) -> None:
    @members.get("/<uuid:firm_id>/inviter")
    @access(Door.ADMIN)
    def invite(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        line = _line(desk, firm_id)
        return _one_page(line, MemberEmailForm(adresse=line.email))

    @members.post("/<uuid:firm_id>/inviter")
    @access(Door.ADMIN)
    def send_invitation(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        line = _line(desk, firm_id)
        form = MemberEmailForm(request.form)
        if not form.validate():
            return _one_page(line, form), 422
        keep_contact(desk.database, firm_id, form.email, service_id=scope().face.service_id)
        try:
            # A person who looks at one firm knows what he does: no rest is asked for.
            done = _send(desk, [firm_id], Way.MAIL, rest=timedelta(0), to=form.email)
        except AlreadyDone:
            done = None
        if done is None or done.invited:
            flash(_("L'invitation de {firm} part à {email}.", firm=line.name, email=form.email))
        else:
            flash(_("{firm} a déjà un compte ouvert : rien n'est envoyé.", firm=line.name), "warn")
        return redirect(url_for("members.index", slug=scope().slug), 303)

    @members.post("/<uuid:firm_id>/lettre")
    @access(Door.ADMIN)
    def letter(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        _line(desk, firm_id)
        return _letters(desk, [firm_id], back=url_for("members.invite", slug=scope().slug, firm_id=firm_id))


def _add_many(members: Blueprint, desk: Desk) -> None:
    @members.get("/invitations")
    @access(Door.ADMIN)
    def mailing(**_where: object) -> ResponseReturnValue:
        search = _to_invite(read_search(request.args))
        return render(
            "staff/member_mailing.html",
            search=search,
            count=reachable(db.session(), search, on=desk.today(), at=desk.now()),
            most=MOST_AT_ONCE,
            most_letters=MOST_LETTERS,
            rest=REST.days,
            key=secrets.token_urlsafe(16),
            again=search.reach is Reach.INVITED,
        )

    @members.post("/invitations")
    @access(Door.ADMIN)
    def send_mailing(**_where: object) -> ResponseReturnValue:
        firms = _targets(desk, Way.MAIL, limit=MOST_AT_ONCE)
        try:
            done = _send(desk, firms, Way.MAIL)
        except AlreadyDone as already:
            flash(_sent(int(already.outcome)))
        else:
            flash(_sent(len(done.invited)), "done" if done.invited else "warn")
        return redirect(url_for("members.index", slug=scope().slug, etat=Reach.INVITED.value), 303)

    @members.post("/lettres")
    @access(Door.ADMIN)
    def letters(**_where: object) -> ResponseReturnValue:
        firms = _targets(desk, Way.PRINTED, limit=MOST_LETTERS)
        return _letters(desk, firms, back=url_for("members.mailing", slug=scope().slug))


def _line(desk: Desk, firm_id: UUID) -> MemberLine:
    line = member_line(db.session(), firm_id, on=desk.today())
    if line is None:
        abort(404)
    return line


def _one_page(line: MemberLine, form: MemberEmailForm) -> str:
    return render("staff/member_invite.html", line=line, form=form, faults=form.faults(), key=secrets.token_urlsafe(16))


def _to_invite(search: MemberSearch) -> MemberSearch:
    """The search, on members a letter may still bring in: those never invited unless reminders are asked for."""
    reach = search.reach if search.reach in TO_INVITE else Reach.NEVER
    return MemberSearch(words=search.words, sector=search.sector, reach=reach)


def _targets(desk: Desk, way: Way, *, limit: int) -> Sequence[UUID]:
    search = _to_invite(read_search(request.form))
    return targets(db.session(), search, way=way, on=desk.today(), at=desk.now(), limit=limit)


def _send(desk: Desk, firms: Sequence[UUID], way: Way, *, rest: timedelta = REST, to: str = "") -> MailingDone:
    """Sends; with `to`, another address written on the same page is another invitation."""
    here, key = scope(), request.form.get("cle", "")
    entrance = f"{desk.settings.base_url}/{here.slug}"
    mailing = Mailing(
        letter=Letter(service_name=here.face.name, entrance=entrance, key=key_of(key, to) if to else key),
        way=way,
        on=desk.today(),
        at=desk.now(),
        account_id=here.author.account_id,
        rest=rest,
    )
    return invite_many(desk.database, here.face.service_id, firms, campaign="", mailing=mailing)


def _sent(count: int) -> str:
    if not count:
        return _("Aucune invitation à envoyer : ces adhérents ont été invités il y a peu, ou n'ont pas d'adresse.")
    return ngettext("{n} invitation part par e-mail.", "{n} invitations partent par e-mail.", count)


def _letters(desk: Desk, firms: Sequence[UUID], *, back: str) -> ResponseReturnValue:
    """The letters themselves, in answer to the form: their links are kept nowhere, so no other page can show them."""
    try:
        done = _send(desk, firms, Way.PRINTED)
    except AlreadyDone:
        flash(_("Ces lettres ont déjà été préparées. Leurs liens ne se montrent qu'une fois : refaites-les."), "warn")
        return redirect(back, 303)
    if not done.invited:
        known = done.skipped_for(Skip.ACCOUNT_OPEN)
        flash(_("Ce compte est déjà ouvert : pas de lettre.") if known else _("Aucune lettre à imprimer."), "warn")
        return redirect(back, 303)
    host = db.session().get_one(Service, scope().face.service_id)
    page = render_french(
        "staff/member_letters.html",
        letters=[(each, qr_code(each.link)) for each in done.invited],
        own=[line for line in host.letter_words.splitlines() if line.strip()],
        back_to=back,
    )
    answer: Response = make_response(page)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def qr_code(address: str) -> tuple[int, str]:
    """The side and the path of the QR code of an address, for an SVG."""
    rows = segno.make(address, error="m", micro=False).matrix_iter(border=2)
    drawn = [[bool(module) for module in row] for row in rows]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(drawn) for x, dark in enumerate(row) if dark)
    return len(drawn), path
