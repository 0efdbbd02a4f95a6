"""Addresses of static files carry the hash of their content, so that a browser may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

HASH_LENGTH = 12
"""Hexadecimal digits kept: enough to tell two contents apart, short enough for an address."""


def install(app: Flask) -> None:
    """Read every static file once, put its hash in its address, and set how long it may be kept."""
    hashes = _hashes(Path(app.static_folder)) if app.static_folder else {}

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in hashes:
            values.setdefault("v", hashes[values["filename"]])

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            current = hashes.get((request.view_args or {}).get("filename", ""))
            if current is not None and request.args.get("v") == current:
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _hashes(folder: Path) -> dict[str, str]:
    """Hash of each file, by its path under the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
