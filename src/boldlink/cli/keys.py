"""`boldlink keys`: look at roots, change the passphrase, and carry a root away or back, two people at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from boldlink.cli.console import answers, console, folding_table, say_json
from boldlink.cli.options import HomeOption, JsonOption, speaking
from boldlink.errors import BadInput

T = TypeVar("T")
keys = typer.Typer(help="Roots and the passphrase that locks them.", no_args_is_help=True)
PlaceOption = Annotated[str, typer.Option(help="The place, such as moj.")]
FoldersOption = Annotated[
    list[Path] | None,
    typer.Option("--custodian-keys", help="A custodian's own key folder, if they keep their key apart; twice."),
]
TwoOption = Annotated[list[str], typer.Option("--as", help="A key custodian's id; give it twice, once for each.")]


@keys.command("show")
def show(as_json: JsonOption = False) -> None:
    """Which places have keys here, and which kind of root each uses. No secret is shown, and none is opened."""
    with speaking(as_json):
        from boldlink.places import default_key_folder
        from boldlink.vault.keys import KeyFolder

        folder = default_key_folder()
        found = {path.parent.name: KeyFolder(path.parent).noted() for path in sorted(folder.glob("*/root.json"))}
        told = {
            "folder": str(folder),
            "locked": (folder / "lock.json").is_file(),
            "demonstration": (folder / "demo.passphrase").is_file(),
            "roots": found,
        }
    say_json(told) if as_json else _show(told)


@keys.command("change-passphrase")
def change_passphrase(as_json: JsonOption = False) -> None:
    """Lock every key under another passphrase: all of them or, if the command is killed, none.

    The new passphrase is asked for twice, or read from the file that BOLDLINK_NEW_PASSPHRASE_FILE names. A copy of the
    folder made before still opens with the old one: replace the root if that copy may be in wrong hands.
    """
    with speaking(as_json):
        from boldlink.places import default_key_folder
        from boldlink.vault.asking import forget_demo, new_passphrase
        from boldlink.vault.passphrase import Lock

        folder = default_key_folder()
        lock = Lock.open(folder)
        count = lock.change_passphrase(new_passphrase(folder))
        forget_demo(folder)
    say_json({"sealed": count}) if as_json else console.print(f"{count} key(s) sealed under the new passphrase.")


@keys.command("export-root")
def export_root(
    home: HomeOption,
    place: PlaceOption,
    people: TwoOption,
    out: Annotated[Path, typer.Option(help="Folder for the two shares; give each custodian their own.")],
    reason: Annotated[str, typer.Option(help="Why the root leaves; it stands in the ledger.")],
    folders: FoldersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Split a place's root between two named key custodians. Neither share says anything without the other.

    Shares survive a later replacement of the root in name only: what was wrapped anew no longer opens with them, copies
    of the home made before still do, and every certificate of destruction lists them.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.guarding import key_custodians
        from boldlink.journey.home import require_home
        from boldlink.vault import export

        require_home(home)
        with open_home(home) as opened:
            at = _require_place(opened.places, place)
            two = _custodians(opened.key_root, people, folders)
            event, shares = export.export_root(at.keys, at.ledger, two, key_custodians(at.ledger, place), reason)
            files = [_write_share(out, at.keys.place, person, content) for person, content in shares.items()]
    told = {"root": event.body["root"], "event": event.hash, "shares": files}
    say_json(told) if as_json else console.print("Two shares written:", *files, sep="\n  ", soft_wrap=True)


@keys.command("import-root")
def import_root(
    home: HomeOption,
    place: PlaceOption,
    people: TwoOption,
    shares: Annotated[list[Path], typer.Option("--share", help="A custodian's share; twice, in the order of --as.")],
    folders: FoldersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a root back from both shares, on a machine where it is missing. It must be the one the place uses now."""
    with speaking(as_json):
        from boldlink.journey.guarding import key_custodians
        from boldlink.journey.home import require_home
        from boldlink.places import default_key_folder
        from boldlink.places.place import restoring
        from boldlink.vault import export

        require_home(home)
        if len(shares) != 2 or not all(share.is_file() for share in shares):
            raise BadInput("KEYS-SHARES", "Two share files are needed.", do="give --share twice, in the order of --as")
        key_root = default_key_folder()
        _require_place({path.name: path for path in (home / "places").iterdir()}, place)
        with restoring(home / "places" / place, key_root) as (folder, ledger):
            contents = [share.read_bytes() for share in shares]
            two = _custodians(key_root, people, folders)
            event = export.import_root(folder, ledger, two, key_custodians(ledger, place), contents)
    say_json({"root": event.body["root"]}) if as_json else console.print(f"The root of {place} is back.")


def _custodians(key_root: Path, people: list[str], folders: list[Path] | None) -> list[Any]:
    from boldlink.vault.export import Custodian
    from boldlink.vault.keys import person_identity

    where = folders if folders and len(folders) == len(people) else [key_root] * len(people)
    return [Custodian(one, person_identity(folder, one)) for one, folder in zip(people, where, strict=True)]


def _require_place(places: Mapping[str, T], name: str) -> T:
    if name not in places:
        raise BadInput(
            "PLACE-UNKNOWN", f"There is no place {name} in this home.", do=f"use one of: {', '.join(places)}"
        )
    return places[name]


def _write_share(out: Path, place: str, person: str, content: bytes) -> str:
    from boldlink.vault.files import replace_file

    path = out / f"{place}.{person}.share"
    replace_file(path, content)
    return str(path)


def _show(told: dict[str, Any]) -> None:
    table = folding_table(f"Keys in {told['folder']}", "Place", "Kind of root", "Root")
    for place, root in told["roots"].items():
        table.add_row(place, root["kind"], root.get("key_id", root["id"]))
    answers.print(table)
    if told["demonstration"]:
        answers.print("The passphrase of a demonstration lies beside these keys: for synthetic people only.")
    elif not told["locked"]:
        answers.print("The folder is not locked yet; it will be when a key is first needed.")
