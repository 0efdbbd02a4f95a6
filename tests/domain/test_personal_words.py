"""The soft detector of persons in free text: what it sees, and the ordinary words it leaves alone."""

from __future__ import annotations

import pytest

from app.domain.personal_words import personal_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La glacière de M. Dupont", "un nom de personne"),
        ("vu avec Mme Élise-Anne", "un nom de personne"),
        ("écrire à chef@exemple.fr", "une adresse e-mail"),
        ("appeler le 06 12 34 56 78", "un numéro de téléphone"),
        ("appeler le +33 6.12.34.56.78", "un numéro de téléphone"),
        ("2 85 07 75 123 456 42", "un numéro de sécurité sociale"),
    ],
)
def test_what_plainly_is_a_person_is_seen(text: str, found: str) -> None:
    assert personal_words(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Le chef d'équipe appelle le 15 ou le 112",
        "Art. R. 4463-3, 2 L par jour, 1 500 euros",
        "SIRET 732 829 320 00074",
        "Madame la gérante décide",
        "Température de 33 °C le 21/07/2026 à 16 h",
    ],
)
def test_ordinary_words_raise_no_warning(text: str) -> None:
    assert personal_words(text) == ""
