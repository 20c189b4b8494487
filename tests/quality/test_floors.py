"""The figures on the labelled sets hold their floors (tests/quality/floors.toml)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import measure

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not measure.SHARED.is_dir(), reason="the labelled sets are not beside this checkout"),
]


@pytest.mark.parametrize("name", measure.floors())
def test_floor(name: str) -> None:
    wanted = dict(measure.floors()[name])
    if wanted.pop("digest") != measure.digest(measure.SHARED / measure.SETS[name][1]):
        pytest.skip(f"the data of {name} are not those that the floors were measured on")
    got = measure.measure(name)
    below = {
        key: (got.get(key), floor) for key, floor in wanted.items() if got.get(key, -99.0) < float(floor)
    }
    assert not below, f"{name}: figure and floor: {below}"
