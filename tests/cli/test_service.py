"""`jalon service`: entrances opened, changed, listed, their first people invited; every refusal in French."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.cli import main
from app.models.engine import Database
from app.models.mail import OutboxMail
from app.services.invitations import InvitationState, read_invitation
from app.services.prevention_services import known_service, services_of
from tests.cli.test_commands import ENGLISH, plain
from tests.engines import NOON
from tests.intake.test_images import png

Capture = pytest.CaptureFixture[str]
NAME = ("--name", "Santé Travail des Garrigues")


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database, sqlite_address: str) -> Database:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_address)
    return sqlite_database


def run(*typed: str, capsys: Capture, code: int = 0) -> str:
    """Runs `jalon service`, and returns what it said on the stream of its exit code."""
    assert main(["service", *typed]) == code
    read = capsys.readouterr()
    assert (read.err if code == 0 else read.out) == ""
    said = plain(read.out if code == 0 else read.err)
    assert not ENGLISH.search(said)
    return said


def test_an_entrance_is_opened_and_its_address_is_told(base: Database, capsys: Capture) -> None:
    said = run("create", "garrigues", *NAME, capsys=capsys)
    assert said.splitlines()[:2] == [
        "Santé Travail des Garrigues : son entrée est ouverte.",
        "  http://127.0.0.1:8000/garrigues/",
    ]
    assert "Mentions légales à donner" in said


def test_everything_that_can_be_said_is_kept(base: Database, capsys: Capture, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())
    facts = {
        "--zone": "Indian/Reunion",
        "--phone": "04 65 71 20 30",
        "--hours": "du lundi au vendredi, 8 h 30 - 17 h",
        "--address": "12 rue des Micocouliers, 34150 Gignac",
        "--colour": "#7A1F3D",
        "--logo": str(logo),
        "--legal": "Éditeur : Santé Travail\nHébergeur : Exemple",
    }
    options = [word for pair in facts.items() for word in pair]
    said = run("create", "garrigues", *NAME, *options, "--reception", capsys=capsys)
    assert "Mentions légales" not in said
    with base.read() as session:
        made = known_service(session, "garrigues")
        assert (made.zone, made.phone, made.phone_hours) == (facts["--zone"], facts["--phone"], facts["--hours"])
        assert (made.address, made.colour, made.legal_words) == (facts["--address"], "#7a1f3d", facts["--legal"])
        assert (made.reception, made.logo_type, made.logo) == (True, "image/png", png())


def test_a_change_and_the_list(base: Database, capsys: Capture) -> None:
    assert "Aucun service" in run("list", capsys=capsys)
    run("create", "garrigues", *NAME, capsys=capsys)
    run("create", "cevennes", "--name", "Cévennes", capsys=capsys)
    assert "c'est changé" in run("update", "garrigues", "--phone", "", "--no-reception", capsys=capsys)
    assert run("list", capsys=capsys).splitlines() == [
        "cevennes : Cévennes",
        "  http://127.0.0.1:8000/cevennes/",
        "garrigues : Santé Travail des Garrigues",
        "  http://127.0.0.1:8000/garrigues/",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("create",), "Il manque CODE."),
        (("create", "garrigues"), "Il manque le nom du service : --name."),
        (("create", "Garrigues", *NAME), "minuscules sans accent"),
        (("create", "healthz", *NAME), "adresse du portail"),
        (("create", "garrigues", "--name", " "), "--name : le texte est vide"),
        (("create", "garrigues", "--name", "x" * 121), "--name : le texte fait 121 caractères"),
        (("create", "garrigues", *NAME, "--colour", "#ffcc00"), "son contraste est de 1,"),
        (("create", "garrigues", *NAME, "--zone", "Paris"), "Le fuseau horaire « Paris » est inconnu."),
        (("create", "garrigues", *NAME, "--phone", "appelez-nous"), "--phone : écrivez le numéro en chiffres"),
        (("create", "garrigues", *NAME, "--logo", "nulle-part.png"), "Impossible de lire nulle-part.png"),
        (("create", "garrigues", *NAME, "--logo", __file__), "ce n'est ni un PNG ni un JPEG"),
        (("update", "garrigues"), "Rien à changer"),
        (("update", "garrigues", "--phone", "04 65 71 20 30"), "Aucun service ne porte le code « garrigues »."),
        (("invite", "garrigues", "--email", "a@exemple.fr", "--role", "admin", "--function", "x"), "Aucun service"),
        (("invite", "garrigues", "--email", "a", "--role", "admin", "--function", "x"), "--email : l'adresse est"),
        (("invite", "g", "--email", "a@exemple.fr", "--role", "chef", "--function", "x"), "Rôle inconnu : « chef »."),
        (("invite", "g", "--email", "a@exemple.fr", "--role", "employeur", "--function", "x"), "Rôle inconnu"),
        (("invite", "g", "--email", "a@exemple.fr", "--role", "admin", "--function", " "), "--function : le texte"),
        (("invite", "g", "--email", "a@exemple.fr"), "Il manque"),
    ],
)
def test_every_refusal_is_in_french_and_writes_nothing(
    base: Database, typed: tuple[str, ...], said: str, capsys: Capture
) -> None:
    assert said in run(*typed, capsys=capsys, code=2)
    with base.read() as session:
        assert services_of(session) == ()


def test_a_logo_that_is_too_heavy_is_refused(capsys: Capture, tmp_path: Path) -> None:
    heavy = tmp_path / "logo.png"
    heavy.write_bytes(b"x" * 600_000)
    said = run("create", "garrigues", *NAME, "--logo", str(heavy), capsys=capsys, code=2)
    assert "500 ko au plus" in said


def test_a_colleague_is_invited_by_a_link_and_a_mail(base: Database, capsys: Capture) -> None:
    run("create", "garrigues", *NAME, capsys=capsys)
    said = run(
        "invite", "garrigues", "--email", "a@exemple.fr", "--role", "admin", "--function", "secrétaire", capsys=capsys
    )
    assert "Invitation de a@exemple.fr comme administrateur, bonne jusqu'au" in said
    found = re.search(r"http://127\.0\.0\.1:8000/garrigues/invitation/(\S+)", said)
    assert found is not None
    with base.read() as session:
        service = known_service(session, "garrigues")
    with base.read(service_id=service.id) as session:
        read = read_invitation(session, found[1], on=NOON.date())
        mail = session.scalars(select(OutboxMail)).one()
    assert read is not None
    assert (read.state, read.function, read.email) == (InvitationState.OPEN, "secrétaire", "a@exemple.fr")
    assert found[0] in mail.text


def test_a_base_without_tables_is_told(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{tmp_path / 'vide.db'}")
    assert "lancez d'abord « jalon db upgrade »" in run("list", capsys=capsys, code=2)


@pytest.mark.parametrize("command", ["create", "update", "list", "invite"])
def test_the_help_is_in_french(command: str, capsys: Capture) -> None:
    assert "Utilisation" in run(command, "--help", capsys=capsys)
