"""Positions on the map: ForceAtlas2 with the repulsion computed on a grid, so that large graphs are drawn in seconds.

Forces, swinging and speed follow Jacomy, Venturini, Heymann and Bastian, "ForceAtlas2, a Continuous Graph Layout Algorithm for
Handy Network Visualization" (PLOS ONE 2014). The repulsion of all pairs is a convolution of the mass on a grid with the force of a
unit mass, done by FFT; it is softened at the size of a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["layout"]

Floats: TypeAlias = NDArray[np.float64]
_GRID = 128
_GRAVITY = 1.0
_REPULSION = 2.0
_DIFFUSIONS = 40


def layout(ids: Sequence[str], edges: NDArray[np.int64], weights: Floats, *, iterations: int = 150) -> Floats:
    """Coordinates of the nodes, shape (n, 2), within ±1000 and rounded to 2 decimals; `edges` is (m, 2), `weights` (m,).

    The same graph gives the same positions, and one that differs a little nearly the same: nodes start where their ids
    and their neighbours put them, so the picture does not jump when notes change. No two nodes share a place.
    """
    count = len(ids)
    if count == 0:
        return np.zeros((0, 2))
    if count == 1:
        return np.zeros((1, 2))
    scatter = _scatter(ids)
    place = _spread(scatter, edges, weights) * np.sqrt(2.0 * count)
    mass = np.ones(count) + np.bincount(edges.ravel(), minlength=count)
    ends, others = np.ascontiguousarray(edges.T)
    repulsion = _Repulsion(mass)
    before = np.zeros((2, count))
    speed = 1.0
    for step in range(iterations):
        force = repulsion(place) + _attraction(place, ends, others, weights) - _pull(place, mass)
        swing = mass * np.hypot(*(force - before))
        traction = mass * np.hypot(*(force + before)) / 2
        target = traction.sum() / max(swing.sum(), 1e-9)
        speed = min(target, speed * 1.5) if step else 0.1
        move = force * (speed / (1.0 + np.sqrt(speed * swing / mass)))
        limit = 0.1 * np.sqrt(count) * 10
        place += move * np.minimum(1.0, limit / np.maximum(np.hypot(*move), 1e-9))
        before = force
    return _finish(place.T, scatter.T)


def _scatter(ids: Sequence[str]) -> Floats:
    """Two normally distributed numbers for each id, shape (2, n), by Box and Muller (1958) from its hash."""
    digests = b"".join(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest() for name in ids)
    even = (np.frombuffer(digests, dtype="<u8").reshape(-1, 2) >> np.uint64(11)) / 2.0**53
    radius, angle = np.sqrt(-2.0 * np.log1p(-even[:, 0])), 2.0 * np.pi * even[:, 1]
    scatter: Floats = np.stack((radius * np.cos(angle), radius * np.sin(angle)))
    return scatter


def _spread(scatter: Floats, edges: NDArray[np.int64], weights: Floats) -> Floats:
    """Places of mean square 1, near those of the neighbours: each node moves half-way to their mean, again and again.

    What is left of the hashes after so many means are the slow modes of the graph, as in a spectral layout, but found by
    a few steps that a small change of the graph changes but little. Arrays are (2, n).
    """
    count = scatter.shape[1]
    ends, others = np.ascontiguousarray(edges.T)
    degree = np.bincount(edges.ravel(), np.repeat(weights, 2), minlength=count)
    tied = degree > 0
    place = np.where(tied, scatter, 0.0)
    for _ in range(_DIFFUSIONS if tied.any() else 0):
        mean = np.stack(
            [
                np.bincount(ends, weights * along[others], minlength=count)
                + np.bincount(others, weights * along[ends], minlength=count)
                for along in place
            ]
        )
        place = (place + mean / np.maximum(degree, 1e-9)) / 2
        place -= np.average(place, axis=1, weights=degree)[:, None]
        place[:, ~tied] = 0.0
        size = float(np.sqrt(np.average((place**2).sum(axis=0), weights=degree)))
        if size < 1e-6:
            # Nothing but symmetric pairs: what is left is rounding.
            place = scatter / np.sqrt(2.0)
            break
        place /= size
    place[:, ~tied] = scatter[:, ~tied] / np.sqrt(2.0)
    spread: Floats = place + 0.02 * scatter
    return spread


class _Repulsion:
    """Force on every node from all others, k m1 m2 / d, by convolution on a grid with bilinear weights."""

    def __init__(self, mass: Floats) -> None:
        self._mass = mass
        # In cells: the force of a grid twice as fine is twice as strong.
        offsets = np.arange(2 * _GRID) - _GRID
        squared = offsets[:, None] ** 2 + offsets[None, :] ** 2 + 0.5**2
        kernels = np.stack((offsets[:, None] / squared, offsets[None, :] / squared))
        self._spectra = fft.rfft2(np.roll(kernels, (-_GRID, -_GRID), axis=(1, 2)))

    def __call__(self, place: Floats) -> Floats:
        low, high = place.min(axis=1), place.max(axis=1)
        cell = max(float((high - low).max()), 1e-6) / (_GRID - 2)
        at = (place - low[:, None]) / cell
        corner = np.clip(at.astype(np.int64), 0, _GRID - 2)
        right, upper = at - corner
        first = corner[0] * _GRID + corner[1]
        corners = [
            (first, (1 - right) * (1 - upper)),
            (first + 1, (1 - right) * upper),
            (first + _GRID, right * (1 - upper)),
            (first + _GRID + 1, right * upper),
        ]
        grid = np.zeros(_GRID * _GRID)
        for index, share in corners:
            grid += np.bincount(index, self._mass * share, minlength=_GRID * _GRID)
        size = 2 * _GRID
        spectrum = fft.rfft2(grid.reshape(_GRID, _GRID), s=(size, size))
        fields = fft.irfft2(spectrum * self._spectra, s=(size, size))[:, :_GRID, :_GRID].reshape(2, -1)
        strength = _REPULSION / cell * self._mass
        force: Floats = strength * np.stack([sum(share * field[index] for index, share in corners) for field in fields])
        return force


def _attraction(place: Floats, ends: NDArray[np.int64], others: NDArray[np.int64], weights: Floats) -> Floats:
    """Springs along edges, growing with the logarithm of the length (LinLog), which lets communities stand apart."""
    count = place.shape[1]
    delta = [along[others] - along[ends] for along in place]
    length = np.maximum(np.hypot(*delta), 1e-9)
    pull = weights * np.log1p(length) / length * 4.0
    return np.stack(
        [
            np.bincount(ends, pull * along, minlength=count) - np.bincount(others, pull * along, minlength=count)
            for along in delta
        ]
    )


def _pull(place: Floats, mass: Floats) -> Floats:
    """Gravity towards the middle keeps components without ties from drifting off."""
    pull: Floats = place * (_GRAVITY * mass / np.sqrt(np.maximum(np.hypot(*place), 1e-9)))
    return pull


def _finish(place: Floats, scatter: Floats) -> Floats:
    """Centre, scale to ±1000, round, and move apart what fell on one place."""
    place = np.nan_to_num(place - np.median(place, axis=0))
    reach = np.quantile(np.abs(place), 0.995) or 1.0
    place = np.clip(place / reach * 950, -1000, 1000)
    for attempt in range(1, 21):
        rounded = np.round(place, 2)
        _, first = np.unique(rounded, axis=0, return_index=True)
        same = np.setdiff1d(np.arange(len(place)), first)
        if not len(same):
            break
        moved = place[same] + attempt * scatter[same]
        place[same] = np.where(np.abs(moved) > 1000, np.sign(moved) * 2000 - moved, moved)
    return np.round(place, 2) + 0.0
