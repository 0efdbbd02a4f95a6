"""The form that decides a claim."""

from __future__ import annotations

from forms.base import PlainForm
from forms.plain_fields import TextField
from forms.words import say


class RefusalForm(PlainForm):
    """The words that who claimed is sent."""

    mots = TextField(
        say("Pourquoi, dans vos mots"),
        limit=1_000,
        missing=say("Écrivez à cette personne pourquoi, et ce qu'elle peut faire."),
    )
