"""Reasons to join two names: plural, identifier, nearly equal title, pinyin of a person, an alias that a note declares."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from kg.lexicon import Lexicon
from kg.link.groups import Groups
from kg.link.names import name_key
from kg.link.uses import Node
from kg.model import Alias
from kg.text import has_cjk, key, romanised

__all__ = ["LONG", "merge_aliases", "merge_papers", "merge_pinyin", "merge_plurals", "spellings"]

LONG = 16
"""Characters from which titles are taken for one that differ only in the plural at their end."""


def merge_plurals(groups: Groups) -> None:
    """`GANs` joins `GAN` of the same type where both are named."""
    for node in groups.nodes():
        if node.startswith("name:") and node.endswith("s") and len(node.rsplit("/", 1)[1]) > 3:
            groups.merge(node[:-1], node, "plural", 0.9)


def merge_papers(groups: Groups, nodes: Iterable[Node]) -> None:
    """Papers with one identifier are one; so are papers whose titles differ in a letter or a plural."""
    first: dict[str, str] = {}
    for node in groups.nodes():
        for identifier in groups.own_identifiers(node):
            other = first.setdefault(identifier, node)
            if other != node:
                reason = f"same {identifier.split(':', 1)[0]} id"
                groups.merge(other, node, reason, 0.97, groups.place_of(node, identifier))
    stems: dict[str, str] = {}
    for node, type_, _ in dict.fromkeys(nodes):
        if type_ != "Paper":
            continue
        name = node.split("/", 1)[1]
        if len(name) >= LONG:
            other = stems.setdefault(name.rstrip("s"), node)
            if other != node:
                groups.merge(other, node, "nearly the same title", 0.85)


def merge_pinyin(groups: Groups, lexicon: Lexicon) -> None:
    """`陈天琦` and `Chen, Tian Qi` are one person where a note names both and nobody else has either spelling.

    Someone whose Chinese name the lexicon knows, and knows to be another, stays apart.
    """
    chinese: dict[tuple[str, str], list[str]] = defaultdict(list)
    latin: dict[tuple[str, str], list[str]] = defaultdict(list)
    people = [root for root in groups.roots() if groups.type(root) == "Person"]
    for root in people:
        for surface in groups.surfaces(root):
            for spelling in () if has_cjk(surface) else spellings(surface):
                if root not in latin[spelling]:
                    latin[spelling].append(root)
    if not latin:
        # The table of readings takes half a second to load.
        return
    for root in people:
        for spelling in filter(None, map(romanised, filter(has_cjk, groups.surfaces(root)))):
            if root not in chinese[spelling]:
                chinese[spelling].append(root)
    for spelling in sorted(set(chinese) & set(latin)):
        if len(chinese[spelling]) == len(latin[spelling]) == 1:
            left, right = chinese[spelling][0], latin[spelling][0]
            known = [lexicon.by_key[node].label_zh for node in groups.members(right) if node in lexicon.by_key]
            if not any(known) and groups.documents(left) & groups.documents(right):
                groups.merge(left, right, "pinyin", 0.7)


def spellings(name: str) -> list[tuple[str, str]]:
    """(surname, given name) of a Latin name, whichever of its ends is the surname: `Tian Qi Chen`, `Chen, Tian-Qi`."""
    parts = [key(part) for part in name.replace(",", " ").replace("-", " ").split()]
    if len(parts) < 2 or not all(part.isascii() and len(part) > 1 for part in parts):
        return []
    ends = [(parts[-1], "".join(parts[:-1])), (parts[0], "".join(parts[1:]))]
    return ends[1:] if "," in name else ends


def merge_aliases(groups: Groups, aliases: Iterable[Alias], lexicon: Lexicon) -> None:
    """Join what notes declare to be one thing; a short form with several long ones joins the best attested only."""
    by_surface: dict[str, list[str]] = defaultdict(list)
    for node in groups.nodes():
        root = groups.root(node)
        for surface in groups.surfaces(root):
            name = name_key(surface, groups.type(root))
            if root not in by_surface[name]:
                by_surface[name].append(root)
    pairs: dict[tuple[str, str], float] = defaultdict(float)
    said: dict[tuple[str, str], Alias] = {}
    for alias in aliases:
        for left in by_surface.get(name_key(alias.left, ""), ()):
            for right in by_surface.get(name_key(alias.right, ""), ()):
                if left != right:
                    pair = (left, right)
                    pairs[pair] += alias.score
                    said.setdefault(pair, alias)
    chosen: Counter[str] = Counter()
    for (left, right), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        short = min((left, right), key=lambda node: (len(node.split("/", 1)[1]), node))
        ambiguous = len(short.split("/", 1)[1]) <= 5 and not has_cjk(short)
        if ambiguous and chosen[short] and not _translation(left, right):
            continue
        if not (_akin(groups, lexicon, left, right) and _akin(groups, lexicon, right, left)):
            continue
        alias = said[left, right]
        reason, place = f"{alias.reason} in {alias.document_id}", (alias.document_id, alias.span)
        if groups.merge(left, right, reason, alias.score, place, log=f"alias ({alias.reason})"):
            chosen[short] += 1


def _akin(groups: Groups, lexicon: Lexicon, known: str, other: str) -> bool:
    """Whether a name may be one more of an entry's: it has a word or two characters in common with those of its language.

    What stands in parentheses may be an example, an explanation or something else with the same initials:
    `POS` is not Proof of Stake where the note says Part-of-Speech.
    """
    entry = next((lexicon.by_key[node] for node in groups.members(groups.root(known)) if node in lexicon.by_key), None)
    if entry is None:
        return True
    for surface in groups.surfaces(groups.root(other)):
        names = [name for name in entry.names if has_cjk(name) == has_cjk(surface) and len(name) > 3 - has_cjk(name)]
        if names and _words(surface).isdisjoint(set().union(*map(_words, names))):
            return " " not in surface and not has_cjk(surface) and surface.isupper()
    return True


def _words(name: str) -> set[str]:
    if has_cjk(name):
        plain = key(name)
        return {plain[at : at + 2] for at in range(len(plain) - 1)}
    return {word.lower().rstrip("s") for word in re.findall(r"[A-Za-z]{3,}", name)}


def _translation(left: str, right: str) -> bool:
    return has_cjk(left) != has_cjk(right)
