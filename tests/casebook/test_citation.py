"""The citation file names the version that the package has, and the licence that its code has."""

from __future__ import annotations

import tomllib

import pytest
import yaml

REQUIRED = {"cff-version", "message", "title", "authors"}
"""By the schema of the Citation File Format 1.2.0."""
KNOWN = REQUIRED | {"type", "abstract", "version", "license", "keywords"}


@pytest.fixture(scope="module")
def citation(repository):
    return yaml.safe_load((repository / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def package(repository):
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_it_has_the_fields_that_readers_of_the_format_need(citation):
    assert REQUIRED <= set(citation) <= KNOWN
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"
    assert all(author["name"] for author in citation["authors"])


def test_it_names_the_version_and_licence_of_the_package(citation, package):
    assert str(citation["version"]) == package["version"]
    assert citation["license"] == package["license"]


def test_it_says_which_licences_the_texts_and_the_data_have(citation, repository):
    for name in ("CC-BY-4.0", "CC0-1.0"):
        assert name in citation["abstract"]
    site = (repository / "mkdocs.yml").read_text(encoding="utf-8")
    assert "Texts CC BY 4.0, data CC0, code Apache-2.0." in site
