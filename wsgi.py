"""The WSGI entry point: `gunicorn wsgi:app`, with the settings of the environment."""

from __future__ import annotations

import os

from app.factory import create_app
from app.settings import Settings, prepare_instance

app = create_app(prepare_instance(Settings.from_env(os.environ)))
