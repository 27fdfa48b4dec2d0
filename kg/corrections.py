"""What the user corrects by hand: kg.corrections.yaml, read into frozen corrections that know their line.

The file is a list; each item has one verb:

    - merge: [ResNet, Residual Network]              # one entity; the first is kept
    - split: {entity: Transformer, surface: transformer, note: power.md}   # `note` may be left out
    - retype: {entity: Zorblax, type: Dataset}
    - rename: {entity: Zorblax, label: Zorblax Bench, zh: 佐布基准}
    - alias: {entity: Zorblax, names: [ZBX, 佐布]}   # names that are then found in all notes
    - reject: Zorblax                                # the entity goes, and all that is said of it
    - reject: {subject: A, predicate: uses, object: B}

Nothing here raises for what a file says: what cannot be used is a Problem with its line, and the rest is read.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.errors import SettingsError
from kg.model import ENTITY_TYPES, Problem
from kg.remote import RemotePath, Source, order_of
from kg.text import key

__all__ = [
    "FILE_NAME",
    "AddNames",
    "Correction",
    "CorrectionFile",
    "Merge",
    "Place",
    "RejectClaim",
    "RejectEntity",
    "Rename",
    "Retype",
    "Split",
    "find_corrections",
    "read_corrections",
]

FILE_NAME = "kg.corrections.yaml"
"""Looked for in every folder of notes that is given, and beside every single note."""

_MOST_BYTES = 1_000_000
_DEEPEST = 8
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ITEM = re.compile(r"^( *)-(?=[ \t\r\n]|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a correction stands."""

    path: str
    line: int
    """1-based."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Merge:
    """Several entities are one; the first is kept."""

    place: Place
    names: tuple[str, ...]
    """At least two names or ids."""


@dataclass(frozen=True, slots=True)
class Split:
    """Mentions with one surface are another thing."""

    place: Place
    entity: str
    surface: str
    note: str
    """Only in this note; empty for all."""


@dataclass(frozen=True, slots=True)
class Retype:
    """An entity is of another type."""

    place: Place
    entity: str
    type: str


@dataclass(frozen=True, slots=True)
class Rename:
    """An entity is shown under other names; an empty one stays as it is."""

    place: Place
    entity: str
    label: str
    zh: str


@dataclass(frozen=True, slots=True)
class AddNames:
    """Further names of an entity, by which it is found in all notes."""

    place: Place
    entity: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RejectEntity:
    """An entity is none."""

    place: Place
    entity: str


@dataclass(frozen=True, slots=True)
class RejectClaim:
    """A claim is wrong, whatever the notes seem to say."""

    place: Place
    subject: str
    predicate: str
    object: str


Correction = Merge | Split | Retype | Rename | AddNames | RejectEntity | RejectClaim


@dataclass(frozen=True, slots=True)
class CorrectionFile:
    """A file of corrections and the name that messages give it."""

    shown: str
    path: Source


class _RefusedError(Exception):
    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def find_corrections(notes: Sequence[Source], more: Sequence[Path] = ()) -> tuple[CorrectionFile, ...]:
    """Files beside the notes, then those of `--corrections`; SettingsError for one of these that is not there."""
    found: dict[str, CorrectionFile] = {}
    roots = sorted(set(notes), key=order_of)
    here = [path for path in roots if isinstance(path, Path)]
    folders = {os.path.realpath(folder): folder for folder in (p if p.is_dir() else p.parent for p in here)}
    beside = [folder / FILE_NAME for folder in folders.values() if (folder / FILE_NAME).exists()]
    for root in roots:
        if isinstance(root, RemotePath) and (there := RemotePath(root.root, FILE_NAME)).exists():
            found[str(root)] = CorrectionFile(str(there), there)
    for path in beside:
        # Where there is one, its path must not depend on where the notes lie: two builds give the same bytes.
        shown = FILE_NAME if len(beside) == 1 else f"{path.absolute().parent.name}/{FILE_NAME}"
        found[os.path.realpath(path)] = CorrectionFile(shown, path)
    for path in more:
        if not path.is_file():
            what = "not a file" if path.exists() else "no such file"
            raise SettingsError(f"--corrections {path}: {what}", "Give a YAML file such as kg.corrections.yaml")
        found.setdefault(os.path.realpath(path), CorrectionFile(str(path), path))
    return tuple(found.values())


def read_corrections(files: Sequence[CorrectionFile]) -> tuple[tuple[Correction, ...], tuple[Problem, ...]]:
    """Corrections in the order of files and lines; whatever cannot be used is a warning with its line."""
    corrections: list[Correction] = []
    problems: list[Problem] = []
    for file in files:
        try:
            text = _read_text(file.path)
        except _RefusedError as refused:
            problems.append(_problem(file, refused))
            continue
        for item in _items(text):
            try:
                if isinstance(item, _RefusedError):
                    raise item
                node, before = item
                corrections.append(_to_correction(node, file.shown, before))
            except _RefusedError as refused:
                problems.append(_problem(file, refused))
    return tuple(corrections), tuple(problems)


def _problem(file: CorrectionFile, refused: _RefusedError) -> Problem:
    return Problem("warning", file.shown, refused.line, refused.message, refused.hint)


def _read_text(path: Source) -> str:
    if isinstance(path, Path) and not path.is_file():
        raise _RefusedError(0, "corrections are not read: not a file", "Give a YAML file, or take it away")
    try:
        if isinstance(path, RemotePath):
            data = path.read_bytes()
        else:
            with path.open("rb") as handle:
                data = handle.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _RefusedError(0, f"corrections are not read: {error.strerror}", "Check its permissions") from error
    if len(data) > _MOST_BYTES:
        raise _RefusedError(0, "corrections are not read: more than 1 MB", "Known names belong into a --lexicon")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        raise _RefusedError(line, "corrections are not read: not UTF-8", "Save the file as UTF-8") from error


def _items(text: str) -> Iterator[tuple[yaml.Node, int] | _RefusedError]:
    """The items of the list, each with the number of lines before the text it was parsed in.

    Where the whole is no YAML, every item is read by itself, so that one slip costs one correction.
    """
    try:
        yield from ((item, 0) for item in _list(_compose(text, 0), 0))
        return
    except _RefusedError as refused:
        whole = refused
    first = _ITEM.search(text)
    starts = [match.start() for match in _ITEM.finditer(text) if first and match[1] == first[1]]
    if len(starts) < 2:
        yield whole
        return
    failed = False
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        before = text.count("\n", 0, start)
        try:
            yield from ((item, before) for item in _list(_compose(text[start:end], before), before))
        except _RefusedError as refused:
            failed = True
            yield refused
    if not failed:
        yield whole


def _compose(text: str, before: int) -> yaml.Node | None:
    """The node of a YAML text: never an object, and no anchors, which could make a small file large."""
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        line = before + 1 + text.count("\n", 0, unreadable.start())
        raise _RefusedError(line, "a control character, which YAML does not allow", "Take it out")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = before + 1 + (event.start_mark.line if event.start_mark else 0)
            if getattr(event, "anchor", None):
                hint = "Write the value out; quote a name that begins with & or *"
                raise _RefusedError(line, "anchors and aliases (& and *) are not read", hint)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise _RefusedError(line, "lists and mappings inside each other too deep", "One verb an item is enough")
        return yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be read"
        # The parser sees some slips only where the text ends; the line of the last word says more.
        line = before + 1 + min(mark.line if mark else 0, text.rstrip().count("\n"))
        hint = "Quote names that hold `: `, `#`, quotes or brackets; this correction is left out"
        raise _RefusedError(line, f"not valid YAML: {reason}", hint) from error


def _list(node: yaml.Node | None, before: int) -> list[yaml.Node]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise _RefusedError(
            before + 1 + node.start_mark.line, "corrections are a list", "Begin each with a hyphen: - merge: [A, B]"
        )
    return list(node.value)


_HINTS = {
    "merge": "e.g. - merge: [ResNet, Residual Network]",
    "split": "e.g. - split: {entity: Transformer, surface: transformer, note: power.md}",
    "retype": "e.g. - retype: {entity: ImageNet, type: Dataset}",
    "rename": "e.g. - rename: {entity: ResNet, label: Residual Network, zh: 残差网络}",
    "alias": "e.g. - alias: {entity: ResNet, names: [残差网络]}",
    "reject": "e.g. - reject: ResNet, or - reject: {subject: A, predicate: uses, object: B}",
}


def _to_correction(item: yaml.Node, path: str, before: int) -> Correction:
    line = before + 1 + item.start_mark.line
    pairs = item.value if isinstance(item, yaml.MappingNode) else []
    if len(pairs) != 1:
        verbs = ", ".join(_HINTS)
        raise _RefusedError(line, "a correction is one verb with its values", f"Verbs: {verbs}; {_HINTS['merge']}")
    verb_node, value = pairs[0]
    verb = verb_node.value if isinstance(verb_node, yaml.ScalarNode) else "?"
    read = _VERBS.get(verb)
    if read is None:
        near = difflib.get_close_matches(verb, list(_HINTS), 1)
        hint = f"Did you mean {near[0]}?" if near else "Verbs: " + ", ".join(_HINTS)
        raise _RefusedError(line, f"unknown verb {verb!r}", hint)
    try:
        return read(Place(path, line), value, lambda node: before + 1 + node.start_mark.line)
    except ValueError as error:
        raise _RefusedError(line, f"{verb}: {error}", _HINTS[verb]) from error


_LineOf = Callable[[yaml.Node], int]


def _merge(place: Place, value: yaml.Node, _: _LineOf) -> Merge:
    names = tuple(dict.fromkeys(_names(value, "its value")))
    if len(names) < 2:
        raise ValueError("it takes two names or more")
    return Merge(place, names)


def _split(place: Place, value: yaml.Node, _: _LineOf) -> Split:
    fields = _fields(value, ("entity", "surface"), ("note",))
    note = _name(fields["note"], "note") if "note" in fields else ""
    return Split(place, _name(fields["entity"], "entity"), _name(fields["surface"], "surface"), note)


def _retype(place: Place, value: yaml.Node, line_of: _LineOf) -> Retype:
    fields = _fields(value, ("entity", "type"))
    given = _name(fields["type"], "type")
    type_ = next((known for known in ENTITY_TYPES if known.lower() == given.lower()), None)
    if type_ is None:
        hint = "Types: " + ", ".join(ENTITY_TYPES)
        raise _RefusedError(line_of(fields["type"]), f"retype: unknown type {given!r}", hint)
    return Retype(place, _name(fields["entity"], "entity"), type_)


def _rename(place: Place, value: yaml.Node, _: _LineOf) -> Rename:
    fields = _fields(value, ("entity",), ("label", "zh"))
    label, zh = (_name(fields[name], name) if name in fields else "" for name in ("label", "zh"))
    if not label and not zh:
        raise ValueError("it takes a label, a zh or both")
    return Rename(place, _name(fields["entity"], "entity"), label, zh)


def _alias(place: Place, value: yaml.Node, line_of: _LineOf) -> AddNames:
    fields = _fields(value, ("entity", "names"))
    names = tuple(dict.fromkeys(_names(fields["names"], "names")))
    short = next((name for name in names if len(name) < 2), None)
    if short is not None:
        line = line_of(fields["names"])
        raise _RefusedError(line, f"alias: {short!r} has one character", "Give a longer name, or use split and merge")
    return AddNames(place, _name(fields["entity"], "entity"), names)


def _reject(place: Place, value: yaml.Node, _: _LineOf) -> RejectEntity | RejectClaim:
    if isinstance(value, yaml.ScalarNode):
        return RejectEntity(place, _name(value, "its value"))
    fields = _fields(value, ("subject", "predicate", "object"))
    subject, predicate, object_ = (_name(fields[name], name) for name in ("subject", "predicate", "object"))
    return RejectClaim(place, subject, predicate, object_)


_VERBS: dict[str, Callable[[Place, yaml.Node, _LineOf], Correction]] = {
    "merge": _merge,
    "split": _split,
    "retype": _retype,
    "rename": _rename,
    "alias": _alias,
    "reject": _reject,
}


def _fields(value: yaml.Node, needed: Sequence[str], optional: Sequence[str] = ()) -> dict[str, yaml.Node]:
    if not isinstance(value, yaml.MappingNode):
        raise ValueError(f"it takes a mapping with {', '.join(needed)}")
    fields: dict[str, yaml.Node] = {}
    for name_node, node in value.value:
        name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
        if name not in (*needed, *optional):
            raise ValueError(f"unknown key {name!r}, known are {', '.join((*needed, *optional))}")
        if name in fields:
            raise ValueError(f"{name!r} is there twice")
        fields[name] = node
    missing = [name for name in needed if name not in fields]
    if missing:
        raise ValueError(f"no {', '.join(missing)}")
    return fields


def _names(value: yaml.Node, what: str) -> list[str]:
    if isinstance(value, yaml.SequenceNode):
        return [_name(node, what) for node in value.value]
    return [_name(value, what)]


def _name(value: yaml.Node, what: str) -> str:
    """A scalar as it is written: `no` and `2018` are names too."""
    if not isinstance(value, yaml.ScalarNode):
        raise ValueError(f"{what} holds a list or a mapping where a name is due")
    text = " ".join(value.value.split())
    if not key(text):
        raise ValueError(f"{what} holds an empty name")
    return text
