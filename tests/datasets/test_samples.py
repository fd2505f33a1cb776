"""Committed samples and editions are what the generator makes."""

from __future__ import annotations

import csv
import importlib.util
import json

import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.errors import ConfigError, DatasetError


@pytest.fixture(scope="module")
def builder(repository):
    spec = importlib.util.spec_from_file_location("build_datasets", repository / "scripts/build_datasets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("scenario", scan.scenario_ids())
def test_sample_is_regenerated_byte_for_byte(builder, scenario, tmp_path):
    builder.build_sample(scenario, tmp_path / scenario)
    assert builder.differences(tmp_path / scenario, builder.DATASETS / scenario) == []


def test_a_changed_or_missing_file_is_a_difference(builder, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.csv").write_text("a\n")
        (tmp_path / name / "other.csv").write_text(f"{name}\n")
    (tmp_path / "two" / "extra.csv").write_text("a\n")
    assert builder.differences(tmp_path / "one", tmp_path / "two") == ["extra.csv", "other.csv"]


@pytest.mark.parametrize("scenario", scan.scenario_ids())
def test_sample_passes_its_own_checks(builder, scenario):
    assert [finding for finding in api.check(builder.DATASETS / scenario) if finding.verdict == "fail"] == []


@pytest.mark.parametrize("scenario", scan.scenario_ids())
def test_data_package_describes_the_files_beside_it(builder, scenario):
    folder = builder.DATASETS / scenario
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        (path,) = resource["path"]
        with (folder / path).open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])
    left_out = builder.without(scenario, builder.SAMPLE)
    assert {resource["name"] for resource in package["resources"]} == set(scan.published(scenario)) - set(left_out)


def test_catalogue_in_the_readme_is_current(builder):
    readme = (builder.DATASETS / "README.md").read_text(encoding="utf-8")
    assert builder.readme_with_catalogue(readme) == readme


@pytest.mark.parametrize("scenario", scan.scenario_ids())
def test_editions_regenerate_with_their_published_fingerprint(scenario, tmp_path, monkeypatch):
    monkeypatch.setenv("CXDATA_CACHE", str(tmp_path))
    for name, published in scan.editions(scenario).items():
        data = api.edition(scenario, name)
        assert api.edition_fingerprint(data.manifest) == published.fingerprint
        assert api.answer_key(data)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(kept) == len(scan.editions(scenario))
    api.edition(scenario, "sample")  # from the cache
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_an_edition_with_other_values_is_refused_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("CXDATA_CACHE", str(tmp_path))
    wrong = scan.Edition(customers=20, seed=1, locale="fr_FR", fingerprint="0" * 64)
    monkeypatch.setattr(scan, "edition", lambda scenario, name: wrong)
    with pytest.raises(DatasetError, match="are not the published ones"):
        api.edition("aldeane", "sample")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_edition_is_refused():
    with pytest.raises(ConfigError, match=r"unknown edition of aldeane 'clas'.*Did you mean 'class'"):
        api.edition("aldeane", "clas")
