"""Running page scripts and notebooks, once: results are kept by the digest of code, package and data."""

from __future__ import annotations

import hashlib
import json
import runpy
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casebook import notebooks
from casebook.errors import AuthorError
from casebook.project import LANGUAGES, Project

AT_A_TIME = 2
"""Page scripts, then notebooks, that run at once; each in a process of its own."""


@dataclass(frozen=True)
class Outcome:
    """What one run did.

    Attributes:
        ran: Scripts and notebooks that were executed.
        kept: Those whose result still held.
    """

    ran: tuple[str, ...]
    kept: tuple[str, ...]


@cache
def _digest_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".toml", ".json", ".txt", ".tsv", ".npz"} and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def digest(project: Project, script: Path) -> str:
    """Return what a result depends on: the script, what it draws, its tools, and the package that makes its data.

    The data need no digest of their own: an edition is a function of the package, and its fingerprint, which is
    checked whenever it is opened, is part of the package.
    """
    packages = (project.root / "generator/cxdata", project.root / "generator/casebook/worked")
    parts = [script.read_bytes(), *(_digest_of_folder(folder).encode() for folder in packages)]
    drawn = script.with_suffix(".toml")  # what a page's drawing says
    parts += [drawn.read_bytes()] if drawn.exists() else []
    parts.append((project.root / "constraints.txt").read_bytes())
    if script.is_relative_to(project.notebooks):
        parts.append(Path(notebooks.__file__).read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def run(project: Project, *, report: Callable[[str], None] = lambda line: None) -> Outcome:
    """Execute what has changed, drop what has gone, and leave the rest.

    Args:
        project: The working copy.
        report: Told each script that has run, and each notebook before it runs.

    Raises:
        AuthorError: If a script or a notebook fails; what was finished before it is kept.
    """
    _digest_of_folder.cache_clear()
    ran: list[str] = []
    kept: list[str] = []
    expected: set[Path] = set()
    waiting: list[notebooks.Source] = []
    to_compute: list[tuple[Path, str]] = []
    for script in page_scripts(project):
        for language in languages_of(project, script):
            result = page_result(project, script, language)
            expected.add(result)
            if _holds(result, digest(project, script)):
                kept.append(f"{script} ({language})")
            else:
                to_compute.append((script, language))
    ran.extend(_compute(project, to_compute, report))
    for source in notebooks.sources(project.notebooks):
        stamp = notebook_folder(project) / f"{source.uri}.digest"
        files = notebook_files(project, source.uri).values()
        expected |= {stamp, *files}
        if _holds(stamp, digest(project, source.path)) and all(file.exists() for file in files):
            kept.append(source.uri)
        else:
            waiting.append(source)

    def finish(source: notebooks.Source) -> str:
        report(f"executes {source.path.relative_to(project.root)}")
        build_notebook(project, source)
        return source.uri

    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        ran.extend(pool.map(finish, waiting))
    _drop_others(project.build, expected)
    return Outcome(tuple(ran), tuple(kept))


def _compute(project: Project, to_compute: Sequence[tuple[Path, str]], report: Callable[[str], None]) -> Iterator[str]:
    """Run page scripts, two at a time, keep each result as it comes, and yield its name.

    Raises:
        AuthorError: If a script fails; those that have not begun do not.
    """
    workers = min(AT_A_TIME, len(to_compute))
    if not workers:
        return
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(build_page, project, *one): one for one in to_compute}
        try:
            for future in as_completed(running):
                script, language = running[future]
                _write(page_result(project, script, language), future.result())
                report(f"computed {script.relative_to(project.root)} ({language})")
                yield f"{script} ({language})"
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def page_scripts(project: Project) -> list[Path]:
    """Return all page scripts, in the order of their paths."""
    return [path for path in sorted(project.worked.rglob("*.py")) if not path.name.startswith("_")]


def languages_of(project: Project, script: Path) -> tuple[str, ...]:
    """Return the languages that have a page for a script.

    Raises:
        AuthorError: If none has: the script would compute what nobody reads.
    """
    page = script.relative_to(project.worked).with_suffix(".md")
    found = tuple(language for language in LANGUAGES if (project.docs(language) / page).exists())
    if not found:
        raise AuthorError(script, "no page uses this script.", remedy=f"Write docs/en/{page.as_posix()} or delete it.")
    return found


def page_result(project: Project, script: Path, language: str) -> Path:
    """Return the file that holds a page script's result."""
    return project.build / "pages" / language / script.relative_to(project.worked).with_suffix(".json")


def notebook_folder(project: Project) -> Path:
    """Return the folder of the executed notebooks."""
    return project.build / "notebooks"


def notebook_files(project: Project, uri: str) -> dict[str, Path]:
    """Return a notebook's built files, by what they are."""
    folder = notebook_folder(project)
    return {
        "solution": folder / f"{uri}.ipynb",
        "solution script": folder / f"{uri}.py",
        "exercise": folder / f"{uri}-exercise.ipynb",
        "exercise script": folder / f"{uri}-exercise.py",
    }


def build_page(project: Project, script: Path, language: str) -> dict[str, object]:
    """Run a page script and return its values and blocks.

    Raises:
        AuthorError: If it fails, or has no function ``build``; it names the script's own line.
    """
    from casebook.worked.page import Page

    page = Page(language=language)
    before = digest(project, script)  # of what runs, even if the author saves the script meanwhile
    try:
        build = runpy.run_path(str(script)).get("build")
        if build is None:
            raise AuthorError(script, "the script has no function build(page).", line=1, remedy="Write one.")
        build(page)
    except AuthorError:
        raise
    except (Exception, SystemExit) as error:
        raise AuthorError(script, _failure(error), line=_own_line(script, error)) from error
    return {"digest": before, "values": page.values, "blocks": page.blocks}


def _failure(error: BaseException) -> str:
    """Return what a script died of; our own refusals are sentences already."""
    said = str(error).strip().rstrip(".")
    kind = "" if said and type(error) is ValueError else f"{type(error).__name__}: "
    return f"the script fails: {kind}{said}".rstrip(": ") + "."


def _own_line(script: Path, error: BaseException) -> int | None:
    """Return the last line of the script itself that an error came from."""
    if isinstance(error, SyntaxError) and error.filename == str(script):
        return error.lineno
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(script)]
    return own[-1] if own else None


def build_notebook(project: Project, source: notebooks.Source) -> None:
    """Execute a notebook and write it as solution and as exercise, each as notebook and as script."""
    before = digest(project, source.path)  # of what runs, even if the author saves the script meanwhile
    executed = notebooks.execute(source, project.root)
    to_do = notebooks.exercise(source)
    files = notebook_files(project, source.uri)
    stamp = notebook_folder(project) / f"{source.uri}.digest"
    stamp.unlink(missing_ok=True)  # until all files are written, none holds
    files["solution"].parent.mkdir(parents=True, exist_ok=True)
    files["solution"].write_text(notebooks.as_ipynb(executed), encoding="utf-8")
    files["solution script"].write_text(notebooks.as_script(executed), encoding="utf-8")
    files["exercise"].write_text(notebooks.as_ipynb(to_do), encoding="utf-8")
    files["exercise script"].write_text(notebooks.as_script(to_do), encoding="utf-8")
    _write(stamp, {"digest": before})  # last: without it the notebook runs again


def _holds(result: Path, wanted: str) -> bool:
    try:
        return bool(json.loads(result.read_text(encoding="utf-8"))["digest"] == wanted)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _write(path: Path, content: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(path)


def _drop_others(folder: Path, expected: Iterable[Path]) -> None:
    """Delete results whose source is gone, so that no page shows them."""
    wanted = set(expected)
    for path in _files(folder):
        if path not in wanted and path.suffix != ".part":  # another run may be writing it
            path.unlink()
    for path in sorted((one for one in folder.rglob("*") if one.is_dir()), reverse=True):
        if not any(path.iterdir()):
            shutil.rmtree(path)


def _files(folder: Path) -> Iterator[Path]:
    for part in ("pages", "notebooks"):
        yield from (path for path in (folder / part).rglob("*") if path.is_file())
