"""Campaigns in the browser: counted before they are opened, invited, closed; and what a hostile form gives."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.campaign import Campaign
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.mail import OutboxMail
from tests.engines import service_in
from tests.web.addresses import addresses, values_of
from tests.web.client import StrictClient, words
from tests.web.filled import filled_firm
from tests.web.people import Portal
from tests.web.test_hostile_forms import FoundForm, forms_of, sent, variants

SIRETS = ("12345678200010", "55555555600011")
TYPED = {"nom": "Chaleur BTP", "theme": "chaleur", "action": "Fiche 3", "par": "criteres"}


def base(portal: Portal) -> str:
    return f"/{portal.slug}/service/campagnes"


def pilot(portal: Portal) -> StrictClient:
    return portal.person(role=Role.PILOT, function="responsable du CPOM")


def two(portal: Portal) -> list[UUID]:
    firms = [portal.establishment(f"Firme {siret}", siret=siret) for siret in SIRETS]
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.get_one(EstablishmentRow, firms[0]).contact_email = "contact@exemple.fr"
        uow.get_one(EstablishmentRow, firms[0]).sector = "Nord"
    return firms


def facts(portal: Portal) -> list[Fact]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Fact)))


def test_a_campaign_is_counted_then_opened_once(portal: Portal) -> None:
    client, path = pilot(portal), f"{base(portal)}/nouvelle"
    two(portal)
    page = client.read(client.post(path, {**TYPED, "tranches": "1-9", "geste": "compter"}, status=200))
    assert "2 établissements retenus" in words(page.tree).replace("\u00a0", " ")
    assert page.tree.xpath("//input[@name='nom']/@value") == ["Chaleur BTP"]
    assert page.tree.xpath("//input[@name='tranches'][@checked]/@value") == ["1-9"]
    assert facts(portal) == []
    key = str(page.tree.xpath("//input[@name='cle']/@value")[0])
    for _ in range(2):
        answer = client.post(path, {**TYPED, "geste": "ouvrir", "cle": key})
        assert str(answer.location).endswith("/campagnes/chaleur-btp-2026")
    assert {(fact.kind, fact.campaign, fact.contract_action) for fact in facts(portal)} == {
        ("etablissement_cible", "chaleur-btp-2026", "Fiche 3")
    }
    assert len(facts(portal)) == 2
    assert "Chaleur BTP" in client.get(base(portal)).text


def test_a_pasted_list_tells_what_is_not_known(portal: Portal) -> None:
    client, path = pilot(portal), f"{base(portal)}/nouvelle"
    two(portal)
    pasted = f"{SIRETS[0]}\n73282932000074\nbonjour"
    page = client.read(client.post(path, {**TYPED, "par": "liste", "liste": pasted}, status=200))
    assert "73282932000074" in words(page.tree.xpath("//*[contains(@class,'jl-notice')]")[0])
    assert "bonjour" in words(page.tree.xpath("//*[contains(@class,'jl-notice')]")[0])
    client.post(path, {**TYPED, "par": "liste", "liste": pasted, "geste": "ouvrir"})
    assert len(facts(portal)) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"nom": ""}, "Donnez un nom"),
        ({"theme": "lune"}, "Choisissez une des réponses"),
        ({"par": "liste", "liste": "rien"}, "Collez au moins un SIRET"),
        ({"sections": "U"}, "ne retient aucun adhérent"),
    ],
)
def test_a_wrong_campaign_comes_back_as_typed(portal: Portal, changed: dict[str, str], told: str) -> None:
    client, path = pilot(portal), f"{base(portal)}/nouvelle"
    two(portal)
    page = client.read(client.post(path, {**TYPED, "geste": "ouvrir", **changed}, status=422))
    assert told in words(page.tree.xpath("//*[@role='alert']")[0])
    assert page.tree.xpath("//input[@name='action']/@value") == ["Fiche 3"]
    assert facts(portal) == []


def test_a_pilot_invites_those_never_invited(portal: Portal) -> None:
    client = pilot(portal)
    two(portal)
    client.post(f"{base(portal)}/nouvelle", {**TYPED, "geste": "ouvrir"})
    path = f"{base(portal)}/chaleur-btp-2026"
    page = client.get(path)
    assert "Un établissement n’a pas d’adresse e-mail" in words(page.tree)
    key = str(page.tree.xpath("//input[@name='cle']/@value")[0])
    for _ in range(2):
        client.post(f"{path}/inviter", {"cle": key}, page=path)
    with portal.database.read(service_id=portal.service.id) as session:
        mails = session.scalars(select(OutboxMail)).all()
    assert [mail.recipient for mail in mails] == ["contact@exemple.fr"]
    assert "Chaleur BTP" in mails[0].text
    invited = [fact for fact in facts(portal) if fact.kind == "invitation_envoyee"]
    assert [fact.campaign for fact in invited] == ["chaleur-btp-2026"]
    bars = [words(bar) for bar in client.get(path).tree.xpath("//div[@class='jl-bar']")]
    assert [(bar[:-1].strip(), bar[-1]) for bar in bars[:2]] == [("Ciblés", "2"), ("Invités", "1")]
    rest = client.get(f"{path}?reste=invites")
    assert [SIRETS[1][9:] in words(row) for row in rest.tree.xpath("//tbody/tr")] == [True]
    client.post(f"{path}/clore", page=path)
    assert not client.get(path).tree.xpath("//main//form[@method='post']")


def test_a_campaign_of_another_service_is_not_found(portal: Portal) -> None:
    client = pilot(portal)
    south = service_in(portal.database, "sud")
    with portal.database.unit_of_work(service_id=south.id) as uow:
        uow.add(
            Campaign(
                code="chaleur-2026",
                name="Chaleur",
                theme="chaleur",
                contract_action="",
                chosen_by="",
                opened_on=portal.today,
                closed_on=None,
                created_at=portal.clock.now,
            )
        )
    client.get(f"{base(portal)}/chaleur-2026", status=404)
    for act in ("inviter", "clore"):
        client.post(f"{base(portal)}/chaleur-2026/{act}", page=f"{base(portal)}/nouvelle", status=404)


def test_pages_cost_few_statements(portal: Portal) -> None:
    client = pilot(portal)
    two(portal)
    client.post(f"{base(portal)}/nouvelle", {**TYPED, "geste": "ouvrir"})
    for page in ("", "/nouvelle", "/chaleur-btp-2026"):
        with portal.statements() as asked:
            client.get(f"{base(portal)}{page}")
        assert len(asked) <= 10, (page, len(asked))


@pytest.mark.parametrize(("role", "least"), [(Role.ADMIN, 6), (Role.PILOT, 3)])
def test_no_form_of_the_service_gives_a_500(portal: Portal, role: Role, least: int) -> None:
    firm = filled_firm(portal)
    portal.app.config["WTF_CSRF_ENABLED"] = False
    portal.app.config["PROPAGATE_EXCEPTIONS"] = False
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.get_one(EstablishmentRow, firm.establishment_id).attachment = "a_rattacher"
    client = portal.person(role=role)._client
    mine = ("campagnes", "equipe", "rattachements", "courriels", "ouvertures", "reglages")
    found: dict[object, FoundForm] = {}
    for _endpoint, address in addresses(portal.app, values_of(firm)):
        if any(f"/service/{part}" in address for part in mine):
            for form in forms_of(client, address):
                if "/depart" not in form.action:
                    found.setdefault((form.action, tuple(name for name, _value in form.fields)), form)
    broken = [
        f"{form.action} · {label}"
        for turn, form in enumerate(found.values())
        for label, fields in variants(form, turn)
        if sent(client, form.action, fields) >= 500
    ]
    assert broken == []
    assert len(found) >= least


def test_campaigns_read_in_english(portal: Portal) -> None:
    two(portal)
    client = portal.person(role=Role.PILOT, language="en")
    path = f"{base(portal)}/nouvelle"
    client.read(client.post(path, {**TYPED, "geste": "compter"}, status=200))
    client.post(path, {**TYPED, "geste": "ouvrir"})
    for page in ("", "/chaleur-btp-2026"):
        client.get(f"{base(portal)}{page}")
