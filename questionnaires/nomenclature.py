"""Closed lists that content and documents share: the families of risks and the factors of article L4161-1."""

from __future__ import annotations

FAMILIES: dict[int, str] = {
    1: "Risques de chute de plain-pied",
    2: "Risques de chute de hauteur",
    3: "Risques liés aux circulations internes",
    4: "Risques routiers en mission",
    5: "Risques liés à la charge physique de travail",
    6: "Risques liés à la manutention mécanique",
    7: "Risques liés aux produits chimiques, aux émissions et aux déchets",
    8: "Risques liés aux agents biologiques",
    9: "Risques liés aux équipements de travail",
    10: "Risques liés aux effondrements et aux chutes d'objets",
    11: "Risques et nuisances liés au bruit",
    12: "Risques liés aux ambiances thermiques",
    13: "Risques d'incendie, d'explosion",
    14: "Risques liés à l'électricité",
    15: "Risques liés aux ambiances lumineuses",
    16: "Risques liés aux rayonnements",
    17: "Risques psychosociaux",
    18: "Risques liés aux vibrations",
    19: "Risques de heurt, de cognement",
    20: "Risques liés aux pratiques addictives",
}
"""Number -> title of the 20 families of the INRS brochure ED 840 (8th edition 2023, revised May 2025)."""

FACTORS: dict[str, str] = {
    "manutentions": "manutentions manuelles de charges",
    "postures": "postures pénibles",
    "vibrations": "vibrations mécaniques",
    "agents_chimiques": "agents chimiques dangereux",
    "hyperbare": "activités en milieu hyperbare",
    "temperatures_extremes": "températures extrêmes",
    "bruit": "bruit",
    "nuit": "travail de nuit",
    "equipes_alternantes": "travail en équipes successives alternantes",
    "repetitif": "travail répétitif",
}
"""Code -> words of the ten occupational risk factors (article L4161-1)."""
