"""What the server itself refuses, before the application: asked through a socket, as no browser would."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.models.migrate import upgrade
from tests.robustness.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("http")
    address = f"sqlite:///{folder / 'jalon.db'}"
    upgrade(address)
    running = Server(address=address, folder=folder)
    running.start()
    yield running
    running.kill()


def ask(server: Server, *lines: str, body: str = "") -> str:
    """The status line and the rest of what comes back until the server closes or is silent."""
    request = "\r\n".join((*lines, f"Host: 127.0.0.1:{server.port}", "Connection: close", "", body))
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as wire:
        wire.sendall(request.encode("latin-1"))
        answer = b""
        while piece := wire.recv(65_536):
            answer += piece
    return answer.decode("latin-1")


def test_a_plain_request_is_answered_and_does_not_name_the_versions(server: Server) -> None:
    answer = ask(server, "GET /healthz HTTP/1.1")
    assert answer.startswith("HTTP/1.1 200 ")
    (software,) = [line for line in answer.split("\r\n") if line.lower().startswith("server:")]
    assert not any(sign.isdigit() for sign in software)


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 6", "Transfer-Encoding: chunked"),
        ("Content-Length: 6", "Content-Length: 7"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: +6",),
        ("Content-Length: 0x6",),
    ],
)
def test_a_request_of_two_lengths_is_refused(server: Server, lines: tuple[str, ...]) -> None:
    answer = ask(server, "POST /langue/en HTTP/1.1", *lines, body="0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n")
    assert answer.startswith(("HTTP/1.1 400 ", "HTTP/1.1 501 ")), answer[:200]
    assert answer.count("HTTP/1.1 ") == 1


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_methods_that_no_page_takes_repeat_nothing(server: Server, method: str) -> None:
    answer = ask(server, f"{method} / HTTP/1.1", "X-Secret: perroquet")
    assert answer.startswith(("HTTP/1.1 405 ", "HTTP/1.1 400 ")), answer[:200]
    assert "perroquet" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/../wsgi.py",
        "/static/%2e%2e/factory.py",
        "/static/..%2f..%2fwsgi.py",
        "/instance/seal_key",
    ],
)
def test_nothing_of_the_disk_is_served_but_the_static_files(server: Server, path: str) -> None:
    answer = ask(server, f"GET {path} HTTP/1.1")
    assert answer.startswith(("HTTP/1.1 404 ", "HTTP/1.1 400 ")), answer[:200]
    assert "create_app" not in answer
