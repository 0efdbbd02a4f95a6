"""What a mail says, before it has a form: sentences in French, and at most one button or one code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person."""

    kind: str
    """What it is about (`code_connexion`, `invitation`, `recu_transmission`...)."""
    recipient: str
    subject: str
    paragraphs: tuple[str, ...]
    """One idea each; the code or the button stands after the first."""
    button: tuple[str, str] | None = None
    """(words, address); the address is written out in the text, where nothing can be pressed."""
    code: str = ""
    """Six digits, shown large; empty without."""
    sensitive: bool = False
    """It carries a code or a personal link: its body is removed once it is sent."""

    def __post_init__(self) -> None:
        if any("\n" in line or "\r" in line for line in (self.recipient, self.subject)):
            raise ValueError("an address and a subject stand on one line: a second one would be a header")
