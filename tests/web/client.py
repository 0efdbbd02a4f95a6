"""A strict client: every page it reads must hold the rules of all pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

Fields = Mapping[str, str | Sequence[str]]
"""Name -> what is sent under it, once or several times."""

_FIELDS = "//input[not(@type='hidden') and not(@type='submit')] | //select | //textarea"
_ENGLISH = re.compile(
    r"\b(the|and|not found|error|submit|search|required|optional|please|download|page of|none|true|false)\b", re.I
)
_FRENCH = re.compile(
    r"\b(le|la|les|des|une|vous|votre|est|sont|du|aux|pour|dans|oui|non)\b|[\w»]\s[;:!?](\s|$)|«", re.I
)
_READ = ("aria-label", "aria-description", "alt", "title", "placeholder", "data-l")
"""Attributes that people read or hear."""
_PLAIN_SIGNS = re.compile(r"[^\s\u202f][ \u00a0][;:!?»](\s|$)|« |\w'\w")
_NEW_TAGS = re.compile(
    r"Tag (main|header|footer|nav|section|article|figure|figcaption|svg|path|rect|circle|details|summary) invalid"
)


@dataclass(frozen=True)
class Page:
    """A page that was read, and its answer."""

    tree: html.HtmlElement
    answer: TestResponse

    @property
    def h1(self) -> str:
        """The words of its title."""
        return words(self.tree.xpath("//h1")[0])

    @property
    def text(self) -> str:
        """Everything a person reads in the body, spaces folded."""
        return words(self.tree.xpath("//body")[0])

    def links(self) -> dict[str, str]:
        """Address of each link by its words."""
        return {words(link): link.get("href") for link in self.tree.xpath("//a[@href]")}


class StrictClient:
    """Asks for pages and refuses any that breaks a rule of the house."""

    def __init__(self, app: Flask, *, language: str = "fr") -> None:
        self._client = app.test_client()
        self._rules = (*_RULES, *((_typography, _language) if language == "fr" else (_in_english,)))
        if language != "fr":
            self._client.set_cookie("jalon_langue", language)

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        """The page at that address, checked."""
        return self.read(self.raw("GET", path, status=status, **options))

    def raw(self, method: str, path: str, *, status: int, **options: Any) -> TestResponse:
        """The answer as it came, after checking its status."""
        answer = self.open(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} instead of {status}"
        return answer

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """The answer as it came, whatever its status."""
        answer: TestResponse = self._client.open(path, method=method, buffered=True, **options)
        return answer

    def post(
        self, path: str, data: Fields | None = None, *, status: int = 303, page: str | None = None, **options: Any
    ) -> TestResponse:
        """The answer to a form, sent with the token of its page: `page` when it stands at another address."""
        return self.raw("POST", path, status=status, data={**self.tokens(page or path), **(data or {})}, **options)

    def tokens(self, path: str) -> dict[str, str]:
        """The token of the page at that address."""
        found = self.get(path).tree.xpath("//input[@name='csrf_token']/@value")
        assert found, f"{path} has no form"
        return {"csrf_token": str(found[0])}

    def follow(self, answer: TestResponse, *, status: int = 200) -> Page:
        """The page an answer sends to, through other redirections."""
        for _ in range(5):
            assert answer.location, f"{answer.request.path} sends nowhere"
            address = urlsplit(answer.location)
            assert not address.netloc or address.netloc == "localhost", f"sends elsewhere: {answer.location}"
            answer = self._client.get(answer.location, buffered=True)
            if answer.status_code not in {301, 302, 303, 307, 308}:
                assert answer.status_code == status, f"{answer.request.path}: {answer.status_code} instead of {status}"
                return self.read(answer)
        raise AssertionError(f"{answer.request.path} sends from page to page")

    def session(self) -> AbstractContextManager[MutableMapping[str, Any]]:
        """What the signed cookie holds, to be read or changed."""
        return self._client.session_transaction()

    def cookie(self, name: str) -> str:
        """The value of a cookie, as a browser would send it."""
        found = self._client.get_cookie(name)
        assert found is not None, f"no cookie {name}"
        return found.value

    def read(self, answer: TestResponse) -> Page:
        """The page of an answer; fails with every rule it breaks."""
        assert answer.content_type == "text/html; charset=utf-8"
        faults = [*_malformed(answer.text)]
        page = Page(tree=html.document_fromstring(answer.text), answer=answer)
        for rule in self._rules:
            faults.extend(rule(page.tree))
        assert not faults, f"{answer.request.path}:\n" + "\n".join(faults)
        return page


def words(node: html.HtmlElement) -> str:
    """The words of a node with ordinary spaces folded; no-break ones stay."""
    return re.sub(r"[ \t\n]+", " ", str(node.text_content())).strip()


def _malformed(source: str) -> list[str]:
    faults = [] if source.startswith("<!doctype html>") else ["no doctype on the first line"]
    parser = html.HTMLParser()
    html.document_fromstring(source, parser=parser)
    faults += [f"line {e.line}: {e.message}" for e in parser.error_log if not _NEW_TAGS.match(e.message)]
    return faults


def _titles(tree: html.HtmlElement) -> list[str]:
    titles, headings = tree.xpath("//head/title"), tree.xpath("//h1")
    if len(titles) != 1 or len(headings) != 1:
        return [f"{len(titles)} title and {len(headings)} h1 instead of one each"]
    title, h1 = words(titles[0]), words(headings[0])
    expected = {f"{h1} – Jalon", f"Erreur\u202f: {h1} – Jalon", f"Error: {h1} – Jalon"}
    return [] if title in expected else [f"title « {title} » does not repeat the h1 « {h1} »"]


def _labels(tree: html.HtmlElement) -> list[str]:
    labelled = {label.get("for") for label in tree.xpath("//label[@for]") if words(label)}
    return [
        f"field {field.get('name')} has no label"
        for field in tree.xpath(_FIELDS)
        if field.get("id") not in labelled and not field.get("aria-label")
    ]


def _names(tree: html.HtmlElement) -> list[str]:
    silent = [node for node in tree.xpath("//a | //button | //summary") if not (words(node) or node.get("aria-label"))]
    faults = [f"<{node.tag}> without words: {html.tostring(node)[:80]!r}" for node in silent]
    faults += [f"image without alt: {node.get('src')}" for node in tree.xpath("//img[not(@alt)]")]
    faults += ["drawing that is neither hidden nor named" for _ in tree.xpath("//svg[not(@aria-hidden or @role)]")]
    several = Counter((words(link), link.get("href")) for link in tree.xpath("//main//a"))
    by_words = Counter(text for text, _ in several)
    return faults + [f"two links say « {text} » and lead elsewhere" for text, count in by_words.items() if count > 1]


def _headings(tree: html.HtmlElement) -> list[str]:
    levels = [int(node.tag[1]) for node in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    return [f"heading {b} right after heading {a}" for a, b in jumps]


def _identifiers(tree: html.HtmlElement) -> list[str]:
    count = Counter(tree.xpath("//@id"))
    faults = [f"identifier {name} twice" for name, times in count.items() if times > 1]
    for attribute in ("aria-describedby", "aria-labelledby", "for"):
        for value in tree.xpath(f"//@{attribute}"):
            faults += [f"{attribute} names {name}, which is nowhere" for name in value.split() if name not in count]
    for target in tree.xpath("//a[starts-with(@href, '#')]/@href"):
        faults += [] if target[1:] in count else [f"link to {target}, which is nowhere"]
    return faults


def _nothing_inline(tree: html.HtmlElement) -> list[str]:
    faults = [f"inline style on <{node.tag}>" for node in tree.xpath("//*[@style]")]
    faults += ["<style> in the page" for _ in tree.xpath("//style")]
    faults += ["script without source or nonce" for _ in tree.xpath("//script[not(@src) or not(@nonce)]")]
    faults += [f"{name} on <{node.tag}>" for node in tree.iter("*") for name in node.attrib if name.startswith("on")]
    outside = tree.xpath("//link/@href | //script/@src | //img/@src")
    return faults + [f"fetched from elsewhere: {address}" for address in outside if not re.match(r"/(?!/)", address)]


def _typography(tree: html.HtmlElement) -> list[str]:
    shown = tree.xpath("//body//text()[not(ancestor::textarea)]")  # what was typed comes back as it was
    read = [*shown, *tree.xpath("//@aria-label | //@alt | //@data-l | //title/text()")]
    return [f"not French typography: « {text.strip()} »" for text in read if _PLAIN_SIGNS.search(str(text))]


def _language(tree: html.HtmlElement) -> list[str]:
    faults = [] if tree.get("lang") == "fr" else ["the page does not say it is in French"]
    read = [*tree.xpath("//body//text()"), *tree.xpath("//@aria-label | //@alt | //title/text()")]
    found = [word for text in read for word in _ENGLISH.findall(str(text))]
    return faults + [f"English word: {word}" for word in found]


def _in_english(tree: html.HtmlElement) -> list[str]:
    """What is in French without saying so: read aloud with an English voice, it is understood by nobody."""
    faults = [] if tree.get("lang") == "en" else ["the page does not say it is in English"]
    places = ("//body//text()", "//title/text()", *(f"//@{name}" for name in _READ))
    read = [text for place in places for text in tree.xpath(f"{place}[not(ancestor::*[@lang='fr'])]")]
    return faults + [f"French: « {text.strip()} »" for text in read if _FRENCH.search(str(text))]


_RULES = (_titles, _labels, _names, _headings, _identifiers, _nothing_inline)
