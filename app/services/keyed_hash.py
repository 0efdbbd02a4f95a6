"""Hashes that only this installation can make: what is stored says nothing to who reads the database alone."""

from __future__ import annotations

import hmac
from hashlib import sha256


def keyed_bytes(secret: str, purpose: str, *values: str) -> bytes:
    """HMAC-SHA-256 of the values under the installation's secret; a purpose never answers for another."""
    key = hmac.digest(secret.encode(), f"jalon:{purpose}".encode(), sha256)
    said = b"".join(_framed(value) for value in values)
    return hmac.digest(key, said, sha256)


def keyed_hash(secret: str, purpose: str, *values: str) -> str:
    """The same, in hexadecimal."""
    return keyed_bytes(secret, purpose, *values).hex()


def _framed(value: str) -> bytes:
    """The value after its length, so that ("ab", "c") and ("a", "bc") differ."""
    octets = value.encode("utf-8", errors="replace")
    return len(octets).to_bytes(8, "big") + octets
