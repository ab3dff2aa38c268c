"""`boldlink audit proof`, `consistency`, `witness`: what a stranger or a partner department can check without us."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from boldlink.cli.console import console, progress, say_json
from boldlink.cli.options import HomeOption, JsonOption, speaking

PlaceOption = Annotated[str, typer.Option(help="The place.")]
OutOption = Annotated[
    Path, typer.Option(help="File to write the proof to; what it holds against lies beside it, as .note.")
]


def proof(
    event: Annotated[int, typer.Argument(metavar="EVENT-NUMBER", help="The event's number, from 1.")],
    home: HomeOption,
    place: PlaceOption,
    out: OutOption,
    as_json: JsonOption = False,
) -> None:
    """Prove that an event stands in a place's history, as of its last checkpoint. The proof shows the event itself.

    Anybody can check it with docs/check_proof.py, against a checkpoint that a witness or the register gave them.
    """
    with speaking(as_json):
        from boldlink.journey.prove import inclusion, write_proof

        with progress("Reading the history"):
            found, note = inclusion(home, place, event)
        write_proof(found, note, out)
    if as_json:
        say_json({"number": found["number"], "size": found["size"], "hashes": len(found["proof"])})
    else:
        console.print(f"Proof of event {event} among {found['size']} written to {out}.", soft_wrap=True)


def consistency(
    home: HomeOption,
    place: PlaceOption,
    since: Annotated[Path, typer.Option(help="Heads exported before by `boldlink audit head`.")],
    out: OutOption,
    as_json: JsonOption = False,
) -> None:
    """Prove that a place's history now only adds to the one that was exported before."""
    with speaking(as_json):
        from boldlink.errors import BadInput
        from boldlink.journey.audit import read_exported
        from boldlink.journey.prove import consistency as prove
        from boldlink.journey.prove import write_proof

        known = read_exported(since)
        if place not in known:
            raise BadInput("PROOF-PLACE", f"{since.name} holds no head of {place}.", do="name a place that it holds")
        with progress("Reading the history"):
            found, note = prove(home, place, known[place])
        write_proof(found, note, out)
    if as_json:
        say_json({"old_size": found["old_size"], "size": found["size"], "hashes": len(found["proof"])})
    else:
        grown = f"{found['size']} events add to the {found['old_size']} of before"
        console.print(f"Proof that {grown} written to {out}.", soft_wrap=True)


def witness(
    heads: Annotated[Path, typer.Argument(metavar="HEADFILE", help="As `boldlink audit head` wrote it.")],
    name: Annotated[str, typer.Option("--as", help="The organisation that witnesses; no spaces.")],
    key: Annotated[Path, typer.Option(help="The witness's own key file; made at first use.")],
    known: Annotated[Path | None, typer.Option(help="The heads that this witness last signed, kept by it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign every checkpoint in HEADFILE as a witness, in that file, if each adds to what is known. Keep the file.

    What a witness has signed and keeps, a place cannot take back: a history cut off or rolled back shows only against a
    head kept elsewhere. The first time there is nothing to compare with.
    """
    with speaking(as_json):
        from boldlink.journey.audit import write_heads
        from boldlink.journey.prove import witness as cosign

        signed, one = cosign(heads, name, key, known)
        write_heads(signed, heads)
    if as_json:
        say_json({"witness": one.verifier_key, "signed": sorted(signed)})
    else:
        compared = f"after comparing with {known.name}" if known else "for the first time, with nothing to compare with"
        console.print(f"{name} signed {len(signed)} checkpoint(s), {compared}. Keep {heads}.", soft_wrap=True)
        console.print(f"The witness's public key: {one.verifier_key}", soft_wrap=True)
