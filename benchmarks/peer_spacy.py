"""What one would write without Zhitu: spaCy finds the known names, NetworkX keeps who stands with whom in a sentence.

    python benchmarks/peer_spacy.py NOTES LEXICON GRAPH.gexf

Reads the notes under NOTES, takes the names of the CSV files in LEXICON (labels and sure aliases) for entities, and
writes a graph of what occurs together. Prints counts and the CPU seconds of its steps as JSON. Knows nothing of Zhitu.
"""

import csv
import json
import logging
import re
import sys
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import jieba
import networkx as nx
import spacy

NOT_PROSE = [
    (re.compile(r"\A---\n.*?\n---\n", re.DOTALL), ""),  # front matter
    (re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE), ""),  # code
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # links keep their text
    (re.compile(r"<?https?://\S+"), ""),
    (re.compile(r"^[#>*\-+\s]+", re.MULTILINE), ""),  # headings, quotes, lists
]


def read_prose(path: Path) -> str:
    """The text of a note without what is no prose."""
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    for pattern, kept in NOT_PROSE:
        text = pattern.sub(kept, text)
    return text


def read_patterns(lexicon: Path) -> list[dict[str, str]]:
    """Every name in the CSV files as a pattern of the EntityRuler."""
    patterns = []
    for path in sorted(lexicon.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                names = dict.fromkeys((row["label"], row["label_zh"], *row["aliases"].split("|")))
                patterns += [{"label": row["type"], "pattern": name, "id": row["label"]} for name in names if name]
    return patterns


def main() -> None:
    notes, lexicon, target = map(Path, sys.argv[1:])
    jieba.setLogLevel(logging.WARNING)
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    nlp.max_length = 10_000_000
    nlp.add_pipe("sentencizer", config={"punct_chars": ["。", "！", "？", "；", "!", "?", "\n", "\n\n"]})
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(read_patterns(lexicon))
    ready = time.process_time()

    files = [path for path in sorted(notes.rglob("*")) if path.suffix.lower() in (".md", ".markdown", ".txt")]
    graph = nx.Graph()
    for doc in nlp.pipe(map(read_prose, files)):
        sentences: dict[int, dict[str, str]] = defaultdict(dict)
        for entity in doc.ents:
            # Not `for sentence in doc.sents: sentence.ents`, which looks at all entities of the note for each sentence.
            sentences[entity.sent.start][entity.ent_id_] = entity.label_
        for names in sentences.values():
            for name, type_ in names.items():
                graph.add_node(name, type=type_)
            for pair in combinations(sorted(names), 2):
                weight = graph.edges[pair]["weight"] if graph.has_edge(*pair) else 0
                graph.add_edge(*pair, weight=weight + 1)
    read = time.process_time()

    nx.write_gexf(graph, target)
    done = time.process_time()
    found = {"notes": len(files), "entities": len(graph), "ties": graph.size()}
    print(json.dumps({**found, "start": ready, "read": read - ready, "write": done - read}))


if __name__ == "__main__":
    main()
