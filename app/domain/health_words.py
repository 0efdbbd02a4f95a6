"""A soft warning on free text: words of somebody's health, which the log never keeps.

It looks for plain words of illness, pregnancy, handicap or fitness for work. It warns, it never refuses: « risque
cancérogène » is a subject of prevention, « il a un cancer » is not, and only the person who writes knows which it is.
"""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"(?<!\w)(?:"
    r"enceintes?|grossesses?|handicap(?:ée?s?)?|rqth|"
    r"in?aptes?|inaptitudes?|aptitudes?|"
    r"arrêts?\s+(?:de\s+travail|maladie)|en\s+arrêt|mi-temps\s+thérapeutique|"
    r"malades?|cancers?|diabètes?|diabétiques?|dépressions?|dépressi(?:f|ve)s?|burn-?out|épilep\w+|asthm\w+|"
    r"hernies?|lombalgies?|sciatiques?|infarctus|alcooliques?|addictions?|"
    r"médicaments?|ordonnances?|diagnostics?\s+médica\w+|dossiers?\s+médica\w+|antécédents?"
    r")(?!\w)",
    re.IGNORECASE,
)


def health_words(text: str) -> str:
    """The first words of the text that may tell somebody's health; empty when there are none."""
    found = _WORDS.search(text)
    return found[0] if found else ""
