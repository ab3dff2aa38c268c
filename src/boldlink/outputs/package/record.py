"""The record of every criterion applied to a release, for machines to read (SATRE 2.0, 3.3.09).

Rules with their version and sources, every check with its outcome, every review by role without its reasons, the
decisions that allowed it, hashes, the agreement, the version of the software. Cells are counted, never named: which cells
needed a second look is itself something to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.outputs.airlock import REVIEWS_NEEDED, Vote
from boldlink.outputs.package.leaving import Leaving

FORMAT = "boldlink-disclosure-record/1"


def disclosure_record(leaving: Leaving) -> dict[str, Any]:
    """The record as JSON values."""
    body = leaving.output.body
    votes = list(leaving.output.votes.values())
    return {
        "format": FORMAT,
        "release": leaving.release,
        "request": leaving.output.id,
        "title": leaving.output.title,
        "context": body["context"],
        "place": dict(leaving.place),
        "programme": dict(leaving.programme),
        "use_case": dict(leaving.use_case),
        "measure": dict(leaving.measure),
        "asked": dict(body["asked"]),
        "made_from": body["made_from"],
        "frozen": [{"path": path, "sha256": sha256} for path, sha256 in leaving.output.frozen.items()],
        "rules": dict(body["rules"]),
        "checks": [_check(one) for one in body["checks"]],
        "worked_out_again": not body.get("unverified", False),  # from the data, inside the place
        "reviews_needed": {
            "reviews": REVIEWS_NEEDED,
            "organisations": sorted(leaving.organisations.get(one, one) for one in votes[-1].asked_of),
        },
        "reviews": [_review(vote, leaving) for vote in votes],
        "decisions": dict(leaving.decisions),
        "agreement": _agreement(leaving),
        "released_at": leaving.at.isoformat(),
        "software": {"name": "boldlink", "version": leaving.software},
    }


def _check(told: Mapping[str, Any]) -> dict[str, Any]:
    check = {name: told[name] for name in ("name", "outcome", "explanation")}
    return {**check, "cells": told["cells"]["count"]} if "cells" in told else check


def _review(vote: Vote, leaving: Leaving) -> dict[str, Any]:
    """A review without person and reasons."""
    return {
        "role": "checker",
        "organisation": leaving.organisations.get(vote.organisation, vote.organisation),
        "vote": vote.vote,
        "on": vote.event.effective_on.isoformat(),
        "frozen": sorted(vote.frozen.values()),
        "decision": vote.event.body["decision"],
    }


def _agreement(leaving: Leaving) -> dict[str, Any]:
    agreed = leaving.agreement
    return {
        "id": agreed.id,
        "version": agreed.version,
        "sha256": agreed.sha256,
        "starts": agreed.starts.isoformat(),
        "ends": agreed.ends.isoformat(),
        "signed_by": [{"post": one.post, "on": one.on.isoformat()} for one in agreed.signed],
    }
