"""The Flask extensions, made here once; this module imports nothing of ours, so that every layer may use it."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""Every constraint has a name known in advance: a later migration can drop or change it on both engines."""


class Base(DeclarativeBase):
    """Parent of every table class; plain SQLAlchemy, so that the same models work with and without a Flask app."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
"""The web application's engine and its session of one request; `app.models.flask_binding.bind` prepares both."""

csrf = CSRFProtect()
"""Guards every unsafe method of every page with one token."""
