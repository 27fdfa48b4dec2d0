"""Linear models: what they answer, and that the shipped tables are whole."""

from __future__ import annotations

from math import exp, isfinite

import pytest

from kg.weights import BIAS, Group, Weights, read_weights, weights_dir

MODELS = sorted(path.stem for path in weights_dir().glob("*.csv"))


def test_yes_is_the_logistic_of_the_sum() -> None:
    model = Weights({BIAS: {"yes": -1.0}, "a": {"yes": 2.0}, "b": {"yes": 0.5}})
    assert model.yes(("a", "b", "unseen")) == pytest.approx(1 / (1 + exp(-1.5)))
    assert model.yes_of((Group(("a",)), Group(("b", "unseen")))) == pytest.approx(model.yes(("a", "b", "unseen")))
    assert model.weight("a") == 2.0
    assert model.weight("unseen") == -float("inf")


def test_groups_and_features_after_them_weigh_what_all_features_weigh() -> None:
    model = Weights({BIAS: {"A": 0.5, "yes": 0.25}, "a": {"A": 1.0, "yes": 2.0}, "b": {"B": 3.0, "yes": -1.0}})
    first, second = Group(("a", "unseen")), Group(("b",))
    for _ in range(2):
        assert model.best_of((first, second)) == model.best(("a", "unseen", "b"))
        assert model.best_with(first, ("b",)) == model.best(("a", "unseen", "b"))
        assert model.yes_with(first, ("b",)) == model.yes(("a", "unseen", "b")) == model.yes_at(1.0)
    assert model.starting("a") == {"": 2.0}
    assert first != Group(("a", "unseen"))


def test_probabilities_sum_to_one_and_equals_go_to_the_first() -> None:
    model = Weights({"a": {"Model": 1.0, "Tool": 1.0, "Venue": -2.0}})
    chances = model.probabilities(("a",))
    assert model.classes == ("Model", "Tool", "Venue")
    assert sum(chances) == pytest.approx(1.0)
    assert chances[0] == chances[1] > chances[2]
    assert model.best(("a",)) == ("Model", chances[0])


@pytest.mark.parametrize("name", MODELS)
def test_shipped_models_are_whole(name: str) -> None:
    model = read_weights(name)
    assert all(map(isfinite, model.probabilities(())))
    rows = (weights_dir() / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "feature,class,weight"
    assert len(set(rows)) == len(rows)


def test_every_model_that_is_asked_for_is_shipped() -> None:
    assert {"latin_names", "latin_types", "concepts", "concept_types", "ties", "predicates"} == set(MODELS)
