"""Why the system refused a file or a folder, in French: its own words are English on most servers."""

from __future__ import annotations

import errno

_WORDS = {
    errno.EACCES: "le droit d'y accéder manque",
    errno.EPERM: "le droit d'y accéder manque",
    errno.EROFS: "ce disque est en lecture seule",
    errno.ENOENT: "le fichier ou le dossier n'existe pas",
    errno.ENOTDIR: "une partie du chemin est un fichier, pas un dossier",
    errno.EISDIR: "c'est un dossier, un fichier est attendu",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENOTEMPTY: "un dossier porte déjà ce nom",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "l'espace accordé sur ce disque est épuisé",
    errno.EFBIG: "le fichier est trop gros pour ce disque",
    errno.ELOOP: "les liens tournent en rond",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.EBUSY: "un autre programme s'en sert",
    errno.ETXTBSY: "un autre programme s'en sert",
    errno.EIO: "le disque ne répond pas bien",
    errno.EINVAL: "ce nom n'est pas accepté ici",
    errno.EILSEQ: "ce nom n'est pas accepté ici",
}


def system_words(error: OSError) -> str:
    """The reason of a refusal, without a full stop; the number of the error when it is a rare one."""
    known = _WORDS.get(error.errno or 0)
    return known or (f"erreur système {error.errno}" if error.errno else "raison inconnue")


def shown_path(path: object) -> str:
    """A path that can be printed: bytes that are not UTF-8 are shown as `?`."""
    return str(path).encode("utf-8", "replace").decode("utf-8")
