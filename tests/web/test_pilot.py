"""The pilot in the browser: numbers that are those of the indicators, rows whose opening is kept, never an answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from app.domain.acts import FactKind
from app.domain.indicator_specs import SPECS
from app.domain.indicators import Counted, IndicatorQuery
from app.domain.roles import Role
from app.models.access_record import AccessRecord
from app.models.campaign import Campaign
from app.models.draft import AnswerRow
from app.models.establishment import EstablishmentRow
from app.services.facts import Act, note_collective, note_fact
from app.services.indicators import count_indicators
from app.web.pilot_words import number
from tests.services.test_staff_views import open_theme
from tests.web.client import Page, StrictClient, words
from tests.web.filled import filled_firm
from tests.web.people import Portal

YEAR = IndicatorQuery(first=date(2026, 1, 1), last=date(2026, 12, 31))
SECRET = "on arrose le toit avec le tuyau du voisin"


def base(portal: Portal) -> str:
    return f"/{portal.slug}/service/pilotage"


def pilot(portal: Portal) -> StrictClient:
    return portal.person(role=Role.PILOT, function="responsable du CPOM")


def act(portal: Portal, firm: UUID | None, kind: FactKind, on: date = date(2026, 11, 20), **said: object) -> None:
    done = Act(kind=kind, on=on, at=portal.clock.now, actor_role="gérante", **said)  # type: ignore[arg-type]  # values of any field of an act
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        if firm is None:
            note_collective(uow, done)
        else:
            note_fact(uow, firm, done)


def counted(portal: Portal, query: IndicatorQuery = YEAR) -> dict[str, Counted]:
    with portal.database.read(service_id=portal.service.id) as session:
        return {each.spec.code: each for each in count_indicators(session, query)}


def shown(page: Page) -> dict[str, str]:
    """Result of each indicator of the page, by its code."""
    found = {}
    for row in page.tree.xpath("//table[contains(@class, 'jl-trio')]/tbody/tr"):
        code = words(row.xpath("./th/span")[0])
        found[code] = words(row.xpath("./td[@data-l='Résultat']/span/*[1]")[0])
    return found


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def records(portal: Portal) -> list[tuple[str, str, str]]:
    with portal.database.read(service_id=portal.service.id) as session:
        kept = session.scalars(select(AccessRecord).order_by(AccessRecord.recorded_at, AccessRecord.id))
        return [(row.what, row.subject, row.author_role) for row in kept]


@pytest.fixture
def town(portal: Portal) -> tuple[UUID, UUID]:
    """A firm that went all the way, and one that was visited."""
    first = filled_firm(portal).establishment_id
    second = portal.establishment("Zinguerie du port", siret="55208131766522")
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.get_one(EstablishmentRow, second).sector = "Biterrois"
    for firm in (first, second):
        act(portal, firm, FactKind.THEME_STARTED, theme="chaleur")
    act(portal, second, FactKind.LOGGED, category="visite_entreprise", minutes=60, format="sur_site")
    act(portal, None, FactKind.LOGGED, category="conseil", minutes=15)
    act(portal, second, FactKind.ATTENDED, theme="chaleur", quantity=3, unit="salaries", subject="x")
    return first, second


def test_the_dashboard_shows_what_the_indicators_count(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    client.get(base(portal))
    with portal.statements() as sent:
        page = client.get(base(portal))
    assert len(sent) <= 15, len(sent)  # ten of them count every indicator
    figures = shown(page)
    assert set(figures) == {spec.code for spec in SPECS}
    numbers = counted(portal)
    assert numbers["POR-04"].value == 2
    for code, each in numbers.items():
        said = plain(figures[code])
        if each.value is None:
            assert said == "sans objet", code
        elif each.spec.is_rate:
            assert said == f"{number_of(each)} %", code
        else:
            assert said.split()[0] == number_of(each), code
    assert "PROVISOIRE" in page.text
    assert "Compté le 24 novembre 2026 à 20 h 42" in plain(page.text)
    assert "ne s'ajoutent pas" in page.text.replace("’", "'")


def number_of(each: Counted) -> str:
    assert each.value is not None
    return f"{each.value:.1f}".removesuffix(".0").replace(".", ",")


def test_filters_are_kept_in_every_address_and_change_the_numbers(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    address = f"{base(portal)}?annee=2026&secteur=Biterrois&theme=chaleur"
    page = client.get(address)
    query = IndicatorQuery(first=YEAR.first, last=YEAR.last, theme="chaleur", sector="Biterrois")
    assert shown(page)["POR-04"] == str(counted(portal, query)["POR-04"].value) == "1"
    links = [str(each) for each in page.tree.xpath("//main//a/@href") if "/pilotage/POR" in str(each)]
    assert links
    assert all("secteur=Biterrois" in link and "theme=chaleur" in link for link in links)
    assert "secteur Biterrois" in plain(page.text)
    for code in ("annee", "secteur", "theme"):
        assert page.tree.xpath(f"//select[@name='{code}']/option[@selected]"), code
    assert shown(client.get(f"{base(portal)}?annee=2025"))["POR-04"] == "0"


def test_a_period_of_two_days_comes_before_the_year(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    page = client.get(f"{base(portal)}?annee=2026&du=01/03/2026&au=31/05/2026")
    assert "du 1er mars 2026 au 31 mai 2026" in plain(page.text)
    assert "La période n'est pas finie" not in page.text.replace("’", "'")
    assert shown(page)["JOU-01"] == "0"


def test_nothing_counted_is_said_and_not_drawn(portal: Portal) -> None:
    page = pilot(portal).get(base(portal))
    assert "Rien n'a encore été compté" in page.text.replace("’", "'")
    assert not shown(page)


def test_every_indicator_has_its_page_with_definition_and_tables(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    for spec in SPECS:
        page = client.get(f"{base(portal)}/{spec.code}")
        assert plain(spec.definition) in plain(page.text).replace("’", "'"), spec.code
        assert all(drawn.get("aria-label") for drawn in page.tree.xpath("//*[@role='img']")), spec.code
        page = client.get(f"{base(portal)}/{spec.code}/lignes")
        assert "Votre ouverture de ces lignes est notée" in page.text, spec.code
    assert len(records(portal)) == len(SPECS)


def test_a_page_of_an_indicator_breaks_it_down_and_keeps_what_is_not_said(
    portal: Portal, town: tuple[UUID, UUID]
) -> None:
    client = pilot(portal)
    client.get(f"{base(portal)}/POR-04")
    with portal.statements() as sent:
        page = client.get(f"{base(portal)}/POR-04")
    assert len(sent) <= 10, len(sent)
    sector = page.tree.xpath("//section[@aria-labelledby='par-sector']")[0]
    rows = [
        (words(row.xpath("./th")[0]), str(row.xpath("./td[last()]/a/text()")[0])) for row in sector.xpath(".//tbody/tr")
    ]
    assert rows == [("Biterrois", "1"), ("Non renseigné", "1")]
    months = page.tree.xpath("//section[@aria-labelledby='mois']//tbody/tr")
    assert [plain(words(cell)) for cell in months[-1]] == ["novembre 2026", "2"]


def test_the_rows_are_named_and_their_opening_is_kept_first(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    page = client.get(f"{base(portal)}/JOU-01/lignes?annee=2026&theme=nr")
    assert records(portal) == [
        ("lignes_indicateur", "JOU-01, du 01/01/2026 au 31/12/2026, theme nr", "responsable du CPOM")
    ]
    text = plain(page.text)
    assert "Zinguerie du port" in text
    assert "55208131766522" in text.replace(" ", "")
    assert "Acte collectif" in text
    assert "Visite d'entreprise" in text.replace("’", "'")
    client.get(f"{base(portal)}/JOU-01/lignes?page=2")
    assert any(subject.endswith("page 2") for _, subject, _ in records(portal))


def test_no_answer_shows_on_any_page_of_the_pilot(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port", siret="73282932000074")
    open_theme(portal.database, portal.service, firm)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(
            AnswerRow(
                establishment_id=firm,
                theme="chaleur",
                question="ch_eau",
                value=f'["words","{SECRET}"]',
                reason=SECRET,
                author_role="gérante",
                answered_at=portal.clock.now,
            )
        )
    act(portal, firm, FactKind.THEME_STARTED, theme="chaleur")
    act(portal, firm, FactKind.LOGGED, category="conseil", minutes=5, words=SECRET)
    client = pilot(portal)
    for path in ("", "/POR-04", "/POR-04/lignes", "/JOU-01/lignes", "/dictionnaire", "/qualite"):
        page = client.get(base(portal) + path)
        assert SECRET not in page.answer.text, path
        assert "ch_eau" not in page.answer.text, path


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ADMIN])
def test_the_figures_are_the_pilots_alone(portal: Portal, role: Role) -> None:
    client = portal.person(role=role)
    for path in ("", "/POR-04", "/POR-04/lignes", "/dictionnaire", "/qualite"):
        client.get(base(portal) + path, status=403)
    assert records(portal) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("annee=99999", "Choisissez une année de 2010 à 2027"),
        ("annee=2026&annee=2025", "deux valeurs"),
        ("annee=" + "9" * 300, "au plus"),
        ("annee=%C2%B2026", "Choisissez une année"),
        ("annee=autre", "Écrivez le premier jour"),
        ("du=31/02/2026", "date qui existe"),
        ("du=0001-01-01", "date qui existe"),
        ("du=1999-01-01", "à partir de 2010"),
        ("du=01/06/2026&au=01/05/2026", "Le dernier jour vient avant le premier"),
        ("theme=inconnu", "réponses proposées"),
        ("section=Z", "réponses proposées"),
        ("tranche=1%00", "illisible"),
        ("secteur=Ailleurs", "réponses proposées"),
        ("campagne=x", "réponses proposées"),
        ("campagne=%ED%A0%80", "réponses proposées"),
    ],
)
def test_what_cannot_be_counted_is_said_in_words(portal: Portal, query: str, told: str) -> None:
    client = pilot(portal)
    for path in ("", "/POR-04", "/POR-04/lignes", "/qualite"):
        page = client.get(f"{base(portal)}{path}?{query}", status=422)
        assert told in plain(page.text).replace("’", "'"), path
        assert words(page.tree.xpath("//title")[0]).startswith("Erreur")
        assert not shown(page)
    assert records(portal) == []


def test_odd_addresses_never_break(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    for odd in ("0", "-1", "9" * 30, "x", "", "%00", "\u0662"):
        client.get(f"{base(portal)}/POR-04/lignes?page={quote(odd, safe='%')}")
    client.get(f"{base(portal)}?secteur={'a' * 5000}")
    client.get(f"{base(portal)}?inconnu=1&theme=&section=")
    client.get(f"{base(portal)}?du=01/01/2010&au=31/12/2100")
    client.get(f"{base(portal)}/POR-99", status=404)
    client.get(f"{base(portal)}/POR-99/lignes", status=404)


def test_the_way_of_a_campaign_counts_its_targets_step_by_step(portal: Portal, town: tuple[UUID, UUID]) -> None:
    _first, second = town
    third = portal.establishment("Garage d'en face", siret="44306184100047")
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(
            Campaign(
                code="btp-2026",
                name="Chaleur du BTP",
                theme="chaleur",
                contract_action="",
                chosen_by="tous",
                opened_on=date(2026, 9, 1),
                closed_on=None,
                created_at=portal.clock.now,
            )
        )
    for firm in (second, third):
        act(portal, firm, FactKind.TARGETED, date(2026, 9, 1), campaign="btp-2026", theme="chaleur")
        act(portal, firm, FactKind.INVITED, date(2026, 9, 2), campaign="btp-2026", format="courriel")
    page = pilot(portal).get(f"{base(portal)}?campagne=btp-2026")
    steps = [plain(words(step)) for step in page.tree.xpath("//section[@aria-labelledby='perte']//li")]
    assert [step.rsplit(" ", 2)[-2:] for step in steps[1:4]] == [["100", "%"], ["50", "%"], ["0", "%"]]
    assert "La plus forte perte est à l'étape « Engagés" in plain(page.text).replace("’", "'")
    assert "campagne « Chaleur du BTP »" in plain(page.text)


def test_doubts_on_the_data_are_counted(portal: Portal, town: tuple[UUID, UUID]) -> None:
    portal.establishment("Sans numéro")
    page = pilot(portal).get(f"{base(portal)}/qualite")
    told = {words(row.xpath("./th")[0]): words(row.xpath("./td[1]")[0]) for row in page.tree.xpath("//tbody/tr")}
    assert told["Sans SIRET"] == "1"
    assert told["Sans secteur du service"] == "2"
    assert told["Actes du journal sans entreprise"] == "1"


def test_numbers_read_in_french() -> None:
    assert number(0) == "0"
    assert plain(number(12345)) == "12 345"
    assert number(Decimal("12.5")) == "12,5"


def test_the_files_say_their_perimeter_and_name_nobody(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    answer = client.raw("GET", f"{base(portal)}/fichier/zip?annee=2026&theme=chaleur", status=200)
    assert "filename=indicateurs-2026.zip" in answer.headers["Content-Disposition"]
    with ZipFile(BytesIO(answer.data)) as archive:
        told = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert "Périmètre;Chaleur" in told["lisez-moi.csv"]
    assert not any("Zinguerie" in text or "55208131766522" in text for text in told.values())
    answer = client.raw("GET", f"{base(portal)}/fichier/xlsx", status=200)
    assert answer.data.startswith(b"PK")
    assert [what for what, _, _ in records(portal)] == ["export_indicateurs", "export_indicateurs"]
    client.get(f"{base(portal)}/fichier/exe", status=404)
    client.get(f"{base(portal)}/fichier/xlsx?annee=1", status=422)


def test_the_rows_as_a_file_are_kept_apart(portal: Portal, town: tuple[UUID, UUID]) -> None:
    client = pilot(portal)
    answer = client.raw("GET", f"{base(portal)}/JOU-01/lignes.xlsx", status=200)
    assert "interne-jou-01-2026.xlsx" in answer.headers["Content-Disposition"]
    assert [what for what, _, _ in records(portal)] == ["export_lignes"]
    for role in (Role.ADVISER, Role.ADMIN):
        other = portal.person(role=role)
        for path in ("fichier/xlsx", "fichier/zip", "JOU-01/lignes.xlsx"):
            other.get(f"{base(portal)}/{path}", status=403)
    assert len(records(portal)) == 1
