"""Answers saved field by field, on both engines: conflicts, retries, units that go, and whatever a person can post."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.domain.answer_marks import NO_ANSWER, UNDECIDED, answer_mark
from app.domain.answers import Answer
from app.domain.workflow import Actor, State
from app.models.draft import AnswerRow, ThemeDraft
from app.models.engine import Conflict, Database
from app.models.establishment import WorkUnitRow
from app.models.fact import Fact
from app.models.service import Service
from app.services import answering, attempts, theme_drafts
from app.services.answering import UnknownSection, save_section
from app.services.authors import Author
from app.services.establishments import UnknownEstablishment
from app.services.theme_drafts import MoveRefused, Seat, UnknownTheme, open_workbook
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.web.people import establishment

SITUATIONS = "ch_situations_exposantes"
WATER = "ch_eau_fraiche"
EMPLOYER = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
FOREMAN = Author(words="chef d'équipe", actor=Actor.CONTRIBUTOR, account_id=None)


def seat_of(service: Service, firm: UUID, author: Author = EMPLOYER, theme: str = "chaleur") -> Seat:
    return Seat(
        service_id=service.id,
        establishment_id=firm,
        theme=theme,
        catalogue=catalogue.load(),
        author=author,
        on=NOON.date(),
        at=NOON,
    )


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("spsti45")


@pytest.fixture
def seat(database: Database, service: Service) -> Seat:
    return seat_of(service, establishment(database, service, at=NOON))


def posted(**fields: str | list[str]) -> MultiDict[str, str]:
    """What a page sends: every question named was shown unanswered, unless its mark is given."""
    pairs = [
        (name.replace("__UT", ".UT"), value)
        for name, given in fields.items()
        for value in (given if isinstance(given, list) else [given])
    ]
    shown = {name for name, _ in pairs if "__" not in name}
    marks = [(f"{name}__base", NO_ANSWER) for name in shown if f"{name}__base" not in fields]
    return MultiDict([*pairs, *marks])


def answers_of(database: Database, seat: Seat) -> dict[tuple[str, str], Answer]:
    with database.read(service_id=seat.service_id) as session:
        return dict(open_workbook(session, seat).book.answers)


def test_the_first_answer_makes_the_draft_once(database: Database, seat: Seat) -> None:
    first = save_section(database, seat, "reperage", posted(ch_situations_exposantes=["dehors", "nouveaux"]))
    assert first.whole
    assert first.workbook.state is State.IN_PROGRESS
    save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui"))
    with database.read(service_id=seat.service_id) as session:
        (draft,) = session.scalars(select(ThemeDraft))
        (fact,) = session.scalars(select(Fact))
        assert (draft.state, draft.assessed_on, draft.position) == ("en_cours", NOON.date(), 0)
        assert (fact.kind, fact.theme, fact.actor_role) == ("theme_commence", "chaleur", "gérante")
        (water,) = session.scalars(select(AnswerRow).where(AnswerRow.question == WATER))
        assert (water.author_role, water.answered_at) == ("gérante", NOON)
    assert answers_of(database, seat) == {
        (SITUATIONS, "*"): Answer(value=("dehors", "nouveaux")),
        (WATER, "*"): Answer(value="oui"),
    }


def test_nothing_posted_makes_no_draft(database: Database, seat: Seat) -> None:
    saved = save_section(database, seat, "eau_repos", posted(ch_eau_fraiche__base=NO_ANSWER))
    assert saved.whole
    assert saved.workbook.state is State.TO_DO
    with database.read(service_id=seat.service_id) as session:
        assert session.scalars(select(ThemeDraft)).all() == []


def test_what_is_right_is_saved_beside_what_is_wrong(database: Database, seat: Seat) -> None:
    saved = save_section(
        database,
        seat,
        "lieux_procedes",
        posted(ch_procede_effort="non", ch_vetements_epi="sans_objet", ch_locaux_temperature="chaud"),
    )
    assert [fault.anchor for fault in saved.faults] == ["ch_locaux_temperature", "ch_vetements_epi__motif"]
    assert answers_of(database, seat) == {("ch_procede_effort", "*"): Answer(value="non")}
    assert saved.marks == {"ch_procede_effort": answer_mark(Answer(value="non"))}


def test_two_people_on_one_answer_keep_the_stored_one_and_see_both(database: Database, seat: Seat) -> None:
    other = seat_of_other(seat)
    save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui"))
    saved = save_section(database, other, "eau_repos", posted(ch_eau_fraiche="partiellement", ch_lieu_de_repos="non"))
    (clash,) = saved.clashes
    assert (clash.name, clash.stored, clash.role, clash.at, clash.mine) == (WATER, "Oui", "gérante", NOON, "En partie")
    assert answers_of(database, seat) == {
        (WATER, "*"): Answer(value="oui"),
        ("ch_lieu_de_repos", "*"): Answer(value="non"),
    }
    chosen = posted(ch_eau_fraiche="partiellement", ch_eau_fraiche__base=UNDECIDED + clash.mark)
    assert save_section(database, other, "eau_repos", chosen).whole
    assert answers_of(database, seat)[WATER, "*"] == Answer(value="partiellement")


def test_a_choice_that_is_not_made_replaces_nothing(database: Database, seat: Seat) -> None:
    other = seat_of_other(seat)
    save_section(database, seat, "documents", posted(ch_impact_femmes_hommes="Les siens", ch_duerp_volet_chaleur="oui"))
    mine = posted(ch_impact_femmes_hommes="Les miens", ch_duerp_volet_chaleur="non")
    words, paper = sorted(save_section(database, other, "documents", mine).clashes, key=lambda each: each.name)[::-1]
    again = posted(
        ch_impact_femmes_hommes="Les miens",
        ch_impact_femmes_hommes__base=UNDECIDED + words.mark,
        ch_duerp_volet_chaleur__base=UNDECIDED + paper.mark,
    )
    saved = save_section(database, other, "documents", again)
    assert [clash.name for clash in saved.clashes] == ["ch_impact_femmes_hommes"]
    again["ch_impact_femmes_hommes__choix"] = "la_leur"
    assert save_section(database, other, "documents", again).whole
    assert answers_of(database, seat)["ch_impact_femmes_hommes", "*"] == Answer(value="Les siens")
    again["ch_impact_femmes_hommes__choix"] = "la_mienne"
    assert save_section(database, other, "documents", again).whole
    assert answers_of(database, seat) == {
        ("ch_impact_femmes_hommes", "*"): Answer(value="Les miens"),
        ("ch_duerp_volet_chaleur", "*"): Answer(value="oui"),
    }


def test_who_did_not_touch_a_field_meets_nobody(database: Database, seat: Seat) -> None:
    save_section(database, seat, "documents", posted(ch_impact_femmes_hommes="Les siens"))
    page = posted(ch_impact_femmes_hommes="", ch_coactivite_documents="oui")
    saved = save_section(database, seat_of_other(seat), "documents", page)
    assert saved.whole
    assert "ch_impact_femmes_hommes" not in saved.marks, "a fresh mark would turn the next blank into a removal"
    assert answers_of(database, seat)["ch_impact_femmes_hommes", "*"] == Answer(value="Les siens")


def test_the_same_answer_twice_is_no_conflict(database: Database, seat: Seat) -> None:
    for author in (seat, seat_of_other(seat), seat):
        assert save_section(database, author, "eau_repos", posted(ch_eau_fraiche="oui")).whole
    with database.read(service_id=seat.service_id) as session:
        (row,) = session.scalars(select(AnswerRow))
        assert row.author_role == "gérante"


def test_an_answer_can_be_cleared_and_a_unit_can_go_back(database: Database, seat: Seat) -> None:
    save_section(database, seat, "reperage", posted(ch_situations_exposantes=["dehors"]))
    words = answer_mark(Answer(value="Des mots"))
    own = answer_mark(Answer(value="non"))
    save_section(database, seat, "eau_repos", posted(ch_eau_fraiche__UT1="non"))
    save_section(database, seat, "documents", posted(ch_impact_femmes_hommes="Des mots"))
    assert (WATER, "UT1") in answers_of(database, seat)
    save_section(
        database, seat, "eau_repos", MultiDict([("ch_eau_fraiche.UT1", ""), ("ch_eau_fraiche.UT1__base", own)])
    )
    save_section(database, seat, "documents", posted(ch_impact_femmes_hommes="", ch_impact_femmes_hommes__base=words))
    assert answers_of(database, seat) == {(SITUATIONS, "*"): Answer(value=("dehors",))}


def test_an_answer_that_opens_others_on_its_page_says_so(database: Database, seat: Seat) -> None:
    saved = save_section(database, seat, "reperage", posted(ch_situations_exposantes=["aucune"]))
    assert saved.opened == 1
    closed = save_section(database, seat, "reperage", posted(ch_confirmation_hors_champ="releves"))
    assert closed.opened == 0


@pytest.mark.parametrize("state", ["termine", "sans_objet", "soumis", "relu"])
def test_an_answer_reopens_a_theme(database: Database, seat: Seat, state: str) -> None:
    save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui"))
    with database.unit_of_work(service_id=seat.service_id) as uow:
        uow.scalars(select(ThemeDraft)).one().state = state
    saved = save_section(database, seat, "documents", posted(ch_duerp_volet_chaleur="oui"))
    assert saved.workbook.state is State.IN_PROGRESS


def test_nobody_of_the_service_answers(database: Database, seat: Seat, service: Service) -> None:
    save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui"))
    adviser = Author(words="ergonome", actor=Actor.ADVISER, account_id=None)
    outside = seat_of(service, seat.establishment_id, adviser)
    with pytest.raises(MoveRefused):
        save_section(database, outside, "documents", posted(ch_duerp_volet_chaleur="oui"))
    assert len(answers_of(database, seat)) == 1


def test_another_service_has_no_such_establishment(database: Database, seat: Seat, make_service: MakeService) -> None:
    stranger = seat_of(make_service("ailleurs"), seat.establishment_id)
    for unknown in (stranger, seat_of(make_service("spsti45"), uuid4())):
        with pytest.raises(UnknownEstablishment):
            save_section(database, unknown, "eau_repos", posted(ch_eau_fraiche="oui"))


def test_unknown_themes_and_pages_are_told(database: Database, seat: Seat, service: Service) -> None:
    with pytest.raises(UnknownTheme):
        save_section(database, seat_of(service, seat.establishment_id, theme="licornes"), "eau_repos", posted())
    with pytest.raises(UnknownSection):
        save_section(database, seat, "licornes", posted())


def test_a_unit_archived_meanwhile_is_left_alone(database: Database, seat: Seat) -> None:
    with database.unit_of_work(service_id=seat.service_id) as uow:
        unit = uow.scalars(select(WorkUnitRow).where(WorkUnitRow.key == "UT2")).one()
        unit.archived_on = NOON.date()
    saved = save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui", ch_eau_fraiche__UT2="non"))
    assert saved.whole
    assert answers_of(database, seat) == {(WATER, "*"): Answer(value="oui")}


@pytest.mark.parametrize(
    "value",
    ["\x00", "\ud800", str(2**63), "x" * 100_000, "<script>", "'; --", "🙂", "oui\x00", "-1", "1e400"],
)
@pytest.mark.parametrize("suffix", ["", "__base", "__motif", "__choix"])
def test_nothing_typed_breaks_a_save(database: Database, seat: Seat, value: str, suffix: str) -> None:
    for section in ("reperage", "eau_repos", "organisation", "secours_personnes", "documents", "lieux_procedes"):
        names = [question.id for question in catalogue.load().theme("chaleur").questions if question.section == section]
        pairs = [(f"{name}__base", NO_ANSWER) for name in names if suffix != "__base"]
        pairs += [(f"{name}{suffix}", value) for name in names for _ in range(2)]
        pairs += [("ch_inconnue", "oui"), ("ch_eau_fraiche.UT9", "oui"), ("", value), ("csrf_token", value)]
        save_section(database, seat, section, MultiDict(pairs))


def test_a_crossed_write_is_read_and_decided_again(
    database: Database, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    real = answering._write

    def crossed(*arguments: object) -> None:
        tried.append(1)
        if len(tried) < attempts.TRIES:
            raise Conflict("another write crossed it")
        real(*arguments)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(answering, "_write", crossed)
    assert save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui")).whole
    assert len(answers_of(database, seat)) == 1
    monkeypatch.setattr(answering, "_write", lambda *_: (_ for _ in ()).throw(Conflict("always")))
    with pytest.raises(Conflict):
        save_section(database, seat, "documents", posted(ch_duerp_volet_chaleur="oui"))


def test_a_draft_stays_on_the_content_it_was_answered_with(
    database: Database, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_section(database, seat, "eau_repos", posted(ch_eau_fraiche="oui"))
    shelf = catalogue.load()
    newer = shelf.theme("chaleur").source.replace('version = "2026.11"', 'version = "2027.01"')
    monkeypatch.setitem(shelf._read_themes, "chaleur", theme_drafts.kept_theme(newer, "chaleur"))
    with database.read(service_id=seat.service_id) as session:
        assert open_workbook(session, seat).theme.version == "2026.11"
    monkeypatch.setattr(type(shelf), "codes", ())
    saved = save_section(database, seat, "documents", posted(ch_duerp_volet_chaleur="oui"))
    assert saved.workbook.theme.version == "2026.11"
    assert len(saved.workbook.book.answers) == 2


def seat_of_other(seat: Seat) -> Seat:
    return Seat(
        service_id=seat.service_id,
        establishment_id=seat.establishment_id,
        theme=seat.theme,
        catalogue=seat.catalogue,
        author=FOREMAN,
        on=seat.on,
        at=seat.at,
    )
