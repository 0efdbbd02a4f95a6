"""Sessions in the browser: lines added and taken away without a script, a list pasted, totals told as they are."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from app.domain.roles import Role
from app.models.fact import Fact
from tests.web.client import Page, StrictClient, words
from tests.web.people import Portal
from tests.web.test_hostile_forms import forms_of, sent, variants
from tests.web.test_log import adviser
from tests.web.walking import shown_form

Typed = dict[str, str]
SIRETS = ("73282932000074", "35600000000048")


def base(portal: Portal) -> str:
    return f"/{portal.slug}/service/seances"


def workshop(portal: Portal, **others: str) -> Typed:
    said = {
        "titre": "Chaleur, atelier BTP",
        "categorie": "atelier",
        "jour": portal.today.isoformat(),
        "minutes": "120",
        "theme": "chaleur",
        "geste": "enregistrer",
    }
    return {**said, **others}


def line(number: int, firm: UUID | str, employers: str = "1", workers: str = "2") -> Typed:
    start = f"ligne-{number}-"
    return {f"{start}entreprise": str(firm), f"{start}employeurs": employers, f"{start}salaries": workers}


def shown(page: Page) -> Typed:
    return dict(shown_form(page.tree.xpath("//main//form[@method='post']")[0]))


def facts(portal: Portal, *kinds: str) -> list[Fact]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Fact).where(Fact.kind.in_(kinds))))


def pressed(client: StrictClient, portal: Portal, typed: Typed, geste: str, *, status: int = 200) -> Page:
    return client.read(client.post(f"{base(portal)}/nouvelle", {**typed, "geste": geste}, status=status))


def test_lines_are_added_and_taken_away_by_buttons(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRETS[0])
    client = adviser(portal)
    page = pressed(client, portal, workshop(portal, cherche="boulangerie"), "chercher")
    (button,) = page.tree.xpath("//button[starts-with(@value, 'ajouter:') and contains(., 'Boulangerie')]")
    page = pressed(client, portal, shown(page), str(button.get("value")))
    page = pressed(
        client, portal, {**shown(page), "ligne-1-employeurs": "1", "ligne-1-salaries": "3"}, "ajouter:inconnue"
    )
    page = pressed(client, portal, {**shown(page), "ligne-2-salaries": "4"}, "ajouter:inconnue")
    page = pressed(client, portal, shown(page), "enlever:3")
    typed = shown(page)
    assert (typed["titre"], typed["ligne-1-salaries"], typed["ligne-2-salaries"]) == ("Chaleur, atelier BTP", "3", "4")
    assert "ligne-3-entreprise" not in typed
    answer = client.post(f"{base(portal)}/nouvelle", {**typed, "geste": "enregistrer"})
    with portal.statements() as asked:
        view = client.follow(answer)
    assert len(asked) <= 10
    assert view.h1 == "Chaleur, atelier BTP"
    assert "Une personne venue à deux séances compte deux fois" in view.text
    figures = [words(figure) for figure in view.tree.xpath("//*[@class='jl-fig']")]
    assert figures == ["8", "1"]
    assert {fact.establishment_id for fact in facts(portal, "presence")} == {firm, None}


def test_the_same_firm_is_not_added_twice(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    client = adviser(portal)
    page = pressed(client, portal, {**workshop(portal), **line(1, firm)}, f"ajouter:{firm}")
    assert "déjà dans la liste" in page.text
    page = pressed(client, portal, {**workshop(portal), **line(1, firm), **line(2, firm)}, "enregistrer", status=422)
    assert "additionnez" in page.text


def test_a_pasted_list_becomes_lines_and_tells_its_faults_line_by_line(portal: Portal) -> None:
    port = portal.establishment("Boulangerie du port", siret=SIRETS[0])
    portal.establishment("Épicerie du quai", siret=SIRETS[1])
    pasted = "\n".join(
        (
            "SIRET;employeurs;salariés",
            f"{SIRETS[0]};1;2",
            f"{SIRETS[1]}\t0\t3",
            f"{SIRETS[0]};1;1",
            "73282932000075;1;1",
            "55208131766522;1;1",
            "rien",
            f"{SIRETS[1]};un;2",
            "73282932000074;0;0",
        )
    )
    client = adviser(portal)
    page = pressed(client, portal, workshop(portal, liste=pasted), "lire", status=422)
    told = [words(item) for item in page.tree.xpath("//ul[@class='govuk-error-message']/li")]
    assert [item.split()[1] for item in told] == ["6", "7", "8", "9", "4", "5"] or len(told) == 6
    assert {item.replace("\u00a0", " ").split(" :")[0] for item in (each.replace("\u202f", " ") for each in told)} == {
        f"Ligne {number}" for number in (4, 5, 6, 7, 8, 9)
    }
    typed = shown(page)
    assert (typed["ligne-1-entreprise"], typed["ligne-1-employeurs"], typed["ligne-1-salaries"]) == (
        str(port),
        "1",
        "2",
    )
    assert (typed["ligne-2-employeurs"], typed["ligne-2-salaries"]) == ("0", "3")
    assert "rien" in typed["liste"]
    assert SIRETS[1] + "\t" not in typed["liste"]
    assert facts(portal, "seance_tenue") == []
    client.post(f"{base(portal)}/nouvelle", {**typed, "liste": "", "geste": "enregistrer"})
    assert len(facts(portal, "presence")) == 3


def test_a_list_left_in_its_field_is_read_when_the_session_is_kept(portal: Portal) -> None:
    portal.establishment("Boulangerie du port", siret=SIRETS[0])
    client = adviser(portal)
    client.post(f"{base(portal)}/nouvelle", workshop(portal, liste=f"{SIRETS[0]};1;2"))
    assert sum(int(fact.quantity or 0) for fact in facts(portal, "presence")) == 3
    pressed(client, portal, workshop(portal, liste="rien"), "enregistrer", status=422)
    assert len(facts(portal, "seance_tenue")) == 1


def test_what_is_wrong_is_told_at_its_line(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    client = adviser(portal)
    for wrong, told in (
        (line(1, firm, "", ""), "combien de personnes sont venues"),
        (line(1, firm, "-1", "2"), "nombre entier"),
        (line(1, firm, "1", "2001"), "de 0 à 2000"),
        (line(1, uuid4()), "pas connue du service"),
        (line(1, "nonsense"), "pas connue du service"),
        ({"titre": ""}, "Écrivez un titre"),
        ({"titre": "Atelier avec M. Dupont"}, "désigner une personne"),
        ({"categorie": "visite_entreprise"}, "Choisissez une des réponses"),
        ({"jour": "2026-12-24"}, "pas encore venu"),
    ):
        page = pressed(client, portal, {**workshop(portal), **wrong}, "enregistrer", status=422)
        assert told in page.text.replace("\u202f", "").replace("\u00a0", " "), told
        assert words(page.tree.xpath("//title")[0]).startswith("Erreur")
    assert facts(portal, "seance_tenue", "presence") == []


def test_a_session_is_corrected_and_the_old_one_leads_to_the_new(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    client = adviser(portal)
    client.post(f"{base(portal)}/nouvelle", {**workshop(portal), **line(1, firm), **line(2, "inconnue")})
    (held,) = facts(portal, "seance_tenue")
    path = f"{base(portal)}/{held.id}/corriger"
    typed = shown(client.get(path))
    assert (typed["titre"], typed["minutes"], typed["ligne-1-salaries"]) == ("Chaleur, atelier BTP", "120", "2")
    portal.clock.forward(minutes=2)
    after = client.follow(client.post(path, {**typed, "minutes": "60", "geste": "enregistrer"}))
    assert after.answer.request.path != f"{base(portal)}/{held.id}"
    old = client.get(f"{base(portal)}/{held.id}")
    assert "a été corrigée le" in old.text
    assert old.links()["Voir la séance corrigée"] == after.answer.request.path
    assert client.get(base(portal)).tree.xpath("count(//tbody/tr)") == 1
    journal = client.get(f"/{portal.slug}/service/journal")
    assert len(journal.tree.xpath("//del")) == 1
    assert any(link.startswith("Voir la séance") for link in journal.links())


def test_a_session_is_taken_back(portal: Portal) -> None:
    client = adviser(portal)
    client.post(f"{base(portal)}/nouvelle", workshop(portal))
    (held,) = facts(portal, "seance_tenue")
    after = client.follow(client.post(f"{base(portal)}/{held.id}/corriger", {"geste": "retirer"}))
    assert "Aucune séance notée" in after.text
    assert "a été retirée le" in client.get(f"{base(portal)}/{held.id}").text


def test_a_colleague_reads_a_session_and_does_not_correct_it(portal: Portal) -> None:
    adviser(portal).post(f"{base(portal)}/nouvelle", workshop(portal))
    (held,) = facts(portal, "seance_tenue")
    colleague = adviser(portal)
    assert "Corriger la séance ou ses présents" not in colleague.get(f"{base(portal)}/{held.id}").links()
    answer = colleague.raw("GET", f"{base(portal)}/{held.id}/corriger", status=303)
    assert "notée par quelqu’un d’autre" in colleague.follow(answer).text
    colleague.get(f"{base(portal)}/{uuid4()}", status=404)
    assert colleague.get(f"{base(portal)}?qui=moi").tree.xpath("count(//tbody/tr)") == 0


def test_the_list_of_sessions_costs_few_statements(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port")
    client = adviser(portal)
    for _ in range(3):
        portal.clock.forward(minutes=1)
        client.post(f"{base(portal)}/nouvelle", {**workshop(portal), **line(1, firm)})
    with portal.statements() as asked:
        page = client.get(base(portal))
    assert len(asked) <= 10
    assert page.tree.xpath("count(//tbody/tr)") == 3


def test_the_pages_of_sessions_read_in_english(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRETS[0])
    client = portal.person(role=Role.ADVISER, function="ergonome", language="en")
    client.get(base(portal))
    pressed(client, portal, {**workshop(portal, cherche="boul"), **line(1, firm)}, "chercher")
    pressed(client, portal, workshop(portal, liste="rien"), "lire", status=422)
    client.follow(client.post(f"{base(portal)}/nouvelle", {**workshop(portal, metier="iprp"), **line(1, firm)}))
    client.get(base(portal))


def test_no_form_of_the_sessions_gives_a_500(portal: Portal) -> None:
    portal.app.config["WTF_CSRF_ENABLED"] = False
    portal.app.config["PROPAGATE_EXCEPTIONS"] = False
    firm = portal.establishment("Boulangerie du port", siret=SIRETS[0])
    client = adviser(portal)
    client.post(
        f"{base(portal)}/nouvelle",
        {**workshop(portal), **line(1, firm), "csrf_token": "x"},
        page=f"{base(portal)}/nouvelle",
    )
    (held,) = facts(portal, "seance_tenue")
    forms = [
        form
        for path in (f"{base(portal)}/nouvelle", f"{base(portal)}/{held.id}/corriger")
        for form in forms_of(client._client, path)
        if "/service/" in form.action
    ]
    broken = [
        f"{form.action} {label}"
        for turn, form in enumerate(forms)
        for label, fields in variants(form, turn)
        for geste in ("enregistrer", "lire", "ajouter:x", "enlever:x", "chercher", "entree")
        if sent(client._client, form.action, {**fields, "geste": geste}) >= 500
    ]
    assert len(forms) == 2
    assert broken == []
    huge = {f"ligne-{number}-entreprise": "inconnue" for number in range(400)}
    assert sent(client._client, f"{base(portal)}/nouvelle", {**workshop(portal), **huge}) == 422
