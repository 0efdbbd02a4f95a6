"""What holds for every test: no network but this machine itself, and the fixtures of the two engines."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

pytest_plugins = ["tests.engines"]

# On the integration machine the same examples are tried each time: a rare find must not stop an unrelated change. It is
# looked for everywhere else, where examples are drawn at random and kept.
settings.register_profile("integration", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("integration")

THIS_MACHINE = ["127.0.0.1", "::1"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that calls another machine fails instead of depending on it; Unix sockets serve PostgreSQL."""
    socket_allow_hosts(THIS_MACHINE, allow_unix_socket=True)
