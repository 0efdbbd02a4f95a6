"""The pictures of docs/screens: which page, seen by whom, in which state, after which gesture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

Gesture = Callable[[Page], None]

SEND = "main form button:not(.govuk-visually-hidden):visible"
"""The first button of the page that people see."""
SAVE = "main form button[value=enregistrer]"

TOITURES, AUBERGE, EPICERIE = "gerante@toitures.example", "gerant@auberge.example", "gerante@epicerie.example"
COUVERTURE, MACONNERIE = "gerante@couverture.example", "directeur@maconnerie.example"
MENUISERIE, TRANSPORTS = "directrice@menuiserie.example", "gerant@transports.example"
RESIDENCE, AIDE, READER = "directeur@residence.example", "directrice@aide.example", "cse@aide.example"
ETUDES, TRAITEUR = "gerant@clairlogis.example", "gerante@traiteur.example"
ACCOUNTANT, ADVISER = "cabinet@comptes.example", "ergonome@garrigues.example"
ADMIN = "admin@garrigues.example"
PILOT = "pilote@garrigues.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One picture, taken at every width."""

    name: str
    """Page and state: `hub-full`."""
    path: str
    """Address under the entrance; `{code}` is the base of a firm's pages, `{code_measure}` that of an action."""
    who: str = ""
    """Address of who is signed in; empty for nobody."""
    act: Gesture | None = None
    """What is done on the page before the picture."""


def fill(values: dict[str, str], *, send: str = SEND) -> Gesture:
    """Types into fields by their name, then presses a button; an empty `send` presses none."""

    def gesture(page: Page) -> None:
        for name, value in values.items():
            page.locator(f'main [name="{name}"]').first.fill(value)
        if send:
            press(send)(page)

    return gesture


def press(selector: str) -> Gesture:
    """Presses the first such control, and waits for the next page."""

    def gesture(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("load")

    return gesture


def tick(*selectors: str, send: str) -> Gesture:
    """Ticks boxes even where the page's script would untick another, then presses a button."""

    def gesture(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.evaluate("box => { box.checked = true }")
        press(send)(page)

    return gesture


def give_code(page: Page) -> None:
    """Copies the code that the demonstration shows on the page that asks for it."""
    page.locator("main input[name=code_appli]").fill(page.locator("main b.jl-nowrap").first.inner_text())
    press(SEND)(page)


def as_staff(then: Gesture | None = None) -> Gesture:
    """Gives the second factor when the page asks for it, then does something."""

    def gesture(page: Page) -> None:
        if page.locator("main input[name=code_appli]").count():
            give_code(page)
        if then is not None:
            then(page)

    return gesture


PASSWORD_FORM = "main section[aria-labelledby=par-mot-de-passe] button"  # noqa: S105 (a selector)

OPEN = (
    Screen(name="entrance-full", path="/"),
    Screen(name="who-sees-full", path="/qui-voit-quoi"),
    Screen(name="legal-full", path="/mentions-legales"),
    Screen(name="privacy-full", path="/donnees-personnelles"),
    Screen(name="sign-up-empty", path="/inscription"),
    Screen(name="sign-up-error", path="/inscription", act=fill({"adresse": "claire@"})),
    Screen(name="sign-in-full", path="/connexion"),
    Screen(
        name="sign-in-error",
        path="/connexion",
        act=fill({"identifiant": TOITURES, "mot_de_passe": "pas le bon"}, send=PASSWORD_FORM),
    ),
    Screen(name="sign-in-code-partial", path="/connexion", act=fill({"adresse": "claire@exemple.fr"})),
    Screen(name="forgotten-empty", path="/connexion/mot-de-passe-oublie"),
    Screen(name="trial-empty", path="/essai"),
    Screen(name="trial-error", path="/essai", act=fill({"effectif": "beaucoup"})),
    Screen(name="trial-partial", path="/essai", act=fill({"activite": "couvreur", "effectif": "8"})),
    Screen(name="invitation-error", path="/invitation/" + "x" * 43),
    Screen(name="error-404", path="/page-absente"),
    Screen(name="mails-full", path="/demo/courriels"),
)

FIRM = (
    Screen(name="landing-full", path="/mes-entreprises", who=ACCOUNTANT),
    Screen(name="firm-create-empty", path="/entreprise/nouvelle", who=TRAITEUR),
    Screen(name="firm-create-error", path="/entreprise/nouvelle", who=TRAITEUR, act=press(SAVE)),
    Screen(name="firm-full", path="{toitures}/entreprise", who=TOITURES),
    Screen(name="firm-closed", path="{etudes}/entreprise", who=ETUDES),
    Screen(name="firm-claimed", path="{traiteur}/entreprise", who=TRAITEUR),
    Screen(name="firm-edit-full", path="{toitures}/entreprise/modifier", who=TOITURES),
    Screen(
        name="firm-edit-error",
        path="{toitures}/entreprise/modifier",
        who=TOITURES,
        act=fill({"siret": "000 000 018 00011", "effectif": "-3"}, send=SAVE),
    ),
    Screen(name="units-empty", path="{epicerie}/unites", who=EPICERIE),
    Screen(name="units-partial", path="{restaurant}/unites", who=AUBERGE),
    Screen(name="units-full", path="{residence}/unites", who=RESIDENCE),
    Screen(name="unit-empty", path="{epicerie}/unites/nouvelle", who=EPICERIE),
    Screen(name="unit-full", path="{toitures}/unites/UT1", who=TOITURES),
    Screen(name="unit-error", path="{epicerie}/unites/nouvelle", who=EPICERIE, act=fill({"total": "trois"})),
    Screen(name="hub-empty", path="{epicerie}/", who=EPICERIE),
    Screen(name="hub-partial", path="{restaurant}/", who=AUBERGE),
    Screen(name="hub-full", path="{toitures}/", who=TOITURES),
    Screen(name="hub-validated", path="{menuiserie}/", who=MENUISERIE),
    Screen(name="hub-reader", path="{aide}/", who=READER),
)

THEME = (
    Screen(name="themes-empty", path="{epicerie}/themes", who=EPICERIE),
    Screen(name="themes-full", path="{menuiserie}/themes", who=MENUISERIE),
    Screen(name="theme-empty", path="{epicerie}/themes/chaleur", who=EPICERIE),
    Screen(name="theme-partial", path="{restaurant}/themes/chaleur", who=AUBERGE),
    Screen(name="theme-full", path="{couverture}/themes/chaleur", who=COUVERTURE),
    Screen(name="theme-aside", path="{etudes}/themes/chaleur", who=ETUDES),
    Screen(name="screening-empty", path="{epicerie}/themes/chaleur/reperage", who=EPICERIE),
    Screen(name="screening-full", path="{toitures}/themes/chaleur/reperage", who=TOITURES),
    Screen(
        name="screening-error",
        path="{epicerie}/themes/chaleur/reperage",
        who=EPICERIE,
        act=tick('main input[value="seul"]', 'main input[value="aucune"]', send=SEND),
    ),
    Screen(name="grid-partial", path="{traiteur}/themes/chaleur/frequence", who=TRAITEUR),
    Screen(name="grid-two-units", path="{restaurant}/themes/chaleur/frequence", who=AUBERGE),
    Screen(name="grid-full", path="{residence}/themes/chaleur/frequence", who=RESIDENCE),
    Screen(name="section-empty", path="{traiteur}/themes/chaleur/organisation", who=TRAITEUR),
    Screen(name="section-partial", path="{restaurant}/themes/chaleur/organisation", who=AUBERGE),
    Screen(name="section-full", path="{toitures}/themes/chaleur/eau_repos", who=TOITURES),
    Screen(name="section-units", path="{transports}/themes/chaleur/eau_repos", who=TRANSPORTS),
    Screen(name="section-table", path="{residence}/themes/chaleur/documents", who=RESIDENCE),
    Screen(
        name="section-error",
        path="{couverture}/themes/chaleur/eau_repos",
        who=COUVERTURE,
        act=fill({"ch_eau_chantier_litres": "deux ou trois"}),
    ),
    Screen(name="cards-empty", path="{traiteur}/themes/chaleur/situations", who=TRAITEUR),
    Screen(name="cards-partial", path="{restaurant}/themes/chaleur/situations", who=AUBERGE),
    Screen(name="cards-full", path="{toitures}/themes/chaleur/situations", who=TOITURES),
    Screen(name="by-hand-full", path="{toitures}/themes/chaleur/situations/dehors/UT1", who=TOITURES),
    Screen(name="check-empty", path="{epicerie}/themes/chaleur/verifier", who=EPICERIE),
    Screen(name="check-partial", path="{restaurant}/themes/chaleur/verifier", who=AUBERGE),
    Screen(name="check-full", path="{toitures}/themes/chaleur/verifier", who=TOITURES),
    Screen(name="submit-full", path="{couverture}/themes/chaleur/soumettre", who=COUVERTURE),
    Screen(name="help-empty", path="{couverture}/themes/chaleur/aide", who=COUVERTURE),
    Screen(name="help-full", path="{restaurant}/themes/chaleur/aide", who=AUBERGE),
)

PLAN = (
    Screen(name="plan-empty", path="{epicerie}/plan", who=EPICERIE),
    Screen(name="plan-partial", path="{couverture}/plan", who=COUVERTURE),
    Screen(name="plan-full", path="{transports}/plan", who=TRANSPORTS),
    Screen(name="plan-program", path="{residence}/plan", who=RESIDENCE),
    Screen(name="action-empty", path="{toitures}/plan/ajouter", who=TOITURES),
    Screen(name="action-full", path="{toitures_ch_m_plan_page}", who=TOITURES),
    Screen(
        name="action-error",
        path="{toitures}/plan/ajouter",
        who=TOITURES,
        act=press(SEND),
    ),
    Screen(name="closing-empty", path="{transports_ch_m_plan_page}/fait", who=TRANSPORTS),
    Screen(
        name="closing-error",
        path="{transports_ch_m_plan_page}/fait",
        who=TRANSPORTS,
        act=press(SEND),
    ),
    Screen(name="drop-empty", path="{transports_ch_m_plan_page}/abandonner", who=TRANSPORTS),
)

DOCUMENT = (
    Screen(name="document-empty", path="{epicerie}/document", who=EPICERIE),
    Screen(name="document-partial", path="{couverture}/document", who=COUVERTURE),
    Screen(name="document-full", path="{menuiserie}/document", who=MENUISERIE),
    Screen(name="validate-empty", path="{couverture}/document/valider", who=COUVERTURE),
    Screen(
        name="validate-error",
        path="{couverture}/document/valider",
        who=COUVERTURE,
        act=press("main form button[name=valider] >> nth=-1"),
    ),
    Screen(name="validate-refused", path="{epicerie}/document/valider", who=EPICERIE),
    Screen(name="validate-size-50", path="{residence}/document/valider", who=RESIDENCE),
    Screen(name="version-full", path="{menuiserie}/document/versions/2", who=MENUISERIE),
    Screen(name="transmit-full", path="{menuiserie}/document/versions/1/transmettre", who=MENUISERIE),
    Screen(name="receipt-full", path="{menuiserie}/document/versions/2/recu", who=MENUISERIE),
    Screen(name="error-403", path="{aide}/document/valider", who=READER),
)

PEOPLE = (
    Screen(name="exchanges-empty", path="{epicerie}/echanges", who=EPICERIE),
    Screen(name="exchanges-partial", path="{toitures}/echanges", who=TOITURES),
    Screen(name="exchanges-full", path="{aide}/echanges", who=AIDE),
    Screen(name="exchanges-error", path="{toitures}/echanges", who=TOITURES, act=press(SEND)),
    Screen(name="people-empty", path="{toitures}/personnes", who=TOITURES),
    Screen(name="people-full", path="{aide}/personnes", who=AIDE),
    Screen(
        name="people-error",
        path="{aide}/personnes",
        who=AIDE,
        act=fill({"adresse": "comptable"}, send="main form[action$=personnes] button"),
    ),
    Screen(name="account-full", path="/compte", who=TOITURES),
    Screen(name="account-confirm", path="/compte/mot-de-passe", who=TOITURES),
    Screen(name="account-close", path="/compte/fermer", who=TOITURES),
    Screen(name="second-factor-empty", path="/connexion/second-facteur", who=ADVISER),
    Screen(name="second-factor-error", path="/connexion/second-facteur", who=ADVISER, act=fill({"code_appli": "12"})),
    Screen(
        name="staff-home-full", path="/connexion/second-facteur?suite=/garrigues/service/", who=ADVISER, act=give_code
    ),
)

LOG = (
    Screen(name="log-empty", path="/service/journal?categorie=metrologie&mois=2026-11", who=ADVISER, act=as_staff()),
    Screen(name="log-full", path="/service/journal?mois=2026-10", who=ADVISER, act=as_staff()),
    Screen(name="log-corrected", path="/service/journal?mois=2026-11&categorie=conseil", who=ADVISER, act=as_staff()),
    Screen(name="act-empty", path="/service/journal/noter", who=ADVISER, act=as_staff()),
    Screen(
        name="act-partial",
        path="/service/journal/noter",
        who=ADVISER,
        act=as_staff(fill({"cherche": "boulangerie"}, send="main form button[value=chercher]")),
    ),
    Screen(
        name="act-error",
        path="/service/journal/noter",
        who=ADVISER,
        act=as_staff(press("main form button[value=noter]")),
    ),
    Screen(name="sessions-full", path="/service/seances", who=ADVISER, act=as_staff()),
    Screen(name="session-full", path="/service/seances", who=ADVISER, act=as_staff(press("main tbody a"))),
    Screen(name="session-empty", path="/service/seances/nouvelle", who=ADVISER, act=as_staff()),
    Screen(
        name="session-error",
        path="/service/seances/nouvelle",
        who=ADVISER,
        act=as_staff(fill({"titre": "Atelier avec M. Dupont"}, send="main form button[value=enregistrer]")),
    ),
)

MEMBERS_FILE = """siret;raison_sociale;code_naf;effectif;date_effectif;code_postal;secteur;email_contact
732 829 320 00074;Boulangerie du Lavoir;10.71C;4;01/01/2026;34150;Gignac;contact@lavoir.example
7,32829E+13;Garage des Halles;45.20A;3;01/01/2026;34700;Lodève;garage@halles.example
35600000049837;Messagerie du Pont;53.10Z;12,5;01/01/2026;34500;Béziers;
40483304800022;Café de la Gare;56.30Z;deux;31/02/2026;34500;Béziers;cafe@gare
"""
"""Four members: two right, one of them worth a look, two wrong."""


def send_members(page: Page) -> None:
    """Sends the file of members, and waits for what it would do."""
    file = FilePayload(name="adherents.csv", mimeType="text/csv", buffer=MEMBERS_FILE.encode())
    page.locator("main [name=fichier]").set_input_files(file)
    press(SEND)(page)


MEMBERS = (
    Screen(name="members-full", path="/service/adherents", who=ADMIN, act=as_staff()),
    Screen(name="members-upload-empty", path="/service/adherents/import", who=ADMIN, act=as_staff()),
    Screen(name="members-upload-error", path="/service/adherents/import", who=ADMIN, act=as_staff(press(SEND))),
    Screen(name="members-preview-full", path="/service/adherents/import", who=ADMIN, act=as_staff(send_members)),
    Screen(name="members-mailing-full", path="/service/adherents/invitations", who=ADMIN, act=as_staff()),
)


def first_case(then: Gesture | None = None) -> Gesture:
    """Opens the first case of the queue, then does what is asked on its page."""

    def gesture(page: Page) -> None:
        press("main a[href*='/dossier/']")(page)
        if then is not None:
            then(page)

    return gesture


def below(path: str, then: Gesture | None = None) -> Gesture:
    """Goes to an address under the page that is open."""

    def gesture(page: Page) -> None:
        page.goto(page.url.partition("?")[0].partition("#")[0] + path)
        if then is not None:
            then(page)

    return gesture


QUEUE = (
    Screen(name="queue-full", path="/service/file", who=ADVISER, act=as_staff()),
    Screen(name="queue-empty", path="/service/file?cherche=personne", who=ADVISER, act=as_staff()),
    Screen(name="case-full", path="/service/file", who=ADVISER, act=as_staff(first_case())),
    Screen(name="case-hand-on", path="/service/file", who=ADVISER, act=as_staff(first_case(below("/confier")))),
)
"""The queue and a case, as an adviser reads them."""

ACTS = (
    Screen(name="remarks-full", path="/service/remarques", who=ADVISER, act=as_staff()),
    Screen(name="remark-empty", path="/service/remarques/nouvelle", who=ADVISER, act=as_staff()),
    Screen(
        name="remark-error",
        path="/service/remarques/nouvelle",
        who=ADVISER,
        act=as_staff(fill({"mots": "Chez {{societe}}, bravo."}, send="main form.jl-card button")),
    ),
    Screen(
        name="case-add-full",
        path="/service/file",
        who=ADVISER,
        act=as_staff(first_case(below("/ajouter?remarque=deja_arrive"))),
    ),
    Screen(
        name="case-add-error",
        path="/service/file",
        who=ADVISER,
        act=as_staff(first_case(below("/ajouter", press(SEND)))),
    ),
    Screen(name="exchanges-proposed", path="{residence}/echanges", who=RESIDENCE),
    Screen(name="hub-proposed", path="{residence}/", who=RESIDENCE),
)

RUNNING = (
    Screen(name="settings-full", path="/service/reglages", who=ADMIN, act=as_staff()),
    Screen(
        name="settings-error",
        path="/service/reglages",
        who=ADMIN,
        act=as_staff(fill({"couleur": "#ffe08a", "telephone": "appelez"})),
    ),
    Screen(name="team-full", path="/service/equipe", who=ADMIN, act=as_staff()),
    Screen(name="team-error", path="/service/equipe", who=ADMIN, act=as_staff(fill({"adresse": "ergonome@"}))),
    Screen(name="colleague-full", path="/service/equipe", who=ADMIN, act=as_staff(press("main tbody a"))),
    Screen(name="claims-full", path="/service/rattachements", who=ADMIN, act=as_staff()),
    Screen(name="claim-refusal-full", path="/service/rattachements", who=ADMIN, act=as_staff(press("main a.jl-btn"))),
    Screen(name="outbox-full", path="/service/courriels", who=ADMIN, act=as_staff()),
    Screen(name="openings-full", path="/service/ouvertures", who=ADMIN, act=as_staff()),
    Screen(name="campaigns-full", path="/service/campagnes", who=PILOT, act=as_staff()),
    Screen(name="campaign-full", path="/service/campagnes", who=PILOT, act=as_staff(press("main tbody a"))),
    Screen(name="campaign-new-empty", path="/service/campagnes/nouvelle", who=PILOT, act=as_staff()),
    Screen(
        name="campaign-new-error",
        path="/service/campagnes/nouvelle",
        who=PILOT,
        act=as_staff(fill({"action": "Fiche 3"})),
    ),
)

COUNTS = (
    Screen(name="pilot-full", path="/service/pilotage", who=PILOT, act=as_staff()),
    Screen(name="pilot-empty", path="/service/pilotage?annee=2012", who=PILOT, act=as_staff()),
    Screen(name="pilot-error", path="/service/pilotage?du=31/02/2026", who=PILOT, act=as_staff()),
    Screen(name="indicator-full", path="/service/pilotage/JOU-01", who=PILOT, act=as_staff()),
    Screen(name="indicator-rows-full", path="/service/pilotage/POR-04/lignes", who=PILOT, act=as_staff()),
    Screen(name="indicator-dictionary", path="/service/pilotage/dictionnaire", who=PILOT, act=as_staff()),
    Screen(name="indicator-quality", path="/service/pilotage/qualite", who=PILOT, act=as_staff()),
)

SCREENS: tuple[Screen, ...] = (
    *OPEN,
    *FIRM,
    *THEME,
    *PLAN,
    *DOCUMENT,
    *PEOPLE,
    *LOG,
    *MEMBERS,
    *RUNNING,
    *QUEUE,
    *ACTS,
    *COUNTS,
)
