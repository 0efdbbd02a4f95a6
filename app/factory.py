"""Builds the application from its settings: the only module that knows all the parts."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.extensions import csrf
from app.models.flask_binding import bind
from app.services.clock import Clock, system_clock
from app.services.demo import DatabaseShelf
from app.services.example_cards import EmptyShelf, ExampleShelf
from app.settings import Settings
from app.web import (
    access,
    account,
    campaigns,
    case,
    case_acts,
    claims,
    demo_mail,
    document,
    door,
    entrance,
    errors,
    exchanges,
    firm,
    headers,
    hub,
    invitations,
    language,
    log,
    members,
    openings,
    outbox,
    people,
    pilot,
    plan,
    presentation,
    queue,
    remarks,
    replay,
    security_log,
    service_settings,
    signed_in,
    staff,
    static_files,
    submit,
    team,
    themes,
    trial,
    units,
)
from app.web.desk import Desk
from app.web.templating import PortalEnvironment
from questionnaires import catalogue

LARGEST_REQUEST = 6 * 1024 * 1024
"""Bytes a request may hold: a file of 5 MB and its form."""


def create_app(settings: Settings, *, shelf: ExampleShelf | None = None, clock: Clock = system_clock) -> Flask:
    """The portal for these settings, which must come out of `prepare_instance`; raises ValueError otherwise.

    `shelf` is where the door page finds the shipped examples: the database of a demonstration unless said otherwise.
    """
    if not settings.secret_key or not settings.seal_key:
        raise ValueError("the settings hold no secret: call prepare_instance first")
    app = Flask("app", instance_path=str(settings.instance))
    app.jinja_environment = PortalEnvironment
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        TRUSTED_HOSTS=_hosts(settings),
        SESSION_COOKIE_NAME="__Host-jalon" if settings.secure else "jalon",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),  # the row of the session decides, see account_sessions
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=5_000,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open all evening must still be sent
        WTF_CSRF_SSL_STRICT=False,  # pages whose address is a secret send no Referer; the token is what proves
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]  # Flask's own way
    desk = Desk(database=bind(app, settings.database_url), catalogue=catalogue.load(), settings=settings, clock=clock)
    csrf.init_app(app)
    signed_in.install(app, desk)
    headers.install(app, settings)
    security_log.install(app, desk)
    static_files.install(app)
    presentation.install(app)
    errors.install(app)
    replay.install(app)
    if shelf is None:
        shelf = DatabaseShelf(desk.database, desk.catalogue) if settings.demo else EmptyShelf()
    for blueprint in _blueprints(desk, shelf):
        app.register_blueprint(blueprint)
    access.install(app, desk)
    return app


def _blueprints(desk: Desk, shelf: ExampleShelf) -> tuple[Blueprint, ...]:
    """Every page of the portal; those of mails that a demonstration shows, in a demonstration alone."""
    return (
        door.blueprint(shelf),
        language.blueprint,
        account.blueprint(desk),
        entrance.blueprint(desk, shelf),
        trial.blueprint(desk),
        invitations.blueprint(desk),
        people.blueprint(desk),
        staff.blueprint(desk),
        pilot.blueprint(desk),
        members.blueprint(desk),
        log.blueprint(desk),
        queue.blueprint(desk),
        case.blueprint(desk),
        case_acts.blueprint(desk),
        remarks.blueprint(desk),
        campaigns.blueprint(desk),
        claims.blueprint(desk),
        team.blueprint(desk),
        service_settings.blueprint(desk),
        outbox.blueprint(desk),
        openings.blueprint(desk),
        hub.blueprint(desk),
        plan.blueprint(desk),
        exchanges.blueprint(desk),
        document.blueprint(desk),
        submit.help_blueprint(desk),
        firm.blueprint(desk),
        units.blueprint(desk),
        themes.blueprint(desk),
        *((demo_mail.blueprint,) if desk.settings.demo else ()),
    )


def _hosts(settings: Settings) -> list[str]:
    """Host names a request may carry: the public one, and this machine's own for probes and tests."""
    return sorted({settings.public_host, "localhost", "127.0.0.1", "[::1]"})
