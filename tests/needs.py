"""What a test needs from the machine: absent, it is skipped with its reason; on the integration machine it fails."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def on_integration() -> bool:
    """True where everything must be installed (`CI=true`)."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def missing(what: str) -> NoReturn:
    """Skip the test for want of that; fail it on the integration machine."""
    if on_integration():
        pytest.fail(f"{what} is missing, and CI=true asks for everything", pytrace=False)
    pytest.skip(f"{what} is not installed here")
