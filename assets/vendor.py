"""Writes app/static/VENDOR.txt: what in the static files comes from elsewhere, its licence, and how to rebuild it.

Run by `make assets` after the stylesheet has been compiled; a test compares the file with the files.
"""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STYLE = ROOT / "app" / "static" / "jalon.css"
SCRIPT = ROOT / "app" / "static" / "jalon.js"
LICENCE = ROOT / "assets" / "govuk-frontend.LICENSE.txt"
"""Kept here because the package does not ship it."""
TARGET = ROOT / "app" / "static" / "VENDOR.txt"


def main() -> None:
    """Read the installed package and the built file, write the notice."""
    package = ROOT / "node_modules" / "govuk-frontend"
    described = json.loads((package / "package.json").read_text(encoding="utf-8"))
    compiler = json.loads((ROOT / "node_modules" / "sass" / "package.json").read_text(encoding="utf-8"))
    licence = LICENCE.read_text(encoding="utf-8")
    TARGET.write_text(
        "\n".join(
            [
                "jalon.css",
                f"  sha256   {hashlib.sha256(STYLE.read_bytes()).hexdigest()}",
                f"  contains {described['name']} {described['version']} (form components only, our own palette), "
                f"licence {described['license']}; the rest is Jalon's, licence EUPL-1.2",
                f"  built by make assets (sass {compiler['version']}, from assets/jalon.scss)",
                "",
                "jalon.js",
                f"  sha256   {hashlib.sha256(SCRIPT.read_bytes()).hexdigest()}",
                "  contains Jalon's own work, licence EUPL-1.2; written by hand, served as it is",
                "",
                f"Licence of {described['name']}:",
                "",
                licence.strip(),
                "",
            ]
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
