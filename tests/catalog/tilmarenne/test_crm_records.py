"""The same person in several files: how often, how written, and that nothing but the fields tells who it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import cxdata
from cxdata import streams
from cxdata.api import plan
from cxdata.catalog import scan
from cxdata.check import safety
from cxdata.config import RunConfig
from cxdata.engine.block import generate_block

CUSTOMERS = 6_000
WANTED = ("households", "customers", "crm_records")
KNOBS = ("household_members", "crm_error_share", "crm_missing_share", "crm_shared_contact_share")


@pytest.fixture(scope="module")
def made() -> cxdata.api.Dataset:
    return cxdata.generate("tilmarenne", customers=CUSTOMERS, seed=3, tables=WANTED)


@pytest.fixture(scope="module")
def records(made) -> pd.DataFrame:
    """Return each record with what the answer key says of it, and its person as the finished view has it."""
    persons = made["customers"].merge(made["households"], on="household_id")
    truth = made.truth["latents/crm_records"]
    frame = made["crm_records"].merge(truth, on="record_id", validate="one_to_one")
    assert len(frame) == len(made["crm_records"]) == len(truth)
    return frame.merge(persons, on="customer_id", suffixes=("", "_true"), validate="many_to_one")


def near(share: float, expected: float, rows: int) -> bool:
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / rows)


class TestHowOften:
    def test_every_customer_has_one_to_four_records_1_3_on_average(self, records):
        counts = records.groupby("customer_id").size()
        assert len(counts) == CUSTOMERS
        assert counts.between(1, 4).all()
        assert abs(counts.mean() - 1.30) < 4 * counts.std() / np.sqrt(CUSTOMERS)

    def test_members_are_in_the_programmes_file_and_others_never(self, records):
        in_programme = records["source"] == "loyalty_programme"
        assert records.loc[in_programme, "is_loyalty_member"].all()
        members = records[records["is_loyalty_member"]]
        assert (members.groupby("customer_id")["source"].agg(lambda s: (s == "loyalty_programme").any())).all()

    def test_the_first_record_opens_the_account_and_the_others_follow(self, records):
        assert (records["recorded_on"] >= records["joined_on"]).all()
        first = records.groupby("customer_id")["recorded_on"].min()
        joined = records.groupby("customer_id")["joined_on"].first()
        assert (first == joined).all()


class TestNothingButTheFieldsTells:
    def test_the_link_is_in_the_answer_key_alone(self, made):
        assert "customer_id" not in made["crm_records"]
        assert "customer_id" in made.truth["latents/crm_records"]

    def test_siblings_are_no_nearer_in_key_or_order_than_strangers(self, records):
        frame = records.sort_values("record_id", ignore_index=True)
        assert (frame["record_id"] == records["record_id"]).all()
        place = frame.reset_index().sort_values(["customer_id", "index"])
        gaps = place.groupby("customer_id")["index"].diff().dropna()
        n = len(frame)
        # Of two places drawn at random the mean distance is a third of the length; its sd the root of an eighteenth.
        assert abs(gaps.mean() - n / 3) < 4 * n * np.sqrt(1 / 18 / len(gaps)) + n * 0.01
        assert (gaps == 1).sum() <= 5

    def test_keys_are_unlike_and_stay_in_their_block(self):
        resolved = plan(RunConfig(scenario="tilmarenne", customers=9_000, tables=("crm_records",), truth=False))
        for index in (0, 1):
            keys = generate_block(resolved, index).observed["crm_records"]["record_id"].to_numpy()
            assert (np.diff(keys) > 0).all()
            assert (keys > index * 2**32).all()
            assert (keys <= (index + 1) * 2**32).all()

    def test_the_mix_of_places_is_a_bijection(self):
        places = np.r_[np.arange(200_000), 2**32 - 1 - np.arange(200_000)]
        mixed = streams.shuffled(places, streams.key("a"))
        assert len(np.unique(mixed)) == len(places)
        assert mixed.min() >= 0
        assert mixed.max() < 2**32
        assert not (mixed == streams.shuffled(places, streams.key("b"))).any()

    def test_a_small_run_is_contained_in_a_large_one(self, made):
        small = cxdata.generate("tilmarenne", customers=500, seed=3, tables=["crm_records"])["crm_records"]
        large = made["crm_records"]
        inside = large[large["record_id"].isin(small["record_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(small, inside, check_categorical=False)


class TestHowWritten:
    def test_the_till_writes_in_capitals_without_accents(self, records):
        till = records[records["source"] == "shop_till"]
        for field in ("first_name", "last_name", "town", "address"):
            written = till[field].dropna()
            assert (written == written.str.upper()).all()
            assert written.str.isascii().all()
        elsewhere = records[records["source"] == "loyalty_programme"]
        assert (elsewhere["first_name"] != elsewhere["first_name"].str.upper()).mean() > 0.95

    def test_initials_and_short_forms_are_the_tills_own(self, records):
        brief = records["first_name_error"].isin(["initial", "short_form"])
        by_file = brief.groupby(records["source"], observed=True).mean()
        assert by_file["shop_till"] > 0.10
        assert by_file.drop("shop_till").max() < 0.04

    @pytest.mark.parametrize("field", ["first_name", "last_name", "birth_date", "email", "phone", "address", "town"])
    def test_errors_come_at_the_rate_of_the_file(self, records, field):
        share, factors = 0.19, {"shop_till": 1.4, "web_shop": 0.7, "service_centre": 1.2, "loyalty_programme": 0.8}
        for source, factor in factors.items():
            struck = records.loc[records["source"] == source, f"{field}_error"] != "none"
            if field != "first_name" or source != "shop_till":
                assert near(struck.mean(), share * factor, len(struck)), source

    def test_a_field_without_an_error_is_what_it_is_of(self, records):
        for field, plain in (("email", "email_true"), ("phone", "phone_true"), ("birth_date", "birth_date_true")):
            clean = records[(records[f"{field}_error"] == "none") & records[field].notna()]
            if field != "birth_date":
                clean = clean[~clean[f"holds_shared_{field}"]]
            assert len(clean) > 3_000
            assert (clean[field] == clean[plain]).all()
        struck = records[(records["phone_error"] != "none") & records["phone"].notna() & ~records["holds_shared_phone"]]
        assert (struck["phone_token"] != struck["phone_token_true"]).all()

    def test_a_lost_field_is_missing_more_where_nobody_asks(self, records):
        missing = records["birth_date"].isna().groupby(records["source"], observed=True).mean()
        assert missing["shop_till"] > 0.25
        assert missing["loyalty_programme"] < 0.10
        web = records["source"] == "web_shop"
        gives = records["email_true"].notna() | records["holds_shared_email"]
        assert records.loc[web & gives, "email"].notna().all()

    def test_older_records_hold_the_former_name_and_address(self, records):
        former = records["last_name_held"] == "former"
        assert 0.01 < former.mean() < 0.08
        assert (records.loc[former, "gender_true"] == "f").all()
        old = records["holds_former_address"]
        assert 0.03 < old.mean() < 0.12
        assert (records.loc[old, "recorded_on"] < records.loc[old, "moved_on"]).all()

    def test_shared_contacts_are_those_of_the_first_member(self, records):
        shared = records[records["holds_shared_email"] & (records["email_error"] == "none") & records["email"].notna()]
        assert len(shared) > 100
        heads = records.groupby("household_id")["customer_id"].transform("min")
        of_heads = records.drop_duplicates("customer_id").set_index("customer_id")["email_true"]
        assert (shared["email"] == heads[shared.index].map(of_heads)).all()
        assert (heads[shared.index] != shared["customer_id"]).all()


class TestPresets:
    def test_rise_in_difficulty(self):
        presets = scan.scenario("tilmarenne").presets
        levels = [presets[f"linkage-{level}"] for level in ("easy", "a", "b", "c", "d")]
        for easier, harder in pairwise(levels):
            assert set(easier) == set(KNOBS)
            for knob in KNOBS[1:]:
                assert easier[knob] <= harder[knob]
            assert easier["household_members"][0] > harder["household_members"][0]

    def test_b_is_the_default_but_for_the_households(self):
        scenario = scan.scenario("tilmarenne")
        own = scenario.parameter_index()
        for knob in KNOBS[1:]:
            assert scenario.presets["linkage-b"][knob] == own[knob].value

    def test_easy_is_easier_for_an_exact_address(self):
        recall = {}
        for preset in ("linkage-easy", "linkage-d"):
            made = cxdata.generate("tilmarenne", customers=3_000, tables=["crm_records"], presets=[preset])
            link = made.truth["latents/crm_records"].set_index("record_id")["customer_id"]
            frame = made["crm_records"].assign(person=lambda rows, link=link: rows["record_id"].map(link))
            later = frame[frame["person"].duplicated()].merge(frame, on="person")
            later = later[later["record_id_x"] != later["record_id_y"]]
            recall[preset] = (later["email_x"] == later["email_y"]).mean()
        assert recall["linkage-easy"] > recall["linkage-d"] + 0.15


HEAVY = {
    "crm_error_share": 1.0,
    "crm_missing_share": 0.0,
    "crm_names_swapped_share": 0.3,
    "crm_shared_contact_share": 0.9,
}


@pytest.mark.parametrize("locale", ["fr_FR", "en_GB", "de_DE", "ja_JP"])
def test_every_cell_is_safe_however_heavy_the_errors(locale):
    config = RunConfig(scenario="tilmarenne", customers=4_000, locale=locale, tables=("crm_records",), parameters=HEAVY)
    resolved = plan(config)
    block = generate_block(resolved, 0)
    layouts = [*resolved.layouts, *resolved.truth_layouts]
    found = list(safety.check_safety(layouts, {**block.observed, **block.truth}))
    assert [finding for finding in found if finding.verdict != "pass"] == []
    assert {finding.name for finding in found} >= {"crm_records"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"crm_other_files": (1.0, 0.0, 0.0, 0.0), "crm_same_file_share": 0.0},
        {"crm_other_files": (0.0, 0.0, 0.0, 1.0), "crm_same_file_share": 0.0},
        {"crm_slip_first_letter": 1.0, "crm_error_share": 1.0},
        {"crm_error_share": 0.0, "crm_missing_share": 1.0},
        {"crm_records_members": (0.0, 0.0, 0.0, 1.0), "crm_renamed_share": 1.0},
    ],
    ids=lambda parameters: next(iter(parameters)),
)
@pytest.mark.parametrize("customers", [0, 300])
def test_extreme_settings_leave_a_sound_table(parameters, customers):
    made = cxdata.generate("tilmarenne", customers=customers, tables=["crm_records"], parameters=parameters)
    records = made["crm_records"]
    assert len(records) >= customers
    assert records["record_id"].is_unique
    for rule in scan.scenario("tilmarenne").rules:
        if rule.tables == ("crm_records",):
            assert rule.violations({"crm_records": records}) == 0
