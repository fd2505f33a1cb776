"""Every declared number is used, and every scenario stands on its own feet."""

from __future__ import annotations

import pytest

from cxdata.catalog import scan
from cxdata.schema.inputs import parse_input
from cxdata.schema.scenario import CutPoints
from cxdata.schema.table import Arrivals


def read_parameters(scenario_id: str) -> set[str]:
    scenario = scan.scenario(scenario_id)
    read = {name for parameter in scenario.parameters for name in parameter.inputs}
    read |= {item.shares for group in scenario.calibrations for item in group if isinstance(item, CutPoints)}
    for table in scan.tables(scenario_id).values():
        read |= {source.horizon for source in table.rows if isinstance(source, Arrivals)}
        for column in table.columns:
            read |= {noise.rate for noise in column.noise}
            inputs = [] if column.recipe is None else [parse_input(text) for text in column.recipe.inputs]
            read |= {one.column for one in inputs if one.kind == "parameter"}
    return read


@pytest.mark.parametrize("scenario_id", scan.scenario_ids())
def test_every_parameter_moves_something(scenario_id):
    # Shares that a calibration aims at without a CutPoints are named in its goal, as a number with its parameter.
    goals = {"email_answer_share"}
    declared = set(scan.scenario(scenario_id).parameter_index())
    assert declared - read_parameters(scenario_id) - goals == set()


def test_the_share_of_email_answers_is_the_goal_of_its_calibration():
    scenario = scan.scenario("tilmarenne")
    (goal,) = [item.goal for (item, *_) in scenario.calibrations if item.parameter == "answer_email"]
    assert goal == 100 * scenario.parameter_index()["email_answer_share"].value
