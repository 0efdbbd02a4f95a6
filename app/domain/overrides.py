"""What the employer may change on a rating, and what nobody may: limits with a typed refusal.

The computed value is always kept beside the human one. The priority itself is never set by hand: gravity and mastery
are, and the floors of the rating (accident, precise duty) still hold afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.calendar import months_since
from app.domain.inputs import Override, OverrideField
from app.domain.plain_values import ValueFault, read_month
from app.domain.rating import DEADLY, HALF_DONE_LIMIT, Rated, RowFacts, rate
from app.domain.reading import MONTHS_A_CHECK_HOLDS
from questionnaires.schema import Level, Situation


class OverrideRefused(ValueError):
    """A value set by hand breaks a limit; `words` says in French why, and what would be accepted."""

    def __init__(self, override: Override, words: str) -> None:
        super().__init__(f"{override.situation}, {override.unit} : {words}")
        self.override = override
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedOverride:
    """A value set by hand and kept beside the computed one."""

    override: Override
    computed: int
    human: int


def apply_overrides(
    facts: RowFacts,
    overrides: Sequence[Override],
    *,
    situation: Situation,
    as_of: date,
    individual: Collection[str] = (),
) -> tuple[RowFacts, tuple[AppliedOverride, ...]]:
    """The facts with the hand-set values, and what was applied; raises OverrideRefused on the first broken limit.

    `individual` holds the ids of the theme's measures that are training or personal equipment: none of them carries
    a better mastery (L4121-2, 8°).
    """
    held = facts
    applied = []
    for override in sorted(overrides, key=lambda each: each.field):
        if override.field is OverrideField.GRAVITY:
            _check_gravity(override, situation)
            applied.append(AppliedOverride(override=override, computed=facts.gravity, human=override.value))
            held = replace(held, gravity=override.value)
        elif override.field is OverrideField.MASTERY:
            # The guards look at the situation's own gravity when it was lowered, at the higher one when it was raised.
            guarded = replace(held, gravity=max(held.gravity, situation.gravity))
            own = rate(guarded)
            _check_mastery(override, guarded, own, as_of=as_of)
            if override.value < own.worst.mastery and override.measure in individual:
                raise OverrideRefused(override, "une meilleure maîtrise s'appuie sur une mesure collective.")
            applied.append(AppliedOverride(override=override, computed=own.worst.mastery, human=override.value))
            held = replace(held, mastery_by_hand=override.value)
    return held, tuple(applied)


def _check_gravity(override: Override, situation: Situation) -> None:
    _check_scale(override)
    if override.value >= situation.gravity:
        return
    if situation.gravity_locked:
        raise OverrideRefused(override, "la gravité de cette situation ne se baisse pas : on peut en mourir.")
    if override.value < situation.gravity - 1:
        raise OverrideRefused(override, "la gravité se baisse d'un cran au plus.")
    if not override.reason.strip():
        raise OverrideRefused(override, "baisser la gravité demande un motif écrit.")


def _check_mastery(override: Override, facts: RowFacts, computed: Rated, *, as_of: date) -> None:
    _check_scale(override)
    if override.value >= computed.worst.mastery:
        return
    essentials = [control.level for control in facts.essentials]
    if override.value < computed.worst.mastery - 1:
        raise OverrideRefused(override, "la maîtrise s'améliore d'un cran au plus.")
    _check_ground(override, as_of=as_of)
    if Level.UNKNOWN in essentials:
        raise OverrideRefused(override, "une protection essentielle n'a pas de réponse : répondez-y d'abord.")
    if override.value == 1 and Level.YES not in essentials:
        raise OverrideRefused(override, "« maîtrisé » demande au moins une protection collective essentielle en place.")
    if facts.gravity >= DEADLY:
        if Level.NO in essentials:
            raise OverrideRefused(override, "on peut en mourir, et une protection essentielle manque.")
        if essentials.count(Level.PARTLY) >= HALF_DONE_LIMIT:
            raise OverrideRefused(
                override, "on peut en mourir, et deux protections essentielles sont à moitié en place."
            )


def _check_ground(override: Override, *, as_of: date) -> None:
    """A better mastery rests on a reason, a measure and the month it was checked."""
    if not override.reason.strip() or not override.measure.strip() or not override.checked_on.strip():
        raise OverrideRefused(
            override,
            "une meilleure maîtrise demande un motif, la mesure collective en place et le mois de son contrôle.",
        )
    if not _month_not_after(override.checked_on, as_of):
        raise OverrideRefused(override, "le mois du contrôle s'écrit 2026-06 et n'est pas dans l'avenir.")
    if override.value == 1 and not _month_not_after(override.checked_on, as_of, within=MONTHS_A_CHECK_HOLDS):
        raise OverrideRefused(override, "« maîtrisé » demande un contrôle de moins de douze mois.")


def _check_scale(override: Override) -> None:
    if not 1 <= override.value <= 4:
        raise OverrideRefused(override, "la valeur va de 1 à 4.")


def _month_not_after(month: str, day: date, *, within: int | None = None) -> bool:
    """Whether a month is real and not in the future, and less than `within` months old when that is asked."""
    try:
        age = months_since(read_month(month), day)
    except ValueFault:
        return False
    return age >= 0 and (within is None or age < within)
