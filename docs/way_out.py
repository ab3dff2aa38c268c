"""docs/airlock.md: how an output leaves a place, drawn from the dict of legal moves that the software keeps to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from boldlink.outputs import MOVES, REVIEWS_NEEDED, State
from boldlink.outputs.states import MAKERS, MEANING

Table = Callable[[list[str], list[list[str]]], str]
BEGINS = (State.REFUSED, State.AWAITING_REVIEW)  # where the machine's checks put a request


def airlock(made: str, table: Table) -> str:
    """The life of a request: its drawing, its states, its moves and who makes them."""
    return (
        "\n".join(
            [
                f"{made}\n# The airlock\n",
                "Nothing leaves a place but what was asked for, frozen by hash, checked by machine against the data, reviewed "
                f"by {REVIEWS_NEEDED} people or more, and released. This is the whole life of a request:\n",
                "```mermaid\nstateDiagram-v2",
                *drawing(),
                "```\n",
                "## States\n",
                table(["state", "means"], [[one.words, MEANING[one]] for one in State]),
                "\n## Moves\n",
                "Each is an event in the place's ledger.\n",
                table(["move", "made by", "command", "event"], _moves()),
                "",
                _WORDS,
            ]
        )
        + "\n"
    )


def drawing() -> Iterator[str]:
    """The moves as lines of a state diagram."""
    yield from (f"    [*] --> {state}" for state in BEGINS)
    for state, moves in MOVES.items():
        yield from (f"    {state} --> {to}: {move}" for move, to in moves.items())
        if not moves:
            yield f"    {state} --> [*]"


def _moves() -> list[list[str]]:
    return [
        [
            f"`{move}`",
            one.who,
            f"`boldlink {one.command.replace(', ', '`, `boldlink ')}`" if one.command else "",
            one.event,
        ]
        for move, one in MAKERS.items()
    ]


_WORDS = f"""\
## Reviews

A reviewer is a checker of the use case: accredited, cleared, and neither whoever asked nor anybody of the use case's
researchers. Each votes once, with reasons that stay in the place, and with
the cells that they are about (`--cell ROW:COLUMN`), as the machine's checks name theirs. Nobody sees a vote until every one that is needed is in:
{REVIEWS_NEEDED} at least, and where the agreement says so (`review_by_controllers`), among them one of each organisation
whose data the output is made from, or of each that the agreement names. One rejection rejects; else one return sends back.

A vote names the SHA-256 of the files that it was for. If other files are frozen under the request, it is void, and so is a
vote of whoever asked, however it came into the ledger. `boldlink output show` and `boldlink status` say who is still needed.

## After release

What was released can be corrected (`--replaced-by` names what stands in its stead) or withdrawn, with reasons that the
register shows. It stays in the history against which later requests are checked: nobody can make it unknown again."""
