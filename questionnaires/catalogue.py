"""The packaged content: themes, cited law, helps, sectors and NAF labels, each read once, when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from questionnaires import dated, naf, reader, remarks
from questionnaires.schema import Help, Law, Sector, ShippedRemark, Theme


@dataclass(frozen=True)
class Catalogue:
    """Content of one directory; files are read on first use, so that starting costs nothing.

    A bad file raises `ContentFaults` when it is read. Everything handed out is frozen.
    """

    root: Traversable
    """Directory that holds `themes/`, `laws.toml`, `help.toml`, `sectors.toml` and `naf_rev2.tsv`."""

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the themes, in alphabetical order; no theme file is read."""
        names = (entry.name for entry in self.root.joinpath("themes").iterdir())
        return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))

    @property
    def themes(self) -> tuple[Theme, ...]:
        """All themes, in the order of `codes`; reads every file."""
        return tuple(self.theme(code) for code in self.codes)

    def theme(self, code: str) -> Theme:
        """The theme of that code; raises KeyError when there is none."""
        if code not in self.codes:
            raise KeyError(code)
        if code not in self._read_themes:
            text = self.root.joinpath("themes", f"{code}.toml").read_bytes()
            self._read_themes[code] = reader.read_theme(text, file=f"{code}.toml")
        return self._read_themes[code]

    @cached_property
    def laws(self) -> Mapping[str, Law]:
        """Cited articles by number."""
        read = dated.read_laws(self.root.joinpath("laws.toml").read_bytes(), file="laws.toml")
        return MappingProxyType({law.article: law for law in read})

    @cached_property
    def helps(self) -> Mapping[str, Help]:
        """Helps and subsidies by code."""
        read = dated.read_helps(self.root.joinpath("help.toml").read_bytes(), file="help.toml")
        return MappingProxyType({help_.code: help_ for help_ in read})

    @cached_property
    def sectors(self) -> Mapping[str, Sector]:
        """Sectors by id."""
        read = dated.read_sectors(self.root.joinpath("sectors.toml").read_bytes(), file="sectors.toml")
        return MappingProxyType({sector.id: sector for sector in read})

    @cached_property
    def remarks(self) -> tuple[ShippedRemark, ...]:
        """Remarks that advisers make often, in the order of their file; none where the file is not."""
        file = self.root.joinpath("remarques.toml")
        return remarks.read_remarks(file.read_bytes(), file=file.name, themes=self.codes) if file.is_file() else ()

    def law(self, article: str) -> Law:
        """The article cited under that number; raises KeyError when it is not in `laws.toml`."""
        return self.laws[article]

    def help(self, code: str) -> Help:
        """The help of that code; raises KeyError when it is not in `help.toml`."""
        return self.helps[code]

    def sectors_of(self, code: str) -> frozenset[str]:
        """Ids of the sectors a NAF code belongs to; empty when the code is no code or belongs to none."""
        wanted = naf.bare(code)
        if wanted is None:
            return frozenset()
        return frozenset(sector.id for sector in self.sectors.values() if wanted.startswith(sector.prefixes))

    def naf_label(self, code: str) -> str | None:
        """Label of a NAF rév. 2 code, however it is typed; None when the nomenclature has no such code."""
        return self.naf_labels.get(naf.normalise(code) or "")

    def naf_code(self, code: str) -> str | None:
        """The code with its dot and capital, however it is typed; None when the nomenclature has no such code."""
        dotted = naf.normalise(code)
        return dotted if dotted in self.naf_labels else None

    @cached_property
    def naf_labels(self) -> Mapping[str, str]:
        """Labels of the NAF rév. 2 by code, in the order of the nomenclature."""
        return MappingProxyType(naf.read_labels(self.root.joinpath("naf_rev2.tsv").read_text(encoding="utf-8")))

    @cached_property
    def naf_trade_words(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the NAF rév. 2 by everyday word of a trade, the likeliest first."""
        text = self.root.joinpath("naf_words.tsv").read_text(encoding="utf-8")
        return MappingProxyType(naf.read_trade_words(text))

    @cached_property
    def _read_themes(self) -> dict[str, Theme]:
        return {}


@cache
def load() -> Catalogue:
    """The content packaged with this program; the same object all along the process."""
    return Catalogue(root=files("questionnaires"))
