"""How answers read in a row, what sorts rows and actions, and the sentence each case prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.action_plan import propose
from app.domain.answers import Answer, AnswerBook, SituationFacts, Value
from app.domain.assessment import Row, assess_theme
from app.domain.calendar import add_months
from app.domain.dossier import Dossier
from app.domain.dossier_builder import build_dossier
from app.domain.establishment import EVERY_UNIT, Establishment
from tests.domain import firms
from tests.domain.firms import DAY, seen
from tests.domain.sound_firms import OFFICE, TEAMS, build, row, ticked

BTP = frozenset({"btp"})
OUTSIDE = {"dehors": seen({"UT1": 4}, checked="2026-10")}


def one_row(place: Establishment, answers: dict[str, Value | None], facts: dict[str, SituationFacts]) -> Row:
    """The only row of a firm."""
    (found,) = assess_theme(firms.heat(), firms.book(answers, facts), place, as_of=DAY).rows
    return found


def levels(found: Row) -> dict[str, str]:
    """Question -> role and level, as the row reads them."""
    return {each.question.id: f"{each.role} {each.level}" for each in found.controls}


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "mastery"), [("2026-11", 1), ("2025-12", 1), ("2025-11", 2), ("2026-12", 2), ("non", 2)]
)
def test_a_check_holds_less_than_twelve_months_and_never_from_the_future(month: str, mastery: int) -> None:
    found = one_row(OFFICE, ticked("dehors"), {"dehors": seen({"UT1": 4}, checked=month)})
    assert found.rated.worst.mastery == mastery


def test_what_a_unit_is_already_known_for_turns_supports_into_essentials() -> None:
    plain = firms.establishment(firms.unit("UT1", "Équipe", 6))
    alone = firms.establishment(firms.unit("UT1", "Équipe", 6, flags=frozenset({"isole"})))
    temps = firms.establishment(firms.unit("UT1", "Équipe", 6, temps=1))
    said = ticked("dehors")
    for place, alert, newcomers in (
        (plain, "appui", "appui"),
        (alone, "essentiel", "appui"),
        (temps, "appui", "essentiel"),
    ):
        found = levels(one_row(place, said, OUTSIDE))
        assert found["ch_alerte_isoles"].startswith(alert)
        assert found["ch_nouveaux_acclimatation"].startswith(newcomers)


def test_a_precise_duty_of_building_sites_is_theirs_alone() -> None:
    site = replace(OFFICE, sectors=BTP)
    missing = ticked("local_effort", ch_lieu_de_repos="non", ch_eau_courante_chantier="oui")
    workshop = {"local_effort": seen({"UT1": 4}, checked="2026-10")}
    assert build(site, missing, workshop).rows[0].duties == (), "the rule of building sites says nothing of a workshop"
    outside = {**missing, "ch_situations_exposantes": ("dehors",)}
    assert build(OFFICE, outside, OUTSIDE).rows[0].duties == (), "nor of a gardener"
    (flag,) = build(site, outside, OUTSIDE).rows[0].duties
    assert flag.obligation == "CH-O11"


def test_a_question_that_hangs_on_a_missing_answer_is_unknown() -> None:
    site = replace(OFFICE, sectors=BTP)
    litres = "ch_eau_chantier_litres"
    for said, read in ((None, "essentiel ne_sait_pas"), ("ne_sait_pas", "essentiel ne_sait_pas"), ("oui", None)):
        answers = ticked("dehors")
        answers["ch_eau_courante_chantier"] = said
        assert levels(one_row(site, answers, OUTSIDE)).get(litres) == read


def test_sans_objet_takes_the_control_out_of_the_row() -> None:
    found = one_row(OFFICE, ticked("dehors", ch_vetements_epi="sans_objet"), OUTSIDE)
    assert "ch_vetements_epi" not in levels(found)
    assert found.rated.worst.mastery == 1


def test_a_unit_s_own_answer_and_facts_prevail() -> None:
    facts = {
        "dehors": SituationFacts(
            frequency={"UT1": 4, "UT2": 4},
            checked_on={EVERY_UNIT: "2026-10", "UT2": "non"},
            accident={EVERY_UNIT: False},
            people={"UT2": 1},
        )
    }
    dossier = build(TEAMS, ticked("dehors"), facts)
    assert [(row(dossier, unit).priority, row(dossier, unit).people_words) for unit in ("UT1", "UT2")] == [
        ("P3", "4 personnes"),
        ("P2", "1 personne"),
    ]


@pytest.mark.parametrize(
    ("code", "effort", "calm"),
    [
        ("moins_28", "oui", "oui"),
        ("de_28_a_30", "partiellement", "oui"),
        ("de_30_a_33", "non", "partiellement"),
        ("plus_33", "non", "non"),
        ("non_mesuree", "ne_sait_pas", "ne_sait_pas"),
    ],
)
def test_a_temperature_reads_by_the_effort_of_the_work(code: str, effort: str, calm: str) -> None:
    for situation, level in (("local_effort", effort), ("local_calme", calm)):
        found = one_row(OFFICE, ticked(situation, ch_locaux_temperature=code), {situation: seen({"UT1": 3})})
        assert levels(found)["ch_locaux_temperature"] == f"essentiel {level}"


# --- rows ----------------------------------------------------------------------------------------------------------


def order(place: Establishment, answers: dict[str, Value | None], facts: SituationFacts, **own: Value) -> list[str]:
    """Units in the order of the document; `own` gives the water of a unit."""
    exceptions: dict[tuple[str, str], Value] = {("ch_eau_fraiche", unit): value for unit, value in own.items()}
    return [each.unit for each in build(place, answers, {"dehors": facts}, exceptions=exceptions).rows]


def test_people_then_frailty_sort_inside_a_band_and_never_move_it() -> None:
    both = seen({"UT1": 4, "UT2": 4})
    more = firms.establishment(firms.unit("UT1", "Deux", 2), firms.unit("UT2", "Sept", 7))
    assert order(more, ticked("dehors"), both) == ["UT2", "UT1"]
    frail = firms.establishment(firms.unit("UT1", "A", 3), firms.unit("UT2", "B", 3, temps=1))
    assert order(frail, ticked("dehors"), both) == ["UT2", "UT1"]
    assert order(more, ticked("dehors"), both, UT1="non") == ["UT1", "UT2"], "a lone worker's danger does not sink"


def test_temps_are_told_only_of_a_whole_unit() -> None:
    place = firms.establishment(firms.unit("UT1", "Équipe", 5, temps=2))
    facts = {"dehors": seen({"UT1": 4})}
    assert build(place, ticked("dehors"), facts).rows[0].people_words == "5 personnes, dont 2 intérimaires"
    part = {"dehors": replace(facts["dehors"], people={"UT1": 3})}
    assert build(place, ticked("dehors"), part).rows[0].people_words == "3 personnes"


def test_nothing_in_place_stands_first_in_its_band() -> None:
    answers = {key: "non" if value == "oui" else value for key, value in ticked("dehors").items()}
    assert order(TEAMS, answers, seen({"UT1": 4, "UT2": 4}), UT1="oui") == ["UT2", "UT1"]


def test_a_row_to_assess_is_never_printed_as_a_priority() -> None:
    (found,) = build(OFFICE, ticked("dehors"), {"dehors": seen({"UT1": 4}, checked=None)}).rows
    assert (found.priority, found.at_best, found.at_worst, found.mastery) == ("a_evaluer", "P3", "P2", None)
    assert found.priority_words == "À évaluer (P3, au pire P2)"


# --- sentences -------------------------------------------------------------------------------------------------------


def sentence(situation: str, checked: str | None = "2026-10", *, often: int = 4, **answers: str) -> str:
    """The sentence of a lone row, everything else being in place."""
    return told_of({**ticked(situation), **answers}, situation, checked, often=often)


def told_of(said: dict[str, Value | None], situation: str, checked: str | None = "2026-10", *, often: int = 4) -> str:
    """The sentence of a lone row that gives these answers."""
    return one_row(OFFICE, said, {situation: seen({"UT1": often}, checked=checked)}).sentence


def test_each_case_has_its_sentence() -> None:
    nothing = {key: "non" if value == "oui" else value for key, value in ticked("dehors").items()}
    assert told_of(nothing, "dehors") == "Rien de ce qui protège vraiment n'est en place."
    soft: dict[str, Value | None] = {**nothing, "ch_vetements_epi": "oui", "ch_reflexes_secours": "oui"}
    start = "Seulement des équipements individuels, des consignes ou de la formation ; il manque : "
    assert told_of(soft, "dehors").startswith(start)
    assert sentence("dehors", ch_plan_par_niveau="non") == (
        "L'essentiel est là ; il manque : plan par niveau de vigilance."
    )
    assert sentence("dehors", "non", ch_eau_fraiche="ne_sait_pas").endswith(
        "Il manque déjà : vérification sur place depuis moins d'un an."
    )


def test_an_unknown_that_changes_nothing_says_so() -> None:
    told = sentence("local_calme", None, often=1)
    assert told == "Reste à préciser, sans effet sur la priorité : vérification sur place."


def test_an_unmet_duty_says_why_the_row_stays_up() -> None:
    told = sentence("local_calme", often=1, ch_eau_fraiche="non")
    assert told.endswith("Une obligation précise n'est pas remplie : la ligne reste au moins en P2.")


# --- actions, points of law, closing --------------------------------------------------------------------------------


def on(day: date, dossier_of: dict[str, Value | None], place: Establishment = OFFICE) -> Dossier:
    """The document of a day; protections were never checked."""
    book = firms.book(dossier_of, {"dehors": seen({"UT1": 4})})
    return build_dossier(replace(firms.firm(place, book), assessed_on=day), firms.library())


def test_due_dates_follow_the_priority_the_season_and_the_duty() -> None:
    (check,) = on(date(2026, 11, 21), ticked("dehors")).actions
    assert (check.priority, check.proposed_due) == ("P2", date(2027, 5, 21))
    (check,) = on(date(2027, 2, 10), ticked("dehors")).actions
    assert check.proposed_due == date(2027, 6, 1), "before the heat"
    alert = on(date(2026, 11, 21), ticked("dehors", ch_alerte_isoles="non")).actions[0]
    assert (alert.priority, alert.proposed_due) == ("P2", date(2026, 12, 21)), "a precise duty: a month"
    assert [flag.obligation for flag in alert.duties] == ["CH-O14"]


def test_an_essential_comes_before_a_support_whatever_the_answer() -> None:
    said = ticked("dehors", ch_eau_fraiche="partiellement", ch_plan_par_niveau="non")
    plan = [(line.priority, line.why) for line in on(DAY, said).actions]
    assert plan == [
        ("P2", "Eau fraîche au poste : en partie"),
        ("P2", "Plan par niveau de vigilance : non"),
    ]


def test_a_measure_of_building_sites_is_proposed_to_them_alone() -> None:
    theme = firms.heat()
    only = {measure.id for measure in theme.measures if measure.sectors == ("btp",)}
    first = {question.id for question in theme.questions if question.kind == "yes_partly_no"}
    bad = {**ticked("dehors"), **dict.fromkeys(first, "non"), "ch_eau_courante_chantier": "oui"}
    book = firms.book(bad, OUTSIDE)
    for sectors, proposed in ((frozenset[str](), False), (BTP, True)):
        place = replace(OFFICE, sectors=sectors)
        assessment = assess_theme(theme, book, place, as_of=DAY)
        offered = {
            measure.id
            for proposal in propose(assessment, sectors=sectors, as_of=DAY)
            for measure in (proposal.measure, *proposal.others)
            if measure is not None
        }
        assert bool(only & offered) is proposed


def test_a_known_weakness_counts_for_what_is_certain_and_an_unknown_for_the_worst() -> None:
    said = ticked("dehors", ch_eau_fraiche="partiellement", ch_horaires_rythme="ne_sait_pas")
    plan = {line.why: line.priority for line in on(DAY, said).actions}
    assert plan["Eau fraîche au poste : en partie"] == "P2"
    assert plan["Rythme adapté aux jours chauds : à vérifier"] == "P1"


def test_an_individual_measure_says_so() -> None:
    lines = on(DAY, ticked("dehors", ch_reflexes_secours="non", ch_eau_fraiche="non")).actions
    assert {line.individual for line in lines if line.rank in ("FORM", "INDIV")} == {True}
    assert {line.individual for line in lines if line.rank in ("TECH", "ORGA")} == {False}


def test_a_point_of_law_takes_the_weakest_unit_and_its_own_time() -> None:
    apart: dict[tuple[str, str], Value] = {("ch_personnes_vulnerables", "UT2"): "non"}
    facts = {"dehors": seen({"UT1": 4, "UT2": 4})}
    (point,) = build(TEAMS, ticked("dehors"), facts, exceptions=apart).law_points
    assert point.what.startswith("Manque : information sur le médecin du travail.")
    assert point.due == date(2027, 2, 21), "a duty of means: three months"
    closed: dict[str, Value | None] = {
        "ch_situations_exposantes": ("aucune",),
        "ch_confirmation_hors_champ": "releves",
        "ch_eau_fraiche": "non",
    }
    dues = {each.obligation: each.due for each in build(OFFICE, closed, {}).law_points}
    assert dues["CH-O5"] == date(2026, 12, 21), "a precise duty: a month"


def test_a_closed_theme_prints_its_ground_and_is_looked_at_after_a_year() -> None:
    answers = {
        ("ch_situations_exposantes", EVERY_UNIT): Answer(value=("aucune",)),
        ("ch_confirmation_hors_champ", EVERY_UNIT): Answer(value="releves", reason="26 °C au plus, juillet 2026"),
    }
    firm = firms.firm(OFFICE, AnswerBook(theme="chaleur", answers=answers))
    (closed,) = build_dossier(firm, firms.library()).closed
    assert closed.reason.endswith("aux postes de travail : 26 °C au plus, juillet 2026")
    assert (closed.closed_on, closed.review_on) == (DAY, date(2027, 11, 21))


def test_a_text_read_over_a_year_ago_is_to_be_checked_and_a_help_out_of_date_is_not_named() -> None:
    library = firms.library()
    read = min(law.read_on for law in library.laws.values())
    said = ticked("dehors", ch_eau_fraiche="non")
    book = firms.book(said, OUTSIDE)
    late = build_dossier(replace(firms.firm(OFFICE, book), assessed_on=add_months(read, 30)), library)
    assert all(law.to_check for law in late.laws)
    assert not all(law.to_check for law in build_dossier(firms.firm(OFFICE, book), library).laws)
    said_sure = build_dossier(firms.firm(OFFICE, book), library).laws
    sure = next(law.article for law in said_sure if law.read_on == read and not law.to_check)
    for day, stale in ((add_months(read, 12), False), (add_months(read, 12) + timedelta(days=1), True)):
        dossier = build_dossier(replace(firms.firm(OFFICE, book), assessed_on=day), library)
        assert {law.article: law.to_check for law in dossier.laws}[sure] is stale
    past = {code: replace(each, valid_until=date(2026, 1, 1)) for code, each in library.helps.items()}
    assert any(line.helps for line in build_dossier(firms.firm(OFFICE, book), library).actions)
    assert not any(line.helps for line in build_dossier(firms.firm(OFFICE, book), replace(library, helps=past)).actions)


def test_only_figures_meant_for_print_are_printed() -> None:
    shown = [figure.fact for figure in firms.heat().figures if figure.shown]
    (card,) = build(OFFICE, ticked("dehors"), OUTSIDE).themes
    assert [figure.fact for figure in card.figures] == shown


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_end_where_the_calendar_does(day: date, months: int, after: date) -> None:
    assert add_months(day, months) == after
