"""« Mon compte » and the second factor: what matters asks for a proof, and ends what it must."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.account import Account, AccountSession, SignInCode
from app.models.membership import Membership
from app.services import demo_people
from app.services.demo_people import DemoAccount
from app.services.passwords import hash_password
from app.services.second_factor import code_at
from app.settings import Settings
from app.web.account_browser import network, network_of
from app.web.desk import Desk
from app.web.devices import device_words
from questionnaires import catalogue
from tests.web.client import StrictClient
from tests.web.people import Portal, account, membership, open_portal
from tests.web.test_account_entering import KNOWN, PASSWORD, by_password, last_code, mails

KEY = "s" * 40
NEW_PASSWORD = "cinq chiens bleus chantent"


@pytest.fixture
def known(portal: Portal) -> UUID:
    return account(portal.database, KNOWN, password_hash=hash_password(PASSWORD))


@pytest.fixture
def inside(portal: Portal, known: UUID) -> StrictClient:
    client = portal.client()
    by_password(portal, client, KNOWN, PASSWORD, status=303)
    return client


def test_the_account_page_asks_the_database_little(portal: Portal, inside: StrictClient) -> None:
    with portal.statements() as sent:
        page = inside.get(f"/{portal.slug}/compte")
    assert len(sent) <= 6
    assert "C’est cet appareil." in page.text


def test_other_devices_are_ended_one_by_one_or_together(portal: Portal, inside: StrictClient) -> None:
    others = [portal.client() for _ in range(3)]
    for other in others:
        by_password(portal, other, KNOWN, PASSWORD, status=303)
    page = inside.get(f"/{portal.slug}/compte")
    chosen = page.tree.xpath("//input[@name='session']/@value")
    assert len(chosen) == 4
    path = f"/{portal.slug}/compte/appareils"
    back = inside.follow(inside.post(path, {"session": chosen[0]}, page=f"/{portal.slug}/compte"))
    assert "L’appareil est déconnecté." in back.text
    back = inside.follow(inside.post(path, {"session": "autres"}, page=f"/{portal.slug}/compte"))
    assert "2 autres appareils déconnectés." in back.text
    for other in others:
        other.raw("GET", f"/{portal.slug}/compte", status=303)


def test_nobody_ends_the_session_of_somebody_else(portal: Portal, inside: StrictClient) -> None:
    stranger = portal.person()
    with portal.database.read() as session:
        (theirs,) = [row.id for row in session.scalars(select(AccountSession)) if row.device == "Firefox sur Linux"]
    for sent in (str(theirs), str(uuid4()), "x", ""):
        inside.post(f"/{portal.slug}/compte/appareils", {"session": sent}, page=f"/{portal.slug}/compte")
    stranger.get(f"/{portal.slug}/compte")


@pytest.mark.parametrize("page", ["compte/adresse", "compte/fermer"])
def test_what_matters_asks_again_who_one_is(portal: Portal, inside: StrictClient, page: str) -> None:
    path = f"/{portal.slug}/{page}"
    inside.get(path)
    with inside.session() as kept:
        before = kept["_user_id"]
    portal.clock.forward(minutes=11)
    data = {"csrf_token": inside.tokens(f"/{portal.slug}/compte")["csrf_token"], "compris": "oui", "adresse": "a@b.fr"}
    assert "/compte/confirmer?" in inside.raw("POST", path, status=303, data=data).location
    asked = inside.raw("GET", path, status=303).location
    wrong = {"moyen": "mot_de_passe", "mot_de_passe": "pas le bon", "suite": path}
    assert "Ce n’est pas votre mot de passe." in inside.read(inside.post(asked, wrong, status=422)).text
    answer = inside.post(asked, {"moyen": "mot_de_passe", "mot_de_passe": PASSWORD, "suite": path})
    assert answer.location == path
    inside.get(path)
    with inside.session() as kept:
        assert kept["_user_id"] != before


def test_who_has_no_password_proves_with_a_code(portal: Portal) -> None:
    client = portal.person(email="sans@exemple.fr")
    path = f"/{portal.slug}/compte/fermer"
    asked = client.raw("GET", path, status=303).location
    page = client.get(asked)
    assert not page.tree.xpath("//input[@type='password']")
    page = client.follow(client.post(asked, {"moyen": "envoyer", "suite": path}))
    assert "sans@exemple.fr" in page.text
    code = last_code(portal, "sans@exemple.fr")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    client.post(asked, {"moyen": "code", "code": wrong, "suite": path}, status=422)
    assert client.post(asked, {"moyen": "code", "code": code, "suite": path}).location == path
    client.get(path)


def test_a_password_is_changed_by_who_gives_the_present_one(portal: Portal, inside: StrictClient) -> None:
    path = f"/{portal.slug}/compte/mot-de-passe"
    page = inside.get(path)
    assert page.tree.xpath("//input[@name='mot_de_passe_actuel']")
    wrong = {"mot_de_passe_actuel": "pas le bon", "mot_de_passe_nouveau": NEW_PASSWORD}
    assert "mot de passe actuel" in inside.read(inside.post(path, wrong, status=422)).text
    inside.post(path, {"mot_de_passe_nouveau": NEW_PASSWORD}, status=422)
    inside.post(path, {"mot_de_passe_actuel": PASSWORD, "mot_de_passe_nouveau": NEW_PASSWORD})
    inside.get(f"/{portal.slug}/compte")
    by_password(portal, portal.client(), KNOWN, NEW_PASSWORD, status=303)


@pytest.mark.parametrize(
    "chosen", ["", "court", "motdepasse123!", "azertyuiop12", "connue connue", "SPSTI spsti45", "x" * 129]
)
def test_a_poor_password_is_refused_in_words_and_never_comes_back(portal: Portal, chosen: str) -> None:
    client = portal.person(email=KNOWN)
    with client.session() as kept:
        kept["preuve"] = portal.clock.now.isoformat()
    answer = client.post(f"/{portal.slug}/compte/mot-de-passe", {"mot_de_passe_nouveau": chosen}, status=422)
    page = client.read(answer)
    assert page.text.count("mot de passe") > 1
    assert not page.tree.xpath("//input[@type='password']/@value")


def test_the_address_changes_with_a_code_and_the_old_one_is_told(portal: Portal, inside: StrictClient) -> None:
    elsewhere = portal.client()
    by_password(portal, elsewhere, KNOWN, PASSWORD, status=303)
    path = f"/{portal.slug}/compte/adresse"
    assert "déjà" in inside.read(inside.post(path, {"adresse": KNOWN.upper()}, status=422)).text
    page = inside.follow(inside.post(path, {"adresse": "nouvelle@exemple.fr"}))
    assert page.h1 == "Confirmez votre nouvelle adresse"
    by_password(portal, portal.client(), KNOWN, PASSWORD, status=303)
    code = last_code(portal, "nouvelle@exemple.fr")
    page = inside.follow(inside.post(f"{path}/code", {"code": code}))
    assert "nouvelle@exemple.fr" in page.text
    assert [(mail.recipient, mail.kind) for mail in mails(portal) if mail.kind == "adresse_changee"] == [
        (KNOWN, "adresse_changee")
    ]
    elsewhere.raw("GET", f"/{portal.slug}/compte", status=303)
    by_password(portal, portal.client(), KNOWN, PASSWORD, status=422)
    by_password(portal, portal.client(), "nouvelle@exemple.fr", PASSWORD, status=303)


def test_a_taken_address_is_told_only_to_who_reads_its_mails(portal: Portal, inside: StrictClient) -> None:
    account(portal.database, "prise@exemple.fr")
    path = f"/{portal.slug}/compte/adresse"
    seen = []
    for email in ("prise@exemple.fr", "libre@exemple.fr"):
        page = inside.follow(inside.post(path, {"adresse": email}))
        seen.append(re.sub(r'value="[^"]+"', "", page.answer.text).replace(email, "@"))
    assert seen[0] == seen[1]
    portal.clock.forward(seconds=30)
    inside.post(path, {"adresse": "prise@exemple.fr"})
    answer = inside.post(f"{path}/code", {"code": last_code(portal, "prise@exemple.fr")}, status=422)
    assert "Un autre compte a déjà cette adresse." in inside.read(answer).text


def test_closing_says_what_stays_and_ends_everything(portal: Portal, known: UUID, inside: StrictClient) -> None:
    alone, shared = portal.establishment("Fournil seul"), portal.establishment("Fournil partagé")
    for firm in (alone, shared):
        membership(portal.database, portal.service, known, establishment_id=firm)
    colleague = portal.person(establishment_id=shared)
    path = f"/{portal.slug}/compte/fermer"
    page = inside.get(path)
    portal.clock.forward(seconds=30)
    assert "Fournil seul" in page.text
    assert "Fournil partagé" not in page.text
    assert "J’ai compris" in inside.read(inside.post(path, status=422)).text
    assert inside.follow(inside.post(path, {"compris": "oui"})).h1 == "Votre compte est fermé"
    inside.raw("GET", f"/{portal.slug}/compte", status=303)
    by_password(portal, portal.client(), KNOWN, PASSWORD, status=422)
    colleague.get(f"/{portal.slug}/compte")
    with portal.database.read(service_id=portal.service.id) as session:
        row = session.get_one(Account, known)
        assert (row.email, row.email_key, row.password_hash) == ("", f"clos:{known}", None)
        ends = [each.to_on for each in session.scalars(select(Membership)) if each.account_id == known]
        assert ends == [portal.today - timedelta(days=1)] * 2
        assert not [code for code in session.scalars(select(SignInCode)) if code.email_key == KNOWN]
    assert mails(portal)[-1].kind == "compte_ferme"


@pytest.fixture
def adviser(portal: Portal, known: UUID) -> StrictClient:
    """Somebody of the staff who gave the password and nothing else."""
    membership(portal.database, portal.service, known, role=Role.ADVISER, function="ergonome")
    client = portal.client()
    by_password(portal, client, KNOWN, PASSWORD, status=303)
    return client


def seed_in(client: StrictClient) -> str:
    with client.session() as kept:
        return str(kept["code_graine"])


def enrol(portal: Portal, client: StrictClient) -> str:
    path = f"/{portal.slug}/connexion/second-facteur"
    client.get(path)
    seed = seed_in(client)
    client.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now)})
    return seed


def test_staff_enrol_an_authenticator_then_open_the_pages_of_the_service(portal: Portal, adviser: StrictClient) -> None:
    home = f"/{portal.slug}/service/"
    assert "second-facteur" in adviser.raw("GET", home, status=303).location
    path = f"/{portal.slug}/connexion/second-facteur"
    page = adviser.get(path)
    shown = "".join(page.tree.xpath("//code/text()")).replace(" ", "")
    assert re.fullmatch(r"[A-Z2-7]{32}", shown)
    assert page.tree.xpath("//*[local-name()='svg' and @role='img']")
    assert adviser.get(path).tree.xpath("//code/text()") == page.tree.xpath("//code/text()")
    seed = seed_in(adviser)
    with adviser.session() as kept:
        before = kept["_user_id"]
    assert "pas le bon" in adviser.read(adviser.post(path, {"code_appli": "000000"}, status=422)).text
    adviser.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now), "suite": home})
    adviser.get(home)
    with adviser.session() as kept:
        assert kept["_user_id"] != before
        assert "code_graine" not in kept
    with portal.database.read() as session:
        stored = session.scalars(select(Account)).one().totp_secret
    assert stored == seed
    assert shown not in str(stored)


def test_a_code_of_the_authenticator_serves_once(portal: Portal, adviser: StrictClient) -> None:
    seed = enrol(portal, adviser)
    other = portal.client()
    by_password(portal, other, KNOWN, PASSWORD, status=303)
    path = f"/{portal.slug}/connexion/second-facteur"
    other.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now)}, status=422)
    portal.clock.forward(seconds=30)
    other.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now)})
    other.get(f"/{portal.slug}/service/")


def test_five_wrong_codes_of_the_authenticator_then_wait(portal: Portal, adviser: StrictClient) -> None:
    seed = enrol(portal, adviser)
    portal.clock.forward(minutes=2)
    other = portal.client()
    by_password(portal, other, KNOWN, PASSWORD, status=303)
    path = f"/{portal.slug}/connexion/second-facteur"
    for _ in range(5):
        other.post(path, {"code_appli": "000000"}, status=422)
    other.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now)}, status=429)
    portal.clock.forward(minutes=15, seconds=1)
    other.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now)})


def test_staff_who_came_by_a_code_still_give_their_password(portal: Portal, adviser: StrictClient) -> None:
    seed = enrol(portal, adviser)
    portal.clock.forward(minutes=1)
    other = portal.client()
    other.post(f"/{portal.slug}/connexion", {"adresse": KNOWN})
    other.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)})
    path = f"/{portal.slug}/connexion/second-facteur"
    asked = other.raw("GET", path, status=303).location
    page = other.get(asked)
    assert page.tree.xpath("//input[@type='password']")
    assert not page.tree.xpath("//input[@name='code']")
    other.post(asked, {"moyen": "mot_de_passe", "mot_de_passe": PASSWORD, "avec": "mot-de-passe", "suite": path})
    other.post(path, {"code_appli": code_at(KEY, seed, at=portal.clock.now)})
    other.get(f"/{portal.slug}/service/")


def test_staff_without_a_password_choose_one_first(portal: Portal) -> None:
    who = account(portal.database, "nouvel@exemple.fr")
    membership(portal.database, portal.service, who, role=Role.ADMIN, function="direction")
    client = portal.client()
    client.post(f"/{portal.slug}/connexion", {"adresse": "nouvel@exemple.fr"})
    client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, "nouvel@exemple.fr")})
    path = f"/{portal.slug}/connexion/second-facteur"
    asked = client.raw("GET", path, status=303).location
    assert asked.startswith(f"/{portal.slug}/compte/mot-de-passe")
    back = client.follow(client.post(asked, {"mot_de_passe_nouveau": NEW_PASSWORD, "suite": path}))
    assert back.h1 == "Enregistrer votre application d’authentification"


def test_the_second_factor_is_for_staff_alone(portal: Portal, inside: StrictClient) -> None:
    answer = inside.raw("GET", f"/{portal.slug}/connexion/second-facteur", status=303)
    assert answer.location == f"/{portal.slug}/mes-entreprises"
    inside.get(f"/{portal.slug}/service/", status=404)


def test_staff_sessions_end_after_thirty_idle_minutes(portal: Portal, adviser: StrictClient) -> None:
    enrol(portal, adviser)
    portal.clock.forward(minutes=29)
    adviser.get(f"/{portal.slug}/service/")
    portal.clock.forward(minutes=31)
    assert "/connexion?" in adviser.raw("GET", f"/{portal.slug}/service/", status=303).location


@pytest.mark.parametrize("known_mail", [KNOWN])
def test_the_demonstration_lists_its_accounts_and_their_code(
    sqlite_address: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, known_mail: str
) -> None:
    person = DemoAccount(
        email=known_mail, role="Préventrice", firm="SPSTI spsti45", password=PASSWORD, totp_seed="ab" * 16
    )
    absent = DemoAccount(email="absent@exemple.fr", role="Gérant", firm="Fournil", password=PASSWORD)
    monkeypatch.setattr(demo_people, "DEMO_ACCOUNTS", (person, absent))
    with open_portal(sqlite_address, tmp_path_factory.mktemp("demo"), demo=True) as portal:
        who = account(portal.database, known_mail, password_hash=hash_password(PASSWORD))
        membership(portal.database, portal.service, who, role=Role.ADVISER, function="préventrice")
        with portal.database.unit_of_work(service_id=None) as uow:
            uow.get_one(Account, who).totp_secret = person.totp_seed
        client = portal.client()
        page = client.get(f"/{portal.slug}/connexion")
        assert known_mail in page.text
        assert "absent@exemple.fr" not in page.text
        form = page.tree.xpath("//table//form")[0]
        sent = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        client.raw("POST", form.get("action"), status=303, data=sent)
        path = f"/{portal.slug}/connexion/second-facteur"
        for _ in range(2):  # once for the present step, once for the next
            shown = client.get(path)
            code = re.search(r"\b\d{6}\b", shown.text)
            assert code is not None
            client.post(path, {"code_appli": code[0]})
            client.get(f"/{portal.slug}/service/")
            client = portal.client()
            by_password(portal, client, known_mail, PASSWORD, status=303)
    with open_portal(sqlite_address, tmp_path_factory.mktemp("real")) as real:
        shown = real.client().get(f"/{real.slug}/connexion")
        assert known_mail not in shown.text
        assert PASSWORD not in shown.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0", "Firefox sur Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile Safari/604",
            "Safari sur iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36 Edg/129.0",
            "Edge sur Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537.36 Chrome/129.0 Safari/537.36",
            "Chrome sur Mac",
        ),
        ("curl/8.5", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(said: str, words: str) -> None:
    assert device_words(said) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_a_network_is_what_one_home_or_firm_is_given(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_session_lasts_thirty_days_at_most_however_busy(portal: Portal, inside: StrictClient) -> None:
    for _ in range(30 * 3 - 1):
        portal.clock.forward(hours=8)
        inside.get(f"/{portal.slug}/compte")
    portal.clock.now += timedelta(hours=8, seconds=1)
    inside.raw("GET", f"/{portal.slug}/compte", status=303)


def test_a_declared_proxy_says_who_calls(sqlite_address: str, tmp_path: Path) -> None:
    with open_portal(sqlite_address, tmp_path, proxies=1) as portal:
        client, path = portal.client(), f"/{portal.slug}/connexion"
        for number in range(20):
            said = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"}  # the first one is the caller's own word
            client.post(path, {"adresse": f"n{number}@exemple.fr"}, headers=said)
        client.post(path, {"adresse": "a@exemple.fr"}, headers={"X-Forwarded-For": "203.0.113.7"}, status=429)
        client.post(path, {"adresse": "a@exemple.fr"}, headers={"X-Forwarded-For": "203.0.113.8"})


def test_networks_are_not_counted_when_every_caller_would_be_the_proxy(portal: Portal) -> None:
    settings = Settings.from_env({"JALON_BASE_URL": "https://jalon.exemple.fr", "JALON_INSTANCE": "/nulle/part"})
    with portal.app.test_request_context(environ_overrides={"REMOTE_ADDR": "127.0.0.1"}):
        for proxies, counted in ((0, ""), (1, "127.0.0.1")):
            desk = Desk(
                database=portal.database,
                catalogue=catalogue.load(),
                settings=replace(settings, proxies=proxies),
                clock=portal.clock,
            )
            assert network(desk) == counted
