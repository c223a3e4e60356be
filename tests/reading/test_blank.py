"""What the reader knows of a blank template is remembered by what the template is, not by where it lies."""

from __future__ import annotations

import gc
import pickle

from drafts import template, with_version

from perfeval_xl.reading import blank


def test_a_template_loaded_twice_has_one_plan() -> None:
    again = pickle.loads(pickle.dumps(template()))  # noqa: S301  # our own
    assert again is not template()
    assert blank.plan(again) is blank.plan(template())


def test_templates_that_differ_in_what_they_are_called_have_plans_of_their_own() -> None:
    (other,) = with_version("9.9", id="other-2023").values()
    assert blank.plan(other).template is other
    assert blank.plan(other) is not blank.plan(template())


def test_a_plan_outlives_its_template_and_is_never_taken_for_another() -> None:
    """Hundreds of templates one after the other, most of them at the address of one that is gone."""
    for number in range(200):
        (short_lived,) = with_version(f"0.{number}").values()
        assert blank.plan(short_lived).template.version == f"0.{number}"
        del short_lived
        gc.collect(0)


def test_the_fingerprint_tells_a_template_with_a_year_s_settings_from_the_plain_one() -> None:
    (settled,) = with_version(template().version, settled=True).values()
    assert settled.fingerprint != template().fingerprint
