"""Builds the application from its settings: the only module that knows all the parts."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app.models.flask_binding import bind
from app.services.demo import DatabaseShelf
from app.services.example_cards import EmptyShelf, ExampleShelf
from app.settings import Settings
from app.web import door, errors, headers, presentation, static_files
from questionnaires import catalogue

LARGEST_REQUEST = 6 * 1024 * 1024
"""Bytes a request may hold: a file of 5 MB and its form."""


def create_app(settings: Settings, *, shelf: ExampleShelf | None = None) -> Flask:
    """The portal for these settings, which must come out of `prepare_instance`; raises ValueError otherwise.

    `shelf` is where the door page finds the shipped examples: the database of a demonstration unless said otherwise.
    """
    if not settings.secret_key or not settings.seal_key:
        raise ValueError("the settings hold no secret: call prepare_instance first")
    app = Flask("app", instance_path=str(settings.instance))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        TRUSTED_HOSTS=_hosts(settings),
        SESSION_COOKIE_NAME="__Host-jalon" if settings.secure else "jalon",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
    )
    database = bind(app, settings.database_url)
    headers.install(app, settings)
    static_files.install(app)
    presentation.install(app)
    errors.install(app)
    if shelf is None:
        shelf = DatabaseShelf(database, catalogue.load()) if settings.demo else EmptyShelf()
    app.register_blueprint(door.blueprint(shelf))
    return app


def _hosts(settings: Settings) -> list[str]:
    """Host names a request may carry: the public one, and this machine's own for probes and tests."""
    return sorted({settings.public_host, "localhost", "127.0.0.1", "[::1]"})
