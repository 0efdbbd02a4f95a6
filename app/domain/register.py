"""The register: one line per frozen document, each chained to the one before, and the daily seal over all heads.

Everything here is arithmetic on values handed in; docs/dossier-format.md tells how to redo it in another language.
`register_check.py` finds what was altered, removed, reordered or recomputed.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from app.domain.canonical import encode, is_canonical_text, sha256_hex

GENESIS = "0" * 64
"""What the first line of an establishment and the first seal of a service name as the hash before them."""

MIN_KEY_BYTES = 32
"""Shortest key of a seal, in bytes: as long as the hash it makes."""

_LINE_FORMAT = 1
_SEAL_FORMAT = 1
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class FileHash(NamedTuple):
    """A stored file of a document: its name in the register and the SHA-256 of its bytes."""

    name: str
    sha256: str


class Head(NamedTuple):
    """The last line of one establishment on the day of a seal."""

    establishment: str
    seq: int
    line_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One frozen document of one establishment.

    The instant of recording is not part of it: the machine says it, nobody can check it, and no rule rests on it.
    """

    service: str
    """Stable key of the SPSTI."""
    establishment: str
    """Stable key of the establishment, unique in the installation and never given to another."""
    seq: int
    """Rank of the line in its establishment: 1, 2, 3... without a hole."""
    version: int | None
    """Number of the version; None for a document frozen without one (a submission)."""
    drafted_on: date
    """Day of drafting: the 40 years run from it."""
    content_sha256: str
    """SHA-256 of the dossier's canonical bytes, printed in the footer of the Word file."""
    files: tuple[FileHash, ...]
    """The stored files, sorted by name."""
    previous: str
    """`line_sha256` of the line before, `GENESIS` for the first."""
    line_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the register of one service looked like at the end of a day, under a key kept outside the database.

    Seals are chained: `heads` holds the establishments whose head changed since the seal before, all of them in the
    first one. Thus a quiet day weighs a few bytes, and one removed seal breaks the chain.
    """

    service: str
    sealed_on: date
    heads: tuple[Head, ...]
    """Sorted by establishment."""
    previous_hmac: str
    """`hmac` of the seal before, `GENESIS` for the first."""
    hmac: str


def next_line(
    previous: RegisterLine | None,
    *,
    service: str,
    establishment: str,
    version: int | None,
    drafted_on: date,
    content_sha256: str,
    files: Iterable[tuple[str, str]],
) -> RegisterLine:
    """The line that follows `previous` (None for the first of an establishment).

    Raises ValueError when `previous` belongs to another establishment or service, when two files have one name, or
    when a text or a hash is not written as the register writes it.
    """
    if previous is not None and (previous.service, previous.establishment) != (service, establishment):
        raise ValueError(f"{establishment} : la ligne précédente appartient à un autre registre")
    draft = RegisterLine(
        service=service,
        establishment=establishment,
        seq=1 if previous is None else previous.seq + 1,
        version=version,
        drafted_on=drafted_on,
        content_sha256=content_sha256,
        files=tuple(sorted(FileHash(name, digest) for name, digest in files)),
        previous=GENESIS if previous is None else previous.line_sha256,
        line_sha256="",
    )
    return replace(draft, line_sha256=line_hash(draft))


def line_hash(line: RegisterLine) -> str:
    """SHA-256 of a line's canonical JSON, its own hash left out.

    Raises ValueError or TypeError for a line that the register cannot have written.
    """
    names = [name for name, _ in line.files]
    if names != sorted(set(names)):
        raise ValueError("files : deux fichiers du même nom, ou noms sans ordre")
    _check_texts(line.service, line.establishment, *names)
    _check_hashes(line.previous, line.content_sha256, *(digest for _, digest in line.files))
    return sha256_hex(line_bytes(line))


def line_bytes(line: RegisterLine) -> bytes:
    """The bytes that `line_hash` hashes."""
    return encode(
        {
            "content_sha256": line.content_sha256,
            "drafted_on": line.drafted_on,
            "establishment": line.establishment,
            "files": [[name, digest] for name, digest in line.files],
            "format": _LINE_FORMAT,
            "previous": line.previous,
            "seq": line.seq,
            "service": line.service,
            "version": line.version,
            "what": "jalon register line",
        }
    )


def heads_of(lines: Iterable[RegisterLine], *, sealed: Iterable[Seal] = ()) -> tuple[Head, ...]:
    """The last line of each establishment, left out when one of the `sealed` already names it; sorted."""
    known = {head for seal in sealed for head in seal.heads}
    last: dict[str, Head] = {}
    for line in lines:
        if line.establishment not in last or line.seq > last[line.establishment].seq:
            last[line.establishment] = Head(line.establishment, line.seq, line.line_sha256)
    return tuple(sorted(head for head in last.values() if head not in known))


def make_seal(
    heads: Iterable[tuple[str, int, str]], *, service: str, sealed_on: date, previous: Seal | None, key: bytes
) -> Seal:
    """The seal of one service on one day, after `previous` (None for the first).

    Raises ValueError when the key is under 32 bytes, when an establishment comes twice, when `previous` is the seal
    of another service or of a later day, or when a text or a hash is not written as the register writes it.
    """
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"clé des scellés : {MIN_KEY_BYTES} octets au moins")
    if previous is not None and (previous.service != service or previous.sealed_on > sealed_on):
        raise ValueError(f"{service} : le scellé précédent est d'un autre service ou d'un jour postérieur")
    draft = Seal(
        service=service,
        sealed_on=sealed_on,
        heads=tuple(sorted(Head(*head) for head in heads)),
        previous_hmac=GENESIS if previous is None else previous.hmac,
        hmac="",
    )
    return replace(draft, hmac=seal_hmac(draft, key))


def seal_hmac(seal: Seal, key: bytes) -> str:
    """HMAC-SHA256 of a seal's canonical JSON, its own HMAC left out, as 64 hexadecimal digits.

    Raises ValueError or TypeError for a seal that cannot have been made here.
    """
    names = [head.establishment for head in seal.heads]
    if names != sorted(set(names)):
        raise ValueError("heads : deux fois le même établissement, ou sans ordre")
    _check_texts(seal.service, *names)
    _check_hashes(seal.previous_hmac, *(head.line_sha256 for head in seal.heads))
    return hmac.new(key, seal_bytes(seal), "sha256").hexdigest()


def seal_bytes(seal: Seal) -> bytes:
    """The bytes that `seal_hmac` authenticates."""
    return encode(
        {
            "format": _SEAL_FORMAT,
            "heads": [[head.establishment, head.seq, head.line_sha256] for head in seal.heads],
            "previous_hmac": seal.previous_hmac,
            "sealed_on": seal.sealed_on,
            "service": seal.service,
            "what": "jalon seal",
        }
    )


def _check_texts(*texts: str) -> None:
    # Encoding would normalise them: two writings of one name must not share a hash.
    for text in texts:
        if not text or not is_canonical_text(text):
            raise ValueError(f"texte vide ou hors de la forme canonique : {text!r}")


def _check_hashes(*digests: str) -> None:
    for digest in digests:
        if not _HASH.fullmatch(digest):
            raise ValueError(f"une empreinte a 64 chiffres hexadécimaux : {digest!r}")
