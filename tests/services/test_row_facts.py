"""Cards, hand-set values and the end of a theme, on both engines; and two people who save at the same instant."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.domain.answer_marks import NO_ANSWER, UNDECIDED, words_mark
from app.domain.answers import AnswerBook
from app.domain.inputs import OverrideField
from app.domain.workflow import Actor, State
from app.models.draft import AnswerRow, RatingOverride, ThemeDraft
from app.models.engine import Database
from app.models.fact import Fact
from app.models.service import Service
from app.services.answering import save_section
from app.services.authors import Author
from app.services.row_facts import save_cards, shown_card
from app.services.row_values import UnknownRow, override_mark, override_of, save_values
from app.services.screening import save_grid
from app.services.theme_drafts import MoveRefused, Seat, Workbook, open_workbook
from app.services.theme_moves import finish_theme
from app.services.theme_views import PageKind, first_open, next_page, pages_of, theme_summaries
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, record
from tests.services.test_answering import FOREMAN, posted, seat_of
from tests.services.test_screening import UNITS, cells
from tests.web.people import establishment


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("spsti45")


@pytest.fixture
def seat(database: Database, service: Service) -> Seat:
    """A roofer whose roofers work outside, whose office gets hot."""
    seat = seat_of(service, establishment(database, service, "Couverture", at=NOON, units=UNITS))
    save_section(database, seat, "reperage", posted(ch_situations_exposantes=["dehors", "local_calme"]))
    save_grid(database, seat, cells(dehors__UT1="4", dehors__UT2="0", dehors__UT3="0", local_calme__UT3="3"))
    return seat


@pytest.fixture
def home_care(database: Database, service: Service) -> Seat:
    """A firm whose file speaks of all units at once."""
    return seat_of(service, record(database, service, example("aide-a-domicile-38")))


def card(**fields: str) -> MultiDict[str, str]:
    """What the cards send: fields named `dehors__UT1__mots`, shown empty unless their mark is given."""
    pairs = [(name.replace("__", ".", 2), value) for name, value in fields.items()]
    marks = [(f"{name}__base", NO_ANSWER) for name, _ in pairs if "__" not in name and not name.endswith("vu_mois")]
    given = {name for name, _ in pairs}
    return MultiDict([*pairs, *((name, mark) for name, mark in marks if name not in given)])


def book_of(database: Database, seat: Seat) -> AnswerBook:
    return workbook_of(database, seat).book


def workbook_of(database: Database, seat: Seat) -> Workbook:
    with database.read(service_id=seat.service_id) as session:
        return open_workbook(session, seat)


def test_a_whole_card_is_saved(database: Database, seat: Seat) -> None:
    saved = save_cards(
        database,
        seat,
        card(
            dehors__UT1__mots="Pose au soleil",
            dehors__UT1__effectif="4",
            dehors__UT1__en_place="Glacière",
            dehors__UT1__vu="mois",
            dehors__UT1__vu_mois="06/2026",
            dehors__UT1__accident="oui",
        ),
    )
    assert saved.whole
    assert len(saved.marks) == 5
    facts = book_of(database, seat).facts_of("dehors")
    assert facts.words == {"UT1": "Pose au soleil"}
    assert facts.people == {"UT1": 4}
    assert facts.in_place == {"UT1": "Glacière"}
    assert facts.checked_on == {"UT1": "2026-06"}
    assert facts.accident == {"UT1": True}
    assert facts.frequency == {"UT1": 4}, "a card says nothing of how often"


def test_what_is_not_known_comes_back_ticked(database: Database, seat: Seat) -> None:
    save_cards(database, seat, card(dehors__UT1__accident="ne_sait_pas", dehors__UT1__vu="ne_sait_pas"))
    workbook = workbook_of(database, seat)
    shown = shown_card(workbook, "dehors", "UT1")
    assert (shown.accident, shown.checked_on) == ("ne_sait_pas", "ne_sait_pas")
    assert workbook.book.facts_of("dehors").accident == {}
    assert shown_card(workbook, "local_calme", "UT3").accident == ""


def test_a_word_for_every_unit_is_kept_by_the_others(database: Database, home_care: Seat) -> None:
    shown = shown_card(workbook_of(database, home_care), "chez_client", "UT1")
    assert shown.checked_on == "2026-06"
    change = card(
        chez_client__UT1__vu="non",
        chez_client__UT1__vu__base=words_mark("2026-06"),
        chez_client__UT1__mots="",
        chez_client__UT1__mots__base=words_mark(shown.words),
        chez_client__UT1__accident="ne_sait_pas",
        chez_client__UT1__accident__base=words_mark("non"),
    )
    assert save_cards(database, home_care, change).whole
    facts = book_of(database, home_care).facts_of("chez_client")
    assert facts.checked_on == {"UT1": "non", "UT2": "2026-07", "UT3": "2026-06"}
    assert facts.accident == {"UT2": True, "UT3": False}
    assert set(facts.words) == {"UT2", "UT3"}
    assert facts.in_place.keys() == {"*"}, "what nobody touched stays as it was said"


def test_two_people_on_one_card_keep_what_is_stored(database: Database, seat: Seat) -> None:
    other = replace(seat, author=FOREMAN)
    save_cards(database, seat, card(dehors__UT1__mots="Les siens", dehors__UT1__vu="non"))
    saved = save_cards(database, other, card(dehors__UT1__mots="Les miens", dehors__UT1__vu="ne_sait_pas"))
    assert {clash.name: (clash.stored, clash.mine) for clash in saved.clashes} == {
        "dehors.UT1.mots": ("Les siens", "Les miens"),
        "dehors.UT1.vu": ("non", "ne_sait_pas"),
    }
    assert {clash.role for clash in saved.clashes} == {"gérante"}
    chosen = card(
        dehors__UT1__mots="Les miens",
        dehors__UT1__mots__base=UNDECIDED + words_mark("Les siens"),
        dehors__UT1__mots__choix="la_mienne",
        dehors__UT1__vu="ne_sait_pas",
        dehors__UT1__vu__base=UNDECIDED + words_mark("non"),
    )
    assert save_cards(database, other, chosen).whole
    facts = book_of(database, seat).facts_of("dehors")
    assert (facts.words, facts.checked_on) == ({"UT1": "Les miens"}, {"UT1": "ne_sait_pas"})


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("effectif", "7", "Écrivez un nombre de 1 à 6"),
        ("effectif", "0", "Écrivez un nombre de 1 à 6"),
        ("effectif", str(2**63), "Écrivez un nombre de 1 à 6"),
        ("vu_mois", "12/2026", "Écrivez un mois comme 06/2026"),
        ("vu_mois", "hier", "Écrivez un mois comme 06/2026"),
        ("mots", "x" * 100_000, "Écrivez 2000 caractères au plus"),
        ("mots", "a\x00", "caractère illisible"),
        ("vu", "peut-être", "Choisissez une des réponses proposées"),
        ("accident", "\ud800", "Choisissez une des réponses proposées"),
    ],
)
def test_what_cannot_be_read_of_a_card_is_told(
    database: Database, seat: Seat, field: str, value: str, words: str
) -> None:
    said = card(dehors__UT1__en_place="Glacière")
    said[f"dehors.UT1.{field}"] = value
    said["dehors.UT1.vu__base"] = said[f"dehors.UT1.{field}__base"] = NO_ANSWER
    saved = save_cards(database, seat, said)
    (fault,) = saved.faults
    assert fault.anchor == f"dehors.UT1.{field}"
    assert fault.words.startswith("Travail physique dehors, Couvreurs, ")
    assert words in fault.words
    facts = book_of(database, seat).facts_of("dehors")
    assert facts.in_place == {"UT1": "Glacière"}
    assert not facts.people
    assert not facts.checked_on


def values(**fields: str) -> MultiDict[str, str]:
    """What the page of hand-set values sends of a row with none."""
    shown = {f"{name}__base": NO_ANSWER for name in ("gravite", "maitrise", "premier")}
    return MultiDict({**shown, **fields})


def test_a_value_set_by_hand_is_signed_and_can_be_taken_back(database: Database, seat: Seat) -> None:
    place = ("local_calme", "UT3")
    saved = save_values(database, seat, place, values(gravite="3", gravite_motif="Vitrine plein sud", premier="1"))
    assert saved.whole
    kept = override_of(workbook_of(database, seat), *place, OverrideField.GRAVITY)
    assert kept is not None
    assert (kept.value, kept.reason, kept.author_role, kept.made_on) == (
        3, "Vitrine plein sud", "gérante", NOON.date(),
    )  # fmt: skip
    save_values(database, seat, place, values(gravite="", gravite__base=override_mark(kept)))
    with database.read(service_id=seat.service_id) as session:
        assert [row.field for row in session.scalars(select(RatingOverride))] == ["first"]


@pytest.mark.parametrize(
    ("place", "fields", "anchor", "words"),
    [
        (("dehors", "UT1"), {"gravite": "3", "gravite_motif": "x"}, "gravite", "on peut en mourir"),
        (("local_calme", "UT3"), {"gravite": "1"}, "gravite", "demande un motif écrit"),
        (("local_calme", "UT3"), {"maitrise": "1"}, "maitrise", "d'un cran au plus"),
        (("local_calme", "UT3"), {"maitrise": "3"}, "maitrise", "demande un motif, la mesure collective"),
        (("local_calme", "UT3"), {"gravite": "9"}, "gravite", "Choisissez une des réponses"),
        (("local_calme", "UT3"), {"maitrise_mois": "12/2027"}, "maitrise_mois", "Écrivez un mois"),
    ],
)
def test_a_value_outside_its_limits_is_refused_in_words_and_the_rest_kept(
    database: Database, seat: Seat, place: tuple[str, str], fields: dict[str, str], anchor: str, words: str
) -> None:
    save_section(database, seat, "lieux_procedes", posted(ch_locaux_temperature="plus_33"))
    saved = save_values(database, seat, place, values(**fields, premier="1"))
    (fault,) = saved.faults
    assert fault.anchor == anchor
    assert words in fault.words
    assert [each.field for each in workbook_of(database, seat).overrides] == [OverrideField.FIRST]


def test_values_that_two_people_set_are_shown_twice(database: Database, seat: Seat) -> None:
    place = ("local_calme", "UT3")
    save_values(database, seat, place, values(gravite="3"))
    (clash,) = save_values(database, replace(seat, author=FOREMAN), place, values(gravite="4")).clashes
    assert (clash.name, clash.stored, clash.mine, clash.role) == ("gravite", "3", "4", "gérante")
    with pytest.raises(UnknownRow):
        save_values(database, seat, ("dehors", "UT3"), values(gravite="4"))


def test_a_theme_is_finished_once_and_by_its_firm(database: Database, seat: Seat) -> None:
    adviser = replace(seat, author=Author(words="ergonome", actor=Actor.ADVISER, account_id=None))
    with pytest.raises(MoveRefused):
        finish_theme(database, adviser)
    assert finish_theme(database, seat) is State.FINISHED
    assert finish_theme(database, seat) is State.FINISHED
    with database.read(service_id=seat.service_id) as session:
        assert session.scalars(select(Fact.kind)).all().count("theme_termine") == 1
        assert session.scalars(select(ThemeDraft)).one().finished_on == NOON.date()


def test_pages_follow_and_the_first_open_one_is_where_to_go_on(database: Database, seat: Seat) -> None:
    pages = pages_of(workbook_of(database, seat))
    assert [page.kind for page in pages][:3] == [PageKind.SCREENING, PageKind.FREQUENCY, PageKind.SECTION]
    assert [page.kind for page in pages][-2:] == [PageKind.ROWS, PageKind.REVIEW]
    assert first_open(pages).kind is PageKind.FREQUENCY
    assert next_page(pages, PageKind.FREQUENCY).section == "eau_repos"
    assert next_page(pages, PageKind.SECTION, "gone").kind is PageKind.REVIEW


def test_the_list_of_themes_says_state_and_minutes(database: Database, seat: Seat, home_care: Seat) -> None:
    shelf = catalogue.load()
    with database.read(service_id=seat.service_id) as session:
        (started,) = theme_summaries(session, seat.establishment_id, catalogue=shelf, on=seat.on)
        (full,) = theme_summaries(session, home_care.establishment_id, catalogue=shelf, on=date(2026, 11, 24))
    assert (started.state, started.retained, started.assessed_on) == (State.IN_PROGRESS, 2, NOON.date())
    assert 0 < started.minutes <= 12
    assert (full.retained, full.minutes <= 12) == (2, True)


def test_people_who_save_at_the_same_instant_lose_nothing(database: Database, service: Service) -> None:
    firm = establishment(database, service, "Deux à la fois", at=NOON, units=UNITS)
    questions = {
        "ch_eau_fraiche": "eau_repos",
        "ch_plan_par_niveau": "organisation",
        "ch_duerp_volet_chaleur": "documents",
        "ch_reflexes_secours": "secours_personnes",
    }
    start = threading.Barrier(2 * len(questions))
    failed: list[BaseException] = []
    clashes: list[str] = []

    def save(author: Author, question: str, section: str, answer: str) -> None:
        start.wait()
        try:
            done = save_section(database, seat_of(service, firm, author), section, posted(**{question: answer}))
            clashes.extend(clash.name for clash in done.clashes)
        except BaseException as error:
            failed.append(error)

    threads = [
        threading.Thread(target=save, args=(author, question, section, answer))
        for question, section in questions.items()
        for author, answer in ((seat_of(service, firm).author, "oui"), (FOREMAN, "non"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(clashes) == sorted(questions), "of two answers to one question, one is kept and one is shown"
    assert stored(database, service, firm) == sorted(questions)


def stored(database: Database, service: Service, firm: UUID) -> list[str]:
    with database.read(service_id=service.id) as session:
        assert len(session.scalars(select(ThemeDraft).where(ThemeDraft.establishment_id == firm)).all()) == 1
        return sorted(session.scalars(select(AnswerRow.question).where(AnswerRow.establishment_id == firm)))
