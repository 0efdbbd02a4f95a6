"""What is wrong in a content file, said to the person who wrote it; all of it at once."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFault:
    """One fault of a content file: where it is, what is wrong, what to write instead (words in French)."""

    file: str
    place: str
    """Id of the item, or the table it stands in (« questions, n° 3 »)."""
    what: str
    remedy: str

    def __str__(self) -> str:
        """The fault on one line."""
        return f"{self.file} · {self.place} : {self.what}. {self.remedy}."


class ContentFaults(Exception):
    """A content file cannot be used; carries every fault found, in the order of the file."""

    def __init__(self, faults: tuple[ContentFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(slots=True, kw_only=True)
class FaultList:
    """Faults being gathered for one file.

    A field that is already known to be bad is `spoilt`: later checks stay silent about it, so that one slip of the
    pen is told once.
    """

    file: str
    found: list[ContentFault] = field(default_factory=list)
    spoilt: set[tuple[str, str]] = field(default_factory=set)

    def add(self, place: str, what: str, remedy: str) -> None:
        """Note a fault at a place."""
        fault = ContentFault(file=self.file, place=place, what=what, remedy=remedy)
        if fault not in self.found:
            self.found.append(fault)

    def spoil(self, place: str, key: str, what: str, remedy: str) -> None:
        """Note that the value of a key cannot be read."""
        self.spoilt.add((place, key))
        self.add(place, f"« {key} » {what}", remedy)

    def doubt(self, place: str, key: str, what: str, remedy: str) -> None:
        """Note a fault that rests on a value, unless that value is already known to be bad."""
        if (place, key) not in self.spoilt:
            self.add(place, f"« {key} » {what}", remedy)

    def raise_if_any(self) -> None:
        """Raise `ContentFaults` with everything found, if anything was."""
        if self.found:
            raise ContentFaults(tuple(self.found))
