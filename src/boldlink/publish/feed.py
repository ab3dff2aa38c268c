"""What changed in the register, as an Atom feed: every dated event of the exports, newest first, with a lasting id.

An entry's id is made from what it is about and never from when or where the register was built, so that a reader's program
shows each once. Source: RFC 4287; RFC 9562 (UUID version 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from boldlink.publish.messages import LOCALE, say, word
from boldlink.publish.register import Register

FILE = "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Change:
    """One dated event: what it is about (`key`, lasting), its title and words, and the page that tells it."""

    on: date
    key: str
    title: str
    words: str
    page: str


def feed_text(register: Register) -> bytes:
    """The feed as Atom XML."""
    told = sorted(changes(register), key=lambda one: (-one.on.toordinal(), one.key))
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": LOCALE})
    _add(feed, "id", lasting_id(register, "feed"))
    _add(feed, "title", say("feed.title", programme=register.programme.title))
    _add(feed, "updated", _instant(told[0].on if told else register.made_on))
    SubElement(feed, "link", {"rel": "self", "href": FILE, "type": "application/atom+xml"})
    SubElement(feed, "link", {"rel": "alternate", "href": "index.html", "type": "text/html"})
    _add(SubElement(feed, "author"), "name", register.programme.title)
    for one in told:
        _entry(register, feed, one)
    indent(feed, " ")
    xml: str = tostring(feed, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'.encode()


def lasting_id(register: Register, key: str) -> str:
    """The id under which something stands in the feed for ever: the same programme and key give the same id."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'boldlink-register:{register.programme.id}:{key}')}"


def _entry(register: Register, feed: Element, one: Change) -> None:
    entry = SubElement(feed, "entry")
    _add(entry, "id", lasting_id(register, one.key))
    _add(entry, "title", one.title)
    _add(entry, "updated", _instant(one.on))
    SubElement(entry, "link", {"rel": "alternate", "href": f"{one.page}.html", "type": "text/html"})
    _add(entry, "summary", one.words or say("site.not_recorded"))


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def changes(register: Register) -> Iterator[Change]:
    """Every dated event of the register."""
    yield from _outputs(register)
    yield from _governed(register)
    yield from _answered(register)


def _outputs(register: Register) -> Iterator[Change]:
    for entry in register.releases:
        release, page = entry.release, f"releases/{entry.release.id}"
        title = say("feed.released", title=release.title)
        yield Change(release.released_on, f"release:{release.id}", title, release.context, page)
        for number, one in enumerate(release.corrections, start=1):
            title = say(f"feed.{one.kind}", title=release.title)
            yield Change(one.on, f"release:{release.id}:{one.kind}:{number}", title, one.reasons, page)
    for declined in register.refusals:
        one_refusal = declined.refusal
        key = f"refusal:{declined.place.id}:{one_refusal.use_case}:{one_refusal.title}:{one_refusal.on}"
        words = " ".join(one_refusal.reasons) or say("refusals.no_reasons")
        yield Change(one_refusal.on, key, say("feed.refused", title=one_refusal.title), words, "refusals")


def _governed(register: Register) -> Iterator[Change]:
    for one in register.decisions:
        key = f"decision:{one.kind}:{one.document}:{one.version}:{one.outcome}:{one.on}"
        title = say("feed.decision", outcome=word(one.outcome), document=word(one.kind), id=one.document)
        yield Change(one.on, key, title, one.reasons, "decisions")
    for gone in register.retired:
        page = f"{'use-cases' if gone.kind == 'use_case' else 'datasets'}/{gone.id}"
        yield Change(gone.on, f"retired:{gone.kind}:{gone.id}", say("feed.retired", title=gone.title), "", page)
    for destroyed in register.certificates:
        certificate = destroyed.certificate
        title = say("feed.destroyed", kind=word(certificate.kind), about=certificate.about)
        key = f"certificate:{destroyed.place.id}:{certificate.id}"
        yield Change(certificate.finished, key, title, certificate.standard, "destruction")


def _answered(register: Register) -> Iterator[Change]:
    for use_case in register.use_cases:
        for said in use_case.engagement:
            key = f"engagement:{use_case.id}:{said.group}:{said.through}:{said.on}"
            yield Change(
                said.on, key, say("feed.heard", group=said.group), f"{said.heard} {said.changed}", "engagement"
            )
        for found in use_case.findings:
            title = say("feed.finding", use_case=use_case.title)
            key = f"finding:{use_case.id}:{found.on}:{found.finding}"
            yield Change(found.on, key, title, f"{found.finding} {found.what_changed}", "findings")
