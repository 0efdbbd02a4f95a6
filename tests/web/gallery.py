"""Every component on one page, a form right and wrong, and a page that saves while typing: a tiny application.

It has no database: the service, the person and the establishment are invented, and the pages of others are stubs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException
from wtforms import BooleanField, DateField, DecimalField, IntegerField, RadioField, SelectMultipleField, StringField

from app.domain import colours
from app.settings import Settings
from app.web import errors, headers, language, presentation, static_files
from app.web.pages import render
from forms.base import PlainForm

PAGES = Path(__file__).parent / "gallery_pages"
FIRM = UUID("11111111-2222-4333-8444-555555555555")
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><path d="M0 0h120v40H0z"/></svg>'


@dataclass
class Book:
    """What the typing page keeps, and how it answers; a test changes it."""

    mots: str = ""
    saves: list[dict[str, list[str]]] = field(default_factory=list)
    posts: list[dict[str, list[str]]] = field(default_factory=list)
    answer: tuple[dict[str, object], int] | None = None
    """What the next saves answer instead of keeping; None to keep."""

    @property
    def mark(self) -> str:
        """Mark of what is kept."""
        return f"m{len(self.saves)}"


class SampleForm(PlainForm):
    """One field of each kind."""

    base = StringField("")
    nom = StringField("Nom de l'entreprise")
    courriel = StringField("Adresse électronique")
    effectif = IntegerField("Effectif")
    cout = DecimalField("Coût")
    mot_de_passe = StringField("Mot de passe")
    mots = StringField("Avec vos mots")
    jour = DateField("Pour le", format="%d/%m/%Y")
    cse = StringField("Situation du CSE")
    reponse = RadioField("L'eau est-elle à portée de chaque poste ?", choices=[], validate_choice=False)
    frequence = IntegerField("À quelle fréquence ?")
    mesures = SelectMultipleField("Qu'est-ce qui est en place ?", choices=[], validate_choice=False)
    accord = BooleanField("J'accepte de recevoir un courriel par semaine")


def make_gallery(
    folder: Path, *, book: Book | None = None, colour: str = "#0b4f6c", logo: bool = False, signed_in: bool = True
) -> Flask:
    """The tiny application; its data folder is never written."""
    app = Flask("app")
    app.config.update(SECRET_KEY="s" * 40, SESSION_COOKIE_SECURE=False)
    settings = Settings(
        instance=folder, database_url="sqlite://", secret_key="s" * 40, seal_key="z" * 40, demo=False,
        host="127.0.0.1", port=8000, base_url="http://127.0.0.1:8000",
    )  # fmt: skip
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(PAGES), FileSystemLoader(Path(app.root_path) / "templates")])
    headers.install(app, settings)
    static_files.install(app)
    presentation.install(app)
    errors.install(app)
    CSRFProtect(app)
    app.register_blueprint(language.blueprint)
    _stub_others(app)
    _typing_page(app, book or Book())

    @app.before_request
    def whose() -> None:
        if not (request.view_args or {}).get("slug"):
            return
        g.face = SimpleNamespace(
            slug="garrigues", name="Santé Travail des Garrigues", phone="04 65 71 20 30", colour=colour,
            phone_hours="du lundi au vendredi, 8 h 30 – 17 h", address="12 rue des Micocouliers, 34150 Gignac",
            logo_version="abc123" if logo else "",
        )  # fmt: skip
        trial = SimpleNamespace() if request.path.endswith("/essai") else None
        g.scope = SimpleNamespace(slug="garrigues", establishment_id=FIRM, trial=trial, viewer=None)

    @app.context_processor
    def who() -> dict[str, object]:
        viewer = SimpleNamespace(email="claire.vidal@toitures-vidal.example") if signed_in and g.get("face") else None
        return {"viewer": viewer, "waiting": 1, "kept_until": date(2026, 12, 24)}

    _gallery_pages(app)
    return app


def wrong_form() -> SampleForm:
    """The form as it comes back when every field is wrong."""
    typed = {
        "base": "m3", "nom": "<Vidal & Fils>", "courriel": "claire@", "effectif": "huit", "cout": "cher",
        "mot_de_passe": "azerty", "mots": "\nDeux lignes", "jour": "30/02/2027", "cse": "elu", "reponse": "non",
        "frequence": "2", "mesures": "abri",
    }  # fmt: skip
    form = SampleForm(data=None)
    for each in form:
        if each.name in typed:
            each.raw_data = [typed[each.name]]
        if each.name != "base":
            each.errors = [f"Corrigez « {each.label.text} » : l'exemple aide"]
    return form


def right_form() -> SampleForm:
    """The form with known values, nothing posted."""
    return SampleForm(
        data={
            "base": "m3", "nom": "Toitures Vidal et Fils", "effectif": 8, "cout": 2.5, "jour": date(2027, 3, 1),
            "cse": "elu", "reponse": "oui", "frequence": 2, "mesures": ["eau", "abri"], "accord": True, "mots": "",
        }
    )  # fmt: skip


def _gallery_pages(app: Flask) -> None:
    @app.get("/<slug>/galerie")
    def gallery(slug: str) -> ResponseReturnValue:
        return render("all.html", current="accueil")

    @app.get("/<slug>/essai")
    def trial(slug: str) -> ResponseReturnValue:
        return render("plain_trial.html", current="themes")

    @app.get("/<slug>/formulaire")
    def right(slug: str) -> ResponseReturnValue:
        return render("form.html", form=right_form(), faults=(), current="themes")

    @app.get("/<slug>/erreurs")
    def wrong(slug: str) -> ResponseReturnValue:
        form = wrong_form()
        return render("form.html", form=form, faults=form.faults(), current="themes")

    @app.get("/<slug>/simple")
    def simple(slug: str) -> ResponseReturnValue:
        flash("L'accès de votre comptable est retiré.")
        return render("plain.html")

    @app.get("/<slug>/refus/<int:code>")
    def refused(slug: str, code: int) -> ResponseReturnValue:
        raise _refusal(code)

    @app.get("/<slug>/rejouer/<kind>")
    def replay(slug: str, kind: str) -> ResponseReturnValue:
        fields = [] if kind == "vide" else [("mots", "L'eau : « oui »")]
        sign_in = "/garrigues/connexion" if kind == "session" else ""
        return render("errors/replay.html", sign_in=sign_in, fields=fields, action="/garrigues/saisie", file=False)


def _refusal(code: int) -> HTTPException:
    refusal = HTTPException()
    refusal.code = code
    return refusal


def _typing_page(app: Flask, book: Book) -> None:
    pages = Blueprint("typing", __name__)

    @pages.get("/<slug>/saisie")
    def show(slug: str) -> ResponseReturnValue:
        return render("typing.html", form=SampleForm(data={"mots": book.mots, "base": book.mark}), current="themes")

    @pages.post("/<slug>/saisie")
    def save(slug: str) -> ResponseReturnValue:
        book.posts.append(request.form.to_dict(flat=False))
        book.mots = request.form["mots"]
        return redirect(url_for("typing.show", slug=slug), 303)

    @pages.post("/<slug>/saisie/auto")
    def autosave(slug: str) -> ResponseReturnValue:
        assert request.headers["X-Jalon-Autosave"] == "1"
        if book.answer is not None:
            body, status = book.answer
            return jsonify(body), status
        book.saves.append(request.form.to_dict(flat=False))
        book.mots = request.form["mots"]
        return jsonify(saved="20\u00a0h\u00a042", marks={"base": book.mark}, conflicts=[], faults={})

    app.register_blueprint(pages)


def _stub_others(app: Flask) -> None:
    """The endpoints of other modules that the layout leads to."""

    def page(**_values: object) -> ResponseReturnValue:
        return render("plain.html")

    for endpoint, rule in {
        "door.index": "/",
        "door.accessibility": "/accessibilite",
        "entrance.index": "/<slug>/",
        "entrance.who_sees": "/<slug>/qui-voit-quoi",
        "entrance.privacy": "/<slug>/donnees-personnelles",
        "entrance.legal": "/<slug>/mentions-legales",
        "account.index": "/<slug>/compte",
        "account.sign_in": "/<slug>/connexion",
        "hub.index": "/<slug>/e/<uuid:establishment_id>/",
        "themes.index": "/<slug>/e/<uuid:establishment_id>/themes",
        "plan.index": "/<slug>/e/<uuid:establishment_id>/plan",
        "document.index": "/<slug>/e/<uuid:establishment_id>/document",
        "exchanges.index": "/<slug>/e/<uuid:establishment_id>/echanges",
        "trial.keep": "/<slug>/e/<uuid:establishment_id>/garder",
    }.items():
        app.add_url_rule(rule, endpoint, page)
    app.add_url_rule("/<slug>/deconnexion", "account.sign_out", page, methods=["POST"])
    app.add_url_rule("/<slug>/logo", "entrance.logo", lambda slug: Response(LOGO, mimetype="image/svg+xml"))
    app.add_url_rule("/<slug>/couleur.css", "entrance.colour", _colour)


def _colour(slug: str) -> Response:
    shades = colours.palette(g.face.colour)
    return Response(colours.css(shades), mimetype="text/css")
