"""Campaigns: the targets chosen, the facts that freeze them, how far they went."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.campaigns import Candidate, TargetChoice, campaign_code, choice_words, choose, read_list
from app.models.campaign import Campaign
from app.models.engine import Database
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.service import Service
from app.services import campaigns
from app.services.campaign_funnel import campaign_funnel, never_invited, targets_of
from app.services.campaigns import (
    CampaignWish,
    NoTarget,
    Opener,
    TooManyTargets,
    campaign_of,
    campaigns_of,
    candidates_of,
    close_campaign,
    open_campaign,
)
from app.services.facts import Act, FactKind, note_fact
from app.services.once import AlreadyDone
from tests.engines import MakeService
from tests.web.people import establishment

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ON = AT.date()
WISH = CampaignWish(name="Chaleur dans le bâtiment", theme="chaleur", contract_action="Fiche 3", choice=TargetChoice())
SIRETS = ("12345678200010", "55555555600011", "73282932000074")


def by(service: Service, **others: Any) -> Opener:
    return replace(Opener(service_id=service.id, account_id=None, words="responsable du CPOM", on=ON, at=AT), **others)


def three(database: Database, service: Service) -> list[UUID]:
    """Three members: a bakery of 6, a roofer of 12 in the north, one whose size is 60."""
    firms = [establishment(database, service, f"Firme {n}", siret=SIRETS[n], at=AT) for n in range(3)]
    with database.unit_of_work(service_id=service.id) as uow:
        states = {row.establishment_id: row for row in uow.scalars(select(EstablishmentState))}
        states[firms[1]].naf, states[firms[1]].headcount = "43.91B", 12
        states[firms[2]].headcount = 60
        uow.get_one(EstablishmentRow, firms[1]).sector = "Nord"
    return firms


def open_one(database: Database, service: Service, choice: TargetChoice | None = None, **others: Any) -> str:
    wish = replace(WISH, choice=choice or TargetChoice())
    return open_campaign(database, wish, by=by(service), **others)


def targeted(database: Database, service: Service) -> set[UUID | None]:
    with database.read(service_id=service.id) as session:
        query = select(Fact.establishment_id).where(Fact.kind == FactKind.TARGETED.value)
        return set(session.scalars(query))


def note(database: Database, service: Service, firm: UUID, kind: FactKind, **others: Any) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        act = Act(kind=kind, on=ON, at=AT, actor_role="gérante", **others)
        noted = note_fact(uow, firm, act)
    assert noted is not None
    return noted


def test_a_campaign_targets_the_members_its_choice_keeps(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    bakery, roofer, large = three(database, service)
    open_one(database, service, TargetChoice(sections=frozenset("F")))
    assert targeted(database, service) == {roofer}
    open_one(database, service, TargetChoice(bands=frozenset({"1-9", "50-249"})))
    assert targeted(database, service) == {bakery, roofer, large}
    with database.read(service_id=service.id) as session:
        assert [line.targets for line in campaigns_of(session)] == [1, 2]
        assert {line.chosen_by for line in campaigns_of(session)} == {"section F", "effectifs 1 à 9, 50 à 249"}


def test_only_members_are_targets(database: Database, make_service: MakeService) -> None:
    service, other = make_service("nord"), make_service("sud")
    firms = three(database, service)
    establishment(database, other, "Ailleurs", siret=SIRETS[0], at=AT)
    with database.unit_of_work(service_id=service.id) as uow:
        uow.get_one(EstablishmentRow, firms[0]).attachment = "a_rattacher"
        uow.get_one(EstablishmentRow, firms[1]).claim_state = "double"
    open_one(database, service)
    assert targeted(database, service) == {firms[2]}
    assert targeted(database, other) == set()


def test_the_facts_of_targets_are_those_that_one_act_would_write(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    firms = three(database, service)
    code = open_one(database, service)
    act = Act(
        kind=FactKind.TARGETED,
        on=ON,
        at=AT,
        actor_role="responsable du CPOM",
        theme="chaleur",
        campaign=code,
        contract_action="Fiche 3",
    )
    with database.unit_of_work(service_id=service.id) as uow:
        for firm in firms:
            note_fact(uow, firm, act)
    with database.read(service_id=service.id) as session:
        rows = session.scalars(select(Fact)).all()
    columns = [column.name for column in Fact.__table__.columns if column.name != "id"]
    told = sorted(str([getattr(row, name) for name in columns]) for row in rows)
    assert len(told) == 6
    assert told[0::2] == told[1::2]


def test_many_targets_are_written_some_at_a_time(
    database: Database, make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service("nord")
    firms = three(database, service)
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    open_one(database, service)
    assert targeted(database, service) == set(firms)


def test_a_campaign_without_target_or_with_too_many_is_not_opened(
    database: Database, make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service("nord")
    three(database, service)
    with pytest.raises(NoTarget):
        open_one(database, service, TargetChoice(sections=frozenset("A")))
    monkeypatch.setattr(campaigns, "MOST_TARGETS", 2)
    with pytest.raises(TooManyTargets):
        open_one(database, service)
    with database.read(service_id=service.id) as session:
        assert campaigns_of(session) == ()
    assert targeted(database, service) == set()


def test_a_second_tap_opens_nothing_more(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    three(database, service)
    code = open_one(database, service, key="k" * 22)
    with pytest.raises(AlreadyDone) as done:
        open_one(database, service, key="k" * 22)
    assert done.value.outcome == code


def test_going_back_to_the_form_and_choosing_others_opens_a_second_campaign(
    database: Database, make_service: MakeService
) -> None:
    service = make_service("nord")
    three(database, service)
    first = open_one(database, service, key="k" * 22)
    second = open_campaign(database, replace(WISH, name="Autre chose"), by=by(service), key="k" * 22)
    assert first != second


def test_two_campaigns_of_one_name_have_two_codes(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    three(database, service)
    codes = [open_one(database, service) for _ in range(2)]
    assert codes == ["chaleur-dans-le-batiment-2026", "chaleur-dans-le-batiment-2026-2"]


def test_the_funnel_counts_each_target_once_at_each_step(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    one, two, three_ = three(database, service)
    outside = establishment(database, service, "Hors campagne", at=AT)
    note(database, service, one, FactKind.ACCOUNT_OPENED)
    code = open_one(database, service, TargetChoice(sirets=SIRETS))
    for firm in (one, two, outside):
        note(database, service, firm, FactKind.INVITED, campaign=code, format="courriel")
        note(database, service, firm, FactKind.THEME_STARTED, theme="chaleur")
    note(database, service, three_, FactKind.INVITED, format="courriel")  # outside of the campaign
    for _ in range(2):
        note(database, service, one, FactKind.THEME_SUBMITTED, theme="chaleur", subject="x")
    note(database, service, one, FactKind.VERSION_MADE, theme="chaleur routier")
    note(database, service, two, FactKind.VERSION_MADE, theme="routier")
    gone = note(database, service, one, FactKind.ACTION_PLANNED, theme="chaleur")
    with database.read(service_id=service.id) as session:
        campaign = campaign_of(session, code)
        counted = campaign_funnel(session, campaign)
        assert targets_of(session, campaign, missing="invites", page=1).lines[0].establishment_id == three_
    assert counted == {"cibles": 3, "invites": 2, "engages": 1, "soumis": 1, "section": 1, "plan": 1}
    note(database, service, one, FactKind.CORRECTED, voids_id=gone)
    with database.read(service_id=service.id) as session:
        assert campaign_funnel(session, campaign)["plan"] == 0


def test_a_theme_that_was_taken_back_is_not_submitted_until_it_is_sent_again(
    database: Database, make_service: MakeService
) -> None:
    service = make_service("nord")
    firm = three(database, service)[0]
    code = open_one(database, service)

    def sent() -> int:
        with database.read(service_id=service.id) as session:
            return campaign_funnel(session, campaign_of(session, code))["soumis"]

    note(database, service, firm, FactKind.THEME_SUBMITTED, theme="chaleur", subject="un")
    assert sent() == 1
    note(database, service, firm, FactKind.THEME_WITHDRAWN, theme="chaleur", subject="un")
    assert sent() == 0
    note(database, service, firm, FactKind.THEME_SUBMITTED, theme="chaleur", subject="deux")
    assert sent() == 1


def test_who_may_be_invited_has_an_address_and_was_left_in_peace(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    one, two, _three = three(database, service)
    with database.unit_of_work(service_id=service.id) as uow:
        for firm in (one, two):
            uow.get_one(EstablishmentRow, firm).contact_email = f"{firm.hex}@exemple.fr"
    code = open_one(database, service)
    note(database, service, two, FactKind.INVITED, format="courriel")
    with database.read(service_id=service.id) as session:
        assert never_invited(session, campaign_of(session, code), at=AT) == ([one], 1)


def test_a_campaign_is_closed_once(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    three(database, service)
    code = open_one(database, service)
    for day in (ON, date(2026, 12, 1)):
        close_campaign(database, code, by=by(service, on=day))
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(Campaign.closed_on)).one() == ON


def test_candidates_are_told_by_what_they_declared_by_that_day(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    three(database, service)
    with database.read(service_id=service.id) as session:
        found = {each.siret: (each.section, each.band, each.sector) for each in candidates_of(session, on=ON)}
    assert found == {
        SIRETS[0]: ("C", "1-9", ""),
        SIRETS[1]: ("F", "10-49", "Nord"),
        SIRETS[2]: ("C", "50-249", ""),
    }


def test_a_pasted_list_is_read_whatever_its_signs() -> None:
    read = read_list("123 456 782 00010\r\n55555555600011;12345678200010\tbonjour\n\n123,")
    assert read.sirets == SIRETS[:2]
    assert read.unreadable == ("bonjour", "123")


def test_a_siret_that_no_member_has_is_told() -> None:
    member = Candidate(establishment_id=UUID(int=1), siret=SIRETS[0], section="C", headcount=None, sector="")
    chosen = choose([member], TargetChoice(sirets=(SIRETS[1], SIRETS[0])))
    assert (chosen.targets, chosen.unknown) == ((member,), (SIRETS[1],))
    assert chosen.counts() == {("C", "nr"): 1}


@pytest.mark.parametrize("name", ["Chaleur dans l'été 2026", "!!!", "🔥", "a" * 200])
def test_a_code_is_ascii_and_short(name: str) -> None:
    code = campaign_code(name, 2026, frozenset())
    assert code.isascii()
    assert code.endswith("2026")
    assert len(code) < 50


def test_a_choice_is_told_in_words() -> None:
    assert choice_words(TargetChoice()) == "tous les adhérents"
    assert choice_words(TargetChoice(sirets=())) == "une liste de SIRET"
    assert choice_words(TargetChoice(sections=frozenset("FC"), sectors=frozenset({"Nord"}))) == (
        "sections C, F ; secteur Nord"
    )
