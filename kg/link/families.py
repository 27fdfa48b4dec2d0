"""Which uses of names linking may ever look at together: families that nothing ties to each other are linked apart.

Two uses are of one family where they have a touch in common, or each has one in common with a third. Touches are more
than is needed rather than less: they depend on no other use, and so on no type that the uses of a name agree on.
"""

from __future__ import annotations

from kg.lexicon import Lexicon
from kg.link.merges import LONG, spellings
from kg.link.names import name_key, person_key, venue_key
from kg.link.uses import Use
from kg.model import Alias
from kg.text import has_cjk, romanised

__all__ = ["alias_touches", "touches"]


def touches(use: Use, lexicon: Lexicon) -> list[str]:
    """What a use has in common with every use that linking may look at together with it, sorted, never empty."""
    names = {spell(name) for name in {use.surface, use.name} for spell in (_plain, person_key, venue_key)}
    entries = {*lexicon.find(use.surface), *lexicon.find(venue_key(use.surface))}
    grounded = {entry.key for entry in entries}
    if use.key.startswith("lexicon:"):
        grounded.add(use.key)
    names |= {key.split("/", 1)[1] for key in grounded if key.startswith("lexicon:Paper/")}
    # Of one type a plural joins its singular, whatever that is called.
    names |= {name[:-1] for name in names if name.endswith("s") and len(name) > 3}
    names |= {name.rstrip("s") for name in names if len(name) >= LONG}
    people = filter(None, [romanised(use.name)]) if has_cjk(use.name) else spellings(use.name)
    found = {*(f"name {name}" for name in names), *grounded, *(f"person {last} {rest}" for last, rest in people)}
    if use.key:
        found.add(use.key)
    return sorted(found)


def alias_touches(alias: Alias) -> tuple[str, str]:
    """The touches of those uses that an alias may join."""
    return f"name {_plain(alias.left)}", f"name {_plain(alias.right)}"


def _plain(name: str) -> str:
    return name_key(name, "")
