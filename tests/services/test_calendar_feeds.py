"""The calendar of a plan, read back by a strict parser of RFC 5545."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.closing import RiskChange
from app.models.engine import Database
from app.models.service import Service
from app.services.action_plans import ActionDetails, PlanWriter, add_action, finish_action
from app.services.calendar_feeds import plan_calendar
from app.services.plan_views import plan_view
from questionnaires import catalogue
from tests.engines import NOON, service_in
from tests.services.issuing import example, record
from tests.services.test_action_plans import GERANTE

_PROPERTY = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)", flags=re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", flags=re.DOTALL)


def read(content: bytes) -> list[dict[str, str]]:
    """The events, each property once; refuses what RFC 5545 does not allow."""
    text = content.decode("utf-8")
    assert text.endswith("\r\n")
    lines = text[:-2].split("\r\n")
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert all(len(line.encode("utf-8")) <= 75 for line in lines)
    unfolded = re.sub("\r\n[ \t]", "", text[:-2]).split("\r\n")
    assert unfolded[0] == "BEGIN:VCALENDAR"
    assert unfolded[-1] == "END:VCALENDAR"
    events: list[dict[str, str]] = []
    for line in unfolded[1:-1]:
        found = _PROPERTY.fullmatch(line)
        assert found, line
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", line)
        name, parameters, value = found.groups()
        if (name, value) == ("BEGIN", "VEVENT"):
            events.append({})
        elif events and name != "END":
            assert name not in events[-1], f"{name} twice"
            events[-1][name] = _plain(value) if name in {"SUMMARY", "DESCRIPTION"} else value
            if name in {"DTSTART", "DTEND"}:
                assert parameters == ";VALUE=DATE"
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    return events


def _plain(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"not escaped: {value}"
    assert all(sign in "\\;,nN" for sign in _ESCAPE.findall(value))
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


@pytest.fixture
def by(sqlite_database: Database) -> PlanWriter:
    service: Service = service_in(sqlite_database, "ast")
    place = record(sqlite_database, service, replace(example("couverture-9"), actions=()))
    return PlanWriter(
        database=sqlite_database,
        service_id=service.id,
        establishment_id=place,
        catalogue=catalogue.load(),
        author=GERANTE,
        on=NOON.date(),
        at=NOON,
    )


def feed(by: PlanWriter, *, days: int = 0) -> bytes:
    with by.database.read(service_id=by.service_id) as session:
        view = plan_view(session, by.establishment_id, catalogue=by.catalogue, on=by.on)
    return plan_calendar(view, link=lambda each: f"https://exemple.fr/plan/{each}", at=by.at + timedelta(days=days))


def test_an_empty_plan_is_an_empty_calendar(by: PlanWriter) -> None:
    assert read(feed(by)) == []


def test_a_dated_action_is_a_day_with_the_same_identity_each_time(by: PlanWriter) -> None:
    action = add_action(by, ActionDetails(words="Poser un barnum", due=date(2027, 5, 31), owner="gérant"), key="")
    add_action(by, ActionDetails(words="Sans date"), key="")
    (event,), (later,) = read(feed(by)), read(feed(by, days=3))
    assert event["UID"] == later["UID"] == f"{action}@jalon"
    assert (event["DTSTART"], event["DTEND"]) == ("20270531", "20270601")
    assert event["SUMMARY"] == "Poser un barnum"
    assert event["URL"] == f"https://exemple.fr/plan/{action}"
    assert "Qui : gérant" in event["DESCRIPTION"].split("\n")
    assert event["DTSTAMP"] != later["DTSTAMP"]


@pytest.mark.parametrize(
    "words",
    [
        "Eau, ombre ; pauses \\ arrêt",
        "é" * 200,
        "a" * 74 + "🧊" * 30,
        "Une ligne\nBEGIN:VEVENT\nUID:faux",
        "\tdeux  espaces",
    ],
)
def test_any_words_survive_the_calendar(by: PlanWriter, words: str) -> None:
    add_action(by, ActionDetails(words=words, due=date(2027, 1, 4)), key="")
    (event,) = read(feed(by))
    assert event["SUMMARY"] == words


def test_what_is_done_leaves_the_calendar(by: PlanWriter) -> None:
    action = add_action(by, ActionDetails(words="Poser un barnum", due=date(2027, 5, 31)), key="")
    finish_action(by, action, change_of_risk=RiskChange.SAME, done_on=by.on)
    assert read(feed(by)) == []
