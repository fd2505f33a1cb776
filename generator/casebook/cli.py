"""The ``casebook`` command: parses, calls, prints; no logic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import AuthorError
from casebook.project import Project
from cxdata.errors import CxdataError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Build and check the site.")

Root = Annotated[Path, typer.Option(help="The working copy.", show_default="here")]


@app.command()
def run(root: Root = Path()) -> None:
    """Run page scripts and execute notebooks, those that changed."""
    from casebook import execute

    outcome = execute.run(Project.at(root.resolve()), report=typer.echo)
    typer.echo(f"{len(outcome.ran)} executed, {len(outcome.kept)} unchanged")


@app.command()
def check(site: Annotated[Path, typer.Argument(help="The built site.")], root: Root = Path()) -> None:
    """Check a built site: links, anchors, hosts, assets, alternative texts."""
    from casebook import check_site

    if not (site / "index.html").exists():
        raise AuthorError(site, "there is no built site here.", remedy="Run `make site` first.")
    faults = check_site.check(site, Project.at(root.resolve()))
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{len(list(site.rglob('*.html')))} pages, no fault")


def main() -> None:
    """Run the command; what an author got wrong is one line and exit code 2."""
    try:
        app()
    except (AuthorError, CxdataError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
