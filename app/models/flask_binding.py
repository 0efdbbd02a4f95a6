"""Flask-SQLAlchemy on our rules: the engine of the web application is prepared like every other."""

from __future__ import annotations

from flask import Flask

from app.extensions import db
from app.models.engine import ENGINE_OPTIONS, Database, prepare, read_url


def bind(app: Flask, address: str) -> Database:
    """Ties `db` to an application and returns the same engine as a `Database`.

    A view reads through `db.session`, tied to its service by `tenancy.bind_service`; a service function writes through
    `engine.unit_of_work(db.session())`, which ends the request's read transaction first.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = read_url(address)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = ENGINE_OPTIONS
    db.init_app(app)
    with app.app_context():
        return Database(prepare(db.engine))
