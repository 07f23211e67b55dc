"""The models that mutants are run on, by a name that says what is in them, and what the audit says of a run."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

sys.path.extend(str(Path(__file__).parents[1] / room) for room in ("pairs", "metrics"))

from audit_features import FeatureModel, feature_model
from audit_models import RandomModel, full_model
from features import in_round_times, with_features
from rich_models import RichModel

from flowsim.draws import Draws
from flowsim.metrics.audit import audit
from flowsim.model import Model
from flowsim.record import Record

SEED = 11


@cache
def model_of(name: str) -> Model:
    """The model of that name: "plain"; features of `features.FEATURES` with " + " between them, "round: " before them
    for work in whole fives of minutes; "full 5" and "features 5" for so many days of the models of the audit's own
    tests; "random 3", "rich 3" and "laid over 3: any several" for random ones.
    """
    kind, _, rest = name.partition(": ")
    words = kind.split()
    match words[:-1]:
        case ["full"]:
            return full_model(days=int(words[-1]))
        case ["features"]:
            return feature_model(int(words[-1]))
        case ["random"]:
            return RandomModel(int(words[-1])).model()
        case ["rich"]:
            return RichModel(int(words[-1])).model()
        case ["laid", "over"]:
            return FeatureModel(int(words[-1]), tuple(rest.split())).model()
    if kind == "round":
        return in_round_times(*_features(rest))
    return with_features(*_features(name))


def _features(names: str) -> list[str]:
    return [] if names == "plain" else names.split(" + ")


def broken(model: Model, record: Record, draws: Draws) -> set[str]:
    """The names of the checks that a record fails."""
    return {check.name for check in audit(model, record, draws).broken}
