"""The `boldlink` command: one file for each group of commands, imported when it is called."""

from __future__ import annotations

import os

# Before numpy is loaded: the matrices of the methods are small, and more threads only get in each other's way (on two
# busy cores the same analysis took 93 seconds of processor time instead of 8). A value that is set already stands.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from boldlink.cli.ask import where, who_can, why
from boldlink.cli.audit import audit
from boldlink.cli.demo import demo
from boldlink.cli.explain import explain
from boldlink.cli.govern import move, quality, show, sign, status
from boldlink.cli.keys import keys
from boldlink.cli.leaving import again, correct, pack, recall, release, verify, withdraw
from boldlink.cli.link import link
from boldlink.cli.output import output
from boldlink.cli.place import place
from boldlink.cli.programme import programme
from boldlink.cli.report import report
from boldlink.cli.run import run, stage
from boldlink.cli.serve import serve_vault
from boldlink.cli.submit import check_file, submit_file
from boldlink.cli.synthetic import synthetic
from boldlink.cli.witness import consistency, proof, witness

app = typer.Typer(
    name="boldlink",
    help="Link records about the same people, under agreements that the software itself enforces.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,  # a traceback must never show a value
)
app.command()(demo)
app.command()(run)
app.command()(stage)
app.command()(link)
app.command()(explain)
app.command()(synthetic)
app.command()(sign)
app.command()(show)
app.command()(move)
app.command()(why)
app.command("who-can")(who_can)
app.command()(where)
app.command()(status)
app.command()(quality)
app.command()(report)
app.command()(serve_vault)
app.add_typer(output, name="output")
app.add_typer(audit, name="audit")
app.add_typer(keys, name="keys")
app.add_typer(place, name="place")
app.add_typer(programme, name="programme")
output.command("check")(check_file)
output.command("submit")(submit_file)
output.command()(again)
output.command()(withdraw)
output.command()(release)
output.command()(correct)
output.command()(recall)
output.command("package")(pack)
output.command()(verify)
for command in (proof, consistency, witness):
    audit.command()(command)


def main() -> None:
    """Entry point of the `boldlink` command."""
    app()
