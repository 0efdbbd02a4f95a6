"""Security headers on every answer, and the nonce of the page's scripts."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as Answer

from app.settings import Settings, is_loopback

ONE_YEAR = 365 * 24 * 3600
"""In seconds."""

FOR_EVERYBODY = frozenset({"door", "entrance"})
"""Blueprints whose pages a search engine may list."""

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
}


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer, errors and files included."""
    strict_transport = settings.secure and not is_loopback(settings.public_host)

    @app.after_request
    def add_headers(response: Response) -> Response:
        referrer = response.headers.get("Referrer-Policy", _FIXED["Referrer-Policy"])  # a page may be stricter
        response.headers.update({**_FIXED, "Referrer-Policy": referrer})
        response.headers.setdefault("Content-Security-Policy", _policy())  # a mail that is shown has its own
        if strict_transport:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
        if request.blueprint not in FOR_EVERYBODY:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"  # a personal link that was posted somewhere
        if _personal():
            response.headers["Cache-Control"] = "no-store"  # a file comes with « no-cache », which a disk may keep
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _personal() -> bool:
    """Whether the page is somebody's own: nothing of it may stay in a cache, and « Back » must ask for it again.

    So is what answers a form (it may bring back what was typed) and a page of the account (it shows an address).
    """
    found = g.get("scope")
    known = found is not None and (found.viewer is not None or found.trial is not None)
    return known or request.method == "POST" or request.blueprint == "account"


def forgotten(response: Answer) -> Answer:
    """The answer to who leaves: the browser drops what it kept of our pages, on a computer that others use too."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def csp_nonce() -> str:
    """The nonce of this page's scripts; a page that never asks for one may run no script at all."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _policy() -> str:
    scripts = f"'nonce-{g.csp_nonce}'; connect-src 'self'" if "csp_nonce" in g else "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
