"""What the register, its seals and the stored bytes say about each other: every disagreement, and what none can show.

The caller reads the database; bodies are hashed one by one as they come, so a generator keeps the memory flat.
"""

from __future__ import annotations

import hmac
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.canonical import sha256_hex
from app.domain.plain_values import show_day
from app.domain.register import GENESIS, RegisterLine, Seal, line_hash, seal_hmac

_ANCHOR = re.compile(r"[0-9a-f]{12,64}", re.ASCII)
DECLARED_DATE = (
    "Les empreintes montrent que rien n'a changé depuis l'inscription ; elles ne prouvent pas la date d'élaboration, "
    "qui est déclarée, faute d'horodatage qualifié."
)
"""What no check of hashes can show."""

_SHOWN = 5
_SURE = 32
"""Digits under which another content with the same beginning can be searched for by who has the machines."""


class Severity(StrEnum):
    """How much a finding matters."""

    GRAVE = "grave"
    """Something was altered, removed or added."""
    WARNING = "attention"
    """The check could not be made as asked."""


class FindingKind(StrEnum):
    """What was found; stored and printed by `jalon verify --json`."""

    PAYLOAD_ALTERED = "contenu_modifie"
    PAYLOAD_MISSING = "contenu_absent"
    PAYLOAD_EXTRA = "contenu_sans_ligne"
    FILE_ALTERED = "fichier_modifie"
    FILE_MISSING = "fichier_absent"
    FILE_EXTRA = "fichier_sans_ligne"
    LINE_ALTERED = "ligne_modifiee"
    LINE_REMOVED = "ligne_retiree"
    SEALED_REMOVED = "ligne_scellee_retiree"
    LINE_TWICE = "ligne_en_double"
    CHAIN_BROKEN = "chaine_rompue"
    RECOMPUTED = "registre_recalcule"
    SEAL_ALTERED = "scelle_modifie"
    SEAL_REMOVED = "scelle_retire"
    ANCHOR_UNKNOWN = "empreinte_inconnue"
    ANCHOR_UNREADABLE = "empreinte_illisible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement, in one French sentence."""

    kind: FindingKind
    establishment: str
    """Empty for a seal or an anchor."""
    seq: int | None
    words: str
    severity: Severity = Severity.GRAVE


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPayload:
    """The stored canonical bytes of one frozen dossier."""

    establishment: str
    seq: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """The stored bytes of one file of a frozen document."""

    establishment: str
    seq: int
    name: str
    body: bytes


_Place = tuple[str, int]
_Book = Mapping[_Place, Sequence[RegisterLine]]


def check_register(
    lines: Iterable[RegisterLine],
    *,
    payloads: Iterable[StoredPayload],
    files: Iterable[StoredFile],
    seals: Iterable[Seal],
    key: bytes | None,
    anchors: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """Every disagreement, by establishment and line; empty when nothing was touched as far as this can show.

    Order of the arguments does not matter. Without `key` the seals are compared but not authenticated. `anchors` are
    hashes typed from a Word footer or a receipt, 12 hexadecimal digits or more, which must be found in the register.
    """
    known = tuple(lines)
    kept = tuple(seals)
    book: defaultdict[_Place, list[RegisterLine]] = defaultdict(list)
    for line in known:
        book[line.establishment, line.seq].append(line)
    found = [
        *_line_findings(known),
        *_chain_findings(book),
        *_payload_findings(book, payloads),
        *_file_findings(book, files),
        *_seal_findings(book, kept, key),
        *_anchor_findings(known, anchors),
    ]
    # A line missing from several seals, or from the numbering and from a seal, is one fact.
    facts = {(finding.establishment, finding.seq or 0, finding.kind, finding.words): finding for finding in found}
    return tuple(facts[fact] for fact in sorted(facts))


def limits(
    lines: Iterable[RegisterLine], *, seals: Iterable[Seal], key: bytes | None, anchors: Iterable[str] = ()
) -> tuple[str, ...]:
    """What `check_register` could not show with these elements, in French sentences for the reader of its result."""
    kept = tuple(seals)
    said = [*_seal_limits(kept), *_cover_limits(tuple(lines), kept)]
    if key is None:
        said.append(
            "Sans la clé des scellés, leur authenticité n'est pas vérifiée : un scellé refait par qui peut écrire "
            "dans la base ne se voit pas."
        )
    said.append(
        "Qui détient à la fois la base et la clé des scellés peut tout recalculer sans trace : comparez avec "
        "l'empreinte imprimée au pied d'une version ou reçue par e-mail."
    )
    typed = tuple(anchors)
    if not typed:
        said.append("Aucune empreinte venue du dehors (pied de page, accusé) n'a été comparée.")
    elif all(len("".join(anchor.split())) < _SURE for anchor in typed):
        said.append(
            "Une empreinte abrégée écarte l'erreur, pas un faussaire équipé : pour une affaire grave, comparez les "
            "64 chiffres de l'accusé."
        )
    said.append(DECLARED_DATE)
    return tuple(said)


def _line_findings(lines: Sequence[RegisterLine]) -> Iterator[Finding]:
    for line in lines:
        if _own_hash(line) != line.line_sha256:
            words = "la ligne du registre a été modifiée (sa propre empreinte ne se refait pas)."
            yield _at(FindingKind.LINE_ALTERED, line.establishment, line.seq, words)


def _own_hash(line: RegisterLine) -> str | None:
    try:
        return line_hash(line)
    except (TypeError, ValueError):
        return None  # not a line this software can have written


def _chain_findings(book: _Book) -> Iterator[Finding]:
    registers: defaultdict[str, list[int]] = defaultdict(list)
    for establishment, seq in sorted(book):
        registers[establishment].append(seq)
    for establishment, numbers in registers.items():
        for before, seq in zip([0, *numbers], numbers, strict=False):
            yield from _link_findings(book, establishment, before, seq)


def _link_findings(book: _Book, establishment: str, before: int, seq: int) -> Iterator[Finding]:
    lines = book[establishment, seq]
    if len(lines) > 1:
        words = f"ce numéro d'ordre est porté par {len(lines)} lignes."
        yield _at(FindingKind.LINE_TWICE, establishment, seq, words)
    if seq < 1:
        yield _at(FindingKind.CHAIN_BROKEN, establishment, seq, "numéro d'ordre impossible.")
    elif seq != before + 1:
        gone = f"les lignes {before + 1} à {seq - 1} ont été retirées" if seq > before + 2 else "elle a été retirée"
        yield _at(FindingKind.LINE_REMOVED, establishment, before + 1, f"{gone} du registre.")
    else:
        expected = {line.line_sha256 for line in book[establishment, before]} if before else {GENESIS}
        words = "elle ne suit pas la ligne d'avant ; des lignes ont été déplacées ou refaites."
        if any(line.previous not in expected for line in lines):
            yield _at(FindingKind.CHAIN_BROKEN, establishment, seq, words)


def _payload_findings(book: _Book, payloads: Iterable[StoredPayload]) -> Iterator[Finding]:
    seen: set[_Place] = set()
    for payload in payloads:
        place = (payload.establishment, payload.seq)
        seen.add(place)
        hashes = {line.content_sha256 for line in book.get(place, ())}
        if not hashes:
            words = "un contenu est stocké, aucune ligne du registre ne l'annonce."
            yield _at(FindingKind.PAYLOAD_EXTRA, *place, words)
        elif sha256_hex(payload.body) not in hashes:
            words = "le contenu stocké n'est plus celui que le registre a inscrit."
            yield _at(FindingKind.PAYLOAD_ALTERED, *place, words)
    for place in book.keys() - seen:
        yield _at(FindingKind.PAYLOAD_MISSING, *place, "le registre annonce un contenu qui n'est plus stocké.")


def _file_findings(book: _Book, files: Iterable[StoredFile]) -> Iterator[Finding]:
    told: defaultdict[tuple[str, int, str], set[str]] = defaultdict(set)
    for (establishment, seq), lines in book.items():
        for name, digest in (file for line in lines for file in line.files):
            told[establishment, seq, name].add(digest)
    seen: set[tuple[str, int, str]] = set()
    for file in files:
        where = (file.establishment, file.seq, file.name)
        seen.add(where)
        if where not in told:
            words = f"le fichier « {file.name} » est stocké, aucune ligne du registre ne l'annonce."
            yield _at(FindingKind.FILE_EXTRA, file.establishment, file.seq, words)
        elif sha256_hex(file.body) not in told[where]:
            words = f"le fichier « {file.name} » n'est plus celui que le registre a inscrit."
            yield _at(FindingKind.FILE_ALTERED, file.establishment, file.seq, words)
    for establishment, seq, name in told.keys() - seen:
        words = f"le registre annonce le fichier « {name} », qui n'est plus stocké."
        yield _at(FindingKind.FILE_MISSING, establishment, seq, words)


def _seal_findings(book: _Book, seals: Sequence[Seal], key: bytes | None) -> Iterator[Finding]:
    made = {(seal.service, seal.hmac) for seal in seals}
    followed: set[tuple[str, str]] = set()
    for seal in seals:
        link = (seal.service, seal.previous_hmac)
        if (seal.previous_hmac != GENESIS and link not in made) or link in followed:
            words = "il ne suit aucun scellé connu ou en double un autre ; un scellé a été retiré ou ajouté."
            yield _on(FindingKind.SEAL_REMOVED, seal, words)
        followed.add(link)
        if key is None or _authentic(seal, key):
            yield from _head_findings(book, seal)
        else:
            # Its heads are worth nothing: comparing them would accuse the register of what was done to the seal.
            words = "il a été modifié, ou la clé fournie n'est pas celle qui l'a fait."
            yield _on(FindingKind.SEAL_ALTERED, seal, words)


def _authentic(seal: Seal, key: bytes) -> bool:
    try:
        return hmac.compare_digest(seal_hmac(seal, key).encode(), seal.hmac.encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError):
        return False  # not a seal this software can have made


def _head_findings(book: _Book, seal: Seal) -> Iterator[Finding]:
    for establishment, seq, digest in seal.heads:
        lines = book.get((establishment, seq), ())
        if not lines:
            words = "elle a été scellée, puis retirée du registre."
            yield _at(FindingKind.SEALED_REMOVED, establishment, seq, words)
        elif not any(digest == line.line_sha256 or digest == _own_hash(line) for line in lines):
            words = "elle n'est plus celle qui a été scellée ; le registre a été recalculé."
            yield _at(FindingKind.RECOMPUTED, establishment, seq, words)


def _anchor_findings(lines: Sequence[RegisterLine], anchors: Iterable[str]) -> Iterator[Finding]:
    hashes = {line.content_sha256 for line in lines} | {line.line_sha256 for line in lines}
    hashes |= {digest for line in lines for _, digest in line.files}
    for anchor in anchors:
        typed = "".join(anchor.split()).lower()
        if not _ANCHOR.fullmatch(typed):
            words = f"« {anchor[:80]} » : une empreinte a de 12 à 64 chiffres parmi 0-9 et a-f."
            kind, severity = FindingKind.ANCHOR_UNREADABLE, Severity.WARNING
        elif not any(known.startswith(typed) for known in hashes):
            words = f"« {typed} » : aucune ligne du registre ne porte cette empreinte."
            kind, severity = FindingKind.ANCHOR_UNKNOWN, Severity.GRAVE
        else:
            continue
        yield Finding(kind=kind, establishment="", seq=None, words=words, severity=severity)


def _seal_limits(seals: Sequence[Seal]) -> Iterator[str]:
    if not seals:
        yield (
            "Aucun scellé : la disparition des dernières versions, ou un registre recalculé en entier, ne se "
            "verrait pas ici."
        )
    for service in sorted({seal.service for seal in seals}):
        day = max(seal.sealed_on for seal in seals if seal.service == service)
        yield (
            f"Service {service} : dernier scellé le {show_day(day)}. Une version faite puis retirée après ce scellé ne "
            "laisse aucune trace ici, ni le retrait des scellés les plus récents : ils se font chaque jour, un dernier "
            "scellé plus ancien qu'hier doit s'expliquer."
        )


def _cover_limits(lines: Sequence[RegisterLine], seals: Sequence[Seal]) -> Iterator[str]:
    sealed: defaultdict[str, int] = defaultdict(int)
    for seal in seals:
        for head in seal.heads:
            sealed[head.establishment] = max(sealed[head.establishment], head.seq)
    open_lines = sorted({(line.establishment, line.seq) for line in lines if line.seq > sealed[line.establishment]})
    if open_lines:
        some = " ; ".join(_place(*place) for place in open_lines[:_SHOWN])
        more = f" ; et {len(open_lines) - _SHOWN} de plus" if len(open_lines) > _SHOWN else ""
        yield f"Lignes qu'aucun scellé ne couvre encore : {some}{more}. Les recalculer ne se verrait pas ici."


def _at(kind: FindingKind, establishment: str, seq: int, words: str) -> Finding:
    return Finding(kind=kind, establishment=establishment, seq=seq, words=f"{_place(establishment, seq)} : {words}")


def _on(kind: FindingKind, seal: Seal, words: str) -> Finding:
    day = f"Scellé du {show_day(seal.sealed_on)} (service {seal.service})"
    return Finding(kind=kind, establishment="", seq=None, words=f"{day} : {words}")


def _place(establishment: str, seq: int) -> str:
    return f"Établissement {establishment}, ligne {seq}"
