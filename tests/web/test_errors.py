"""Error pages: French, in the look, with a way on."""

from __future__ import annotations

import pytest
from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from app.factory import LARGEST_REQUEST
from app.web.doors import Door, access
from tests.web.client import StrictClient
from tests.web.conftest import MakeApp

open_to_all = access(Door.OPEN)


def test_a_page_that_does_not_exist(client: StrictClient) -> None:
    page = client.get("/nulle-part", status=404)
    assert page.h1 == "Page introuvable"
    assert page.links()["Revenir à l’accueil"] == "/"


def test_a_method_the_page_does_not_take(client: StrictClient) -> None:
    answer = client.raw("POST", "/", status=405)
    assert client.read(answer).h1 == "Action impossible ici"
    assert "GET" in answer.headers["Allow"]


def test_a_request_that_is_too_big(make_app: MakeApp) -> None:
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/envoi", methods=["POST"], view_func=open_to_all(lambda: str(len(request.get_data()))))
    client = StrictClient(app)
    assert client.raw("POST", "/envoi", status=200, data=b"x" * 1000).text == "1000"
    answer = client.raw("POST", "/envoi", status=413, data=b"x" * (LARGEST_REQUEST + 1))
    assert "5\u00a0Mo" in client.read(answer).text


def test_an_unforeseen_fault_shows_a_page_and_nothing_of_the_fault(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    app = make_app()
    app.add_url_rule("/panne", view_func=open_to_all(broken))
    page = StrictClient(app).get("/panne", status=500)
    assert page.h1 == "Une erreur de notre côté"
    assert "secret detail" not in page.answer.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("code", "h1"), [(403, "Accès refusé"), (418, "Demande mal formée"), (503, "Une erreur de notre côté")]
)
def test_every_other_error_reads_as_its_family(make_app: MakeApp, code: int, h1: str) -> None:
    app = make_app()
    app.add_url_rule("/refus", view_func=open_to_all(lambda: abort(code)))
    assert StrictClient(app).get("/refus", status=code).h1 == h1


def test_a_redirection_passes_through(make_app: MakeApp) -> None:
    def elsewhere() -> ResponseReturnValue:
        abort(redirect("/"))

    app = make_app()
    app.add_url_rule("/ancien", view_func=open_to_all(elsewhere))
    assert app.test_client().get("/ancien").headers["Location"] == "/"
