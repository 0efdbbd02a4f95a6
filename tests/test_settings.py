"""Settings: everything wrong is said at once, in words; secrets are written once, for their owner alone."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import VARIABLES, Settings, SettingsError, is_loopback, prepare_instance
from app.settings_mail import MailFrom, Security, SmtpServer

KEY = "k" * 32
OTHER_KEY = "o" * 32


def test_an_empty_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({})
    assert settings.instance == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/jalon.sqlite"
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, False)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert not settings.secure
    assert list(tmp_path.iterdir()) == [], "reading the environment writes nothing"


def test_a_whole_environment_is_read() -> None:
    settings = Settings.from_env(
        {
            "JALON_INSTANCE": "/srv/jalon",
            "JALON_DATABASE_URL": "postgres://jalon:mot@base/jalon",
            "JALON_SECRET_KEY": KEY,
            "JALON_SEAL_KEY": OTHER_KEY,
            "JALON_HOST": "0.0.0.0",
            "JALON_PORT": "8123",
            "JALON_BASE_URL": "https://jalon.exemple.fr/",
            "JALON_DEMO": "Non",
            "HOME": "/ignored",
        }
    )
    assert settings.database_url == "postgresql+psycopg://jalon:mot@base/jalon"
    assert (settings.secret_key, settings.seal_key) == (KEY, OTHER_KEY)
    assert (settings.base_url, settings.public_host, settings.secure) == (
        "https://jalon.exemple.fr",
        "jalon.exemple.fr",
        True,
    )


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(
            {
                "JALON_PORT": "80000",
                "JALON_DEMO": "peut-être",
                "JALON_SECRET_KEY": "court",
                "JALON_DATABASE_URL": "mysql://jalon:motdepasse@base/jalon",
                "JALON_BASE_URL": "http://jalon.exemple.fr",
                "JALON_DATABSE_URL": "sqlite:////x",
                "JALON_SMTP_URL": "smtp://jalon:motdepasse@courrier/chemin",
            }
        )
    names = [fault.split(" : ")[0] for fault in refused.value.faults]
    assert names == [
        "JALON_DATABSE_URL",
        "JALON_DEMO",
        "JALON_PORT",
        "JALON_DATABASE_URL",
        "JALON_SECRET_KEY",
        "JALON_BASE_URL",
        "JALON_SMTP_URL",
        "JALON_MAIL_FROM",
    ]
    said = str(refused.value)
    assert said.startswith("Jalon ne peut pas démarrer avec ces réglages :\n- ")
    assert "Vouliez-vous dire JALON_DATABASE_URL ?" in said
    assert "motdepasse" not in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("JALON_PORT", "0", "un nombre de 1 à 65535"),
        ("JALON_PORT", "١٢", "un nombre de 1 à 65535"),
        ("JALON_PORT", "8000 ; rm", "un nombre de 1 à 65535"),
        ("JALON_DATABASE_URL", "sqlite:///relatif.sqlite", "absolu"),
        ("JALON_DATABASE_URL", "sqlite://", "absolu"),
        ("JALON_DATABASE_URL", "postgresql://", "attendue"),
        ("JALON_BASE_URL", "jalon.exemple.fr", "n'est pas une adresse en https"),
        ("JALON_BASE_URL", "https://[::1", "n'est pas une adresse"),
        ("JALON_BASE_URL", "https://jalon.exemple.fr:x", "n'est pas une adresse"),
        ("JALON_BASE_URL", "https://jalon.exemple.fr/portail", "sans chemin ni compte"),
        ("JALON_BASE_URL", "http://10.0.0.3", "https est obligatoire"),
        ("JALON_HOST", "0.0.0.0", "adresse publique attendue"),
        ("JALON_ZZZ", "1", "Réglages connus"),
    ],
)
def test_a_wrong_value_says_what_is_accepted(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({name: value})
    assert len(refused.value.faults) == 1
    assert words in refused.value.faults[0]


@pytest.mark.parametrize(
    ("address", "server"),
    [
        (
            "smtp://compte%40exemple.fr:se%2Fcret@courrier.exemple.fr:2587",
            SmtpServer(
                host="courrier.exemple.fr",
                port=2587,
                security=Security.STARTTLS,
                user="compte@exemple.fr",
                password="se/cret",
            ),
        ),
        ("smtp://courrier.exemple.fr/", SmtpServer(host="courrier.exemple.fr", port=587, security=Security.STARTTLS)),
        ("smtps://courrier.exemple.fr", SmtpServer(host="courrier.exemple.fr", port=465, security=Security.TLS)),
        ("smtp://127.0.0.1:1025", SmtpServer(host="127.0.0.1", port=1025, security=Security.NONE)),
        ("smtp://[::1]", SmtpServer(host="::1", port=25, security=Security.NONE)),
        ("smtps://localhost", SmtpServer(host="localhost", port=465, security=Security.TLS)),
    ],
)
def test_a_mail_server_is_read_and_encrypted_beyond_this_machine(address: str, server: SmtpServer) -> None:
    settings = Settings.from_env({"JALON_SMTP_URL": address, "JALON_MAIL_FROM": "jalon@exemple.fr"})
    assert settings.smtp == server
    assert server.password not in repr(server) or not server.password


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("courrier.exemple.fr", "n'est pas l'adresse d'un serveur"),
        ("http://courrier.exemple.fr", "n'est pas l'adresse d'un serveur"),
        ("smtp://", "n'est pas l'adresse d'un serveur"),
        ("smtp://motdepasse:0", "n'est pas l'adresse d'un serveur"),
        ("smtp://a:motdepasse@courrier:port", "illisible"),
        ("smtp://a:mot/de:passe@courrier:587", "illisible"),
        ("smtp://a:motdepasse@courrier:99999", "illisible"),
        ("smtp://a:motdepasse@courrier:587/boite", "rien n'est attendu après le port"),
        ("smtp://motdepasse@courrier:587", "vont ensemble"),
        ("smtp://:motdepasse@courrier:587", "vont ensemble"),
        ("smtp://a:motdepass%C3%A9@courrier:587", "sans accent"),
        ("smtp://a:motdepasse%0A@courrier:587", "sans signe invisible"),
    ],
)
def test_a_wrong_mail_server_is_refused_without_its_secret(address: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"JALON_SMTP_URL": address, "JALON_MAIL_FROM": "jalon@exemple.fr"})
    (fault,) = refused.value.faults
    assert words in fault
    assert "motdepass" not in fault


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("jalon@exemple.fr", MailFrom(name="", address="jalon@exemple.fr")),
        ("SPSTI d'Orléans <jalon@exemple.fr>", MailFrom(name="SPSTI d'Orléans", address="jalon@exemple.fr")),
        (
            '"Service, prévention" <a.b+c@x.exemple.fr>',
            MailFrom(name="Service, prévention", address="a.b+c@x.exemple.fr"),
        ),
    ],
)
def test_the_sender_of_mails_is_read(text: str, sender: MailFrom) -> None:
    assert Settings.from_env({"JALON_MAIL_FROM": text}).mail_from == sender


@pytest.mark.parametrize(
    "text",
    [
        "SPSTI",
        "SPSTI <jalon>",
        "a@b.fr, c@d.fr",
        "<a@b.fr> <c@d.fr>",
        "é@exemple.fr",
        "a\nBcc: x@y.fr <a@b.fr>",
        "n" * 101 + "<a@b.fr>",
    ],
)
def test_a_wrong_sender_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="Attendu : Service de prévention"):
        Settings.from_env({"JALON_MAIL_FROM": text})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "jalon.exemple.fr"])
def test_a_demonstration_never_opens_to_the_network(host: str) -> None:
    environ = {"JALON_DEMO": "oui", "JALON_HOST": host, "JALON_BASE_URL": "https://jalon.exemple.fr"}
    with pytest.raises(SettingsError, match="sont connus de tous"):
        Settings.from_env(environ)


def test_a_demonstration_is_not_published_through_a_proxy() -> None:
    shown = {"JALON_DEMO": "oui", "JALON_BASE_URL": "https://jalon.exemple.fr"}
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(shown)
    assert any(fault.startswith("JALON_BASE_URL") for fault in refused.value.faults)
    assert Settings.from_env({**shown, "JALON_BASE_URL": "https://localhost:8443"}).demo


def test_a_demonstration_keeps_its_own_database() -> None:
    assert Settings.from_env({"JALON_DEMO": "oui"}).database_url.endswith("/instance/demo.sqlite")


def test_one_key_cannot_serve_twice() -> None:
    with pytest.raises(SettingsError, match="JALON_SEAL_KEY : doit différer"):
        Settings.from_env({"JALON_SECRET_KEY": KEY, "JALON_SEAL_KEY": KEY})


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x.fr", False)],
)
def test_what_stays_on_this_machine(host: str, *, inside: bool) -> None:
    assert is_loopback(host) is inside


def test_secrets_are_written_once_for_their_owner_alone(tmp_path: Path) -> None:
    settings = Settings.from_env({"JALON_INSTANCE": str(tmp_path / "a" / "instance")})
    first = prepare_instance(settings)
    assert len(first.secret_key) >= 32
    assert first.secret_key != first.seal_key
    for name in ("secret_key", "seal_key"):
        assert stat.S_IMODE((first.instance / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(first.instance.stat().st_mode) == 0o700
    assert prepare_instance(settings) == first


def test_a_secret_of_the_environment_is_not_written(tmp_path: Path) -> None:
    settings = Settings.from_env({"JALON_INSTANCE": str(tmp_path), "JALON_SECRET_KEY": KEY})
    assert prepare_instance(settings).secret_key == KEY
    assert [path.name for path in tmp_path.iterdir()] == ["seal_key"]


def test_a_lost_secret_is_refused_not_replaced(tmp_path: Path) -> None:
    settings = Settings.from_env({"JALON_INSTANCE": str(tmp_path)})
    prepare_instance(settings)
    (tmp_path / "seal_key").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="secret vide ou trop court"):
        prepare_instance(settings)


def test_a_secret_that_is_no_text_is_refused_like_a_cut_one(tmp_path: Path) -> None:
    (tmp_path / "seal_key").write_bytes(b"\xff" * 64)
    with pytest.raises(SettingsError, match="seal_key"):
        prepare_instance(replace(Settings.from_env({}), instance=tmp_path))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings = replace(Settings.from_env({}), instance=tmp_path / "file" / "instance")
    with pytest.raises(SettingsError, match="impossible d'écrire"):
        prepare_instance(settings)


def test_the_readme_lists_every_variable_as_it_is() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `JALON_")]
    assert rows == [f"| `{v.name}` | {v.default} | {v.meaning} |" for v in VARIABLES]
