"""What the list of members is asked for, read from an address or from the fields of a form."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.services.member_list import MemberSearch, Reach
from app.services.staff_views import LONGEST_SEARCH

_LONGEST_SECTOR = 200


def read_search(said: MultiDict[str, str]) -> MemberSearch:
    """The search; whatever is none of its values asks for nothing."""
    reach = next((each for each in Reach if each.value == said.get("etat", "")), None)
    return MemberSearch(
        words=_line(said, "cherche", LONGEST_SEARCH), sector=_line(said, "secteur", _LONGEST_SECTOR), reach=reach
    )


def _line(said: MultiDict[str, str], name: str, limit: int) -> str:
    text = said.get(name, "")[:limit].replace("\x00", "")
    return text.encode("utf-8", "ignore").decode()  # half of a surrogate pair is in no name of the base
