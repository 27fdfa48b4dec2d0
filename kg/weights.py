"""Linear models learnt from annotated notes and kept as readable tables: which feature speaks how much for which class."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from math import exp, inf
from pathlib import Path

__all__ = ["BIAS", "COLUMNS", "Weights", "read_weights", "weights_dir"]

COLUMNS = ("feature", "class", "weight")
BIAS = "(bias)"
"""The feature that every case has."""


class Weights:
    """A logistic regression: the score of a class is the sum of its weights over the features of a case."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.classes = tuple(sorted({name for row in weights.values() for name in row}))
        """In alphabetical order; a class that no weight names does not exist."""
        place = {name: number for number, name in enumerate(self.classes)}
        self._rows = {
            feature: tuple((place[name], weight) for name, weight in sorted(row.items()))
            for feature, row in weights.items()
        }
        self._weigh = lru_cache(maxsize=1 << 17)(self._sum)
        self._yes = {feature: row["yes"] for feature, row in weights.items() if "yes" in row}

    def weight(self, feature: str) -> float:
        """How much a feature speaks for `yes`; minus infinity for one that was not seen in training."""
        return self._yes.get(feature, -inf)

    def yes_of(self, groups: Iterable[tuple[str, ...]]) -> float:
        """`yes` of features in groups; what a group weighs is remembered, as the same groups come again."""
        score = self._yes.get(BIAS, 0.0)
        for weight in map(self._weigh, groups):
            score += weight
        return _logistic(score)

    def yes(self, features: Iterable[str]) -> float:
        """The probability of `yes` in a model of the classes `yes` and `no`; unknown features weigh nothing."""
        return _logistic(self._yes.get(BIAS, 0.0) + self._sum(features))

    def _sum(self, features: Iterable[str]) -> float:
        get = self._yes.get
        return sum([get(feature, 0.0) for feature in features])

    def probabilities(self, features: Iterable[str]) -> tuple[float, ...]:
        """The probability of every class, in the order of `classes`; unknown features weigh nothing."""
        scores = [0.0] * len(self.classes)
        rows = self._rows
        for feature in (BIAS, *features):
            for place, weight in rows.get(feature, ()):
                scores[place] += weight
        top = max(scores)
        parts = [exp(score - top) for score in scores]
        whole = sum(parts)
        return tuple(part / whole for part in parts)

    def best(self, features: Iterable[str]) -> tuple[str, float]:
        """The likeliest class (the first in alphabetical order of equals) and its probability."""
        chances = self.probabilities(features)
        place = max(range(len(chances)), key=lambda number: (chances[number], -number))
        return self.classes[place], chances[place]


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + exp(-score))


def weights_dir() -> Path:
    """The models shipped with Zhitu: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "ontologies" / "weights"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "ontologies" / "weights"


@cache
def read_weights(name: str) -> Weights:
    """The shipped model of a name, from NAME.csv in `weights_dir()`."""
    rows: dict[str, dict[str, float]] = {}
    with (weights_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            rows.setdefault(row["feature"], {})[row["class"]] = float(row["weight"])
    return Weights(rows)
