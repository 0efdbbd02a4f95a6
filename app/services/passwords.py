"""Passwords: which ones are accepted, how they are hashed, how one is checked without saying whether it exists.

Nothing here touches the database: argon2 takes tens of milliseconds and 19 MiB, and never runs inside a unit of work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.services.guessable_passwords import COMMON, STEMS
from forms.words import Said, say

SHORTEST, LONGEST = 12, 128
"""Characters of a password."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id, 19 MiB, two passes, one lane."""

NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$BK5z519T1hTkXZAExDaIYA$AssBSh86fkb11xm1l9pBwa2IHjNA0UHPvQPjwWXsHY0"
"""Hash of a password that nobody knows: checked when there is no account, so that it takes as long."""

_LETTERS = re.compile(r"[^a-zà-ÿ]+")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
"""Digits and signs before and after: dressing, whatever they would spell."""
_SPELT = str.maketrans("013457@$!", "oieastasi")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm")


def fault_of(password: str, *, about: Iterable[str] = ()) -> Said | None:
    """What is wrong with a password that somebody chooses, None when it is accepted.

    `about` holds what others would try first: the e-mail address, the name of the service.
    """
    words = _normal(password)
    if not _readable(words):
        return say("Ce mot de passe contient un caractère illisible. Écrivez-le au clavier.")
    if len(words) < SHORTEST:
        return say(
            "Ce mot de passe est trop court : écrivez au moins {shortest} caractères, par exemple quatre mots.",
            shortest=SHORTEST,
        )
    if len(words) > LONGEST:
        return say("Ce mot de passe est trop long : écrivez au plus {longest} caractères.", longest=LONGEST)
    if _is_common(words):
        return say(
            "Ce mot de passe est parmi les premiers que l'on essaie. Choisissez-en un autre, par exemple quatre mots."
        )
    if _is_about(words, about):
        return say("Ce mot de passe ressemble trop à votre adresse ou au nom du service. Choisissez-en un autre.")
    return None


def hash_password(password: str) -> str:
    """What is stored of a password; raises ValueError when it is not one that `fault_of` accepts."""
    words = _normal(password)
    if not _readable(words):
        raise ValueError("this password cannot be hashed")
    return _HASHER.hash(words)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password of that hash; takes as long without a hash, when there is no account."""
    words = _normal(password)
    possible = stored is not None and _readable(words) and len(words) <= LONGEST
    try:
        _HASHER.verify(stored or NOBODY, words if possible else "impossible")
    except (VerificationError, InvalidHashError):
        return False
    return possible


def outdated(stored: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(stored)


def _normal(password: str) -> str:
    """The same characters whatever the keyboard composed them from; nothing else is changed."""
    return unicodedata.normalize("NFC", password)


def _readable(words: str) -> bool:
    return "\x00" not in words and not any("\ud800" <= character <= "\udfff" for character in words)


def _is_common(words: str) -> bool:
    small = words.casefold()
    if small in COMMON or len(set(small)) <= 3:
        return True
    if any(_follows(small, run) for run in _RUNS):
        return True
    letters = _LETTERS.sub("", small), _LETTERS.sub("", _AROUND.sub("", small).translate(_SPELT))
    return any(spelt in STEMS or _twice(spelt) in STEMS for spelt in letters)


def _follows(words: str, run: str) -> bool:
    """Whether the password is a row of the keyboard, the alphabet or the digits, forwards or backwards."""
    around = run * (len(words) // len(run) + 2)
    return words in around or words[::-1] in around


def _twice(letters: str) -> str:
    """The half of a word written twice, else the word."""
    half = len(letters) // 2
    return letters[:half] if letters and letters[:half] * 2 == letters else letters


def _is_about(words: str, about: Iterable[str]) -> bool:
    letters = re.sub(r"[\W_\d]+", "", words.casefold())
    for known in about:
        for part in (known, known.partition("@")[0]):
            bare = re.sub(r"[\W_\d]+", "", part.casefold())
            if len(bare) >= 4 and letters in {bare, bare * 2}:
                return True
    return False
