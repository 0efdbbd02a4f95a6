"""A folder of documents: written whole or not at all, and checked without any database."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.domain.canonical import sha256_hex
from app.domain.dossier_json import DossierFault, from_json
from app.domain.register import RegisterLine
from app.domain.register_check import DECLARED_DATE, Finding, FindingKind, StoredFile, StoredPayload, check_register
from app.domain.register_json import RegisterFault, register_from_json, register_to_json
from app.services.example_cards import FileKind
from app.services.headless import Produced
from app.services.system_words import shown_path, system_words
from app.services.verification import Verification
from app.services.version_rows import DOCX, XLSX

DOSSIER, PLAN = FileKind.DOSSIER.value, FileKind.PLAN.value
REGISTER = "register.json"

_MISSING = frozenset({FindingKind.PAYLOAD_MISSING, FindingKind.FILE_MISSING})


class FolderFault(Exception):
    """A folder cannot be written or checked; the message is in French."""


def file_names(produced: Produced) -> Mapping[str, bytes]:
    """The files of what an answers file gave, by name."""
    documents = produced.documents
    themes = "-".join(theme.theme for theme in documents.dossier.themes) or "vide"
    files = {f"section-{themes}.docx": documents.docx, PLAN: documents.xlsx, DOSSIER: documents.payload}
    if produced.register:
        files[REGISTER] = register_to_json(produced.register)
    return files


def refuse_unwritable(folder: Path) -> None:
    """Raises FolderFault when it is plain that no file can be written there; nothing is made nor changed."""
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
        if not nearest.is_dir():
            raise _not_written(folder, NotADirectoryError(errno.ENOTDIR, ""))
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise _not_written(folder, PermissionError(errno.EACCES, ""))
        for name in (PLAN, DOSSIER, REGISTER):
            _refuse_folder(folder / name)
    except (OSError, ValueError) as error:
        raise _not_written(folder, error) from error


def write_folder(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Writes the files, each first beside its place, then all put in place; raises FolderFault and leaves nothing.

    When one cannot be put in place, those put before it give way to what stood there.
    """
    places = {folder / name: body for name, body in files.items()}
    old: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        made.extend(path for path in (folder, *folder.parents) if not os.path.lexists(path))
        folder.mkdir(parents=True, exist_ok=True)
        for place, body in places.items():
            _refuse_folder(place)
            _beside(place).write_bytes(body)
        gone = [] if REGISTER in files else [folder / REGISTER]  # no older version's register beside a project
        for place in (*places, *gone):
            old[place] = place.read_bytes() if place.is_file() else None  # a device would be read without end
            _beside(place).replace(place) if place in places else place.unlink(missing_ok=True)
    except BaseException as error:
        _put_back(places, old, made)
        if isinstance(error, OSError | ValueError):
            raise _not_written(folder, error) from error
        raise
    return tuple(places)


def _put_back(places: Mapping[Path, bytes], old: Mapping[Path, bytes | None], made: Sequence[Path]) -> None:
    """Undoes as much of a writing as the disk allows."""
    for place, body in old.items():
        with suppress(OSError):
            if body is None:
                place.unlink(missing_ok=True)
            elif not place.is_dir():
                place.write_bytes(body)
    for place in places:
        with suppress(OSError):
            _beside(place).unlink(missing_ok=True)
    for path in made:
        with suppress(OSError):
            path.rmdir()


def _beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.{os.getpid()}")


def _refuse_folder(place: Path) -> None:
    if place.is_dir():
        raise FolderFault(f"Impossible d'écrire {shown_path(place)} : un dossier porte déjà ce nom.")


def _not_written(folder: Path, error: OSError | ValueError) -> FolderFault:
    reason = system_words(error) if isinstance(error, OSError) else "ce nom n'est pas accepté ici"
    return FolderFault(f"Impossible d'écrire dans {shown_path(folder)} : {reason}.")


def verify_folder(folder: Path, *, anchors: Sequence[str] = ()) -> Verification:
    """Checks the documents of one folder against its register; raises FolderFault when it is no such folder."""
    lines = _lines(folder)
    payload = _read(folder / DOSSIER)
    try:
        from_json(payload)
        unreadable: tuple[str, ...] = ()
    except DossierFault as fault:
        unreadable = tuple(fault.faults[:3])
    last = max(lines, key=lambda line: line.seq)
    findings = check_register(
        lines,
        payloads=[StoredPayload(establishment=last.establishment, seq=last.seq, body=payload)],
        files=[
            StoredFile(establishment=last.establishment, seq=last.seq, name=kind, body=body)
            for kind, body in _files(folder).items()
        ],
        seals=(),
        key=None,
        anchors=anchors,
    )
    kept = tuple(each for each in findings if not (each.kind in _MISSING and each.seq != last.seq))
    broken = tuple(_unreadable(last, words) for words in unreadable)
    return Verification(lines=len(lines), seals=0, findings=(*kept, *broken), limits=_limits(last))


def _limits(last: RegisterLine) -> tuple[str, ...]:
    return (
        "Le dossier n'a été comparé qu'à son propre registre : qui remplace les deux ensemble ne se voit pas ici. "
        f"Comparez l'empreinte {last.content_sha256[:12]} au pied de page d'une version imprimée ou envoyée, ou "
        "lancez la vérification sur la base qui a fait cette version.",
        DECLARED_DATE,
    )


def _lines(folder: Path) -> tuple[RegisterLine, ...]:
    if not os.path.exists(folder / REGISTER) and os.path.exists(folder / DOSSIER):  # noqa: PTH110 (Path.exists raises on a name too long)
        digest = sha256_hex(_read(folder / DOSSIER))
        raise FolderFault(
            f"{shown_path(folder)} ne contient pas {REGISTER} : c'est un projet, il n'a pas de registre. "
            f"Son empreinte est {digest[:12]}… ; comparez-la au pied de page du document Word."
        )
    try:
        lines = register_from_json(_read(folder / REGISTER))
    except RegisterFault as fault:
        raise FolderFault(f"{shown_path(folder / REGISTER)} : {fault}.") from fault
    except RecursionError as fault:
        raise FolderFault(f"{shown_path(folder / REGISTER)} : trop de listes l'une dans l'autre.") from fault
    if not lines:
        raise FolderFault(f"{shown_path(folder / REGISTER)} : aucune ligne.")
    return lines


def _files(folder: Path) -> Mapping[str, bytes]:
    found = {XLSX: folder / PLAN}
    sections = sorted(folder.glob("section-*.docx"))
    if len(sections) > 1:
        raise FolderFault(
            f"{shown_path(folder)} contient plusieurs documents Word : gardez celui de la version à vérifier."
        )
    if sections:
        found[DOCX] = sections[0]
    return {kind: _read(path) for kind, path in found.items() if path.exists()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FolderFault(f"Impossible de lire {shown_path(path)} : {system_words(error)}.") from error


def _unreadable(line: RegisterLine, words: str) -> Finding:
    return Finding(
        kind=FindingKind.PAYLOAD_ALTERED,
        establishment=line.establishment,
        seq=line.seq,
        words=f"{DOSSIER} n'est pas un dossier lisible : {words}",
    )
