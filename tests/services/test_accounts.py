"""Accounts on both engines: the rules that hold whatever the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select

from app.domain.roles import Role
from app.models.account import Account, AccountSession, LoginAttempt, SignInCode
from app.models.engine import Database
from app.models.mail import OutboxMail
from app.models.membership import Membership
from app.models.service import Service
from app.services import passwords
from app.services.account_changes import AddressTaken, alone_in, change_address, close_account
from app.services.account_sessions import open_session, session_of
from app.services.accounts import Browser, Entered, Gate, enter_by_code, enter_by_password, send_code
from app.services.arrivals import arrive
from app.services.guessable_passwords import COMMON
from app.services.mail import Mail
from app.services.passwords import NOBODY, fault_of, hash_password, matches
from app.services.second_factor import (
    accept_code,
    accept_first_code,
    code_at,
    forget_second_factor,
    new_seed,
    shared_secret,
)
from app.services.sign_in_codes import CodeRefused, Purpose, SpentCode, WrongCode
from app.services.throttle import Limit, TooManyTries, Try, count_tries
from tests.engines import NOON, MakeService
from tests.web.people import account, establishment, membership

KEY = "k" * 40
PASSWORD = "quatre chats verts dansent"
PHONE = Browser(device="Firefox sur Android", network="203.0.113.7", session_id=None)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("spsti45")


@pytest.fixture
def gate(database: Database, service: Service) -> Gate:
    with database.read() as session:
        arrival = arrive(session, service.slug, "", at=NOON)
    assert arrival is not None
    return Gate(database=database, key=KEY, face=arrival.face)


def code_sent(gate: Gate, email: str) -> str:
    with gate.database.read(service_id=gate.face.service_id) as session:
        row = session.scalars(
            select(OutboxMail).where(OutboxMail.recipient == email).order_by(OutboxMail.created_at.desc())
        ).first()
    assert row is not None
    found = re.search(r"\b(\d{3}) (\d{3})\b", row.text)
    assert found is not None
    return found[1] + found[2]


def together(count: int, act: Callable[[], object]) -> list[object]:
    """What each of several threads got, an exception being what it got too."""
    barrier = Barrier(count)

    def run() -> object:
        barrier.wait()
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


def test_two_workers_given_the_same_code_open_one_session(gate: Gate) -> None:
    request = send_code(gate, "a@exemple.fr", Purpose.SIGN_UP, network="", at=NOON)
    code = code_sent(gate, "a@exemple.fr")
    got = together(4, lambda: enter_by_code(gate, request, code, browser=PHONE, at=NOON))
    assert sorted(type(each).__name__ for each in got) == ["Entered", "SpentCode", "SpentCode", "SpentCode"]
    with gate.database.read() as session:
        assert len(session.scalars(select(AccountSession)).all()) == 1


def test_tries_made_together_are_all_counted(gate: Gate) -> None:
    request = send_code(gate, "a@exemple.fr", Purpose.SIGN_UP, network="", at=NOON)
    code = code_sent(gate, "a@exemple.fr")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    got = together(8, lambda: enter_by_code(gate, request, wrong, browser=PHONE, at=NOON))
    assert sum(isinstance(each, WrongCode) for each in got) == 4
    assert all(isinstance(each, CodeRefused) for each in got)
    with pytest.raises(SpentCode):
        enter_by_code(gate, request, code, browser=PHONE, at=NOON)


def test_two_first_codes_of_one_address_make_one_account(gate: Gate) -> None:
    requests = []
    for seconds in (0, 1):
        at = NOON + timedelta(seconds=seconds)
        request = send_code(gate, "a@exemple.fr", Purpose.SIGN_UP, network="", at=at)
        requests.append((request, code_sent(gate, "a@exemple.fr")))
    barrier = Barrier(2)

    def enter(pair: tuple[UUID, str]) -> Entered:
        barrier.wait()
        return enter_by_code(gate, pair[0], pair[1], browser=PHONE, at=NOON)

    with ThreadPoolExecutor(2) as pool:
        entered = list(pool.map(enter, requests))
    assert len({each.account_id for each in entered}) == 1
    assert sorted(each.created for each in entered) == [False, True]


def test_neither_code_nor_token_is_stored(gate: Gate) -> None:
    request = send_code(gate, "a@exemple.fr", Purpose.SIGN_UP, network="203.0.113.7", at=NOON)
    code = code_sent(gate, "a@exemple.fr")
    entered = enter_by_code(gate, request, code, browser=PHONE, at=NOON)
    with gate.database.read() as session:
        row = session.get_one(SignInCode, request)
        tries = session.scalars(select(LoginAttempt)).all()
        token = session.scalars(select(AccountSession)).one()
        assert code not in (row.code_sha256, row.detail)
        assert entered.token != token.token_sha256
        assert "203.0.113.7" not in {each.subject_sha256 for each in tries}
        found = session_of(session, entered.token, at=NOON)
        assert found is not None
        assert found.account_id == entered.account_id


def test_a_code_of_one_purpose_opens_no_other(gate: Gate) -> None:
    who = account(gate.database, "a@exemple.fr", at=NOON)
    request = send_code(gate, "neuve@exemple.fr", Purpose.ADDRESS, network="", at=NOON, account_id=who)
    code = code_sent(gate, "neuve@exemple.fr")
    with pytest.raises(SpentCode):
        enter_by_code(gate, request, code, browser=PHONE, at=NOON)
    other = account(gate.database, "b@exemple.fr", at=NOON)
    with gate.database.unit_of_work(service_id=None) as uow:
        open_session(uow, other, device="", staff=False, at=NOON)
        here = uow.scalars(select(AccountSession.id)).one()
    with pytest.raises(SpentCode):
        change_address(gate, other, request, code, session_id=here, at=NOON)
    assert change_address(gate, who, request, code, session_id=here, at=NOON) == "neuve@exemple.fr"


def test_an_address_taken_meanwhile_is_refused(gate: Gate) -> None:
    who = account(gate.database, "a@exemple.fr", at=NOON)
    request = send_code(gate, "neuve@exemple.fr", Purpose.ADDRESS, network="", at=NOON, account_id=who)
    account(gate.database, "neuve@exemple.fr", at=NOON)
    code = code_sent(gate, "neuve@exemple.fr")
    with pytest.raises(AddressTaken):
        change_address(gate, who, request, code, session_id=who, at=NOON)
    with gate.database.read() as session:
        assert session.get_one(Account, who).email == "a@exemple.fr"


def test_a_password_is_hashed_again_when_the_costs_change(gate: Gate) -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    who = account(gate.database, "a@exemple.fr", at=NOON, password_hash=weaker)
    assert enter_by_password(gate, "A@Exemple.fr", PASSWORD, browser=PHONE, at=NOON) is not None
    with gate.database.read() as session:
        stored = session.get_one(Account, who).password_hash
    assert stored is not None
    found = extract_parameters(stored)
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19_456, 2, 1)
    assert enter_by_password(gate, "a@exemple.fr", PASSWORD, browser=PHONE, at=NOON) is not None


def test_the_password_of_nobody_costs_what_a_real_one_does() -> None:
    assert extract_parameters(NOBODY) == extract_parameters(hash_password(PASSWORD))
    assert not matches(None, PASSWORD)
    assert not matches(None, "impossible")


def test_no_hash_is_computed_while_the_database_waits(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    account(gate.database, "a@exemple.fr", at=NOON, password_hash=hash_password(PASSWORD))
    inner = passwords._HASHER.verify

    class Watching:
        def verify(self, stored: str, words: str) -> bool:
            with gate.database.unit_of_work(service_id=None) as uow:  # would wait for itself inside another one
                uow.add(LoginAttempt(kind="temoin", subject_sha256="0" * 64, tried_at=NOON))
            return inner(stored, words)

        check_needs_rehash = passwords._HASHER.check_needs_rehash

    monkeypatch.setattr(passwords, "_HASHER", Watching())
    assert enter_by_password(gate, "a@exemple.fr", PASSWORD, browser=PHONE, at=NOON) is not None


@pytest.mark.parametrize(
    "chosen",
    [
        "motdepasse2026",
        "Motdepasse!2026",
        "P@ssw0rd1234",
        "azertyuiop123",
        "123456789012",
        "aaaaaaaaaaaa",
        "ababababababab",
        "abcdefghijkl",
        "qsdfghjklmwxcvbn",
        "soleilsoleil",
        "JalonJalon2026",
        "boulangerie2026",
        *sorted(COMMON),
    ],
)
def test_what_is_tried_first_is_refused(chosen: str) -> None:
    if len(chosen) >= passwords.SHORTEST:
        fault = fault_of(chosen)
        assert fault is not None
        assert "premiers que l'on essaie" in fault


@pytest.mark.parametrize(
    "chosen",
    [
        "quatre chats verts dansent",
        "ma boulangerie ouvre à 6 h",
        "x7#Qp2!mZr9w",
        "été à la mer en août",
        "pantoufle-canard-tunnel",
        "é" * 6 + "longuephrase",
        "mot de passe de la grange bleue",
    ],
)
def test_any_composition_is_accepted(chosen: str) -> None:
    assert fault_of(chosen, about=("gerante@exemple.fr", "SPSTI du Loiret")) is None
    assert matches(hash_password(chosen), chosen)


def test_a_password_like_the_address_or_the_service_is_refused() -> None:
    about = ("gerante.dupuis@exemple.fr", "Garrigues Santé au travail")
    for chosen in ("gerante.dupuis@exemple.fr", "gerante-dupuis-2026", "GarriguesSantéautravail"):
        assert fault_of(chosen, about=about) is not None
    assert fault_of("gerante qui chante à midi", about=about) is None


def test_the_same_password_composed_otherwise_is_the_same() -> None:
    assert matches(hash_password("e\u0301te\u0301 a\u0300 la mer bleue"), "été à la mer bleue")
    assert not matches(hash_password("été à la mer bleue"), "ÉTÉ À LA MER BLEUE")
    assert not matches(hash_password("été à la mer bleue"), "été à la mer bleue ")


def test_a_throttle_lets_through_again_as_its_oldest_try_ages(database: Database) -> None:
    limit = Limit(kind="test", tries=3, within=timedelta(minutes=15))

    def attempt(minutes: int, subject: str = "a") -> None:
        with database.unit_of_work(service_id=None) as uow:
            count_tries(uow, KEY, (Try(limit=limit, subject=subject),), at=NOON + timedelta(minutes=minutes))

    for minutes in (0, 5, 10):
        attempt(minutes)
    for _ in range(3):
        with pytest.raises(TooManyTries) as refusal:
            attempt(14)
        assert refusal.value.until == NOON + timedelta(minutes=15)
    attempt(14, "b")
    attempt(15)
    with pytest.raises(TooManyTries):
        attempt(16)
    for _ in range(9):
        attempt(16, "")


def test_a_code_of_the_authenticator_serves_once_even_at_the_same_time(database: Database) -> None:
    who, seed = account(database, "a@exemple.fr", at=NOON), new_seed()
    assert not accept_code(database, KEY, who, code_at(KEY, seed, at=NOON), at=NOON)
    assert not accept_first_code(database, KEY, who, seed, "000000", at=NOON)
    got = together(3, lambda: accept_first_code(database, KEY, who, seed, code_at(KEY, seed, at=NOON), at=NOON))
    assert sorted(got, key=str) == [False, False, True]
    later = NOON + timedelta(minutes=5)
    early, late = (code_at(KEY, seed, at=later + timedelta(seconds=shift)) for shift in (-30, 30))
    assert not accept_code(database, KEY, who, code_at(KEY, seed, at=later - timedelta(seconds=90)), at=later)
    assert accept_code(database, KEY, who, early, at=later)
    assert accept_code(database, KEY, who, f"{late[:3]} {late[3:]}", at=later)
    assert not accept_code(database, KEY, who, code_at(KEY, seed, at=later), at=later), "older than the last one used"
    forget_second_factor(database, who)
    other = new_seed()
    assert accept_first_code(database, KEY, who, other, code_at(KEY, other, at=later), at=later)


def test_the_secret_of_an_authenticator_needs_the_key_of_the_installation() -> None:
    seed = new_seed()
    assert shared_secret(KEY, seed) == shared_secret(KEY, seed)
    assert shared_secret(KEY, seed) != shared_secret("j" * 40, seed)
    assert shared_secret(KEY, seed) != shared_secret(KEY, new_seed())


def test_the_codes_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.services.second_factor.shared_secret", lambda key, seed: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    )
    for seconds, code in ((59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")):
        at = NOON.fromtimestamp(seconds, NOON.tzinfo)
        assert code_at(KEY, "", at=at) == code


def test_closing_ends_memberships_in_every_service(database: Database, gate: Gate, make_service: MakeService) -> None:
    here, there = make_service("spsti45"), make_service("garrigues")
    who = account(database, "a@exemple.fr", at=NOON, password_hash=hash_password(PASSWORD))
    for each in (here, there):
        firm = establishment(database, each, f"Fournil {each.slug}", at=NOON)
        membership(database, each, who, establishment_id=firm, at=NOON)
    colleague = account(database, "b@exemple.fr", at=NOON)
    with database.read(service_id=there.id) as session:
        firm_there = session.scalars(select(Membership.establishment_id)).one()
    assert alone_in(gate, who, on=NOON.date()) == ("Fournil garrigues", "Fournil spsti45")
    membership(database, there, colleague, role=Role.EMPLOYER, establishment_id=firm_there, at=NOON)
    assert alone_in(gate, who, on=NOON.date()) == ("Fournil spsti45",)
    close_account(gate, who, at=NOON, on=NOON.date())
    close_account(gate, who, at=NOON, on=NOON.date())
    with database.across_services("the test looks at both services") as session:
        ends = {row.account_id: row.to_on for row in session.scalars(select(Membership))}
    assert ends == {who: NOON.date() - timedelta(days=1), colleague: None}
    assert enter_by_password(gate, "a@exemple.fr", PASSWORD, browser=PHONE, at=NOON) is None
    request = send_code(gate, "a@exemple.fr", Purpose.SIGN_IN, network="", at=NOON + timedelta(seconds=1))
    again = enter_by_code(gate, request, code_sent(gate, "a@exemple.fr"), browser=PHONE, at=NOON + timedelta(seconds=1))
    assert again.created
    assert again.account_id != who


def test_sessions_too_old_to_hold_are_removed(gate: Gate) -> None:
    who = account(gate.database, "a@exemple.fr", at=NOON, password_hash=hash_password(PASSWORD))
    for days in (0, 31):
        enter_by_password(gate, "a@exemple.fr", PASSWORD, browser=PHONE, at=NOON + timedelta(days=days))
    with gate.database.read() as session:
        rows = session.scalars(select(AccountSession).where(AccountSession.account_id == who)).all()
    assert [row.created_at for row in rows] == [NOON + timedelta(days=31)]


def test_two_browsers_come_in_at_once(gate: Gate) -> None:
    account(gate.database, "a@exemple.fr", at=NOON, password_hash=hash_password(PASSWORD))
    got = together(2, lambda: enter_by_password(gate, "a@exemple.fr", PASSWORD, browser=PHONE, at=NOON))
    assert all(isinstance(each, Entered) for each in got)


def test_a_mail_takes_no_second_line_in_its_headers() -> None:
    for recipient, subject in (("a@exemple.fr\nBcc: b@exemple.fr", "Bonjour"), ("a@exemple.fr", "Bonjour\r\nBcc: b")):
        with pytest.raises(ValueError, match="one line"):
            Mail(kind="essai", recipient=recipient, subject=subject, paragraphs=("Bonjour.",))
