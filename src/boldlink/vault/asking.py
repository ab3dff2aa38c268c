"""Where a passphrase comes from: a file, the environment, the demonstration's own file, or a person at a terminal.

In that order, and only when a secret is needed. The command hands its prompt in (`ask_with`); without one, and with
nothing else, the key folder stays locked.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from boldlink.errors import BadInput, KeyUnavailable

SHORTEST = 12  # characters; NCSC's three random words are longer
DEMO = "demo.passphrase"
Prompt = Callable[[str], str]

_asked: dict[str, Prompt | None] = {"prompt": None}
_typed: dict[Path, str] = {}  # what was typed in this process, so that nobody is asked for every place again


def ask_with(prompt: Prompt | None) -> None:
    """Ask people with this function from now on (the command hands in getpass); None asks nobody."""
    _asked["prompt"] = prompt
    _typed.clear()


def passphrase_for(folder: Path, *, new: bool = False) -> str:
    """The passphrase of a key folder. Raises KeyUnavailable if there is none to be had, or a new one is too short."""
    found = _given() or _of_the_demo(folder)
    if found is None:
        found = _typed.get(folder) or _prompted(folder, new)
    if not found:
        raise _locked("the passphrase is empty.")
    if new:
        require_long(found)
    return found


def new_passphrase(folder: Path, variable: str = "BOLDLINK_NEW_PASSPHRASE_FILE") -> str:
    """The passphrase that is to take the place of the present one: from a file, or asked for twice."""
    path = os.environ.get(variable)
    found = _read(Path(path), variable) if path else _prompted(folder, True)
    require_long(found)
    return found


def require_long(passphrase: str) -> None:
    """Raises KeyUnavailable for a passphrase that guessing would find."""
    if len(passphrase) < SHORTEST:
        raise KeyUnavailable(
            "VAULT-PASSPHRASE-SHORT",
            f"A passphrase has {SHORTEST} characters or more; this one has {len(passphrase)}.",
            "whoever copies the key folder can try as many as they like.",
            "choose three or four random words",
        )


def keep_for_demo(folder: Path) -> str | None:
    """Make a passphrase for synthetic people if none is given, and keep it beside the keys it opens: no protection.

    Returns what to tell, or None where a passphrase was given or the folder is locked already.
    """
    if _given() or (folder / "lock.json").exists() or (folder / DEMO).exists():
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / DEMO, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return f"The passphrase of this demonstration lies beside its keys ({DEMO}): for synthetic people only."


def forget_demo(folder: Path) -> None:
    """Remove the demonstration's passphrase: another one opens the folder now."""
    (folder / DEMO).unlink(missing_ok=True)


def require_no_demo(folder: Path) -> None:
    """Raises BadInput if the passphrase lies beside the keys: that is for programmes about people who do not exist."""
    if (folder / DEMO).exists():
        raise BadInput(
            "KEYS-OF-A-DEMO",
            "This key folder belongs to a demonstration: its passphrase lies beside the keys.",
            "the programme is not marked `synthetic: true`, so its people may be real.",
            "set BOLDLINK_KEYS to a folder of its own for this home's keys",
            "the place's key custodian",
        )


def tell(text: str) -> None:
    """Say something that whoever keeps the keys should read: on standard error, unless logging is set up otherwise."""
    logging.getLogger("boldlink.vault").warning(text)


def _given() -> str | None:
    if path := os.environ.get("BOLDLINK_PASSPHRASE_FILE"):
        return _read(Path(path), "BOLDLINK_PASSPHRASE_FILE")
    return os.environ.get("BOLDLINK_PASSPHRASE")


def _read(path: Path, variable: str) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise _locked(f"the file that {variable} names cannot be read.") from None


def _of_the_demo(folder: Path) -> str | None:
    path = folder / DEMO
    return path.read_text().strip() if path.is_file() else None


def _prompted(folder: Path, new: bool) -> str:
    prompt = _asked["prompt"]
    if prompt is None:
        raise _locked("no passphrase is given, and there is nobody to ask.")
    found = prompt(f"{'New passphrase' if new else 'Passphrase'} of the key folder: ")
    if new and prompt("The same again: ") != found:
        raise _locked("the two passphrases typed are not the same.")
    _typed[folder] = found
    return found


def _locked(why: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-LOCKED",
        "The key folder is locked:",
        why,
        "set BOLDLINK_PASSPHRASE_FILE to a file that holds the passphrase, or run the command at a terminal",
        "the place's key custodian",
    )
