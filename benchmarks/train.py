"""Fit the linear models of ontologies/weights/ on annotated notes; needs scikit-learn.

    python benchmarks/train.py ../shared/dev MORE_ANNOTATED_NOTES --silver ../shared/corpus

Annotated notes are NAME.md with NAME.json beside it, as ../shared/eval/GUIDE.md describes. Silver examples are names that
the lexicon is sure of in notes that nobody annotated: they teach types and words, never what is no name.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pipelines.incremental as incremental
import pipelines.stages as stages
from kg.extract.concepts import chunk_features, chunks_of
from kg.extract.gazetteer import Gazetteer, find_known_names
from kg.extract.latin_names import latin_candidates
from kg.extract.page import Page, read_page
from kg.lexicon import Lexicon, read_lexicon
from kg.notes import find_notes, read_note, split_sentences
from kg.relate import find_note_ties
from kg.text import key
from kg.weights import BIAS, COLUMNS, read_weights, weights_dir
from pipelines.build import build_graph

SILVER_NOTES = 300
"""Notes drawn for silver examples."""


@dataclass(frozen=True)
class Case:
    features: tuple[str, ...]
    label: str
    weight: float = 1.0


@dataclass(frozen=True)
class Annotated:
    """One annotated note."""

    path: Path
    types: dict[str, str]
    """Folded name -> type."""
    names: tuple[tuple[str, frozenset[str]], ...]
    """Id -> folded names."""
    relations: tuple[tuple[str, str, str], ...]


def read_annotated(folders: Iterable[Path]) -> list[Annotated]:
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            types: dict[str, str] = {}
            names = []
            for entity in gold["entities"]:
                kind = entity["type"] if isinstance(entity["type"], str) else entity["type"][0]
                types |= {key(name): kind for name in entity["names"]}
                names.append((entity["id"], frozenset(map(key, entity["names"]))))
            relations = tuple((item["s"], item["p"], item["o"]) for item in gold["relations"])
            found.append(Annotated(path.parent / gold["doc"], types, tuple(names), relations))
    return found


def read(path: Path) -> Page:
    document, _ = read_note(find_notes([path])[0][0])
    assert document is not None, path
    return read_page(document)


def latin_cases(notes: Iterable[Annotated], lexicon: Lexicon) -> Iterator[tuple[Case, Case | None]]:
    """(is it a name, of which type) for every candidate in Latin script."""
    for note in notes:
        for _, name, features in latin_candidates(read(note.path), lexicon):
            if features[0] != "variant":
                kind = note.types.get(key(name.surface))
                yield Case(features, "yes" if kind else "no"), Case(features, kind) if kind else None


def concept_cases(notes: Iterable[Annotated]) -> Iterator[Case]:
    for note in notes:
        for surface, places in chunks_of(read(note.path), lambda _: True).items():
            kind = note.types.get(key(surface), "no")
            if kind in ("no", "Topic", "Model"):
                yield Case(tuple(chunk_features(surface, places)), kind)


def silver_cases(folder: Path, lexicon: Lexicon, gold: set[str]) -> tuple[list[Case], list[Case]]:
    """(Latin names with their types, Chinese chunks) of notes in a folder, as far as the lexicon knows them."""
    random = Random(7)
    files = [file for file in find_notes([folder])[0] if Path(file.path).stem not in gold]
    nothing = Lexicon(())
    gazetteer = Gazetteer(lexicon)
    latin, chinese = [], []
    for file in random.sample(files, min(SILVER_NOTES, len(files))):
        document, _ = read_note(file)
        if document is None:
            continue
        page = read_page(document)
        sure = {
            (item.passage, item.start, item.end): item.type
            for item in find_known_names(page, gazetteer)
            if item.found_by == "lexicon"
        }
        for passage, name, features in latin_candidates(page, nothing):
            kind = sure.get((passage.index, name.start, name.end))
            if kind and features[0] != "variant":
                latin.append(Case(features, kind, 0.15))
        for surface, places in chunks_of(page, lambda _: True).items():
            kinds = {sure.get((place.passage.index, place.start, place.end)) for place in places} - {None}
            features = tuple(chunk_features(surface, places))
            if kinds & {"Topic", "Model"}:
                chinese.append(Case(features, min(kinds & {"Topic", "Model"}), 0.15))
            elif not kinds and random.random() < 0.1:
                chinese.append(Case(features, "no", 0.15 / 0.1 * 0.5))
    return latin, chinese


def fit(name: str, cases: list[Case], strength: float, least: int, out: Path) -> None:
    """Fit one model by L2-regularised multinomial logistic regression and write its weights."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    counts = Counter(feature for case in cases for feature in case.features)
    vectors = DictVectorizer()
    table = vectors.fit_transform(
        [{feature: 1.0 for feature in case.features if counts[feature] >= least} for case in cases]
    )
    labels = [case.label for case in cases]
    model = LogisticRegression(C=strength, max_iter=3000).fit(table, labels, [case.weight for case in cases])
    rows = []
    binary = len(model.classes_) == 2
    for number, class_ in enumerate(model.classes_):
        if binary:
            # One side's weights are enough; those of the class that comes first in the alphabet are nought.
            values, bias = model.coef_[0] * number, model.intercept_[0] * number
        else:
            values, bias = model.coef_[number], model.intercept_[number]
        rows.append((BIAS, class_, float(bias)))
        rows += [(feature, class_, float(value)) for feature, value in zip(vectors.feature_names_, values, strict=True)]
    out.mkdir(exist_ok=True, parents=True)
    with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for feature, class_, value in sorted(rows):
            if abs(value) >= 0.02 or feature == BIAS:
                writer.writerow((feature, class_, f"{value:.2f}"))
    print(f"{name}: {len(cases)} cases {dict(Counter(labels))}, {len(vectors.feature_names_)} features", flush=True)


def tie_cases(notes: list[Annotated], lexicon: Path) -> Iterator[tuple[Case, list[Case]]]:
    """(are the two tied, by which predicates) for every pair of a note of which both ends are annotated."""
    by_path = {str(note.path.resolve()): note for note in notes}
    pages: list[stages.Page] = []
    relate, folder = incremental.relate_page, stages.lexicon_dir
    incremental.relate_page = lambda page: (pages.append(page), [])[1]  # type: ignore[assignment]
    stages.lexicon_dir = lambda: lexicon  # type: ignore[assignment]
    try:
        build_graph(sorted({note.path.parent for note in notes}), jobs=1)
        ontology = stages.prepared().ontology
    finally:
        incremental.relate_page, stages.lexicon_dir = relate, folder
    for page in pages:
        note = by_path.get(str(Path(page.document.path).resolve()))
        if note is None:
            continue
        of = matched(note, page)
        wanted = defaultdict(list)
        for subject, predicate, target in note.relations:
            if subject in of and target in of:
                wanted[frozenset((of[subject], of[target]))].append((of[subject], predicate))
        known = set(of.values())
        sentences = split_sentences(page.document)
        _, ties = find_note_ties(page.document, sentences, page.resolutions, page.entities, ontology)
        for tie in ties:
            ends = (tie.first.entity, tie.second.entity)
            if known.issuperset(ends):
                said = wanted.get(frozenset(ends), [])
                named = [
                    Case(tie.features, ("<" if subject == ends[1] and predicate != "relatedTo" else ">") + predicate)
                    for subject, predicate in said
                ]
                yield Case(tie.features, "yes" if said else "no"), named


def matched(note: Annotated, page: stages.Page) -> dict[str, str]:
    """Annotated entity -> ours, one to one, largest overlap of names first, as the scorer pairs them."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in page.resolutions:
        if item.entity_id is not None:
            found[item.entity_id].add(key(item.mention.surface))
    pairs = sorted(
        (-len(names & surfaces), number, name, entity)
        for number, (name, names) in enumerate(note.names)
        for entity, surfaces in found.items()
        if names & surfaces
    )
    result: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, name, entity in pairs:
        if name not in result and entity not in taken:
            result[name] = entity
            taken.add(entity)
    return result


def train_ties(notes: list[Annotated], out: Path) -> None:
    """The models of relations; the models of discovery must be there, since names are found with them."""
    cases = list(tie_cases(notes, stages.lexicon_dir()))
    fit("ties", [case for case, _ in cases], 0.1, 3, out)
    fit("predicates", [case for _, named in cases for case in named], 0.3, 3, out)


def train_names(notes: list[Annotated], silver: Path | None, out: Path) -> None:
    """The models of discovery."""
    lexicon = read_lexicon()
    latin = [*latin_cases(notes, lexicon), *latin_cases(notes, Lexicon(()))]
    chinese = list(concept_cases(notes))
    more_latin, more_chinese = silver_cases(silver, lexicon, {note.path.stem for note in notes}) if silver else ([], [])
    fit("latin_names", [case for case, _ in latin], 0.3, 3, out)
    fit("latin_types", [case for _, case in latin if case] + more_latin, 0.3, 3, out)
    chinese += more_chinese
    fit("concepts", [replace(case, label="no" if case.label == "no" else "yes") for case in chinese], 0.5, 3, out)
    fit("concept_types", [case for case in chinese if case.label != "no"], 0.5, 3, out)


def train_all(folders: list[Path], silver: Path | None, out: Path) -> None:
    """Discovery first, then relations between what it finds."""
    notes = read_annotated(folders)
    train_names(notes, silver, out)
    read_weights.cache_clear()
    train_ties(notes, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("notes", type=Path, nargs="+")
    parser.add_argument("--silver", type=Path)
    parser.add_argument("--out", type=Path, default=weights_dir())
    given = parser.parse_args()
    train_all(given.notes, given.silver, given.out)


if __name__ == "__main__":
    main()
