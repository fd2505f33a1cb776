"""The MkDocs plugin: it puts the casebook's parts into MkDocs' events, and holds no logic of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils.templates import TemplateContext

from casebook import catalog, execute, frontmatter, markup, navigation, notebooks, pages, search, theme
from casebook.components import Glossary
from casebook.errors import AuthorError
from casebook.frontmatter import CasePage, ToolPage
from casebook.lint import typed_numbers
from casebook.project import LANGUAGES, Project
from casebook.strings import say
from casebook.worked import palette
from cxdata.errors import CxdataError

log = get_plugin_logger("casebook")

STYLES = "assets/casebook.css"


class CasebookConfig(Config):
    """The plugin's settings in ``mkdocs.yml``."""

    language = config_options.Choice(LANGUAGES, default="en")


class CasebookPlugin(BasePlugin[CasebookConfig]):
    """One build of the site in one language."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remember whether pages are served while they are written."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read catalogue and front matter, run what has changed, and lay out the navigation."""
        with _one_line():
            self._prepare(Project(Path(config.config_file_path).parent))
            config.nav = navigation.tree(self.site)
        return config

    def _prepare(self, project: Project) -> None:
        language = self.config.language
        listed = catalog.load(project)
        found = {
            path.relative_to(project.docs(language)).as_posix(): path
            for path in sorted(project.docs(language).rglob("*.md"))
        }
        sources = notebooks.sources(project.notebooks)
        for source in sources:
            _lint(source, listed)
        english = {path.relative_to(project.docs("en")).as_posix() for path in project.docs("en").rglob("*.md")}
        self.paths = found
        self.sources = sources
        self.site = pages.Site(
            project=project,
            catalog=listed,
            language=language,
            pages={uri: frontmatter.read(path, uri, listed) for uri, path in found.items()},
            english=frozenset(english | {f"notebooks/{source.uri}.ipynb" for source in sources}),
            notebooks={source.uri: notebooks.read(source)[1] for source in sources},
        )
        self.terms = Glossary(listed.terms, language)
        execute.run(project, report=log.info)

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the shared assets, and to the English site the notebooks with their downloads."""
        if config.theme.name == "material":
            theme.edit(files)
        project = self.site.project
        for path in sorted((project.root / "docs/assets").rglob("*")):
            if path.is_file() and path.name not in ("casebook.css", "README.md"):
                uri = f"assets/{path.relative_to(project.root / 'docs/assets').as_posix()}"
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        own = (project.root / "docs/assets/casebook.css").read_text(encoding="utf-8")
        files.append(File.generated(config, STYLES, content=f"{palette.stylesheet()}{own}"))
        if self.config.language == "en":
            for source in self.sources:
                for path in execute.notebook_files(project, source.uri).values():
                    uri = path.relative_to(project.build).as_posix()
                    files.append(File(uri, str(project.build), config.site_dir, config.use_directory_urls))
        return files

    def on_page_markdown(self, markdown: str, page: MkDocsPage, files: Files, **_: Any) -> str:
        """Expand a page's macros, fences and card."""
        if _is_notebook(page):
            return markdown
        with _one_line():
            uri = page.file.src_uri
            pages.refuse_dead_links(self.paths[uri], uri, files.src_uris)
            expanded = pages.Writer(self.site, uri, self.paths[uri]).expand()
            page.cx_blocks = expanded.blocks  # type: ignore[attr-defined]
            return expanded.markdown

    def on_page_content(self, html: str, page: MkDocsPage, **_: Any) -> str:
        """Finish a page's HTML: blocks and glossary; a notebook's as a whole."""
        with _one_line():
            if _is_notebook(page):
                return self._notebook_head(page) + markup.notebook(html)
            uri = page.file.src_uri
            terms = Glossary((), self.config.language) if uri == "glossary.md" else self.terms
            glossary_url = pages.relative(uri, "glossary.html")
            if "glossary.md" not in self.site.pages:  # another language falls back to the English glossary
                terms = Glossary((), self.config.language)
            return markup.page(html, page.cx_blocks, terms, glossary_url=glossary_url)  # type: ignore[attr-defined]

    def _notebook_head(self, page: MkDocsPage) -> str:
        uri = page.file.src_uri.removeprefix("notebooks/").removesuffix(".ipynb")
        opening = self.site.notebooks[uri]
        page.meta["title"] = opening.title
        page.meta["description"] = f"{opening.questions[0]} {say('en', 'synthetic')}"
        stem = uri.rpartition("/")[2]
        listed = self.site.catalog
        owners = {"tools": listed.tool_by_slug, "cases": listed.case_by_slug, "dossiers": listed.dossier_by_slug}
        own = owners.get(uri.split("/")[0], {}).get(stem)  # type: ignore[attr-defined]
        back = self.site.link(page.file.src_uri, f"{uri}.md", own.title) if own else ""
        downloads = ", ".join(
            f'{say("en", word)} <a href="{stem}{suffix}.ipynb" download>.ipynb</a> '
            f'<a href="{stem}{suffix}.py" download>.py</a>'
            for word, suffix in (("exercise", "-exercise"), ("solution", ""))
        )
        of = f"<span>{say('en', 'notebook_of').format(back)}</span>" if back else ""
        return f'<p class="cx-notebook-head">{of}<span>{downloads}</span></p>'

    def on_page_context(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Tell the templates where the page's twin in the other language is."""
        cast(dict[str, Any], context)["cx_twins"] = navigation.twins(self.site, page.file.src_uri)
        return context

    @event_priority(-100)  # after every other plugin: the policy must hash what is really on the page
    def on_post_page(self, output: str, page: MkDocsPage, **_: Any) -> str:
        """Name the parts of the navigation and add the policy, which would stop the reloading script of `serve`."""
        named = theme.named_sections(output)
        return named if self.serving else markup.with_policy(named)

    @event_priority(-100)
    def on_post_template(self, output_content: str, template_name: str, **_: Any) -> str:
        """Add the policy to the page for missing addresses, and keep its links within the language."""
        if not template_name.endswith(".html"):
            return output_content
        folder = "" if self.config.language == "en" else self.config.language
        return markup.with_policy(theme.at_root(theme.named_sections(output_content), folder))

    @event_priority(-50)  # after the search plugin wrote the index, before the offline plugin copies it
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Add the forms under which readers search, and see to it that search finds them."""
        search.tell_digits_apart(Path(config.site_dir))
        aliases: dict[str, list[str]] = {}
        for uri, page in self.site.pages.items():
            names = list(page.aliases)
            stem = uri.rpartition("/")[2].removesuffix(".md")
            if isinstance(page, ToolPage):
                tool = self.site.catalog.tool_by_slug[stem]
                names += [tool.title, tool.title_fr, *tool.aliases]
            if isinstance(page, CasePage):
                names += [self.site.catalog.case_by_slug[stem].brand, page.company]
            aliases[uri.removesuffix(".md") + ".html"] = names
        for term in self.site.catalog.terms:
            forms = [form for wording in term.wording.values() for form in wording.forms]
            aliases[f"glossary.html#{term.id}"] = forms
        search.enrich(Path(config.site_dir) / "search/search_index.json", aliases, self.config.language)

    def on_serve(self, server: LiveReloadServer, **_: Any) -> LiveReloadServer:
        """Rebuild when anything that pages are made of changes."""
        root = self.site.project.root
        for folder in ("docs/worked", "docs/catalog", "docs/assets", "docs/theme", "notebooks"):
            server.watch(str(root / folder))
        return server


def _is_notebook(page: MkDocsPage) -> bool:
    return page.file.src_uri.endswith(".ipynb")


def _lint(source: notebooks.Source, listed: catalog.Catalog) -> None:
    allowed = [constant.text for constant in listed.constants]
    if found := typed_numbers(notebooks.prose(source), allowed):
        raise AuthorError(
            source.path,
            f"a number is typed: {found[0].text!r}.",
            line=found[0].line,
            remedy="Print it from a code cell, or declare it in docs/catalog/constants.toml with its reason.",
        )
    pages.refuse_wrong_formulas(source.path, notebooks.prose(source))


class _one_line:  # noqa: N801 - used as a statement
    """Turn what an author got wrong into MkDocs' one-line refusal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AuthorError | CxdataError):
            raise PluginError(str(error)) from error
