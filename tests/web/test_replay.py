"""What the staff typed comes back when the session ended, or when its second step is missing; a file cannot."""

from __future__ import annotations

from io import BytesIO

from app.domain.roles import Role
from tests.web.client import Page, StrictClient
from tests.web.people import Portal, account, membership, signed_in

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = {"titre": "À relire", "mots": "Où est l'eau ?", "cle": "k" * 22}


def sent(client: StrictClient, path: str, *, after: str = "/spsti45/connexion", **data: object) -> Page:
    token = client.tokens(after)
    return client.read(client.raw("POST", path, status=401, data={**token, **data}, headers=FROM_HERE))


def hidden(page: Page) -> dict[str, str]:
    fields = page.tree.xpath("//main//input[@type='hidden'][@name!='csrf_token']")
    return {field.get("name"): field.get("value") for field in fields}


def test_a_form_sent_after_the_session_ended_comes_back_whole(portal: Portal) -> None:
    page = sent(StrictClient(portal.app), f"/{portal.slug}/service/remarques/nouvelle", **TYPED)
    assert hidden(page) == TYPED


def test_a_form_sent_before_the_second_step_of_signing_in_waits_on_its_page(portal: Portal) -> None:
    someone = account(portal.database, "ergonome@exemple.fr")
    membership(portal.database, portal.service, someone, role=Role.ADVISER)
    half = signed_in(portal.app, portal.database, someone)
    page = sent(half, f"/{portal.slug}/service/remarques/nouvelle", after=f"/{portal.slug}/compte", **TYPED)
    assert hidden(page) == TYPED
    assert page.tree.xpath("//main//a[contains(@href, '/second-facteur')]")


def test_a_file_is_said_to_be_chosen_again(portal: Portal) -> None:
    path = f"/{portal.slug}/service/adherents/import"
    page = sent(StrictClient(portal.app), path, cle="k" * 22, fichier=(BytesIO(b"siret"), "adherents.csv"))
    assert hidden(page) == {}
    assert "choisissez-le de nouveau" in page.text
    assert "Rien n'est perdu" not in page.text.replace("’", "'")
