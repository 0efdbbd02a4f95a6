"""Services of an installation: opened, changed, refused in words; on both engines."""

from __future__ import annotations

import pytest

from app.domain.entrances import RESERVED, has_entrance
from app.intake.images import PNG, Picture
from app.models.engine import Database
from app.models.service import DEFAULT_COLOUR
from app.services.prevention_services import (
    ServiceFacts,
    ServiceRefused,
    create_service,
    find_service,
    known_service,
    logo_of,
    services_of,
    update_service,
)
from tests.engines import NOON

LOGO = Picture(media_type=PNG, width=1, height=1, content=b"pixels")


def create(database: Database, slug: str = "garrigues", **facts: object) -> None:
    create_service(database, slug, ServiceFacts(**{"name": "Santé Travail", **facts}), at=NOON)  # type: ignore[arg-type]  # facts of a test


def test_a_service_is_made_with_what_was_said_and_the_colour_of_the_portal(database: Database) -> None:
    create(database, phone="04 65 71 20 30", reception=True, logo=LOGO)
    with database.read() as session:
        made = known_service(session, "garrigues")
        assert (made.name, made.zone, made.colour) == ("Santé Travail", "Europe/Paris", DEFAULT_COLOUR)
        assert (made.phone, made.address, made.reception) == ("04 65 71 20 30", "", True)
        logo = logo_of(session, "garrigues")
        assert logo is not None
        assert (logo.media_type, logo.content) == (PNG, b"pixels")
        assert len(made.logo_sha256 or "") == 64


def test_a_change_leaves_what_it_does_not_say(database: Database) -> None:
    create(database, phone="04 65 71 20 30", reception=True)
    update_service(database, "garrigues", ServiceFacts(colour="#7A1F3D", phone="", reception=False))
    with database.read() as session:
        made = known_service(session, "garrigues")
    assert (made.name, made.colour, made.phone, made.reception) == ("Santé Travail", "#7a1f3d", "", False)


@pytest.mark.parametrize(
    ("slug", "facts", "said"),
    [
        ("Garrigues", {}, "minuscules sans accent"),
        ("g", {}, "2 à 39 signes"),
        ("3garrigues", {}, "commence par une lettre"),
        ("g" * 40, {}, "2 à 39 signes"),
        ("garrigues\n", {}, "minuscules"),
        ("exemples", {}, "adresse du portail"),
        ("langue", {}, "adresse du portail"),
        ("garrigues", {"name": None}, "Il manque le nom"),
        ("garrigues", {"zone": "Europe/Montpellier"}, "« Europe/Montpellier » est inconnu"),
        ("garrigues", {"colour": "#ffcc00"}, "son contraste est de 1,"),
        ("garrigues", {"colour": "petrol"}, "#0b4f6c"),
    ],
)
def test_what_a_service_cannot_be_is_refused_and_nothing_is_written(
    database: Database, slug: str, facts: dict[str, object], said: str
) -> None:
    with pytest.raises(ServiceRefused, match=said):
        create(database, slug, **facts)
    with database.read() as session:
        assert services_of(session) == ()


def test_the_same_code_is_not_given_twice(database: Database) -> None:
    create(database)
    with pytest.raises(ServiceRefused, match="existe déjà : changez-le avec « jalon service update garrigues »"):
        create(database, name="Autre")
    with database.read() as session:
        assert known_service(session, "garrigues").name == "Santé Travail"


def test_a_change_that_is_refused_changes_nothing(database: Database) -> None:
    create(database)
    with pytest.raises(ServiceRefused, match="trop claire"):
        update_service(database, "garrigues", ServiceFacts(name="Autre", colour="#ffffff"))
    with pytest.raises(ServiceRefused, match=r"« cevennes »\. Services de cette base : garrigues\."):
        update_service(database, "cevennes", ServiceFacts(name="Autre"))
    with database.read() as session:
        assert known_service(session, "garrigues").name == "Santé Travail"
        assert find_service(session, "cevennes") is None


def test_without_a_logo_there_is_none_to_serve(database: Database) -> None:
    create(database)
    with database.read() as session:
        assert logo_of(session, "garrigues") is None
        assert logo_of(session, "nulle-part") is None


@pytest.mark.parametrize("slug", ["exemples", "a\x00b", "été", "a\nb"])
def test_an_address_no_service_can_have_is_no_entrance(slug: str) -> None:
    assert not has_entrance(slug)


def test_the_examples_and_the_answers_files_are_no_entrance() -> None:
    assert {"exemples", "local"} <= RESERVED
