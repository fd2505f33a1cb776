"""Quantities: read off the answer key, batch by batch, the same in memory and on disk, and judged like effects."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxdata import api, describe
from cxdata.catalog import scan, vocabulary
from cxdata.check.recovery import NEAR, findings, over_seeds, recover
from cxdata.config import RunConfig
from cxdata.engine import calibrate, quantities
from cxdata.engine.block import generate_block
from cxdata.engine.plan import BLOCK_CUSTOMERS, Plan, build
from cxdata.errors import PlanError, ScenarioError
from cxdata.recipes import categorical, derived, numeric
from cxdata.schema.effect import Effect, Quantity
from cxdata.schema.kinds import Boolean, ForeignKey, Integer, Key, Number
from cxdata.schema.scenario import Parameter, Scenario
from cxdata.schema.statistic import Estimate, Statistic, mean, nps
from cxdata.schema.table import Column, PerParent, Reference, Root, Table

HAPPY, ANSWER_HAPPY, ANSWER_OTHER = 0.3, 0.8, 0.2
BLOCKS = 3
CUSTOMERS = 20_000
"""Guests of a run of three blocks, the last of which is filled in part."""


def column(name: str, kind: Any, recipe: Any = None, **options: Any) -> Column:
    return Column(name=name, kind=kind, meaning=f"{name}.", recipe=recipe, **options)


ROOMS = Table(
    name="rooms",
    meaning="A room.",
    rows=(Reference(5),),
    columns=(
        column("room_id", Key()),
        column("beds", Integer(1, 4), derived.listed((1, 2, 2, 3, 4))),
        column("comfort", Number(2), numeric.score("$zero", {}, noise="$one"), role="latent"),
    ),
)
GUESTS = Table(
    name="guests",
    meaning="A guest.",
    rows=(Root(),),
    columns=(
        column("guest_id", Key()),
        column("happy", Boolean(), numeric.chance("$happy"), role="latent"),
        column("answers_gladly", Boolean(), numeric.chance("$answer_happy"), role="working"),
        column("answers_else", Boolean(), numeric.chance("$answer_other"), role="working"),
        column(
            "answered",
            Boolean(),
            derived.formula(np.where, "happy", "answers_gladly", "answers_else", sentence="by happiness"),
        ),
        column("says_happy", Boolean(), derived.copy("happy"), when="answered"),
        column("night_count", Integer(0, 3), derived.draw(lambda u: (u * 4).astype(np.int64), sentence="0 to 3")),
    ),
)
NIGHTS = Table(
    name="nights",
    meaning="A night.",
    rows=(PerParent("guests", "night_count", 3),),
    columns=(
        column("night_id", Key()),
        column("guest_id", ForeignKey("guests")),
        column("room_id", ForeignKey("rooms"), categorical.among("rooms.beds[]")),
    ),
)
TABLES = {one.name: one for one in (ROOMS, GUESTS, NIGHTS)}
PARAMETERS = {"zero": 0.0, "one": 1.0, "happy": HAPPY, "answer_happy": ANSWER_HAPPY, "answer_other": ANSWER_OTHER}


def share_of_answers(rows: pd.DataFrame) -> Any:
    return rows["says_happy"].astype(float)


def weighted(given: Any) -> Estimate:
    """Undo the selection by the shares of happy and of other guests who answer, known here from nowhere but above."""
    rows = given["guests"]
    rows = rows[rows["answered"]]
    says = rows["says_happy"].astype(float).to_numpy()
    weights = np.where(says == 1, 1 / ANSWER_HAPPY, 1 / ANSWER_OTHER)
    value = float((weights * says).sum() / weights.sum())
    error = float(np.sqrt(np.square(weights * (says - value)).sum()) / weights.sum())
    return Estimate(value, error, len(rows))


SHARE = Quantity(
    id="share_of_happy_guests",
    title="How many guests are happy?",
    estimand="share of happy guests",
    confounding="Happy guests answer more.",
    basis="Ours.",
    truth=mean("latents/guests", lambda rows: rows["happy"], cluster="guest_id", sentence="mean of happy"),
    right=Statistic(function=weighted, tables=("guests",), sentence="weighted by who answers"),
    tempting=mean(
        "guests",
        share_of_answers,
        where=lambda rows: rows["answered"],
        cluster="guest_id",
        sentence="mean of the answers",
    ),
)
ALONE = replace(SHARE, id="share_found_alone", tempting=None, coefficients=("happy", "answer_happy"))
COMFORT = replace(
    SHARE,
    id="mean_comfort",
    of="run",
    truth=mean("latents/rooms", lambda rows: rows["comfort"], cluster="room_id", sentence="mean comfort"),
    right=mean("rooms", lambda rows: rows["beds"], cluster="room_id", sentence="beds"),
    tempting=mean("rooms", lambda rows: rows["beds"], cluster="room_id", sentence="beds"),
)


def comfort_of_nights(given: Any) -> pd.DataFrame:
    return given["nights"].merge(given["latents/rooms"], on="room_id")


NIGHTLY = replace(
    SHARE,
    id="comfort_of_a_night",
    of="run",
    truth=mean(
        comfort_of_nights,
        lambda rows: rows["comfort"],
        cluster="guest_id",
        sentence="mean comfort of nights",
        tables=("nights", "latents/rooms"),
    ),
)


def scenario(*given: Quantity, effects: tuple[Effect, ...] = ()) -> Scenario:
    return Scenario(
        id="inn",
        brand="Inn",
        title="An inn",
        premise="Guests stay.",
        root="guests",
        customers="guests",
        parameters=tuple(
            Parameter(name=name, value=value, unit="number", meaning=f"{name}.") for name, value in PARAMETERS.items()
        ),
        quantities=given,
        effects=effects,
    )


def plan_of(*given: Quantity, **options: Any) -> Plan:
    choices = {"customers": CUSTOMERS, "seed": 3, **options}
    words = vocabulary.load("fr_FR")
    return build(scenario(*given), TABLES, figures={}, calibrated={}, vocabulary=words, **choices)


def realised(plan: Plan, size: int = quantities.BATCH_BLOCKS) -> dict[str, Estimate]:
    blocks = (generate_block(plan, index) for index in range(plan.blocks))
    return quantities.evaluate(plan, quantities.batches_of(plan, blocks, size))


@pytest.fixture(scope="module")
def whole() -> dict[str, pd.DataFrame]:
    """Return all tables of the run, published and of the answer key."""
    plan = plan_of()
    blocks = [generate_block(plan, index) for index in range(plan.blocks)]
    assert len(blocks) == BLOCKS
    return {
        name: quantities.frame_of([(block.observed | block.truth)[name] for block in blocks])
        for name in blocks[0].observed | blocks[0].truth
    }


class TestRealised:
    def test_it_is_the_statistic_of_the_whole_run(self, whole):
        found = realised(plan_of(SHARE, COMFORT, NIGHTLY))
        for quantity in (SHARE, COMFORT, NIGHTLY):
            exact = quantity.truth(whole)
            assert found[quantity.id].value == pytest.approx(exact.value, abs=5e-6)
            assert found[quantity.id].standard_error == pytest.approx(exact.standard_error, abs=5e-6)
            assert found[quantity.id].rows == exact.rows

    @pytest.mark.parametrize("size", [1, 2])
    def test_batches_change_neither_a_mean_nor_its_rows(self, whole, size):
        # The company's rows come with the first batch alone, and are joined to the nights of every batch.
        found = realised(plan_of(SHARE, COMFORT, NIGHTLY), size)
        for quantity in (SHARE, COMFORT, NIGHTLY):
            exact = quantity.truth(whole)
            assert found[quantity.id].value == pytest.approx(exact.value, abs=1e-5)
            assert found[quantity.id].standard_error == pytest.approx(exact.standard_error, rel=0.01)
            assert found[quantity.id].rows == exact.rows

    def test_a_batch_without_rows_has_no_weight(self):
        some, none = Estimate(2.0, 0.1, 10), Estimate(float("nan"), float("inf"), 0)
        assert quantities.combine([some, none]) == some
        assert quantities.combine([none]).rows == 0
        assert np.isnan(quantities.combine([]).value)

    def test_batches_weigh_by_their_rows(self):
        found = quantities.combine([Estimate(1.0, 0.3, 30), Estimate(5.0, 0.4, 10)])
        assert found == Estimate(2.0, round(np.hypot(0.75 * 0.3, 0.25 * 0.4), 5), 40)

    def test_it_is_left_out_of_a_run_that_does_not_make_its_tables_or_no_answer_key(self):
        assert plan_of(SHARE, NIGHTLY, selected=("guests",)).quantities == (SHARE,)
        assert plan_of(SHARE, NIGHTLY, selected=("nights",)).quantities == ()
        assert plan_of(SHARE, truth=False).quantities == ()

    def test_a_run_without_customers_has_no_value(self):
        found = realised(plan_of(SHARE, customers=0))[SHARE.id]
        assert np.isnan(found.value)
        assert found.rows == 0

    def test_only_what_it_reads_is_kept(self):
        plan = plan_of(SHARE)
        (batch,) = quantities.batches_of(plan, [generate_block(plan, 0)], 8)
        assert set(batch) == {"latents/guests"}


class TestPlanted:
    @pytest.fixture
    def planted(self, monkeypatch):
        monkeypatch.setattr(calibrate, "PLANTED_CUSTOMERS", 4 * BLOCK_CUSTOMERS)

        def values(*given: Quantity) -> dict[str, calibrate.PlantedValue]:
            world = calibrate.World(scenario(*given), TABLES, {}, vocabulary.load("fr_FR"), {})
            return calibrate.planted_values(world, {})

        return values

    def test_it_is_the_parameter_behind_it(self, planted):
        found = planted(SHARE)[SHARE.id]
        assert found.units == 4 * BLOCK_CUSTOMERS
        assert found.standard_error == pytest.approx(np.sqrt(HAPPY * (1 - HAPPY) / found.units), rel=0.02)
        assert abs(found.value - HAPPY) < NEAR * found.standard_error

    def test_what_belongs_to_one_company_is_not_planted(self, planted):
        assert set(planted(SHARE, COMFORT, NIGHTLY)) == {SHARE.id}
        assert planted(COMFORT) == {}


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("latents/guest", r"truth reads an unknown table 'latents/guest'.*Did you mean 'latents/guests'"),
            ("latents/nights", "truth reads an unknown table 'latents/nights'"),  # nothing of a night is hidden
        ],
    )
    def test_a_truth_that_reads_what_is_not_there(self, name, message):
        with pytest.raises(PlanError, match=f"quantity share_of_happy_guests: its {message}"):
            plan_of(replace(SHARE, truth=replace(SHARE.truth, tables=(name,))))

    @pytest.mark.parametrize("role", ["right", "tempting"])
    def test_an_estimator_that_reads_the_answer_key(self, role):
        cheat = replace(SHARE.right, tables=("guests", "latents/guests"))
        message = f"quantity share_of_happy_guests: its {role} estimator reads an unknown table 'latents/guests'"
        with pytest.raises(PlanError, match=message):
            plan_of(replace(SHARE, **{role: cheat}))

    def test_a_coefficient_that_is_no_parameter(self):
        with pytest.raises(ScenarioError, match=r"quantity 'share_found_alone' tells .*'hapy'.*Did you mean 'happy'"):
            scenario(replace(ALONE, coefficients=("hapy",)))

    def test_an_id_that_an_effect_has_too(self):
        effect = Effect(
            id=SHARE.id,
            title="",
            treatment="guests.answered",
            outcome="happy",
            population="happy",
            coefficients=(),
            estimand="",
            confounding="",
            basis="",
            right=SHARE.right,
            tempting=SHARE.tempting,
        )
        with pytest.raises(ScenarioError, match="two effects or quantities of the id share_of_happy_guests"):
            scenario(SHARE, effects=(effect,))
        with pytest.raises(ScenarioError, match="two effects or quantities of the id share_of_happy_guests"):
            scenario(SHARE, SHARE)


class TestJudged:
    PLANTED = {"value": HAPPY, "standard_error": 0.001, "units": 10**6}

    def judged(self, whole, planted=PLANTED, quantity=SHARE):
        key = {quantity.id: {"planted": planted, "realised": {"value": 0.25}}}
        (found,) = recover([quantity], whole, key)
        return found

    def test_by_the_planted_value_whose_own_error_counts(self, whole):
        found = self.judged(whole)
        assert (found.truth, found.truth_error) == (HAPPY, 0.001)
        assert found.right_error == pytest.approx(np.hypot(found.right.standard_error, 0.001))
        assert found.right_is_near
        assert found.tempting_misses
        assert [finding.verdict for finding in findings([found])] == ["pass", "pass"]

    def test_by_the_realised_value_where_none_is_planted(self, whole):
        found = self.judged(whole, planted=None)
        assert (found.truth, found.truth_error) == (0.25, 0.0)
        assert [finding.verdict for finding in findings([found])] == ["fail", "pass"]

    def test_a_run_must_tell_the_truth_from_the_tempting_answer_and_not_from_nothing(self, whole):
        nothing = self.judged(whole, {**self.PLANTED, "value": 0.0})
        assert nothing.rival == nothing.tempting.value
        assert nothing.can_tell
        close = self.judged(whole, quantity=replace(SHARE, tempting=SHARE.right))
        assert not close.can_tell
        assert next(findings([close])).verdict == "too few rows"

    def test_over_seeds_the_error_of_the_planted_value_is_not_averaged_away(self, whole):
        run = self.judged(whole)
        runs = [replace(run, right=replace(run.right, value=HAPPY + step)) for step in (0.003, 0.004, 0.005)]
        verdicts = over_seeds(runs)
        assert verdicts.id == SHARE.id
        assert verdicts.error_of_mean == pytest.approx(np.hypot(0.001 / np.sqrt(3), 0.001))
        assert verdicts.right_passes
        assert not over_seeds([replace(run, truth_error=0.0) for run in runs]).right_passes


class TestWithoutATemptingEstimator:
    PLANTED = {"value": HAPPY, "standard_error": 0.001, "units": 10**6}

    def judged(self, whole, value=HAPPY):
        (found,) = recover([ALONE], whole, {ALONE.id: {"planted": {**self.PLANTED, "value": value}, "realised": {}}})
        return found

    def test_it_needs_the_tables_of_the_truth_and_of_the_right_one(self):
        assert ALONE.tables == ("guests",)
        assert replace(ALONE, right=COMFORT.right).tables == ("guests", "rooms")
        assert realised(plan_of(ALONE))[ALONE.id] == realised(plan_of(SHARE))[SHARE.id]

    def test_the_right_one_alone_is_judged(self, whole):
        found = self.judged(whole)
        assert (found.tempting, found.tempting_misses) == (None, None)
        assert [(one.name, one.verdict) for one in findings([found])] == [(f"{ALONE.id}: right estimator", "pass")]
        assert [one.verdict for one in findings([self.judged(whole, HAPPY + 0.1)])] == ["fail"]

    def test_a_run_must_tell_it_from_nought(self, whole):
        assert self.judged(whole).rival == 0.0
        close = self.judged(whole, 0.001)
        assert not close.can_tell
        assert [one.verdict for one in findings([close])] == ["too few rows"]

    def test_over_seeds_the_right_one_decides(self, whole):
        run = self.judged(whole)
        runs = [replace(run, right=replace(run.right, value=HAPPY + step)) for step in (-0.001, 0.0, 0.001)]
        verdicts = over_seeds(runs)
        assert (verdicts.bias, verdicts.bias_in_errors, verdicts.missed, verdicts.tempting_fails) == (None,) * 4
        assert verdicts.passes
        assert not over_seeds([replace(run, truth=HAPPY + 0.1) for run in runs]).passes

    def test_with_one_that_finds_the_truth_the_seeds_do_not_pass(self, whole):
        answer = {SHARE.id: {"planted": self.PLANTED, "realised": {}}}
        (missing,), (finding,) = (
            list(recover([one], whole, answer)) for one in (SHARE, replace(SHARE, tempting=SHARE.right))
        )
        assert over_seeds([missing, missing]).passes
        assert over_seeds([finding, finding]).right_passes
        assert not over_seeds([finding, finding]).passes


ORDERS = Quantity(
    id="score_of_all_orders",
    title="What is the score of all orders?",
    estimand="net promoter score had everybody answered, points",
    confounding="Those who answer differ from those who do not.",
    basis="Ours.",
    truth=nps("latents/orders", "ltr", cluster="order_id", sentence="score of all orders"),
    right=nps("surveys", "ltr", where=lambda rows: rows["ltr"].notna(), sentence="score of the answers"),
    tempting=nps("surveys", "ltr", where=lambda rows: rows["ltr"].notna(), sentence="score of the answers"),
)
WITHOUT = replace(ORDERS, id="score_found_alone", tempting=None, coefficients=("ltr_cuts", "typo_rate"))


@pytest.fixture
def with_quantity(monkeypatch):
    """Give tilmarenne two quantities more: one planted at 12 points, one without a tempting estimator."""
    usual, known = scan.scenario, scan.calibration
    planted = {ORDERS.id: {"value": 12.0, "standard_error": 0.1, "units": 10**6}}

    def more(name: str) -> Scenario:
        found = usual(name)
        return replace(found, quantities=(*found.quantities, ORDERS, WITHOUT)) if name == "tilmarenne" else found

    monkeypatch.setattr(scan, "scenario", more)
    monkeypatch.setattr(
        scan, "calibration", lambda name: {**known(name), "planted": {**known(name)["planted"], **planted}}
    )


RUN: dict[str, Any] = {"customers": 300, "seed": 5, "tables": ("orders", "surveys")}


@pytest.mark.usefixtures("with_quantity")
class TestAnswerKey:
    def test_holds_planted_and_realised_value_and_all_that_is_asked(self):
        data = api.generate("tilmarenne", **RUN)
        entry = data.key["quantities"][ORDERS.id]
        assert entry["planted"]["value"] == 12.0
        expected = ORDERS.truth(data.truth | data.tables)
        assert entry["realised"] == {
            "value": pytest.approx(expected.value, abs=5e-6),
            "standard_error": pytest.approx(expected.standard_error, abs=5e-6),
            "rows": len(data["orders"]),
        }
        assert entry["question"] == ORDERS.title
        assert (entry["truth"], entry["of"]) == ("score of all orders", "population")

    def test_tells_the_coefficients_as_the_run_had_them_and_that_nothing_tempts(self):
        data = api.generate("tilmarenne", **RUN, parameters={"typo_rate": 0.5})
        entry = data.key["quantities"][WITHOUT.id]
        cuts = api.default_parameters("tilmarenne")["ltr_cuts"]
        assert entry["coefficients"] == {"ltr_cuts": list(cuts), "typo_rate": 0.5}
        assert (entry["tempting"], entry["right"]) == (None, ORDERS.right.sentence)
        assert data.key["quantities"][ORDERS.id]["coefficients"] == {}

    def test_answers_for_effects_and_quantities_alike(self):
        answers = api.answer_key(api.generate("tilmarenne", **RUN))
        assert {ORDERS.id, "late_on_recommendation"} <= set(answers)

    def test_has_no_planted_value_for_a_run_with_parameters_of_its_own(self):
        data = api.generate("tilmarenne", **RUN, parameters={"typo_rate": 0.5})
        entry = api.answer_key(data)[ORDERS.id]
        assert entry["planted"] is None
        assert entry["realised"]["value"] is not None

    def test_is_the_same_on_disk_and_checked_there(self, tmp_path):
        made = api.generate("tilmarenne", **RUN)
        for form in ("parquet", "csv"):
            folder = tmp_path / form
            api.generate_files(RunConfig(scenario="tilmarenne", **RUN), folder, form=form, jobs=1)
            assert json.loads((folder / "truth/answer_key.json").read_text(encoding="utf-8")) == made.key
            assert api.answer_key(api.open_dataset(folder)) == api.answer_key(made)
            names = {finding.name for finding in api.check(folder) if finding.group == "recovery"}
            assert {f"{ORDERS.id}: right estimator", f"{WITHOUT.id}: right estimator"} <= names
            assert f"{ORDERS.id}: tempting estimator misses" in names
            assert f"{WITHOUT.id}: tempting estimator misses" not in names

    def test_of_a_run_of_several_batches_is_the_same_on_disk(self, tmp_path, monkeypatch):
        monkeypatch.setattr(quantities, "BATCH_BLOCKS", 2)
        run = {**RUN, "customers": 2 * BLOCK_CUSTOMERS + 500}
        made = api.generate("tilmarenne", **run)
        api.generate_files(RunConfig(scenario="tilmarenne", **run), tmp_path / "data", jobs=1)
        assert api.answer_key(api.open_dataset(tmp_path / "data")) == api.answer_key(made)
        exact = ORDERS.truth(made.truth)
        assert api.answer_key(made)[ORDERS.id]["realised"]["value"] == pytest.approx(exact.value, abs=5e-6)

    def test_without_quantities_is_read_as_one_of_an_older_version(self, tmp_path):
        api.generate_files(RunConfig(scenario="tilmarenne", **RUN), tmp_path / "data", jobs=1)
        path = tmp_path / "data/truth/answer_key.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        del content["quantities"]
        path.write_text(json.dumps(content), encoding="utf-8")
        assert "late_on_recommendation" in api.answer_key(api.open_dataset(tmp_path / "data"))

    def test_a_world_lists_its_quantities(self):
        shown = describe.scenario("tilmarenne", api.default_parameters("tilmarenne"))["quantities"]
        assert [one["question"] for one in shown if one["id"] == ORDERS.id] == [ORDERS.title]
