"""Headers of every answer, cookies, and how long files may be kept."""

from __future__ import annotations

import hashlib
import re

import pytest
from flask import Flask, render_template_string, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.factory import create_app
from app.settings import Settings
from app.web.doors import Door, access
from tests.web.client import StrictClient
from tests.web.conftest import MakeApp


@pytest.mark.parametrize("path", ["/", "/nulle-part", "/healthz", "/static/jalon.css", "/static/nulle-part.css"])
def test_every_answer_carries_the_security_headers(make_app: MakeApp, path: str) -> None:
    answer = make_app().test_client().get(path, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


open_to_all = access(Door.OPEN)


def test_a_page_with_a_script_gets_a_nonce_of_its_own(make_app: MakeApp) -> None:
    app = make_app()
    app.add_url_rule(
        "/script", view_func=open_to_all(lambda: render_template_string('<script nonce="{{ csp_nonce() }}"></script>'))
    )
    nonces = set()
    for _ in range(2):
        answer = app.test_client().get("/script")
        found = re.search(r'nonce="([^"]{20,})"', answer.text)
        assert found is not None
        assert f"script-src 'nonce-{found[1]}'" in answer.headers["Content-Security-Policy"]
        nonces.add(found[1])
    assert len(nonces) == 2


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [("https://jalon.exemple.fr", True), ("http://127.0.0.1:8000", False), ("https://localhost", False)],
)
def test_strict_transport_is_for_public_https_only(make_app: MakeApp, base_url: str, *, sent: bool) -> None:
    answer = make_app(base_url=base_url).test_client().get("/healthz")
    assert ("Strict-Transport-Security" in answer.headers) is sent


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_http(make_app: MakeApp) -> None:
    cookie = _cookie_of(make_app(base_url="https://jalon.exemple.fr"))
    assert cookie.startswith("__Host-jalon=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert _cookie_of(make_app()).startswith("jalon=")


def test_the_cookie_is_signed_with_a_hash_that_still_holds(make_app: MakeApp) -> None:
    app = make_app()
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)
    signer = interface.get_signing_serializer(app)
    assert signer is not None
    assert len(signer.dumps({"a": 1}).rpartition(".")[2]) == 43  # 256 bits in base 64
    weak = URLSafeTimedSerializer(
        app.secret_key or "",
        salt=interface.salt,
        serializer=interface.serializer,
        signer_kwargs={"key_derivation": interface.key_derivation, "digest_method": hashlib.sha1},
    )
    with pytest.raises(BadSignature):
        signer.loads(weak.dumps({"_user_id": "x"}))


def _cookie_of(app: Flask) -> str:
    def remember() -> str:
        session["seen"] = True
        return "ok"

    app.add_url_rule("/remember", view_func=open_to_all(remember))
    return app.test_client().get("/remember").headers["Set-Cookie"]


def test_a_static_file_is_kept_for_a_year_under_the_hash_of_its_content(client: StrictClient) -> None:
    links = client.get("/").tree.xpath("//link/@href")
    assert len(links) == 2
    for link in links:
        assert re.fullmatch(r"/static/[a-z.]+\?v=[0-9a-f]{12}", link)
        assert "immutable" in client.raw("GET", link, status=200).headers["Cache-Control"]
        stale = re.sub(r"v=.*", "v=000000000000", link)
        assert client.raw("GET", stale, status=200).headers["Cache-Control"] == "no-cache"


def test_another_host_name_is_refused(make_app: MakeApp) -> None:
    app = make_app(base_url="https://jalon.exemple.fr")
    client = StrictClient(app)
    answer = client.raw("GET", "/", status=400, headers={"Host": "ailleurs.exemple"})
    assert answer.text == "Ce site ne répond pas sous ce nom.\n"
    client.get("/", headers={"Host": "jalon.exemple.fr"})


def test_settings_without_secrets_build_no_application() -> None:
    with pytest.raises(ValueError, match="prepare_instance"):
        create_app(Settings.from_env({}))
