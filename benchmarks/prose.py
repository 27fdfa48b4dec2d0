"""Write what Zhitu reads as prose in some notes, for peers that read no Markdown.

    python -m benchmarks.prose NOTES PROSE.jsonl FILES.jsonl

One line for each note: a list of its blocks, without markup, code and addresses; and, in FILES.jsonl, the file as it is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kg.notes import find_notes, read_note

__all__: list[str] = []


def main() -> None:
    notes, prose, whole = map(Path, sys.argv[1:])
    files, _ = find_notes([notes])
    documents = [document for document, _ in map(read_note, files) if document is not None]
    texts = [[block.text for block in document.blocks] for document in documents]
    for target, lists in ((prose, texts), (whole, [[document.text] for document in documents])):
        lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in lists]
        target.write_text("".join(lines), encoding="utf-8", newline="\n")
    sizes = [
        sum(len(text.encode()) for each in lists for text in each) for lists in (texts, [[d.text] for d in documents])
    ]
    print(json.dumps({"notes": len(documents), "prose": sizes[0], "bytes": sizes[1]}))


if __name__ == "__main__":
    main()
