"""What a build read in each note, kept for the next one: a note that has not changed is not read again.

Values are kept under hashes of all that they were made from, so a stale one is never found. They are pickled, so they
live in a folder that is the user's alone, never beside the notes or the outputs, which may come from others.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from kg.identity import content_hash
from kg.lexicon import lexicon_dir
from kg.link import Linking
from kg.notes import NoteFile
from pipelines.home import cache_folder, digest, sealed, unsealed, version_of
from pipelines.stages import Wanted

__all__ = ["BrokenCacheError", "Cache", "Kept", "Memory", "note_keys", "opened_cache"]

T = TypeVar("T")

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS about (version BLOB);
    CREATE TABLE IF NOT EXISTS kept (stage TEXT, key BLOB, value BLOB, PRIMARY KEY (stage, key));
"""


_AT_HAND = frozenset(("document", "extraction", "names", "statements"))
"""Stages whose values a process keeps at hand that builds again and again; those of others are large and seldom needed."""


class BrokenCacheError(Exception):
    """What was kept cannot be read, or is not what was kept: a build without it comes to the same."""


class Kept(NamedTuple):
    """A value that was kept."""

    value: Any
    mark: bytes
    """Hash of the value when packed."""


@dataclass(slots=True)
class Memory:
    """What a process that builds the same notes again and again has at hand: no value need be unpacked, no name linked anew."""

    values: dict[str, dict[bytes, Kept]] = field(default_factory=dict)
    """By stage and key."""
    token: bytes = b""
    """Of the build that left them: where another one has used the file since, they are not its values."""
    linking: Linking = field(default_factory=Linking)

    def clear(self) -> None:
        """Forget values."""
        self.values, self.token = {}, b""


class Cache:
    """Values of one output folder by stage and key; without a file it keeps nothing and finds nothing.

    Where nothing more can be kept, because the disk is full, the build goes on, and what was kept before stays.
    """

    def __init__(
        self, database: sqlite3.Connection | None = None, path: Path | None = None, memory: Memory | None = None
    ) -> None:
        self._database, self._path = database, path
        self._memory = memory or Memory()
        self._at_hand = _AT_HAND if memory is not None else frozenset()
        self._used: dict[str, set[bytes]] = {}
        self._full = False
        if self._memory.token != self._token():
            self._memory.clear()

    @property
    def on(self) -> bool:
        """Whether anything is kept at all."""
        return self._database is not None

    @property
    def linking(self) -> Linking | None:
        """How names were linked before, where that is at hand: to load it would take as long as to link them."""
        return self._memory.linking if self._at_hand else None

    def retain(self, stage: str, keys: Iterable[bytes]) -> None:
        """Keep what is under some keys until the next build, without looking at it."""
        self._used.setdefault(stage, set()).update(keys)

    def recall(self, stage: str, keys: Iterable[bytes]) -> dict[bytes, Kept]:
        """What is kept under some keys; what is asked for stays until the next build. Raises BrokenCacheError."""
        if self._database is None:
            return {}
        wanted = set(keys)
        self.retain(stage, wanted)
        here = self._memory.values.get(stage, {})
        found = {key: here[key] for key in wanted if key in here}
        try:
            for key, kept in self._rows(self._database, stage, wanted - found.keys()):
                packed = unsealed(kept)
                if packed is None:
                    raise BrokenCacheError
                found[key] = Kept(pickle.loads(packed), kept[: -len(packed)])
        except sqlite3.Error as error:
            raise BrokenCacheError from error
        if stage in self._at_hand:
            self._memory.values.setdefault(stage, {}).update(found)
        return found

    def last(self, stage: str, other: T) -> T:
        """The one value of a stage that has no keys, or another where there is none. Raises BrokenCacheError."""
        kept = self.recall(stage, [b""]).get(b"")
        return kept.value if kept else other

    @staticmethod
    def _rows(database: sqlite3.Connection, stage: str, wanted: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
        if len(wanted) < 50:
            for key in wanted:
                yield from database.execute("SELECT key, value FROM kept WHERE stage = ? AND key = ?", (stage, key))
        else:
            rows = database.execute("SELECT key, value FROM kept WHERE stage = ?", (stage,))
            yield from (row for row in rows if row[0] in wanted)

    def keep(self, stage: str, key: bytes, value: object) -> bytes:
        """Keep a value for the next build; gives its mark, empty where nothing is kept."""
        if self._database is None:
            return b""
        packed = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        kept = sealed(packed)
        mark = kept[: -len(packed)]
        self._used.setdefault(stage, set()).add(key)
        if stage in self._at_hand:
            self._memory.values.setdefault(stage, {})[key] = Kept(value, mark)
        if not self._full:
            try:
                self._database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (stage, key, kept))
            except sqlite3.Error:
                self._full = True
        return mark

    def finish(self) -> None:
        """Make what was kept last, and forget what this build neither kept nor asked for."""
        memory = self._memory
        memory.token = os.urandom(16)
        self.keep("build", b"", memory.token)
        memory.values = {
            stage: {key: kept for key, kept in values.items() if key in self._used.get(stage, ())}
            for stage, values in memory.values.items()
        }
        if self._database is None or self._full:
            memory.clear()
            return
        try:
            for stage, key in self._database.execute("SELECT stage, key FROM kept").fetchall():
                if key not in self._used.get(stage, ()):
                    self._database.execute("DELETE FROM kept WHERE stage = ? AND key = ?", (stage, key))
            self._database.commit()
        except sqlite3.Error:
            memory.clear()

    def drop(self) -> None:
        """Forget everything: the next build begins anew."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _token(self) -> bytes:
        """Of the build that used the file last."""
        with suppress(BrokenCacheError):
            return self.last("build", b"")
        return b""


def note_keys(files: Sequence[NoteFile]) -> list[tuple[bytes, str]]:
    """What the first pass over each note depends on, beside the version: its id, its path, its bytes; and their hash."""
    keys = []
    for file in files:
        try:
            found = content_hash(file.read())
        except OSError:
            # It may be there again, or readable again, for the next build: a key of its own.
            found = os.urandom(20).hex()
        keys.append((digest(file.id, os.fsencode(str(file.path)), found), found))
    return keys


@contextmanager
def opened_cache(out: Path, wanted: Wanted, memory: Memory | None = None) -> Iterator[Cache]:
    """The cache of an output folder; one that keeps nothing where there can be none. Nothing is kept of a failed build."""
    database = path = None
    with suppress(OSError, sqlite3.Error):
        path = cache_folder() / f"{digest(os.fsencode(out.resolve())).hex()}.db"
        database = _open(path, _version(wanted))
    try:
        yield Cache(database, path, memory)
    except BaseException:
        if memory is not None:
            memory.clear()
        raise
    finally:
        if database is not None:
            database.close()


def _open(path: Path, version: bytes) -> sqlite3.Connection:
    try:
        return _connect(path, version)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            # Another build of the same folder has it.
            raise
        path.unlink()
        return _connect(path, version)


def _connect(path: Path, version: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    try:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            database.execute(statement)
        if database.execute("SELECT version FROM about").fetchall() != [(version,)]:
            database.execute("DELETE FROM about")
            database.execute("DELETE FROM kept")
            database.execute("INSERT INTO about VALUES (?)", (version,))
        database.execute("SELECT count(*) FROM kept").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def _version(wanted: Wanted) -> bytes:
    """Everything but the note itself that decides what is read in it."""
    # A pipeline may be any package or folder, whose parts we do not know.
    theirs = os.urandom(20) if wanted.spacy else b""
    return digest(version_of([*wanted.lexicon, lexicon_dir()]), theirs)
