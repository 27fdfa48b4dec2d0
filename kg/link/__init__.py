"""From mentions to entities: one entity per thing across notes and languages, every decision with its reasons and rivals.

Linking looks at how names are used, not at every mention: `names_of` counts the names of a note, `link` decides on
the united counts, `resolve` tells each mention what was decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.lexicon import Lexicon
from kg.link.again import Linking
from kg.link.corrections import Corrected, correct
from kg.link.drafts import Draft, Linked, draft
from kg.link.families import alias_touches, touches
from kg.link.log import Decision, Standing, merge_log, standing
from kg.link.rejections import reject_claims
from kg.link.uses import Names, Tally, Use, names_of, united_names, use_of
from kg.model import Entity, Mention, Resolution

__all__ = [
    "Corrected",
    "Decision",
    "Draft",
    "Linked",
    "Linking",
    "Names",
    "Standing",
    "Tally",
    "Use",
    "alias_touches",
    "correct",
    "draft",
    "id_stem",
    "link",
    "merge_log",
    "names_of",
    "numbered",
    "reject_claims",
    "resolve",
    "settle",
    "standing",
    "touches",
    "united_names",
]

_NUMBERS = re.compile(r"(?:-\d+)+$")


def link(
    names: Names, lexicon: Lexicon, linking: Linking | None = None
) -> tuple[tuple[Entity, ...], dict[Use, Linked], tuple[Decision, ...]]:
    """Entities in order of id, what each use is linked to, and the decisions behind that.

    With `linking`, only those names are linked anew that what has changed since its last names may have reached.
    """
    drafted = (linking.draft if linking else draft)(names, lexicon)
    return *settle(drafted, numbered((group, entity.id) for group, entity in drafted.things)), drafted.decisions


def numbered(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Other ids for those groups whose id another group has; the groups are given with their ids, in any order.

    Only ids with one `id_stem` can meet.
    """
    taken: set[str] = set()
    found = {}
    for group, base in sorted(named):
        identifier, number = base, 2
        while identifier in taken:
            identifier = f"{base}-{number}"
            number += 1
        taken.add(identifier)
        if identifier != base:
            found[group] = identifier
    return found


def id_stem(identifier: str) -> str:
    """An id without the numbers at its end."""
    return _NUMBERS.sub("", identifier)


def settle(drafted: Draft, renamed: Mapping[str, str]) -> tuple[tuple[Entity, ...], dict[Use, Linked]]:
    """Entities in order of id, and what each use is linked to, with the ids that some groups got from `numbered`."""
    entities = {
        group: replace(entity, id=renamed[group]) if group in renamed else entity for group, entity in drafted.things
    }
    linked = {use: (entities[group].id, reasons, rivals) for use, (group, reasons, rivals) in drafted.uses.items()}
    return tuple(sorted(entities.values(), key=lambda entity: entity.id)), linked


def resolve(mentions: Iterable[Mention], linked: Mapping[Use, Linked]) -> list[Resolution]:
    """One resolution per mention, in the order given."""
    found = []
    for mention in mentions:
        entity, reasons, rivals = linked[use_of(mention)]
        found.append(Resolution(mention, entity, mention.confidence, reasons, rivals))
    return found
