"""Coming in: what a person sees, and what nobody can learn from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import argon2.low_level
import pytest
from sqlalchemy import select

from app.models.account import Account, AccountSession, LoginAttempt
from app.models.mail import OutboxMail
from app.services.passwords import hash_password
from tests.web.client import Page, StrictClient
from tests.web.people import Portal, account, membership

PASSWORD = "quatre chats verts dansent"
KNOWN, UNKNOWN = "connue@exemple.fr", "inconnue@exemple.fr"


@dataclass
class Argon2:
    """Counts the hashes computed."""

    calls: list[str] = field(default_factory=list)


@pytest.fixture
def argon(monkeypatch: pytest.MonkeyPatch) -> Argon2:
    counter = Argon2()
    for name in ("hash_secret", "verify_secret"):
        inner = getattr(argon2.low_level, name)

        def counted(*args: Any, _inner: Any = inner, _name: str = name, **options: Any) -> Any:
            counter.calls.append(_name)
            return _inner(*args, **options)

        monkeypatch.setattr(f"argon2._password_hasher.{name}", counted)
    return counter


@pytest.fixture
def known(portal: Portal) -> UUID:
    return account(portal.database, KNOWN, password_hash=hash_password(PASSWORD))


def mails(portal: Portal) -> list[OutboxMail]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.created_at)))


def last_code(portal: Portal, recipient: str) -> str:
    text = [mail.text for mail in mails(portal) if mail.recipient == recipient][-1]
    found = re.search(r"\b(\d{3}) (\d{3})\b", text)
    assert found is not None
    return found[1] + found[2]


def ask_code(portal: Portal, client: StrictClient, email: str, *, page: str = "connexion") -> Page:
    return client.follow(client.post(f"/{portal.slug}/{page}", {"adresse": email}))


def by_password(portal: Portal, client: StrictClient, email: str, password: str, *, status: int) -> Any:
    data = {"identifiant": email, "mot_de_passe": password}
    return client.post(f"/{portal.slug}/connexion", data, status=status)


def bare(text: str, email: str) -> str:
    """A page without what differs by nature: the token, and the address that was typed."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text).replace(email, "@")


def test_an_employer_signs_up_with_an_address_a_code_and_no_password(portal: Portal) -> None:
    client = portal.client()
    page = ask_code(portal, client, "Gerante@Exemple.fr", page="inscription")
    assert "Gerante@Exemple.fr" in page.text
    code = last_code(portal, "Gerante@Exemple.fr")
    welcome = client.follow(client.post(f"/{portal.slug}/connexion/code", {"code": f" {code[:3]} {code[3:]} "}))
    assert welcome.h1 == "Choisir un mot de passe"
    assert client.get(welcome.links()["Plus tard"]).h1 == "Mes entreprises"
    assert client.get(f"/{portal.slug}/compte").h1 == "Mon compte"
    with portal.database.read() as session:
        made = session.scalars(select(Account)).one()
        assert (made.email, made.email_key) == ("Gerante@Exemple.fr", "gerante@exemple.fr")
        assert made.confirmed_at == portal.clock.now
        assert made.password_hash is None


def test_the_page_that_was_wanted_opens_after_the_code_and_after_the_password(portal: Portal, known: UUID) -> None:
    firm = portal.establishment()
    membership(portal.database, portal.service, known, establishment_id=firm)
    wanted = f"/{portal.slug}/compte"
    client = portal.client()
    asked = client.raw("GET", wanted, status=303).location
    page = client.get(asked)
    assert page.tree.xpath("//input[@name='suite']/@value") == [wanted, wanted]
    client.post(asked, {"adresse": KNOWN, "suite": wanted})
    answer = client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)})
    assert answer.location == wanted
    other = portal.client()
    data = {"identifiant": KNOWN, "mot_de_passe": PASSWORD, "suite": wanted}
    assert other.post(f"/{portal.slug}/connexion", data).location == wanted


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(portal: Portal, known: UUID, elsewhere: str) -> None:
    data = {"identifiant": KNOWN, "mot_de_passe": PASSWORD, "suite": elsewhere}
    answer = portal.client().post(f"/{portal.slug}/connexion", data)
    assert answer.location == f"/{portal.slug}/mes-entreprises"


@pytest.mark.parametrize("page", ["connexion", "inscription", "connexion/mot-de-passe-oublie"])
def test_asking_a_code_says_the_same_and_writes_one_mail_whoever_asks(portal: Portal, known: UUID, page: str) -> None:
    seen = []
    for email in (KNOWN, UNKNOWN):
        client = portal.client()
        answer = client.post(f"/{portal.slug}/{page}", {"adresse": email})
        with portal.statements() as sent:
            shown = client.follow(answer)
        seen.append((answer.status_code, answer.location, bare(shown.answer.text, email), len(sent)))
    assert seen[0] == seen[1]
    assert sorted(mail.recipient for mail in mails(portal)) == [KNOWN, UNKNOWN]


def test_asking_a_code_costs_the_same_statements_whoever_asks(portal: Portal, known: UUID) -> None:
    counts = []
    for email in (KNOWN, UNKNOWN):
        client = portal.client()
        tokens = client.tokens(f"/{portal.slug}/connexion")
        with portal.statements() as sent:
            client.raw("POST", f"/{portal.slug}/connexion", status=303, data={**tokens, "adresse": email})
        counts.append([statement.split(" WHERE")[0] for statement in sent])
    assert counts[0] == counts[1]


def test_a_wrong_password_and_an_unknown_address_are_told_alike_and_cost_one_hash(
    portal: Portal, known: UUID, argon: Argon2
) -> None:
    account(portal.database, "sans@exemple.fr")
    seen = []
    for email in (KNOWN, UNKNOWN, "sans@exemple.fr"):
        argon.calls.clear()
        answer = by_password(portal, portal.client(), email, "un mauvais mot de passe", status=422)
        seen.append((bare(answer.text, email), tuple(argon.calls)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][1] == ("verify_secret",)
    assert "ne vont pas ensemble" in seen[0][0]


def test_signing_in_with_an_unknown_address_offers_an_account_by_mail_alone(portal: Portal) -> None:
    client = portal.client()
    assert "compte" not in ask_code(portal, client, UNKNOWN).h1
    assert "n’a pas encore de compte" in mails(portal)[0].text
    page = client.follow(client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, UNKNOWN)}))
    assert page.h1 == "Choisir un mot de passe"


def test_signing_up_with_a_known_address_says_so_by_mail_and_signs_in(portal: Portal, known: UUID) -> None:
    client = portal.client()
    ask_code(portal, client, KNOWN.upper(), page="inscription")
    assert mails(portal)[0].subject.endswith("Vous avez déjà un compte")
    client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN.upper())})
    assert KNOWN in client.get(f"/{portal.slug}/compte").text
    with portal.database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 1


def test_a_code_serves_once(portal: Portal, known: UUID) -> None:
    client = portal.client()
    ask_code(portal, client, KNOWN)
    with client.session() as kept:
        cookie = dict(kept)
    code = last_code(portal, KNOWN)
    client.post(f"/{portal.slug}/connexion/code", {"code": code})
    again = portal.client()
    with again.session() as kept:
        kept.update(cookie)
    answer = again.post(f"/{portal.slug}/connexion/code", {"code": code}, status=422)
    assert "ne sert plus" in again.read(answer).text


def test_a_code_opens_nothing_in_another_browser(portal: Portal, known: UUID) -> None:
    ask_code(portal, portal.client(), KNOWN)
    other = portal.client()
    answer = other.post(
        f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)}, page=f"/{portal.slug}/connexion"
    )
    assert answer.location == f"/{portal.slug}/connexion"
    asking_too = portal.client()
    ask_code(portal, asking_too, UNKNOWN)
    answer = asking_too.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)}, status=422)
    assert "Il reste 4 essais" in asking_too.read(answer).text


def test_a_code_lasts_ten_minutes(portal: Portal, known: UUID) -> None:
    client = portal.client()
    ask_code(portal, client, KNOWN)
    portal.clock.forward(minutes=10)
    answer = client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)}, status=422)
    assert "Demandez-en un nouveau" in client.read(answer).text


def test_a_code_is_tried_five_times(portal: Portal, known: UUID) -> None:
    client = portal.client()
    ask_code(portal, client, KNOWN)
    code = last_code(portal, KNOWN)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    said = [
        client.read(client.post(f"/{portal.slug}/connexion/code", {"code": wrong}, status=422)).text for _ in range(5)
    ]
    assert "Il reste 4 essais." in said[0]
    assert "Il reste 1 essai." in said[3]
    assert "ne sert plus" in said[4]
    client.post(f"/{portal.slug}/connexion/code", {"code": code}, status=422)


def test_another_code_can_be_sent(portal: Portal, known: UUID) -> None:
    client = portal.client()
    ask_code(portal, client, KNOWN)
    portal.clock.forward(seconds=30)
    page = client.follow(client.post(f"/{portal.slug}/connexion/renvoyer", page=f"/{portal.slug}/connexion/code"))
    assert "Un nouveau code part" in page.text
    client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)})
    assert client.get(f"/{portal.slug}/compte").h1 == "Mon compte"


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_five_codes_an_hour_then_the_page_says_when(portal: Portal, known: UUID, email: str) -> None:
    for _ in range(5):
        portal.clock.forward(minutes=1)
        ask_code(portal, portal.client(), email)
    answer = portal.client().post(f"/{portal.slug}/connexion", {"adresse": email}, status=429)
    assert "réessayez à 21\u00a0h\u00a043" in portal.client().read(answer).h1
    assert answer.headers["Retry-After"] == str(56 * 60 + 1)
    assert len(mails(portal)) == 5
    portal.clock.forward(minutes=57)
    ask_code(portal, portal.client(), email)


def test_twenty_codes_an_hour_from_one_network(portal: Portal) -> None:
    for number in range(20):
        ask_code(portal, portal.client(), f"n{number}@exemple.fr")
    client = portal.client()
    client.post(f"/{portal.slug}/connexion", {"adresse": "autre@exemple.fr"}, status=429)
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    client.post(f"/{portal.slug}/connexion", {"adresse": "autre@exemple.fr"}, environ_overrides=elsewhere)
    forged = {"X-Forwarded-For": "198.51.100.9"}
    client.post(f"/{portal.slug}/connexion", {"adresse": "encore@exemple.fr"}, status=429, headers=forged)


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_ten_wrong_passwords_then_even_the_right_one_waits(
    portal: Portal, known: UUID, argon: Argon2, email: str
) -> None:
    for _ in range(10):
        by_password(portal, portal.client(), email, "un mauvais mot de passe", status=422)
    argon.calls.clear()
    answer = by_password(portal, portal.client(), email, PASSWORD, status=429)
    page = portal.client().read(answer)
    assert page.h1 == "Trop d’essais\u202f: réessayez à 20\u00a0h\u00a057"
    assert argon.calls == []
    portal.clock.forward(minutes=15, seconds=1)
    by_password(portal, portal.client(), email, PASSWORD, status=303 if email == KNOWN else 422)


def test_a_right_password_forgets_the_wrong_ones(portal: Portal, known: UUID) -> None:
    for _ in range(3):
        for _ in range(9):
            by_password(portal, portal.client(), KNOWN, "un mauvais mot de passe", status=422)
        by_password(portal, portal.client(), KNOWN, PASSWORD, status=303)


def test_old_tries_are_removed_as_new_ones_come(portal: Portal) -> None:
    for _ in range(3):
        by_password(portal, portal.client(), UNKNOWN, "un mauvais mot de passe", status=422)
    portal.clock.forward(days=1, seconds=1)
    by_password(portal, portal.client(), "autre@exemple.fr", "un mauvais mot de passe", status=422)
    with portal.database.read() as session:
        kept = session.scalars(select(LoginAttempt)).all()
    assert {row.tried_at for row in kept} == {portal.clock.now}
    assert UNKNOWN not in str([row.subject_sha256 for row in kept])


def test_signing_in_changes_the_token_and_keeps_only_what_a_waiting_form_needs(portal: Portal, known: UUID) -> None:
    client = portal.client()
    with client.session() as kept:
        kept.update({"_user_id": "fixe", "essai": "e" * 43, "autre": "chose"})
    token = client.tokens(f"/{portal.slug}/connexion")["csrf_token"]
    client.raw(
        "POST",
        f"/{portal.slug}/connexion",
        status=303,
        data={"csrf_token": token, "identifiant": KNOWN, "mot_de_passe": PASSWORD},
    )
    with client.session() as kept:
        first = kept["_user_id"]
        assert first != "fixe"
        assert kept["essai"] == "e" * 43
        assert "autre" not in kept
    waiting = {"csrf_token": token, "session": "autres"}
    client.raw("POST", f"/{portal.slug}/compte/appareils", status=303, data=waiting)


def test_signing_in_again_ends_the_session_it_replaces(portal: Portal, known: UUID) -> None:
    client = portal.client()
    by_password(portal, client, KNOWN, PASSWORD, status=303)
    data = {"identifiant": KNOWN, "mot_de_passe": PASSWORD}
    client.post(f"/{portal.slug}/connexion", data, page=f"/{portal.slug}/compte")
    with portal.database.read() as session:
        rows = session.scalars(select(AccountSession).order_by(AccountSession.created_at)).all()
        assert sorted(row.revoked_at is None for row in rows) == [False, True]


def test_signing_out_ends_the_row_and_empties_the_cookie(portal: Portal, known: UUID) -> None:
    client = portal.client()
    by_password(portal, client, KNOWN, PASSWORD, status=303)
    with client.session() as kept:
        token = kept["_user_id"]
    left = client.post(f"/{portal.slug}/deconnexion", page=f"/{portal.slug}/compte")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.follow(left).h1 == "Votre session est fermée"
    with client.session() as kept:
        assert not {"_user_id", "essai", "preuve"} & set(kept)
        kept["_user_id"] = token
    client.raw("GET", f"/{portal.slug}/compte", status=303)


def test_a_forgotten_password_is_chosen_again_with_a_code(portal: Portal, known: UUID) -> None:
    elsewhere, client = portal.client(), portal.client()
    by_password(portal, elsewhere, KNOWN, PASSWORD, status=303)
    ask_code(portal, client, KNOWN, page="connexion/mot-de-passe-oublie")
    page = client.follow(client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, KNOWN)}))
    assert not page.tree.xpath("//input[@name='mot_de_passe_actuel']")
    portal.clock.forward(seconds=30)
    client.post(f"/{portal.slug}/compte/mot-de-passe", {"mot_de_passe_nouveau": "cinq chiens bleus chantent"})
    by_password(portal, portal.client(), KNOWN, PASSWORD, status=422)
    by_password(portal, portal.client(), KNOWN, "cinq chiens bleus chantent", status=303)
    elsewhere.raw("GET", f"/{portal.slug}/compte", status=303)
    assert mails(portal)[-1].kind == "mot_de_passe_change"


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("connexion", {"adresse": ""}),
        ("connexion", {"adresse": "sans arobase"}),
        ("connexion", {"adresse": "a\x00b@exemple.fr"}),
        ("connexion", {"adresse": "é" * 100_000}),
        ("connexion", {"identifiant": KNOWN, "mot_de_passe": ""}),
        ("connexion", {"identifiant": KNOWN, "mot_de_passe": "\x00" * 20}),
        ("connexion", {"identifiant": KNOWN, "mot_de_passe": "x" * 100_000}),
        ("connexion", {}),
        ("inscription", {"adresse": "deux@@exemple.fr"}),
        ("connexion/mot-de-passe-oublie", {"adresse": "moi@exemple"}),
    ],
)
def test_what_cannot_be_read_comes_back_in_words(portal: Portal, page: str, data: dict[str, str]) -> None:
    client = portal.client()
    answer = client.post(f"/{portal.slug}/{page}", data, status=422)
    shown = client.read(answer)
    assert "à corriger" in shown.text
    for name, value in data.items():
        back = shown.tree.xpath(f"//input[@name='{name}']/@value")
        assert (value in back) is (name in {"adresse", "identifiant"} and "\x00" not in value) or not value


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\x00", "1" * 100_000])
def test_what_is_no_code_costs_no_try(portal: Portal, code: str) -> None:
    client = portal.client()
    ask_code(portal, client, UNKNOWN)
    for _ in range(6):
        client.post(f"/{portal.slug}/connexion/code", {"code": code}, status=422)
    client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, UNKNOWN)})


def test_the_accounts_of_the_demonstration_are_shown_nowhere_else(portal: Portal) -> None:
    assert "démonstration" not in portal.client().get(f"/{portal.slug}/connexion").text


@pytest.fixture
def many(portal: Portal, known: UUID) -> StrictClient:
    client = portal.client()
    by_password(portal, client, KNOWN, PASSWORD, status=303)
    for name in ("Fournil du Nord", "Fournil du Sud"):
        membership(portal.database, portal.service, known, establishment_id=portal.establishment(name))
    return client


def test_somebody_with_several_firms_chooses_one(portal: Portal, many: StrictClient) -> None:
    with portal.statements() as sent:
        page = many.get(f"/{portal.slug}/mes-entreprises")
    assert {"Fournil du Nord", "Fournil du Sud"} <= set(page.links())
    assert len(sent) <= 4


def test_somebody_with_one_firm_goes_straight_to_it(portal: Portal) -> None:
    firm = portal.establishment()
    client = portal.person(establishment_id=firm)
    assert client.raw("GET", f"/{portal.slug}/mes-entreprises", status=303).location == f"/{portal.slug}/e/{firm}/"


def test_somebody_without_a_firm_is_invited_to_describe_one(portal: Portal) -> None:
    page = portal.person().get(f"/{portal.slug}/mes-entreprises")
    assert "Décrire mon entreprise" in page.links()
