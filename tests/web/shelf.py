"""A shelf of examples made of dossiers, for tests of pages without a database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.dossier import Dossier
from app.services.example_cards import ExampleCard, FileKind, card_from_dossier, slug_of
from tests.domain.dossier_example import example_dossier


@dataclass(frozen=True)
class FixedShelf:
    """Cards and bytes given once and for all."""

    dossiers: tuple[Dossier, ...]

    def cards(self) -> tuple[ExampleCard, ...]:
        """One card per dossier, each offering the three files."""
        return tuple(
            card_from_dossier(
                slug=slug_of(dossier.establishment.name),
                dossier=dossier,
                sizes={kind: len(content_of(dossier, kind)) for kind in FileKind},
            )
            for dossier in self.dossiers
        )

    def file(self, slug: str, kind: FileKind) -> bytes | None:
        """Bytes that say which example and which file they are."""
        for dossier in self.dossiers:
            if slug_of(dossier.establishment.name) == slug:
                return content_of(dossier, kind)
        return None


def content_of(dossier: Dossier, kind: FileKind) -> bytes:
    """What stands for a file: 2,000 bytes and the names."""
    return f"{dossier.establishment.name} / {kind.value}".encode().ljust(2000, b".")


def three_examples() -> FixedShelf:
    """A roofer with a version, a bakery and an association with a project; five priorities among them."""
    roofer = example_dossier()
    row = roofer.rows[0]
    action = roofer.actions[0]
    bakery = replace(
        roofer,
        kind="projet",
        version=None,
        establishment=replace(
            roofer.establishment, name="Boulangerie d'exemple", naf_label="Boulangerie et pâtisserie", headcount=1
        ),
        rows=(
            replace(row, key="UT1-R01", priority="P1", words="Fournil : devant le four"),
            replace(row, key="UT1-R02", priority="P1"),
            replace(row, key="UT1-R03", priority="P4"),
        ),
        actions=(replace(action, chosen=True), replace(action, key="A02", chosen=False)),
    )
    home_care = replace(
        roofer,
        kind="projet",
        version=None,
        establishment=replace(
            roofer.establishment,
            name="Aide à domicile d'exemple",
            naf_label="Aide à domicile, une activité au nom assez long pour aller à la ligne sur un téléphone",
            headcount=38,
        ),
        rows=tuple(replace(row, priority=code) for code in ("P2", "P3", "P3", "a_evaluer")),
    )
    return FixedShelf((roofer, bakery, home_care))
