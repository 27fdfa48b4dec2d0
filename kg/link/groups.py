"""Names that are one thing, as a union-find whose merges keep their reasons and never join what must stay apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kg.link.log import Decision
from kg.link.uses import Place, Tally, Use
from kg.model import Span

__all__ = ["Groups"]

_COMPATIBLE = frozenset({("Model", "Topic"), ("Topic", "Model")})


class Groups:
    """Nodes are grounded names (`lexicon:<type>/<label>`) or plain ones (`name:<type>/<key>`)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._type: dict[str, str] = {}
        self._surfaces: dict[str, Counter[str]] = defaultdict(Counter)
        self._identifiers: dict[str, dict[str, Tally]] = defaultdict(dict)
        self._members: dict[str, list[str]] = {}
        self._reasons: dict[str, list[str]] = defaultdict(list)
        self._documents: dict[str, set[str]] = defaultdict(set)
        self._first: dict[str, dict[str, tuple[Place, Use]]] = defaultdict(dict)
        self.decisions: list[Decision] = []
        """Merges that were made, in order."""

    def add(self, node: str, type_: str, use: Use, tally: Tally) -> None:
        """Count a use for a node; the first one makes it. Uses come in order of their first mention."""
        if node not in self._parent:
            self._parent[node] = node
            self._type[node] = type_
            self._members[node] = [node]
        surface = use.name
        self._surfaces[node][surface] += tally.count
        self._first[node].setdefault(surface, (tally.first, use))
        self._documents[node] |= tally.documents
        if use.key and not use.key.startswith("lexicon:"):
            self._identifiers[node].setdefault(use.key, tally)

    def merge(
        self, left: str, right: str, reason: str, score: float, place: tuple[str, Span] | None = None, log: str = ""
    ) -> bool:
        """Join two groups; refused across contradicting types and between two entries of the lexicon.

        `place` is what speaks for it, if not the names themselves; `log` is the reason in the merge log, if that is
        put otherwise there.
        """
        a, b = self.root(left), self.root(right)
        if a == b:
            return True
        if a not in self._type or b not in self._type:
            return False
        grounded_a, grounded_b = self._grounded(a), self._grounded(b)
        if grounded_a and grounded_b:
            return False
        types = (self._type[a], self._type[b])
        if types[0] != types[1] and types not in _COMPATIBLE:
            return False
        keep, drop = (a, b) if (grounded_a, self.count(a), b) >= (grounded_b, self.count(b), a) else (b, a)
        self.decisions.append(Decision(self._named(keep), (self._named(drop),), log or reason, score, place))
        self._parent[drop] = keep
        for node in self._members[drop]:
            self._reasons[node].append(reason)
        self._members[keep] = sorted(self._members[keep] + self._members.pop(drop))
        return True

    def _named(self, root: str) -> Use:
        """The first use of a group that has the surface used most in it."""
        surfaces = self.surfaces(root)
        firsts = {
            surface: min(self._first[node][surface] for node in self._members[root] if surface in self._first[node])
            for surface in surfaces
        }
        return min((-count, *firsts[surface]) for surface, count in surfaces.items())[2]

    def place_of(self, node: str, identifier: str) -> tuple[str, Span]:
        """Where a node was first mentioned with an identifier of its own."""
        return self._identifiers[node][identifier].place

    def documents(self, root: str) -> frozenset[str]:
        """Notes that mention a group."""
        return frozenset().union(*(self._documents[node] for node in self.members(root)))

    def _grounded(self, root: str) -> bool:
        return any(node.startswith("lexicon:") for node in self._members[root])

    def root(self, node: str) -> str:
        """The representative of a node's group; an unknown node is its own."""
        while self._parent.get(node, node) != node:
            node = self._parent[node]
        return node

    def roots(self) -> list[str]:
        """Representatives of all groups."""
        return list(self._members)

    def nodes(self) -> list[str]:
        """All nodes in order of first mention."""
        return list(self._parent)

    def members(self, root: str) -> list[str]:
        """Nodes of a group."""
        return self._members[root]

    def type(self, root: str) -> str:
        """Type of a group."""
        return self._type[root]

    def count(self, root: str) -> int:
        """Mentions of a group."""
        return sum(self._surfaces[node].total() for node in self._members[root])

    def surfaces(self, root: str) -> Counter[str]:
        """Surfaces of a group with their counts."""
        first, *others = self._members[root]
        return (
            sum((self._surfaces[node] for node in others), self._surfaces[first]) if others else self._surfaces[first]
        )

    def identifiers(self, root: str) -> list[str]:
        """Outer identifiers such as `arxiv:1512.03385`, sorted."""
        return sorted(set().union(*(self._identifiers[node] for node in self._members[root])))

    def own_identifiers(self, node: str) -> Iterable[str]:
        """Identifiers of one node alone."""
        return sorted(self._identifiers[node])

    def reasons(self, node: str) -> list[str]:
        """Why a node was merged into its group."""
        return self._reasons.get(node, [])
