"""The `[themes.X]` tables of an answers file: answers, situations and values set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.domain.answers import Answer, AnswerBook, SituationFacts
from app.domain.establishment import EVERY_UNIT, WorkUnit
from app.domain.inputs import Override, OverrideField
from app.domain.plain_values import ValueFault, read_count, read_day, read_line, read_month, read_text, shown_raw
from app.domain.values import REASON_LIMIT, codes_of, read_value
from app.intake.answers_catalogue import AnswersCatalogue
from app.intake.per_unit import UnitKeys, read_per_unit, spread
from app.intake.table_reader import TableReader, listed, one_of, read_bool
from questionnaires.schema import Level, Question, Theme

FREQUENCY_ACCEPTED = "1 (quelques fois par an), 2 (par mois), 3 (par semaine), 4 (tous les jours), 0 (pas concerné) ou "
FREQUENCY_ACCEPTED += Level.UNKNOWN.value

_NOBODY_KNOWS = -1


def read_themes(
    themes: TableReader, *, units: tuple[WorkUnit, ...], catalogue: AnswersCatalogue, assessed_on: date | None
) -> list[tuple[Theme, AnswerBook, tuple[Override, ...]]]:
    """Each theme of the file with its answers and its values set by hand, in the order of the file."""
    found = []
    for code in themes.raw:
        if code not in catalogue.codes:
            themes.fault(code, "ce thème n'existe pas", listed(catalogue.codes))
            continue
        reader = _ThemeReader(catalogue.theme(code), themes.table(code), units, assessed_on)
        found.append((reader.theme, reader.book(), reader.overrides()))
        reader.table.close()
    if not themes.raw:
        themes.fault("", "aucun thème n'est rempli", f"une table [themes.X.answers], X parmi {listed(catalogue.codes)}")
    return found


class _ThemeReader:
    """Reads one theme of the file."""

    def __init__(self, theme: Theme, table: TableReader, units: tuple[WorkUnit, ...], assessed_on: date | None) -> None:
        self.theme = theme
        self.table = table
        self.units = UnitKeys.of(units)
        self.totals = {unit.key: unit.people.total for unit in units}
        self.assessed_on = assessed_on

    def book(self) -> AnswerBook:
        """The answers and the situations of the theme."""
        answers = self._answers(self.table.table("answers"))
        situations = self._situations(self.table.table("situations"), answers)
        return AnswerBook(theme=self.theme.theme, answers=answers, situations=situations)

    def overrides(self) -> tuple[Override, ...]:
        """The values set by hand, as asked: whether they are allowed is for the rating to say; each is set once."""
        found: list[Override] = []
        for table in self.table.tables("overrides"):
            one = self._override(table)
            place = (one.situation, one.unit, one.field)
            if all(place) and place in {(known.situation, known.unit, known.field) for known in found}:
                table.fault("", f"« {one.field} » est déjà donné pour {one.situation} et {one.unit}", "une seule fois")
            found.append(one)
        return tuple(found)

    def _answers(self, table: TableReader) -> dict[tuple[str, str], Answer]:
        questions = {question.id: question for question in self.theme.questions}
        answers: dict[tuple[str, str], Answer] = {}
        for key in table.raw:
            if key in questions:
                answers.update(self._answer(table, questions[key]))
        table.asked.update(questions)
        table.close()
        return answers

    def _answer(self, table: TableReader, question: Question) -> dict[tuple[str, str], Answer]:
        raw = table.raw[question.id]
        if not isinstance(raw, Mapping):
            found = {(question.id, EVERY_UNIT): self._one(table, question.id, question, "")}
            return {key: answer for key, answer in found.items() if answer is not None}
        inner = table.table(question.id)
        reason = _reason(inner)
        found = {}
        if inner.has("value"):
            found[question.id, EVERY_UNIT] = self._one(inner, "value", question, reason)
        exceptions = inner.table("except")
        for unit in exceptions.raw:
            if self.units.check(exceptions, unit):
                found[question.id, unit] = self._exception(exceptions, unit, question, reason)
        if not inner.has("value") and not exceptions.raw:
            inner.fault("", "aucune réponse n'est donnée", "value = …, et au besoin except = { UT2 = … }")
        inner.close()
        return {key: answer for key, answer in found.items() if answer is not None}

    def _exception(self, table: TableReader, unit: str, question: Question, reason: str) -> Answer | None:
        if not isinstance(table.raw[unit], Mapping):
            return self._one(table, unit, question, reason)
        inner = table.table(unit)
        own = _reason(inner) or reason
        if not inner.has("value"):
            inner.fault("", "aucune réponse n'est donnée", "{ value = …, reason = … }")
            return None
        answer = self._one(inner, "value", question, own)
        inner.close()
        return answer

    def _one(self, table: TableReader, key: str, question: Question, reason: str) -> Answer | None:
        value = table.optional(key, lambda raw: read_value(question, raw))
        if value is None:
            return None
        if value == Level.NOT_APPLICABLE and question.not_applicable and not reason:
            table.fault(
                key,
                "« sans objet » demande un motif : il est imprimé dans le document",
                '{ value = "sans_objet", reason = "pourquoi" }',
            )
        return Answer(value=value, reason=reason)

    def _situations(self, table: TableReader, answers: Mapping[tuple[str, str], Answer]) -> dict[str, SituationFacts]:
        known = [situation.id for situation in self.theme.situations]
        ticked = self._ticked(answers)
        found = {}
        for key in table.raw:
            if key not in known:
                table.fault(key, f"le thème {self.theme.theme} n'a pas de situation « {key[:60]} »", ", ".join(known))
                continue
            if ticked is not None and key not in ticked:
                table.fault(
                    key,
                    f"cette situation n'est pas cochée dans {self.theme.screening}",
                    f"« {key} » dans la liste de {self.theme.screening}, ou pas de table pour elle",
                )
            found[key] = self._facts(table.table(key))
        return found

    def _ticked(self, answers: Mapping[tuple[str, str], Answer]) -> set[str] | None:
        """Situations ticked on the screening question; None when its answer could not be read."""
        screening = self.theme.question(self.theme.screening)
        answer = answers.get((screening.id, EVERY_UNIT))
        if answer is None:
            written = self.table.raw.get("answers")
            return None if isinstance(written, Mapping) and screening.id in written else set()
        codes = answer.value if isinstance(answer.value, tuple) else ()
        return {option.situation for option in codes_of(screening) if option.situation and option.code in codes}

    def _facts(self, table: TableReader) -> SituationFacts:
        frequency = self._frequency(table)
        facts = SituationFacts(
            frequency=frequency,
            people=self._people(table, frequency),
            words=read_per_unit(table, "words", units=self.units, read=read_text),
            in_place=read_per_unit(table, "in_place", units=self.units, read=read_text),
            checked_on=read_per_unit(table, "checked_on", units=self.units, read=self._check_month),
            accident=self._accident(table),
        )
        table.close()
        return facts

    def _frequency(self, table: TableReader) -> dict[str, int | None]:
        said = read_per_unit(table, "units", units=self.units, read=_read_frequency)
        concerned = {key: number for key, number in spread(said, self.units).items() if number != 0}
        if said and not concerned:
            table.fault("units", "aucune unité n'est concernée", "une unité au moins, ou la situation décochée")
        return {key: None if number == _NOBODY_KNOWS else number for key, number in concerned.items()}

    def _people(self, table: TableReader, frequency: Mapping[str, int | None]) -> dict[str, int]:
        people: dict[str, int] = {}
        inner = table.table("people")
        for key in inner.raw:
            count = (
                inner.optional(key, lambda raw: read_count(raw, minimum=1)) if self.units.check(inner, key) else None
            )
            if count is None:
                continue
            if frequency and key not in frequency:
                inner.fault(key, "cette unité n'est pas concernée par la situation", listed(frequency))
            elif count > self.totals[key]:
                inner.fault(key, f"{count} personnes exposées, plus que l'unité", f"1 à {self.totals[key]}")
            people[key] = count
        return people

    def _accident(self, table: TableReader) -> dict[str, bool]:
        said = read_per_unit(table, "accident", units=self.units, read=_read_accident)
        if Level.UNKNOWN in said.values():
            said = spread(said, self.units)  # « ne_sait_pas » is told by absence: the word for all must not reach it
        return {key: happened for key, happened in said.items() if isinstance(happened, bool)}

    def _check_month(self, raw: object) -> str:
        if isinstance(raw, str) and raw.strip() in {Level.NO, Level.UNKNOWN}:
            return raw.strip()
        try:
            month = read_month(raw)
        except ValueFault as fault:
            raise ValueFault(fault.words, f"{fault.accepted}, non ou {Level.UNKNOWN}") from None
        if self.assessed_on and month > f"{self.assessed_on:%Y-%m}":
            raise ValueFault(f"le mois {month} suit l'évaluation", "un mois qui ne suit pas assessed_on")
        return month

    def _override(self, table: TableReader) -> Override:
        situations = [situation.id for situation in self.theme.situations]
        field = table.required("field", one_of(OverrideField), accepted=listed(OverrideField))
        situation = table.required("situation", one_of(situations), accepted=", ".join(situations))
        unit = table.required("unit", one_of(self.units.keys), accepted=", ".join(self.units.keys))
        highest = 1 if field == OverrideField.FIRST else 4
        value = table.optional("value", lambda raw: read_count(raw, minimum=1, maximum=highest))
        if field != OverrideField.FIRST and not table.has("value"):
            table.fault("value", "« value » manque", "un nombre de 1 à 4")
        override = Override(
            theme=self.theme.theme,
            situation=situation or "",
            unit=unit or "",
            field=OverrideField(field or OverrideField.FIRST),
            value=value or 1,
            reason=table.text("reason"),
            measure=table.optional("measure", one_of(item.id for item in self.theme.measures)) or "",
            checked_on=table.optional("checked_on", read_month) or "",
            author_role=table.line("author_role"),
            made_on=table.optional("made_on", read_day),
        )
        table.close()
        return override


def _reason(table: TableReader) -> str:
    return table.optional("reason", lambda raw: read_line(raw, limit=REASON_LIMIT)) or ""


def _read_frequency(raw: object) -> int:
    if raw == Level.UNKNOWN.value:
        return _NOBODY_KNOWS
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and raw in range(5):
        return int(raw)
    raise ValueFault(f"{shown_raw(raw)} n'est pas une fréquence", FREQUENCY_ACCEPTED)


def _read_accident(raw: object) -> bool | Level:
    if raw == Level.UNKNOWN.value:
        return Level.UNKNOWN
    try:
        return read_bool(raw)
    except ValueFault as fault:
        raise ValueFault(fault.words, f"{fault.accepted} ou {Level.UNKNOWN}") from None
