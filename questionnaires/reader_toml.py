"""From the bytes of a content file to its TOML tables; what cannot be opened is told with its line and column."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal

from questionnaires.reader_faults import ContentFault, ContentFaults

MAX_BYTES = 1_000_000
"""Size above which a content file is refused unread; the largest theme is about a tenth of it."""

WHOLE_FILE = "fichier"

_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_IN_FRENCH = (
    ("Expected '='", "il manque le signe = après une clé"),
    ("Cannot overwrite a value", "une clé est écrite deux fois"),
    ("Duplicate inline table key", "une clé est écrite deux fois"),
    ("Cannot declare", "une table est ouverte deux fois"),
    ("Cannot mutate immutable", "une table écrite entre accolades ne peut pas être complétée plus loin"),
    ("Unterminated string", "un texte n'est pas fermé : il manque un guillemet"),
    ("Unclosed array", "une liste n'est pas fermée : il manque un crochet"),
    ("Unclosed inline table", "une table entre accolades n'est pas fermée"),
    ("Unescaped '\\\\'", "une barre oblique inverse doit être doublée"),
    ("Illegal character", "un retour à la ligne ou un caractère interdit coupe un texte"),
    ("Expected newline", "il reste quelque chose après la valeur"),
    ("Invalid initial character for a key", "une clé attendue n'est pas lisible"),
    ("Invalid date", "une date n'existe pas"),
    ("Invalid value", "une valeur n'est pas lisible : un texte s'écrit entre guillemets"),
)


def toml_tables(text: bytes, *, file: str) -> tuple[dict[str, object], str]:
    """The tables of a TOML file and its text; raises `ContentFaults` when the file cannot be opened as TOML."""
    if len(text) > MAX_BYTES:
        raise _refused(file, WHOLE_FILE, "trop gros", f"Un fichier de contenu fait au plus {MAX_BYTES} octets")
    try:
        words = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise _refused(file, f"ligne {line}", "ce n'est pas de l'UTF-8", "Enregistrez le fichier en UTF-8") from None
    try:
        return tomllib.loads(words, parse_float=Decimal), words
    except tomllib.TOMLDecodeError as error:
        raise _broken(file, words, str(error)) from None
    except RecursionError:
        raise _refused(file, WHOLE_FILE, "trop de listes l'une dans l'autre", "Écrivez des tables simples") from None
    except (ValueError, ArithmeticError):
        what = "un nombre est trop long pour être lu"
        raise _refused(file, WHOLE_FILE, what, "Écrivez un nombre ordinaire") from None


def _broken(file: str, words: str, message: str) -> ContentFaults:
    found = _POSITION.search(message)
    lines = words.split("\n")
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    what = next((french for english, french in _IN_FRENCH if message.startswith(english)), "écriture non comprise")
    shown = lines[line - 1].strip()[:60] if line <= len(lines) else ""
    remedy = f"Corrigez près de : {shown}" if shown else "Corrigez cette ligne ou celle d'avant"
    return _refused(file, f"ligne {line}, colonne {column}", f"TOML illisible : {what}", remedy)


def _refused(file: str, place: str, what: str, remedy: str) -> ContentFaults:
    return ContentFaults((ContentFault(file=file, place=place, what=what, remedy=remedy),))
