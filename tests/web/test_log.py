"""The log in the browser: a visit noted, searched for, corrected, taken back; what is refused comes back as typed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from lxml.html import HtmlElement
from sqlalchemy import select

from app.domain.roles import Role
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.membership import Membership
from tests.web.client import Page, StrictClient, words
from tests.web.people import Portal
from tests.web.test_hostile_forms import HOSTILE, FoundForm, forms_of, sent, variants
from tests.web.walking import shown_form

SIRET = "73282932000074"


def base(portal: Portal) -> str:
    return f"/{portal.slug}/service/journal"


def adviser(
    portal: Portal, *, role: Role = Role.ADVISER, profession: str = "ergonome", email: str = ""
) -> StrictClient:
    client = portal.person(role=role, function="ergonome", email=email)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        for row in uow.scalars(select(Membership).where(Membership.establishment_id.is_(None))):
            row.profession = profession
    return client


def facts(portal: Portal, kind: str = "acte_note") -> list[Fact]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Fact).where(Fact.kind == kind).order_by(Fact.recorded_at)))


def said(portal: Portal, firm: UUID | str = "aucune", **others: str) -> dict[str, str]:
    """A visit of today, an hour long."""
    visit = {
        "entreprise": str(firm),
        "categorie": "visite_entreprise",
        "jour": portal.today.isoformat(),
        "minutes": "60",
        "geste": "noter",
    }
    return {**visit, **others}


def refused(client: StrictClient, path: str, data: dict[str, str]) -> Page:
    page = client.read(client.post(path, data, status=422))
    assert words(page.tree.xpath("//title")[0]).startswith("Erreur")
    return page


def field(page: Page, name: str) -> HtmlElement:
    return page.tree.xpath(f"//main//*[@name='{name}']")[0]


def ticked(page: Page, name: str) -> list[str]:
    return [str(value) for value in page.tree.xpath(f"//main//input[@name='{name}'][@checked]/@value")]


def test_a_visit_is_noted_from_the_firm_in_three_choices(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    client = adviser(portal)
    with portal.statements() as asked:
        page = client.get(f"{base(portal)}/noter?firm={firm}")
    assert len(asked) <= 10
    assert ticked(page, "entreprise") == [str(firm)]
    assert ticked(page, "jour") == [portal.today.isoformat()]
    assert not page.tree.xpath("//select[@name='metier']")
    shown = dict(shown_form(page.tree.xpath("//main//form[@method='post']")[0]))
    answer = client.post(
        f"{base(portal)}/noter", {**shown, "categorie": "visite_entreprise", "minutes": "60", "geste": "noter"}
    )
    with portal.statements() as asked:
        after = client.follow(answer)
    assert len(asked) <= 10
    assert "Noté" in after.text
    assert "1 acte, 1 h" in after.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert {"Corriger", "Noter un autre acte"} <= set(after.links())
    (fact,) = facts(portal)
    assert (fact.establishment_id, fact.format, fact.profession) == (firm, "sur_site", "ergonome")
    assert (fact.minutes, fact.happened_on, fact.words, fact.origin) == (60, portal.today, "", "")


def test_a_firm_is_found_on_the_same_page_and_nothing_typed_is_lost(portal: Portal) -> None:
    portal.establishment("Boulangerie du port", siret=SIRET)
    other = portal.establishment("Boulangerie du quai")
    client = adviser(portal)
    typed = said(portal, "", cherche="boulangerie", commentaire="Fournil regardé", minutes="45", geste="chercher")
    page = client.read(client.post(f"{base(portal)}/noter", typed, status=200))
    names = [words(label) for label in page.tree.xpath("//label[starts-with(@for, 'entreprise')]")]
    assert names == ["Boulangerie du port", "Boulangerie du quai", "Aucune entreprise en particulier"]
    assert ticked(page, "categorie") == ["visite_entreprise"]
    assert ticked(page, "minutes") == ["45"]
    assert "Fournil regardé" in field(page, "commentaire").text
    shown = {**dict(shown_form(page.tree.xpath("//main//form[@method='post']")[0])), "entreprise": str(other)}
    client.post(f"{base(portal)}/noter", {**shown, "geste": "noter"})
    assert [(fact.establishment_id, fact.minutes, fact.words) for fact in facts(portal)] == [
        (other, 45, "Fournil regardé")
    ]


def test_the_key_enter_searches_then_notes(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    client = adviser(portal)
    typed = said(portal, "", cherche="732 829 320", geste="entree")
    page = client.read(client.post(f"{base(portal)}/noter", typed, status=200))
    shown = {**dict(shown_form(page.tree.xpath("//main//form[@method='post']")[0])), "entreprise": str(firm)}
    client.post(f"{base(portal)}/noter", {**shown, "geste": "entree"})
    assert len(facts(portal)) == 1


def test_a_search_that_finds_nothing_says_so(portal: Portal) -> None:
    client = adviser(portal)
    typed = said(portal, "", cherche="zzz", geste="chercher")
    page = client.read(client.post(f"{base(portal)}/noter", typed, status=200))
    assert "Aucune entreprise ne répond à" in page.text


def test_try_outs_and_refused_claims_are_neither_found_nor_taken(portal: Portal) -> None:
    firms = [portal.establishment(f"Boulangerie {name}") for name in ("essai", "refusée", "à rattacher")]
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        rows = [uow.get_one(EstablishmentRow, firm) for firm in firms]
        rows[0].attachment = "essai"
        rows[1].attachment, rows[1].claim_state = "a_rattacher", "refusee"
        rows[2].attachment = "a_rattacher"
    client = adviser(portal)
    typed = said(portal, "", cherche="boulangerie", geste="chercher")
    page = client.read(client.post(f"{base(portal)}/noter", typed, status=200))
    names = [words(label) for label in page.tree.xpath("//label[starts-with(@for, 'entreprise')]")]
    assert names == ["Boulangerie à rattacher", "Aucune entreprise en particulier"]
    for firm in (*firms[:2], uuid4()):
        client.get(f"{base(portal)}/noter?firm={firm}", status=404)
        assert "plus connue du service" in refused(client, f"{base(portal)}/noter", said(portal, firm)).text
    client.get(f"{base(portal)}/noter?firm=nonsense", status=404)
    assert facts(portal) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"jour": "2026-11-26"}, "pas encore venu"),
        ({"jour": "autre", "autre_jour": "01/01/2024"}, "plus de deux ans"),
        ({"jour": "autre", "autre_jour": ""}, "Écrivez le jour"),
        ({"jour": "autre", "autre_jour": "31/02/2026"}, "date qui existe"),
        ({"minutes": "autre", "autre_duree": "0"}, "de 1 à 1440 minutes"),
        ({"minutes": "autre", "autre_duree": "1441"}, "de 1 à 1440 minutes"),
        ({"minutes": "autre", "autre_duree": ""}, "Écrivez la durée"),
        ({"minutes": ""}, "Choisissez la durée"),
        ({"categorie": ""}, "Choisissez ce que vous avez fait"),
        ({"entreprise": ""}, "Cherchez l’entreprise"),
        ({"theme": "lune"}, "Choisissez une des réponses proposées"),
        ({"campagne": "lune"}, "Choisissez une des réponses proposées"),
        ({"commentaire": "x" * 501}, "500 caractères au plus"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_comes_back(portal: Portal, typed: dict[str, str], told: str) -> None:
    page = refused(adviser(portal), f"{base(portal)}/noter", {**said(portal), "campagne": "", **typed})
    assert told in page.text.replace("\u202f", "").replace("\u00a0", " ")
    for name, value in typed.items():
        if name in {"autre_jour", "autre_duree"}:
            assert field(page, name).get("value") == value
    assert facts(portal) == []


def test_a_comment_that_may_name_somebody_stops_once(portal: Portal) -> None:
    client, path = adviser(portal), f"{base(portal)}/noter"
    for comment, told in (("Vu avec M. Dupont", "désigner une personne"), ("La vendeuse est enceinte", "santé")):
        page = refused(client, path, said(portal, commentaire=comment))
        assert told in page.text
        assert comment in field(page, "commentaire").text
        assert field(page, "confirme").get("checked") is None
    assert facts(portal) == []
    client.post(path, said(portal, commentaire="Vu avec M. Dupont", confirme="oui"))
    assert len(facts(portal)) == 1


def test_the_trade_is_asked_when_the_administrator_did_not_say_it(portal: Portal) -> None:
    client = adviser(portal, profession="")
    assert "Choisissez votre métier" in refused(client, f"{base(portal)}/noter", said(portal)).text
    client.post(f"{base(portal)}/noter", said(portal, metier="iprp"))
    assert [fact.profession for fact in facts(portal)] == ["iprp"]
    page = client.get(f"{base(portal)}/noter")
    assert page.tree.xpath("//select[@name='metier']/option[@selected]/@value") == ["iprp"]


def test_two_taps_are_one_act(portal: Portal) -> None:
    client = adviser(portal)
    typed = said(portal, cle="k" * 20)
    first = client.post(f"{base(portal)}/noter", typed)
    assert client.post(f"{base(portal)}/noter", typed).location == first.location
    assert len(facts(portal)) == 1


def test_a_correction_shows_the_act_as_it_was_and_leaves_it_struck(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    client = adviser(portal)
    client.post(f"{base(portal)}/noter", said(portal, firm, minutes="autre", autre_duree="50", commentaire="Vu"))
    (fact,) = facts(portal)
    portal.clock.forward(minutes=3)
    path = f"{base(portal)}/{fact.id}/corriger"
    page = client.get(path)
    shown = dict(shown_form(page.tree.xpath("//main//form[@method='post']")[0]))
    assert (shown["entreprise"], shown["categorie"], shown["minutes"]) == (str(firm), "visite_entreprise", "autre")
    assert (shown["autre_duree"], shown["commentaire"], shown["format"]) == ("50", "Vu", "")
    after = client.follow(client.post(path, {**shown, "autre_duree": "40", "geste": "noter"}))
    assert "Corrigé le" in after.text
    assert words(after.tree.xpath("//del")[0]).replace("\u00a0", " ").endswith("50 min")
    assert "1 acte, 40 min" in after.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert len(facts(portal, "correction")) == 1
    again = client.raw("GET", path, status=303)
    assert "déjà corrigé" in client.follow(again).text


def test_an_act_is_taken_back(portal: Portal) -> None:
    client = adviser(portal)
    client.post(f"{base(portal)}/noter", said(portal))
    (fact,) = facts(portal)
    path = f"{base(portal)}/{fact.id}/corriger"
    after = client.follow(client.post(path, {"geste": "retirer"}))
    assert "L’acte est retiré" in after.text
    assert "Retiré le" in after.text
    assert "0 acte" in after.text.replace("\u00a0", " ")


def test_one_does_not_correct_what_a_colleague_noted(portal: Portal) -> None:
    adviser(portal).post(f"{base(portal)}/noter", said(portal))
    (fact,) = facts(portal)
    path = f"{base(portal)}/{fact.id}/corriger"
    colleague, admin = adviser(portal), adviser(portal, role=Role.ADMIN)
    assert "noté par quelqu’un d’autre" in colleague.follow(colleague.raw("GET", path, status=303)).text
    assert "Corriger" not in colleague.get(f"{base(portal)}?qui=tous").links()
    assert admin.get(path).h1 == "Corriger un acte"
    colleague.get(f"{base(portal)}/{uuid4()}/corriger", status=404)


def test_the_list_filters_by_month_person_category_and_firm(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    mine, other = adviser(portal), adviser(portal)
    mine.post(f"{base(portal)}/noter", said(portal, firm))
    day = (portal.today - timedelta(days=40)).isoformat()
    mine.post(f"{base(portal)}/noter", said(portal, jour="autre", autre_jour=day, categorie="conseil"))
    other.post(f"{base(portal)}/noter", said(portal, firm, minutes="30"))

    def counted(query: str) -> str:
        page = mine.get(f"{base(portal)}{query}")
        found = page.tree.xpath("//p[@role='status']/b")
        return words(found[0]).replace("\u202f", " ").replace("\u00a0", " ") if found else page.h1

    assert counted("") == "1 acte, 1 h"
    assert counted("?qui=tous") == "2 actes, 1 h 30"
    assert counted("?mois=tous") == "2 actes, 2 h"
    assert counted("?mois=tous&categorie=conseil") == "1 acte, 1 h"
    assert counted("?qui=tous&cherche=boulangerie") == "2 actes, 1 h 30"
    assert counted(f"?firm={firm}") == "2 actes, 1 h 30"
    assert counted("?categorie=metrologie") == "Journal"
    assert counted("?mois=2019-99&categorie=x&page=abc&firm=%00&note=1") == "1 acte, 1 h"


def test_a_list_with_nothing_says_what_to_do(portal: Portal) -> None:
    page = adviser(portal).get(base(portal))
    assert "Aucun acte noté ce mois-ci" in page.text
    assert "Noter un acte" in page.links()


def test_the_pages_read_in_english(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    client = portal.person(role=Role.ADVISER, function="ergonome", language="en")
    assert client.get(f"{base(portal)}/noter?firm={firm}").h1 == "Log an act"
    client.post(f"{base(portal)}/noter", said(portal, firm, metier="iprp", cherche="zzz"))
    client.get(f"{base(portal)}?qui=tous&mois=tous")


def test_no_form_of_the_log_gives_a_500(portal: Portal) -> None:
    portal.app.config["WTF_CSRF_ENABLED"] = False
    portal.app.config["PROPAGATE_EXCEPTIONS"] = False
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    client = adviser(portal)
    client.post(f"{base(portal)}/noter", {**said(portal, firm), "csrf_token": "x"}, page=f"{base(portal)}/noter")
    (fact,) = facts(portal)
    pages = (f"{base(portal)}/noter", f"{base(portal)}/noter?firm={firm}", f"{base(portal)}/{fact.id}/corriger")
    forms: list[FoundForm] = [
        form for path in pages for form in forms_of(client._client, path) if "/service/" in form.action
    ]
    broken = [
        f"{form.action} {label}"
        for turn, form in enumerate(forms)
        for label, fields in variants(form, turn)
        if sent(client._client, form.action, fields) >= 500
    ]
    assert len(forms) == 3
    assert broken == []
    for value in HOSTILE.values():
        for name in ("mois", "qui", "categorie", "cherche", "firm", "note", "page"):
            answer = client._client.get(base(portal), query_string={name: value.encode("utf-8", "surrogatepass")})
            assert answer.status_code < 500, (name, value[:20])
