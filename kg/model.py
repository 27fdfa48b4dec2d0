"""The frozen values that flow between the stages; nothing here reads, writes or imports a foreign library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "BASE_IRI",
    "ENTITY_TYPES",
    "Alias",
    "Block",
    "Build",
    "Citation",
    "Claim",
    "Document",
    "Entity",
    "Evidence",
    "FrontMatter",
    "Link",
    "Mention",
    "Merge",
    "Problem",
    "Resolution",
    "Section",
    "Sentence",
    "Span",
    "Value",
    "united",
]

BASE_IRI = "https://w3id.org/zhitu/"
"""Where entities, notes and ontology terms live unless a build says otherwise; `kg serve` answers under the same paths."""
ENTITY_TYPES = ("Model", "Paper", "Person", "Institution", "Dataset", "Venue", "Tool", "Topic")

BlockKind = Literal["title", "heading", "paragraph", "item", "quote", "cell"]
LinkKind = Literal["web", "wikilink", "tag"]
Severity = Literal["info", "warning", "error"]


class Value:
    """A frozen value that is pickled as the arguments that made it: four times as fast as dataclasses with slots are."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple([getattr(self, name) for name in self.__match_args__])  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, order=True)
class Span(Value):
    """A half-open range of code points of `Document.text`."""

    start: int
    end: int

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class FrontMatter(Value):
    """The YAML head of a note (Jekyll, Hugo, Obsidian); every field is empty where the note has none."""

    title: str = ""
    date: str = ""
    """ISO 8601 date, from the front matter or a Jekyll file name."""
    category: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section(Value):
    """A heading and all that stands under it, up to the next heading of the same or a higher level."""

    heading: str
    """Plain text of the heading; the note's title for section 0."""
    level: int
    """0 for the note itself (always section 0), else 1-6."""
    span: Span
    parent: int
    """Index of the enclosing section in `Document.sections`; -1 for section 0."""


@dataclass(frozen=True, slots=True)
class Block(Value):
    """One piece of prose (title, heading, paragraph, list item, quote, table cell) as plain text without markup.

    Soft line breaks are kept as one newline character. `runs` maps the plain text back to the file: ascending triples
    `(plain_start, source_start, length)` that cover the text without gaps.
    """

    kind: BlockKind
    span: Span
    """Hull of the block in `Document.text`, markup included."""
    section: int
    text: str
    runs: tuple[tuple[int, int, int], ...]
    depth: int = 0
    """Nesting depth of lists and quotes around the block; the level of a heading."""

    def source(self, start: int, end: int) -> Span:
        """Map a half-open range of `text` to the source; raises ValueError for an empty or outlying range."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"range {start}:{end} outside block text of {len(self.text)} code points")
        if len(self.runs) == 1:
            shift = self.runs[0][1]
            return Span(start + shift, end + shift)
        return Span(self._offset(start), self._offset(end - 1) + 1)

    def _offset(self, plain: int) -> int:
        run = self.runs[bisect_right(self.runs, (plain + 1,)) - 1]
        return run[1] + plain - run[0]


@dataclass(frozen=True, slots=True)
class Link(Value):
    """A link out of a note, or a wikilink or tag inside the vault."""

    url: str
    """Canonical URL; the target's name for a wikilink; the tag without `#`."""
    title: str
    """Plain text; empty where the note gives the link none."""
    span: Span
    """The whole link in `Document.text`, e.g. `[title](url)` or the bare URL."""
    section: int
    kind: LinkKind = "web"
    title_span: Span | None = None
    """Where the title stands; None when there is no title."""


@dataclass(frozen=True, slots=True)
class Document(Value):
    """A note as read: the decoded text and what Markdown says of it."""

    id: str
    """Path relative to the folder given on the command line, with `/`; the `doc` column of every table."""
    path: str
    """Path as it can be opened, for messages."""
    text: str
    """The decoded file, without BOM, line ends as they are."""
    front_matter: FrontMatter
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    line_starts: tuple[int, ...]
    """Offset of the first code point of every line."""
    hash: str
    """SHA-256 of the file's bytes, hexadecimal."""
    size: int
    """Bytes of the file."""
    language: str
    """Dominant language: zh-Hans, zh-Hant or en."""

    @property
    def title(self) -> str:
        """Front-matter title, else the first heading of level 1, else the file's name."""
        return self.sections[0].heading

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both 1-based, in code points."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Sentence(Value):
    """A sentence of one block, in zh or en."""

    document_id: str
    span: Span
    text: str
    """Plain text without markup: `block.text[start:start + len(text)]`."""
    language: str
    block: int
    """Index into `Document.blocks`."""
    start: int
    """Offset of the sentence in the block's plain text."""


@dataclass(frozen=True, slots=True)
class Mention(Value):
    """A surface in a note that names an entity; `Document.text[span] == surface` always holds."""

    document_id: str
    span: Span
    surface: str
    type: str
    """One of ENTITY_TYPES."""
    found_by: str
    """Name of the finder, e.g. `lexicon`, `citation`, `cue`."""
    confidence: float
    """0-1."""
    key: str = ""
    """What it is grounded to beforehand: `lexicon:<type>/<label>`, `arxiv:<id>`, `github:<owner/name>`; else empty."""


@dataclass(frozen=True, slots=True)
class Alias(Value):
    """Two surfaces that a note itself declares to be one thing, e.g. `循环神经网络（Recurrent Neural Network）`."""

    document_id: str
    span: Span
    left: str
    right: str
    reason: str
    """`parenthesis`, `abbreviation`, `front matter`, ..."""
    score: float


@dataclass(frozen=True, slots=True)
class Citation(Value):
    """A bibliographic reference, or a link to a paper, taken apart."""

    document_id: str
    span: Span
    authors: tuple[Mention, ...]
    title: Mention | None
    venue: Mention | None
    year: str
    identifier: str
    """`arxiv:<id>`, `doi:<id>`, a canonical URL, or empty."""


@dataclass(frozen=True, slots=True)
class Entity(Value):
    """One thing of the world, across notes and languages."""

    id: str
    """Stable and readable, e.g. `model:resnet`; the last part of the IRI."""
    type: str
    label: str
    label_zh: str
    label_en: str
    aliases: tuple[str, ...]
    """Every other surface, sorted."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Sorted pairs such as `("arxiv", "1512.03385")` or `("year", "2015")`."""


@dataclass(frozen=True, slots=True)
class Resolution(Value):
    """What a mention was linked to, and why."""

    mention: Mention
    entity_id: str | None
    score: float
    """0-1."""
    reasons: tuple[str, ...]
    rivals: tuple[tuple[str, float], ...] = ()
    """Other entity ids with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Merge(Value):
    """A decision that a name belongs to an entity which is called otherwise."""

    entity_id: str
    """What was kept."""
    name: str
    """What was joined to it: a surface or a name, blanks made one."""
    reason: str
    """`lexicon`, `spelling`, `plural`, `same arxiv id`, `alias (parenthesis)`, ..."""
    score: float
    """0-1."""
    document_id: str = ""
    """The note of the first place that speaks for it; empty where none does."""
    span: Span | None = None
    """That place in `Document.text`."""


@dataclass(frozen=True, slots=True)
class Evidence(Value):
    """Where a claim was read."""

    document_id: str
    span: Span
    line: int
    """1-based line of the file where the quote's decisive part stands."""
    quote: str
    """Verbatim: `Document.text[span]`."""
    found_by: str
    confidence: float


_AGAIN = 0.3
"""How much of a further piece of evidence counts: pieces that one reader read share its mistakes."""


def united(confidences: Iterable[float]) -> float:
    """Noisy-or over pieces of evidence of which the surest counts in full and the others at 0.3, at most 0.99."""
    best, *others = sorted(confidences, reverse=True)
    doubt = 1.0 - best
    for confidence in others:
        doubt *= 1.0 - _AGAIN * confidence
    return min(0.99, round(1.0 - doubt, 4))


@dataclass(frozen=True, slots=True)
class Claim(Value):
    """A relation between two entities with everything that was read for it; `evidence` is never empty."""

    subject: str
    predicate: str
    object: str
    evidence: tuple[Evidence, ...]
    confidence: float = field(init=False, repr=False, compare=False)
    """What all pieces of evidence say together, see `united`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence", united([piece.confidence for piece in self.evidence]))


@dataclass(frozen=True, slots=True)
class Problem(Value):
    """Something about a note that the reader should know; the build went on."""

    severity: Severity
    path: str
    """The note (`Document.id`), or the path given when no note came of it."""
    line: int
    """1-based; 0 where no line applies."""
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Build(Value):
    """Everything that was read from a set of notes; every output is a projection of it."""

    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    resolutions: tuple[Resolution, ...]
    """Mentions with the entities they were linked to; `entity_id` is None for what was let go."""
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]
    merges: tuple[Merge, ...] = ()
    """Why entities have the names they have, in order of entity and name."""
    base: str = BASE_IRI
    """What the IRIs of entities, notes and claims begin with; those of the ontology never change."""
