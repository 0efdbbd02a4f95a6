"""What the pages of an account keep in the cookie, and what they know of the browser that asks.

The cookie is signed, not secret: it holds the token of the session, the request of a code and the address it went to,
and when its owner last proved who he is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from uuid import UUID

from flask import request, session
from flask.typing import ResponseReturnValue

from app.services.accounts import Browser, Gate
from app.services.sign_in_codes import Purpose
from app.web.access import TRIAL_KEY
from app.web.desk import Desk
from app.web.devices import device_words
from app.web.pages import render
from app.web.safe_paths import path_here
from app.web.scope import Viewer, scope

RECENT = timedelta(minutes=10)
"""How long a proof serves for what asks for one: a password, an address, closing."""

_TOKEN = "_user_id"  # noqa: S105 (the key Flask-Login reads)
_REQUEST = "code_demande"
_PROOF = "preuve"
_BY_PASSWORD = "par_mot_de_passe"  # noqa: S105 (a key of the cookie)
_KEPT = ("csrf_token", TRIAL_KEY)
"""What signing in leaves: a form waiting in another tab can still be sent, a try-out can still be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A code this browser asked for, and what comes after it."""

    request_id: UUID
    email: str
    purpose: Purpose
    suite: str


def gate(desk: Desk) -> Gate:
    """The accounts, seen from the entrance of this request."""
    return Gate(database=desk.database, key=desk.settings.secret_key, face=scope().face)


def browser(desk: Desk) -> Browser:
    """The browser of this request, and the session it holds."""
    viewer = scope().viewer
    return Browser(
        device=device_words(request.user_agent.string),
        network=network(desk),
        session_id=viewer.session_id if viewer else None,
    )


def network(desk: Desk) -> str:
    """Where the request comes from, as throttles count it; empty when only the address of a proxy is known."""
    if desk.settings.secure and not desk.settings.proxies:
        return ""
    return network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one, which is what a home or a firm is given."""
    try:
        known: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((known, 64), strict=False))
    return str(known)


def viewer() -> Viewer:
    """Who is signed in, on a page that asks for it; raises LookupError elsewhere."""
    found = scope().viewer
    if found is None:
        raise LookupError("nobody is signed in")
    return found


def suite() -> str:
    """The path to go to afterwards; empty when none was asked for."""
    return path_here(request.values.get("suite", ""), otherwise="").rstrip("?")


def let_in(token: str, *, at: datetime, by_password: bool) -> None:
    """Puts a new session in the cookie, with the proof that opened it, and nothing of what was there."""
    kept = {key: session[key] for key in _KEPT if key in session}
    session.clear()
    session.update(kept)
    session.permanent = True  # the row decides how long, whatever the browser keeps
    session[_TOKEN] = token
    note_proof(at=at, by_password=by_password)


def note_proof(*, at: datetime, by_password: bool) -> None:
    """Notes that the person has just proved who he is."""
    session[_PROOF] = at.isoformat()
    session[_BY_PASSWORD] = by_password or bool(session.get(_BY_PASSWORD))


def proved_lately(*, at: datetime) -> bool:
    """Whether a proof was given in the last minutes."""
    try:
        proved = datetime.fromisoformat(session.get(_PROOF, ""))
    except (TypeError, ValueError):
        return False
    return timedelta() <= at - proved <= RECENT


def gave_password() -> bool:
    """Whether this session was opened, or confirmed, with the password."""
    return bool(session.get(_BY_PASSWORD))


def remember(pending: Pending) -> None:
    """Keeps the request of a code in this browser: the code alone opens nothing elsewhere."""
    session[_REQUEST] = [str(pending.request_id), pending.email, pending.purpose.value, pending.suite]


def pending() -> Pending | None:
    """The code this browser asked for last."""
    match session.get(_REQUEST):
        case [str(request_id), str(email), str(purpose), str(after)]:
            return Pending(request_id=UUID(request_id), email=email, purpose=Purpose(purpose), suite=after)
    return None


def forget_request() -> None:
    """Forgets the request of a code, once it served."""
    session.pop(_REQUEST, None)


def slow_down(desk: Desk, until: datetime) -> ResponseReturnValue:
    """The page that asks to wait, until when, and what can be done meanwhile."""
    wait = max(1, int((until - desk.now()).total_seconds()) + 1)
    return render("account/too_many.html", until=until), 429, {"Retry-After": str(wait)}
