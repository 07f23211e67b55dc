"""Each test of this room follows its journeys afresh: some change how that is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flowsim.model.traffic import traffic


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    traffic.cache_clear()
    yield
    traffic.cache_clear()
