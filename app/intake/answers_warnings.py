"""What an answers file may say and should not: words that point at a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.answers import AnswerBook
from app.domain.inputs import FirmAssessment
from app.domain.personal_words import ADVICE, personal_words


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersWarning:
    """A free text to look at again; nothing is refused."""

    key: str
    """Path of the key, as in a fault."""
    words: str

    def __str__(self) -> str:
        """The warning on one line."""
        return f"{self.key} : {self.words}. {ADVICE}."


def warnings_in(firm: FirmAssessment) -> tuple[AnswersWarning, ...]:
    """The free texts of a firm that look as if they named a person, in the order of the file."""
    return tuple(
        AnswersWarning(key=key, words=f"le texte contient {found}")
        for key, text in _texts(firm)
        if (found := personal_words(text))
    )


def _texts(firm: FirmAssessment) -> Iterator[tuple[str, str]]:
    yield "establishment.employer_role", firm.establishment.employer_role
    for rank, unit in enumerate(firm.establishment.units, start=1):
        for name in ("name", "activities", "places", "women_men"):
            yield f"work_units[{rank}].{name}", str(getattr(unit, name))
    for book in firm.books:
        yield from _texts_of_book(book)
    for rank, action in enumerate(firm.actions, start=1):
        for name in ("text", "owner", "indicator", "conditions", "resources", "collective_sought"):
            yield f"actions[{rank}].{name}", str(getattr(action, name) or "")
    if firm.validation:
        yield "validation.reason", firm.validation.reason
        yield "validation.cse_words", firm.validation.cse_words
        for rank, moment in enumerate(firm.validation.participants, start=1):
            yield f"validation.participants[{rank}].roles", " ; ".join(moment.roles)
            yield f"validation.participants[{rank}].contribution", moment.contribution


def _texts_of_book(book: AnswerBook) -> Iterator[tuple[str, str]]:
    for (question, _), answer in book.answers.items():
        key = f"themes.{book.theme}.answers.{question}"
        yield key, answer.reason
        if isinstance(answer.value, str):
            yield key, answer.value
        elif isinstance(answer.value, tuple):
            cells = [cell for row in answer.value if not isinstance(row, str) for _, cell in row]
            yield key, "\n".join(cells)
    for situation, facts in book.situations.items():
        for name, said in (("words", facts.words), ("in_place", facts.in_place)):
            for text in said.values():
                yield f"themes.{book.theme}.situations.{situation}.{name}", text
