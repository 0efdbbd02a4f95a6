"""A soft warning on free text: « Décrivez le travail, pas la personne ».

It looks for what is plainly a person (M. Dupont, an e-mail, a phone number, a social security number) and nothing
finer: it warns, it never refuses, and its silence proves nothing.
"""

from __future__ import annotations

import re

ADVICE = "Décrivez le travail, pas la personne"

_SPACE = "[ .\u00a0\u202f-]"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("un nom de personne", re.compile(r"(?<!\w)(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame)\s+[A-ZÀ-ÖØ-Þ][\w'’-]+")),
    ("une adresse e-mail", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")),
    (
        "un numéro de sécurité sociale",
        re.compile(rf"(?<!\d)[12]{_SPACE}?\d\d{_SPACE}?(?:0[1-9]|1[0-2])(?:{_SPACE}?\d){{8,10}}(?!\d)"),
    ),
    ("un numéro de téléphone", re.compile(rf"(?<!\d)(?:\+33{_SPACE}?|0)[1-9](?:{_SPACE}?\d\d){{4}}(?!\d)")),
)


def personal_words(text: str) -> str:
    """What in the text looks like a person, in French words; empty when nothing does."""
    return next((words for words, shape in _SHAPES if shape.search(text)), "")
