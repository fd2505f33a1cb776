"""Presets: named sets of parameters, set beside the user's own, refused where they contradict each other."""

from __future__ import annotations

import json

import pytest

from cxdata import api, cli
from cxdata.catalog import scan
from cxdata.config import RunConfig
from cxdata.errors import ConfigError, ParameterError, ScenarioError
from cxdata.schema.scenario import Parameter, Scenario


def scenario(presets):
    one = [Parameter(name=name, value=0.5, unit="share", meaning="A share.") for name in ("left", "right")]
    return Scenario(
        id="w", brand="W", title="W", premise="W.", root="r", customers="r", parameters=tuple(one), presets=presets
    )


def test_values_of_presets_and_of_the_run_come_together():
    world = scenario({"low": {"left": 0.1}, "lower": {"right": 0.2}, "same": {"left": 0.1}})
    assert world.preset_values(["low", "lower", "same"], {}) == {"left": 0.1, "right": 0.2}
    assert world.preset_values(["low"], {"right": 0.9, "left": 0.1}) == {"left": 0.1, "right": 0.9}
    assert world.preset_values([], {"left": 0.3}) == {"left": 0.3}


def test_an_unknown_preset_lists_those_that_exist():
    with pytest.raises(ConfigError, match=r"unknown preset of w 'lo'\. Available: low, lower\."):
        scenario({"low": {}, "lower": {}}).preset_values(["lo"], {})


def test_two_presets_or_a_preset_and_the_run_that_differ_are_refused():
    world = scenario({"low": {"left": 0.1}, "high": {"left": 0.9}})
    with pytest.raises(ParameterError, match="'left' is set twice, differently: by preset 'low' and by preset 'high'"):
        world.preset_values(["low", "high"], {})
    with pytest.raises(ParameterError, match="by preset 'low' and by the run itself"):
        world.preset_values(["low"], {"left": 0.2})


def test_a_preset_of_an_unknown_parameter_is_refused_where_it_is_declared():
    with pytest.raises(ScenarioError, match=r"preset 'low' sets unknown parameter of w 'lefd'.*Did you mean 'left'"):
        scenario({"low": {"lefd": 0.1}})


@pytest.mark.parametrize("preset", sorted(scan.scenario("tilmarenne").presets))
def test_every_preset_can_be_planned(preset):
    resolved = api.plan(RunConfig(scenario="tilmarenne", customers=0, presets=(preset,)))
    for name, value in scan.scenario("tilmarenne").presets[preset].items():
        assert resolved.parameters[name] == value


class TestAtTheCommandLine:
    @pytest.fixture
    def run(self, capsys):
        def command(*arguments):
            with pytest.raises(SystemExit) as stop:
                cli.main([str(argument) for argument in arguments])
            return stop.value.code, *capsys.readouterr()

        return command

    def test_they_are_listed(self, run):
        code, out, _ = run("scenarios", "tilmarenne", "--json")
        assert code == 0
        listed = {preset["name"]: preset["sets"] for preset in json.loads(out)["presets"]}
        assert listed["linkage-easy"]["crm_shared_contact_share"] == 0
        code, out, _ = run("scenarios", "tilmarenne")
        assert "linkage-household-shared" in out

    def test_they_are_written_into_the_manifest_as_parameters_set(self, run, tmp_path):
        options = ("--customers", 20, "--tables", "crm_records", "--out", tmp_path / "data")
        code, out, _ = run(
            "generate", "tilmarenne", "--preset", "linkage-a", "--set", "crm_hasty_share=0", "--json", *options
        )
        assert code == 0
        expected = dict(scan.scenario("tilmarenne").presets["linkage-a"], crm_hasty_share=0.0)
        as_json = {name: list(value) if isinstance(value, tuple) else value for name, value in expected.items()}
        assert "parameters_set" not in json.loads(out)  # they are answers
        answers = json.loads((tmp_path / "data/truth/manifest.json").read_text(encoding="utf-8"))
        assert answers["parameters_set"] == as_json

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--preset", "linkage-z"), "unknown preset of tilmarenne 'linkage-z'. Available: linkage-a"),
            (("--preset", "linkage-a", "--preset", "linkage-b"), "set twice, differently"),
            (("--preset", "linkage-a", "--set", "crm_error_share=0.5"), "by preset 'linkage-a' and by the run itself"),
        ],
    )
    def test_what_contradicts_is_refused_in_one_line(self, run, tmp_path, options, words):
        code, out, err = run("generate", "tilmarenne", *options, "--out", tmp_path / "data")
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert words in err
        assert not (tmp_path / "data").exists()
