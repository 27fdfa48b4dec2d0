"""Linear models learnt from annotated notes and kept as readable tables: which feature speaks how much for which class."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, inf
from operator import add
from pathlib import Path
from typing import TypeVar

__all__ = ["BIAS", "COLUMNS", "Group", "Weights", "read_weights", "weights_dir"]

COLUMNS = ("feature", "class", "weight")
BIAS = "(bias)"
"""The feature that every case has."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Features that come together again and again; what a group weighs is remembered for the very same group."""

    features: tuple[str, ...]


class _Remembered(dict[Group, T]):
    """What a function says of a group, for as many groups as fit."""

    def __init__(self, function: Callable[[Iterable[str]], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, group: Group) -> T:
        if len(self) >= 1 << 14:
            self.clear()
        found = self[group] = self._function(group.features)
        return found


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
        self._yes = {feature: row["yes"] for feature, row in weights.items() if "yes" in row}
        self._bias = self._yes.get(BIAS, 0.0)
        self._of_group = _Remembered(self._sum)
        self._scores_of_group = _Remembered(self._scores)
        self._biased_scores_of_group = _Remembered(lambda features: self._scores((BIAS, *features)))
        self._bias_scores = self._scores((BIAS,))

    def weight(self, feature: str) -> float:
        """How much a feature speaks for `yes`; minus infinity for one that was not seen in training."""
        return self._yes.get(feature, -inf)

    def starting(self, prefix: str) -> dict[str, float]:
        """What the features that begin with a prefix weigh for `yes`, by the rest of their names."""
        return {name[len(prefix) :]: weight for name, weight in self._yes.items() if name.startswith(prefix)}

    def yes_of(self, groups: Iterable[Group]) -> float:
        """`yes` of features in groups."""
        score, weigh = self._bias, self._of_group
        for group in groups:
            score += weigh[group]
        return 1.0 / (1.0 + exp(-score))

    def yes_with(self, group: Group, features: Iterable[str]) -> float:
        """`yes` of a group and of features after it."""
        total, get = self._of_group[group], self._yes.get
        for feature in features:
            total += get(feature, 0.0)
        return _logistic(self._bias + total)

    def yes_at(self, total: float) -> float:
        """`yes` of features that weigh so much together."""
        return _logistic(self._bias + total)

    def yes(self, features: Iterable[str]) -> float:
        """The probability of `yes` in a model of the classes `yes` and `no`; unknown features weigh nothing."""
        return _logistic(self._bias + self._sum(features))

    def _sum(self, features: Iterable[str]) -> float:
        get = self._yes.get
        return sum([get(feature, 0.0) for feature in features])

    def probabilities(self, features: Iterable[str]) -> tuple[float, ...]:
        """The probability of every class, in the order of `classes`; unknown features weigh nothing."""
        return tuple(_shares(self._scores((BIAS, *features))))

    def best(self, features: Iterable[str]) -> tuple[str, float]:
        """The likeliest class (the first in alphabetical order of equals) and its probability."""
        return self._likeliest(self._scores((BIAS, *features)))

    def best_of(self, groups: Iterable[Group]) -> tuple[str, float]:
        """`best` of features in groups."""
        scores, of_group = self._bias_scores, self._scores_of_group
        for group in groups:
            scores = list(map(add, scores, of_group[group]))
        return self._likeliest(scores)

    def best_with(self, group: Group, features: Iterable[str]) -> tuple[str, float]:
        """`best` of a group and of features after it."""
        return self._likeliest(self._add(features, self._biased_scores_of_group[group].copy()))

    def _scores(self, features: Iterable[str]) -> list[float]:
        return self._add(features, [0.0] * len(self.classes))

    def _add(self, features: Iterable[str], scores: list[float]) -> list[float]:
        rows = self._rows
        for feature in features:
            if feature in rows:
                for place, weight in rows[feature]:
                    scores[place] += weight
        return scores

    def _likeliest(self, scores: list[float]) -> tuple[str, float]:
        chances = _shares(scores)
        best = max(chances)
        return self.classes[chances.index(best)], best


def _shares(scores: list[float]) -> list[float]:
    """Softmax."""
    top = max(scores)
    parts = [exp(score - top) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]


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
