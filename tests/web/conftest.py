"""Applications to ask pages of."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.services.example_cards import ExampleShelf
from app.settings import Settings
from tests.web.client import StrictClient
from tests.web.people import Portal, open_portal
from tests.web.shelf import FixedShelf, three_examples

MakeApp = Callable[..., Flask]


@pytest.fixture
def shelf() -> FixedShelf:
    return three_examples()


@pytest.fixture
def make_app(tmp_path: Path, sqlite_template: Path) -> MakeApp:
    """Builds an application on a folder and a database of its own, reached at the address given."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite")

    def build(
        *, shelf: ExampleShelf | None = None, base_url: str = "http://127.0.0.1:8000", demo: bool = False
    ) -> Flask:
        settings = Settings(
            instance=tmp_path,
            database_url=f"sqlite:///{tmp_path / 'test.sqlite'}",
            secret_key="s" * 40,
            seal_key="z" * 40,
            demo=demo,
            host="127.0.0.1",
            port=8000,
            base_url=base_url,
        )
        return create_app(settings, shelf=shelf)

    return build


@pytest.fixture
def client(make_app: MakeApp, shelf: FixedShelf) -> StrictClient:
    return StrictClient(make_app(shelf=shelf))


@pytest.fixture
def portal(sqlite_address: str, tmp_path: Path) -> Iterator[Portal]:
    """A portal with one service, on SQLite."""
    with open_portal(sqlite_address, tmp_path) as opened:
        yield opened
