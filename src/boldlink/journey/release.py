"""Stage eight: what was approved leaves its place, as a package, and nothing of it leaves before all of it is bound."""

from __future__ import annotations

from datetime import UTC, datetime

from boldlink import __version__
from boldlink.decide import everything_stands
from boldlink.errors import BadInput, Refused
from boldlink.journey.answerable import agreement_of
from boldlink.journey.home import Home, today
from boldlink.journey.review import open_frozen, require_unchanged, resource_of, where_asked
from boldlink.journey.reviewers import needed, organisation_of, organisations_asked
from boldlink.ledger import Event
from boldlink.outputs import OutputState, State, as_json, find, requests
from boldlink.outputs.package import AgreementPart, Leaving, Signed, package
from boldlink.places import Place
from boldlink.values import StatTable

FOLDER = "released"


def release_approved(home: Home) -> int:
    """Release what its reviewers approved, for use cases that stand today. Returns how many outputs left."""
    released = 0
    for place in list(home.places.values()):
        facts = home.facts(place)
        for output in requests(place.ledger).values():
            use_case = facts.use_cases.get(output.use_case)
            if output.state is not State.APPROVED or not use_case or not everything_stands(use_case, facts, today()):
                continue
            if lacking := _not_reviewed_by(home, place, output):
                home.say(f"{output.id} is not released: the agreement now asks for a reviewer of {', '.join(lacking)}")
                continue
            _release(home, place, output, home.holder(place, "releaser", at=place.name))
            released += 1
    return released


def approved_for(home: Home, person: str) -> list[str]:
    """Requests that are approved, in places whose releaser this person is."""
    return [
        output.id
        for place in home.places.values()
        if any(post.role == "releaser" and post.place == place.name for post in home.facts(place).posts_of(person))
        for output in requests(place.ledger).values()
        if output.state is State.APPROVED
    ]


def release_output(home: Home, request: str, person: str) -> str:
    """Release one request that is approved. Returns the release's id.

    Raises BadInput for one that is not approved, Refused for whoever is not the place's releaser, for files that are not
    those that were reviewed, and where today's agreement asks for a reviewer who has not been asked.
    """
    place = where_asked(home, request)
    output = find(place.ledger, request)
    if output.state is not State.APPROVED:
        raise _not_approved(home, place, output)
    if lacking := _not_reviewed_by(home, place, output):
        raise Refused(
            "OUTPUT-CONTROLLER",
            f"The request {request} was approved, and today's agreement asks for a reviewer of {', '.join(lacking)}.",
            "the agreement changed after the reviews.",
            "withdraw the request and ask again",
            "whoever asked for it",
        )
    return _release(home, place, output, person)


def _not_approved(home: Home, place: Place, output: OutputState) -> BadInput:
    waits = needed(output, home.facts(place))
    reviews = f" It still needs {waits.reviews} review(s)" if waits.reviews else ""
    among = f", one of {', '.join(waits.organisations)}" if waits.organisations else ""
    return BadInput(
        "OUTPUT-NOT-APPROVED",
        f"The request {output.id} is {output.state.words} and cannot be released.{f'{reviews}{among}.' if reviews else ''}",
        "only what its reviewers approved leaves, and only once.",
        "`boldlink status` says whose turn it is",
        "the use case's checkers",
    )


def _not_reviewed_by(home: Home, place: Place, output: OutputState) -> list[str]:
    """Organisations that today's agreement asks for and that none of the reviewers is of."""
    facts = home.facts(place)
    asked = organisations_asked(output.body, facts.use_cases.get(output.use_case), facts)
    return sorted(asked - {vote.organisation for vote in output.votes.values()})


def _release(home: Home, place: Place, output: OutputState, person: str) -> str:
    require_unchanged(place, output)
    decision = home.require(place, person, "release", resource_of(output), output.use_case)
    shown = open_frozen(place, output, decision)[1]
    leaving = _leaving(home, place, output, shown, decision)
    body = {
        "request": output.id,
        "release": leaving.release,
        "use_case": output.use_case,
        "table": as_json(shown),
        "frozen": output.frozen,
        "recipient": "the public",
        "justification": f"use case {output.use_case}",
        "reviews": len(output.votes),
        "decision": decision.hash,
    }
    with place.store.step() as step:
        for path, content in package(leaving).items():
            step.write_bytes(f"{FOLDER}/{leaving.release}/{path}", content)
        step.commit("output.released", person, body)
    return leaving.release


def _leaving(home: Home, place: Place, output: OutputState, shown: StatTable, decision: Event) -> Leaving:
    """Everything that the package says, from the programme's documents and the ledger."""
    programme, facts = home.programme(place), home.facts(place)
    analysed = place.ledger.event(output.body["decision"])
    assert programme is not None and analysed is not None  # nothing is asked for before both stand in the ledger
    use_case = facts.use_cases[output.use_case]
    asked_from = organisation_of(output.asked_by, facts)
    spoken = dict.fromkeys(
        (*use_case.organisations, asked_from, *(vote.organisation for vote in output.votes.values()))
    )
    held = programme.places[place.name]
    return Leaving(
        release=f"r-{output.id}",
        output=output,
        table=shown,
        place={"id": place.name, "name": held.name},
        operator=programme.organisations[held.operator].name,
        programme={"id": programme.programme.id, "title": programme.programme.title},
        use_case={"id": use_case.id, "title": use_case.title},
        organisations={one: programme.organisations[one].name for one in spoken if one in programme.organisations},
        members=use_case.organisations,
        asked_from=asked_from,
        agreement=_agreement(home, place, output.use_case),
        decisions={"analyse": analysed.hash, "release": decision.hash},
        analysed_at=analysed.recorded_at,
        at=datetime.now(UTC).replace(microsecond=0),
        software=__version__,
        licence=programme.programme.licence or "",
    )


def _agreement(home: Home, place: Place, use_case: str) -> AgreementPart:
    """The agreement by its hash, and the posts that signed it."""
    programme = home.programme(place)
    held = home.facts(place).use_cases[use_case].agreement
    document = agreement_of(use_case, programme) if programme else None
    assert programme is not None and held is not None and document is not None  # no release without an agreement
    signed = tuple(
        Signed(programme.posts[one.post].title, one.on)
        for one in held.instrument.signatures
        if one.post in programme.posts
    )
    return AgreementPart(
        document.id, document.version, held.instrument.content_hash, document.starts, document.ends, signed
    )
