"""The pages of a theme: what they ask, what they keep, where they lead, what they refuse, what they cost."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.answer_marks import NO_ANSWER
from app.domain.inputs import Override, OverrideField
from app.domain.roles import Role
from app.domain.workflow import State
from app.models.draft import ThemeDraft
from app.models.engine import Conflict
from app.models.fact import Fact
from app.services import answering
from tests.services.issuing import example, record
from tests.web.client import words
from tests.web.people import Portal
from tests.web.test_themes_walk import empty, walker
from tests.web.walking import Walker, shown_form

PAGES = ("reperage", "frequence", "eau_repos", "organisation", "lieux_procedes", "secours_personnes", "documents",
         "situations", "verifier")  # fmt: skip
FULL = ("", *PAGES, "situations/dehors/UT1")
MOST_STATEMENTS = 10
MOST_BYTES = 30 * 1024


@pytest.fixture
def roofer(portal: Portal) -> UUID:
    """The roofing firm with every answer of its file."""
    return record(portal.database, portal.service, example("couverture-9"), at=portal.clock.now)


@pytest.fixture
def blank(portal: Portal) -> UUID:
    """The roofing firm with its units, and nothing answered."""
    return empty(portal, example("couverture-9"))


def draft_of(portal: Portal, firm: UUID) -> ThemeDraft | None:
    with portal.database.read(service_id=portal.service.id) as session:
        return session.scalar(select(ThemeDraft).where(ThemeDraft.establishment_id == firm))


def facts_of(portal: Portal, firm: UUID) -> list[str]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Fact.kind).where(Fact.establishment_id == firm)))


def add_override(portal: Portal, firm: UUID, override: Override) -> None:
    said = example("couverture-9")
    record(portal.database, portal.service, replace(said, overrides=(override,)), at=portal.clock.now)


# --- cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", FULL)
def test_a_page_costs_few_statements_and_weighs_little(portal: Portal, roofer: UUID, page: str) -> None:
    person = walker(portal, roofer)
    person.get(page)
    with portal.statements() as sent:
        answer = person.get(page).answer
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)
    assert len(gzip.compress(answer.data)) <= MOST_BYTES


@pytest.mark.parametrize("page", FULL)
def test_a_page_reads_in_english(portal: Portal, roofer: UUID, page: str) -> None:
    client = portal.person(establishment_id=roofer, language="en")
    assert Walker(client, f"/{portal.slug}/e/{roofer}/themes/chaleur").get(page).h1


def test_the_list_costs_few_statements(portal: Portal, roofer: UUID) -> None:
    client = portal.person(establishment_id=roofer)
    with portal.statements() as sent:
        page = client.get(f"/{portal.slug}/e/{roofer}/themes")
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)
    assert "4\u00a0situations retenues" in page.text


@pytest.mark.parametrize("autosave", [False, True])
@pytest.mark.parametrize("page", [page for page in PAGES if page != "verifier"])
def test_a_save_costs_few_statements(portal: Portal, roofer: UUID, page: str, autosave: bool) -> None:
    person = walker(portal, roofer)
    changed = {
        "reperage": {"ch_situations_exposantes": ["dehors", "combles_toiture", "local_effort", "local_calme"]},
        "frequence": {"dehors.UT1.frequence": "1", "dehors.UT2.frequence": "2"},
        "eau_repos": {"ch_eau_fraiche": "non", "ch_eau_fraiche.UT1": "oui", "ch_lieu_de_repos": "oui"},
        "organisation": {"ch_veille_meteo": "oui", "ch_plan_par_niveau.UT1": "oui"},
        "lieux_procedes": {"ch_procede_effort": "oui"},
        "secours_personnes": {"ch_alerte_isoles": "oui"},
        "documents": {"ch_impact_femmes_hommes": "Des mots", "ch_duerp_volet_chaleur": "oui"},
        "situations": {"dehors.UT1.mots": "Autre chose", "dehors.UT1.vu": "ne_sait_pas"},
    }[page]
    fields = person.fields(page, changed)  # type: ignore[arg-type]  # a dict of the two kinds of values
    with portal.statements() as sent:
        person.send(page, fields, status=200 if autosave else 303, autosave=autosave)
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


def test_the_first_save_of_a_theme_costs_no_more(portal: Portal, roofer: UUID, blank: UUID) -> None:
    person = walker(portal, blank)
    fields = person.fields("reperage", {"ch_situations_exposantes": ["dehors"]})
    with portal.statements() as sent:
        person.send("reperage", fields)
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


def test_a_page_that_comes_back_costs_no_more(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    fields = person.fields("eau_repos", {"ch_eau_chantier_litres": "assez", "ch_lieu_de_repos": "oui"})
    with portal.statements() as sent:
        person.send("eau_repos", fields, status=422)
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


# --- the way through --------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_it_is_how_long_and_who_sees(portal: Portal, blank: UUID) -> None:
    page = walker(portal, blank).get()
    assert page.h1 == "Travailler quand il fait chaud"
    assert "Environ 8\u00a0minutes" in page.text
    assert "15 à 25\u00a0%" in page.text
    assert "Source\u202f: Ministère du Travail" in page.text
    assert "cette demande peut être retirée à tout moment" in page.text
    assert page.links()["Commencer\u202f: Travailler quand il fait chaud"].endswith("/reperage")
    assert draft_of(portal, blank) is None, "reading begins nothing"


def test_nothing_is_ticked_and_what_a_trade_often_has_comes_first(portal: Portal, blank: UUID) -> None:
    page = walker(portal, blank).get("reperage")
    assert not page.tree.xpath("//main//input[@checked]")
    (fold,) = page.tree.xpath("//main//details[contains(@class, 'jl-fold--block')]")
    assert fold.get("open") is None
    hidden = {str(box) for box in fold.xpath(".//input/@value")}
    assert hidden == {"source", "local_effort", "local_calme"}
    assert "Déjà compté d’après vos unités\u202f: Couvreurs" in page.text


def test_the_others_stay_in_sight_once_one_is_ticked(portal: Portal, roofer: UUID) -> None:
    (fold,) = walker(portal, roofer).get("reperage").tree.xpath("//main//details[contains(@class, 'fold--block')]")
    assert fold.get("open") is not None


def test_none_leads_to_its_reason_then_to_a_theme_set_aside(portal: Portal, blank: UUID) -> None:
    person = walker(portal, blank)
    assert person.fill("reperage", {"ch_situations_exposantes": ["aucune"]}) == "reperage"
    page = person.get("reperage")
    assert "Votre réponse en appelle une autre" in page.text
    assert person.fill("reperage", {"ch_confirmation_hors_champ": "ne_sait_pas"}) == "eau_repos"
    assert "aucune situation n’est retenue" in person.get("verifier").text.lower()
    assert not person.get("verifier").tree.xpath("//main//form")
    assert person.fill("reperage", {"ch_confirmation_hors_champ": "locaux_climatises"}) == "eau_repos"
    names = person.get("eau_repos").tree.xpath("//main//input[@type='radio']/@name")
    asked = {str(name).partition(".")[0] for name in names}
    assert asked == {"ch_eau_fraiche"}, "what binds everybody is still asked"
    review = person.get("verifier")
    assert "Motif\u202f: Des locaux climatisés" in review.text
    assert "À revoir le 24 novembre 2027" in re.sub(r"\s", " ", review.text)
    assert person.fill("verifier") == portal_path(portal, blank, "themes")
    draft = draft_of(portal, blank)
    assert draft is not None
    assert (draft.state, draft.finished_on) == ("sans_objet", portal.today)
    assert facts_of(portal, blank) == ["theme_commence", "theme_ecarte"]


def portal_path(portal: Portal, firm: UUID, page: str) -> str:
    """An address of the firm as `Walker.fill` gives it back when it leads out of the theme."""
    return f"{portal.slug}/e/{firm}/{page}"


def test_a_theme_ends_reopens_by_an_answer_and_ends_again(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    assert person.fill("verifier") == portal_path(portal, roofer, "plan")
    draft = draft_of(portal, roofer)
    assert draft is not None
    assert (draft.state, draft.finished_on) == ("termine", portal.today)
    assert facts_of(portal, roofer) == ["theme_termine"]
    links = person.get("verifier").links()
    assert links["Voir le plan d’action"].endswith("/plan")
    assert links["Demander l’avis de mon service"].endswith("/themes/chaleur/soumettre")
    assert links["Demander de l’aide sur ce thème"].endswith("/themes/chaleur/aide")
    portal.clock.forward(days=1)
    person = walker(portal, roofer)
    person.fill("documents", {"ch_duerp_volet_chaleur": "oui"})
    draft = draft_of(portal, roofer)
    assert draft is not None
    assert (draft.state, draft.assessed_on) == ("en_cours", portal.today)
    person.fill("verifier")
    assert facts_of(portal, roofer) == ["theme_termine", "theme_termine"]


def test_ending_twice_is_ending_once(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    fields = person.fields("verifier")
    person.send("verifier", fields)
    person.send("verifier", fields)
    assert facts_of(portal, roofer) == ["theme_termine"]


def test_an_unanswered_theme_does_not_end(portal: Portal, blank: UUID) -> None:
    person = walker(portal, blank)
    page = person.get("verifier")
    assert not page.tree.xpath("//main//form")
    assert "La question de départ" in page.text
    token = person.fields("reperage")[0]
    person.send("verifier", [token])
    assert draft_of(portal, blank) is None


def test_later_saves_too_and_goes_home(portal: Portal, blank: UUID) -> None:
    person = walker(portal, blank)
    fields = [*person.fields("reperage", {"ch_situations_exposantes": ["dehors"]}), ("plus_tard", "1")]
    assert str(person.send("reperage", fields).location).endswith(f"/e/{blank}/")
    assert draft_of(portal, blank) is not None


def test_a_question_that_appears_is_told_on_its_page(portal: Portal, blank: UUID) -> None:
    person = walker(portal, blank)
    person.fill("reperage", {"ch_situations_exposantes": ["dehors"]})
    assert "ch_eau_chantier_litres" not in str(person.get("eau_repos").tree.xpath("//main//@name"))
    assert person.fill("eau_repos", {"ch_eau_courante_chantier": "non"}) == "eau_repos"
    assert person.fill("eau_repos", {"ch_eau_chantier_litres": "2,5"}) == "organisation"
    assert person.fill("eau_repos") == "organisation", "what is left blank blocks nothing"


def test_one_unit_is_not_asked_whether_it_is_concerned(portal: Portal) -> None:
    firm = portal.establishment(units=(("UT1", "Fournil", 3),))
    person = walker(portal, firm)
    assert person.fill("reperage", {"ch_situations_exposantes": ["source"]}) == "frequence"
    page = person.get("frequence")
    codes = [str(code) for code in page.tree.xpath("//main//input[@type='radio']/@value")]
    assert codes == ["1", "2", "3", "4", "ne_sait_pas"]
    assert not page.tree.xpath("//summary[starts-with(., 'Différent selon')]")


def test_a_unit_that_is_not_concerned_is_offered_no_exception(portal: Portal, roofer: UUID) -> None:
    page = walker(portal, roofer).get("organisation")
    names = {str(name) for name in page.tree.xpath("//main//input[@type='radio']/@name")}
    assert "ch_plan_par_niveau.UT2" in names
    assert "ch_plan_par_niveau.UT3" not in names
    assert "ch_veille_meteo.UT1" not in names, "one unit alone is concerned: its answer is the answer"


def test_the_law_is_folded_with_the_day_it_was_read(portal: Portal, roofer: UUID) -> None:
    page = walker(portal, roofer).get("eau_repos")
    (fold,) = page.tree.xpath("//div[@id='ch_eau_fraiche-bloc']//details[summary[starts-with(., 'Pour vous aider')]]")
    assert "Ce que dit le texte" in words(fold)
    assert "Texte lu le" in words(fold) or "Règle à vérifier auprès de votre SPSTI" in words(fold)
    portal.clock.forward(days=800)
    late = walker(portal, roofer).get("eau_repos")
    assert "Texte lu le" not in late.text
    assert "Règle à vérifier auprès de votre SPSTI" in late.text


# --- what is wrong, what two people changed ---------------------------------------------------------------------------


def test_what_is_wrong_comes_back_and_the_rest_is_saved(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    fields = person.fields("eau_repos", {"ch_eau_chantier_litres": "assez", "ch_lieu_de_repos": "oui"})
    page = person.back("eau_repos", fields, status=422)
    assert "Un point à corriger" in page.text
    assert "Le reste est enregistré." in page.text
    assert page.tree.xpath("//input[@name='ch_eau_chantier_litres']/@value")[0] == "assez"
    stored = person.get("eau_repos").tree
    assert stored.xpath("//input[@name='ch_lieu_de_repos'][@checked]/@value") == ["oui"]
    assert stored.xpath("//input[@name='ch_eau_chantier_litres']/@value")[0] == "2"


def test_two_people_see_both_answers_and_nothing_ticked(portal: Portal, roofer: UUID) -> None:
    first, second = walker(portal, roofer), other(portal, roofer)
    mine = first.fields("eau_repos", {"ch_eau_fraiche": "oui", "ch_lieu_de_repos": "oui"})
    second.fill("eau_repos", {"ch_eau_fraiche": "non"})
    page = first.back("eau_repos", mine, status=409)
    block = words(page.tree.xpath("//*[@id='ch_eau_fraiche-deux']")[0])
    assert "Deux réponses différentes." in block
    assert "Non chef d’équipe, à 20\u00a0h\u00a042" in block
    assert "Oui gérante, à 20\u00a0h\u00a042" in block
    assert not page.tree.xpath("//input[@name='ch_eau_fraiche'][@checked]")
    assert page.tree.xpath("//input[@name='ch_lieu_de_repos'][@checked]/@value") == ["oui"]
    assert page.tree.xpath("//a[@href='#ch_eau_fraiche']")
    left = shown_form(page.tree.xpath("//main//form")[0])
    first.send("eau_repos", left)
    assert first.get("eau_repos").tree.xpath("//input[@name='ch_eau_fraiche'][@checked]/@value") == ["non"]
    first.send("eau_repos", [*left, ("ch_eau_fraiche", "oui")])
    assert first.get("eau_repos").tree.xpath("//input[@name='ch_eau_fraiche'][@checked]/@value") == ["oui"]


def other(portal: Portal, firm: UUID) -> Walker:
    client = portal.person(establishment_id=firm, role=Role.CONTRIBUTOR, function="chef d'équipe")
    return Walker(client, f"/{portal.slug}/e/{firm}/themes/chaleur")


def test_cells_and_cards_that_two_people_changed_are_shown_twice(portal: Portal, roofer: UUID) -> None:
    first, second = walker(portal, roofer), other(portal, roofer)
    grid = first.fields("frequence", {"dehors.UT1.frequence": "2"})
    cards = first.fields("situations", {"dehors.UT1.mots": "Les miens", "dehors.UT1.accident": "oui"})
    second.fill("frequence", {"dehors.UT1.frequence": "3"})
    second.fill("situations", {"dehors.UT1.mots": "Les siens", "dehors.UT1.accident": "ne_sait_pas"})
    page = first.back("frequence", grid, status=409)
    assert "Quelques fois par mois gérante" in words(page.tree.xpath("//*[@id='dehors.UT1.frequence-deux']")[0])
    page = first.back("situations", cards, status=409)
    assert "à 2 questions" in page.text
    assert "Les siens chef d’équipe" in words(page.tree.xpath("//*[@id='dehors.UT1.mots-deux']")[0])
    assert page.tree.xpath("//textarea[@name='dehors.UT1.mots']")[0].text.strip() == "Les miens"
    assert "Je ne sais pas chef d’équipe" in words(page.tree.xpath("//*[@id='dehors.UT1.accident-deux']")[0])
    assert first.get("situations").tree.xpath("//textarea[@name='dehors.UT1.mots']")[0].text.strip() == "Les siens"


def test_an_autosave_answers_what_became_of_each_field(portal: Portal, roofer: UUID) -> None:
    first, second = walker(portal, roofer), other(portal, roofer)
    mine = first.fields(
        "eau_repos", {"ch_eau_fraiche": "oui", "ch_lieu_de_repos": "oui", "ch_eau_chantier_litres": "assez"}
    )
    second.fill("eau_repos", {"ch_eau_fraiche": "non"})
    said = first.send("eau_repos", mine, status=200, autosave=True).get_json()
    assert set(said) == {"saved", "marks", "conflicts", "faults"}
    assert said["saved"] == "20\u00a0h\u00a042"
    assert said["conflicts"] == ["ch_eau_fraiche"]
    assert list(said["faults"]) == ["ch_eau_chantier_litres"]
    assert "ch_lieu_de_repos" in said["marks"]
    assert "ch_eau_fraiche" not in said["marks"]


def test_an_autosave_and_then_the_button_are_one_answer(portal: Portal, blank: UUID) -> None:
    person = walker(portal, blank)
    fields = person.fields("reperage", {"ch_situations_exposantes": ["dehors"]})
    marks = person.send("reperage", fields, status=200, autosave=True).get_json()["marks"]
    fresh = [
        (name, marks.get(name.removesuffix("__base"), value) if name.endswith("__base") else value)
        for name, value in fields
    ]
    for sent in (fields, fresh):
        assert str(person.send("reperage", sent).location).endswith("/frequence")


@pytest.mark.parametrize("autosave", [False, True])
def test_a_busy_database_loses_nothing(
    portal: Portal, blank: UUID, monkeypatch: pytest.MonkeyPatch, autosave: bool
) -> None:
    person = walker(portal, blank)
    fields = person.fields("reperage", {"ch_situations_exposantes": ["dehors"]})

    def crossed(*_arguments: object) -> None:
        raise Conflict("always")

    with monkeypatch.context() as patch:
        patch.setattr(answering, "_write", crossed)
        answer = person.send("reperage", fields, status=503, autosave=autosave)
    if autosave:
        return
    page = person.client.read(answer)
    kept = shown_form(page.tree.xpath("//main//form")[0])
    assert ("ch_situations_exposantes", "dehors") in kept
    assert str(person.send("reperage", kept).location).endswith("/frequence")


# --- cards and hand-set values ----------------------------------------------------------------------------------------


def test_a_card_keeps_what_is_said_and_refuses_in_words(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    fields = person.fields(
        "situations",
        {
            "dehors.UT1.mots": "Pose au soleil",
            "dehors.UT1.effectif": "7",
            "dehors.UT1.vu": "mois",
            "dehors.UT1.vu_mois": "12/2026",
            "local_effort.UT2.accident": "ne_sait_pas",
        },
    )
    page = person.back("situations", fields, status=422)
    assert "Écrivez un nombre de 1 à 6" in page.text
    assert "Écrivez un mois comme 06/2026" in page.text
    assert page.tree.xpath("//input[@name='dehors.UT1.vu'][@checked]/@value") == ["mois"]
    stored = person.get("situations").tree
    assert stored.xpath("//textarea[@name='dehors.UT1.mots']")[0].text.strip() == "Pose au soleil"
    assert stored.xpath("//input[@name='local_effort.UT2.accident'][@checked]/@value") == ["ne_sait_pas"]
    assert stored.xpath("//input[@name='dehors.UT1.vu'][@checked]/@value") == ["non"]
    person.fill("situations", {"dehors.UT1.vu": "mois", "dehors.UT1.vu_mois": "06/2026"})
    stored = person.get("situations").tree
    assert stored.xpath("//input[@name='dehors.UT1.vu_mois']/@value") == ["06/2026"]


def test_a_card_shows_its_priority_and_the_sentence_that_explains_it(portal: Portal, roofer: UUID) -> None:
    card = words(walker(portal, roofer).get("situations").tree.xpath("//*[@id='dehors.UT1']")[0])
    assert "Agir sans attendre" in card
    assert "P1" not in card
    assert "Des protections essentielles manquent" in card


def test_a_value_set_by_hand_is_kept_or_refused_in_the_words_of_the_rating(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    place = "situations/local_calme/UT3"
    refused = person.back("situations/dehors/UT1", person.fields("situations/dehors/UT1", {"gravite": "3"}), status=422)
    assert "la gravité de cette situation ne se baisse pas" in refused.text
    assert str(person.send(place, person.fields(place, {"gravite": "3", "premier": ["1"]})).location).endswith(
        "/situations#local_calme.UT3"
    )
    shown = person.get(place).tree
    assert shown.xpath("//select[@name='gravite']/option[@selected]/@value") == ["3"]
    assert shown.xpath("//input[@name='premier']/@checked")
    person.send(place, person.fields(place, {"gravite": "", "premier": []}))
    shown = person.get(place).tree
    assert not shown.xpath("//select[@name='gravite']/option[@selected]")
    assert not shown.xpath("//input[@name='premier']/@checked")


def test_a_value_that_became_illegal_is_set_aside_in_sight(portal: Portal, roofer: UUID) -> None:
    illegal = Override(
        theme="chaleur", situation="dehors", unit="UT1", field=OverrideField.GRAVITY, value=2, reason="Avant"
    )
    add_override(portal, roofer, illegal)
    person = walker(portal, roofer)
    for page in ("situations", "situations/dehors/UT1", "verifier"):
        assert person.get(page).answer.status_code == 200
    card = words(person.get("situations").tree.xpath("//*[@id='dehors.UT1']")[0])
    assert "mise de côté" in card
    assert "La valeur calculée s’applique." in card
    person.fill("verifier")
    draft = draft_of(portal, roofer)
    assert draft is not None
    assert draft.state == State.FINISHED


def test_a_row_that_is_not_there_is_not_found(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    for place in ("situations/dehors/UT3", "situations/licorne/UT1", "situations/dehors/UT9"):
        person.get(place, status=404)
        person.send(place, person.fields("situations/dehors/UT1"), status=404)


# --- who may, and what anybody may send -------------------------------------------------------------------------------


def test_a_reader_reads_all_answers_on_one_page_and_writes_none(portal: Portal, roofer: UUID) -> None:
    client = portal.person(establishment_id=roofer, role=Role.READER)
    reader = Walker(client, f"/{portal.slug}/e/{roofer}/themes/chaleur")
    assert "Lire les réponses" in reader.get().links()
    for page in PAGES[:-1]:
        answer = client.raw("GET", f"{reader.base}/{page}", status=303)
        assert str(answer.location).endswith("/verifier")
    review = reader.get("verifier")
    assert "Modifier" not in {text.split("\u202f")[0] for text in review.links()}
    assert not review.tree.xpath("//main//form")
    token = walker(portal, roofer).fields("eau_repos")
    reader.send("eau_repos", token, status=400)  # a token of somebody else: nothing is even read


def test_other_peoples_firms_and_unknown_pages_are_not_found(portal: Portal, roofer: UUID) -> None:
    person = walker(portal, roofer)
    for page in ("licornes", "eau_repos/licorne"):
        person.get(page, status=404)
    stranger = Walker(person.client, f"/{portal.slug}/e/{uuid4()}/themes/chaleur")
    unknown = Walker(person.client, f"/{portal.slug}/e/{roofer}/themes/licornes")
    fields = person.fields("eau_repos")
    for each in (stranger, unknown):
        each.get(status=404)
        for page in PAGES[:-1]:
            each.get(page, status=404)
            each.send(page, fields, status=404)


HOSTILE = ("\x00", "\ud800", str(2**63), "x" * 100_000, "<script>alert(1)</script>🙂")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_a_person_can_send_breaks_a_page(portal: Portal, roofer: UUID, value: str) -> None:
    person = walker(portal, roofer)
    token = person.fields("eau_repos")[0]
    for page in (*PAGES[:-1], "situations/dehors/UT1"):
        names = [name for name, _ in person.fields(page) if name != "csrf_token"]
        shown = [(f"{name}__base", NO_ANSWER) for name in names]
        for fields in (
            [(name, value) for name in names],
            [(name, value) for name in names for _ in range(2)],
            [*shown, *((name, value) for name in names if "__" not in name)],
            [("ch_inconnue__base", value), ("dehors.UT9.mots", value), ("\udc80", value)],
            [],
        ):
            answer = post(person, page, [token, *fields])
            assert answer in {303, 409, 413, 422}, f"{page}: {answer}"
            assert post(person, page, [token, *fields], autosave=True) in {200, 303, 413, 422}


def post(person: Walker, page: str, fields: list[tuple[str, str]], *, autosave: bool = False) -> int:
    """The status of an answer, whatever it is; a page that comes back is checked."""
    answer = person.post(page, fields, autosave=autosave)
    if answer.mimetype == "text/html" and answer.status_code in {409, 422}:
        person.client.read(answer)
    return answer.status_code
