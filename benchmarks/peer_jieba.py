"""The yardstick: jieba over the prose of some notes, in a process of its own; knows nothing of Zhitu.

    python benchmarks/peer_jieba.py cut|posseg|versions PROSE.jsonl

Each line of PROSE.jsonl is a list of texts. Prints CPU seconds of cutting and, apart, of loading the dictionary, as JSON.
"""

import json
import logging
import sys
import time


def main() -> None:
    kind, file = sys.argv[1:]
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    cut = {"cut": jieba.cut, "posseg": jieba.posseg.cut}[kind]
    with open(file, encoding="utf-8") as handle:
        notes = [json.loads(line) for line in handle]
    begin = time.process_time()
    jieba.initialize()
    loaded = time.process_time()
    words = sum(1 for note in notes for text in note for _ in cut(text))
    done = time.process_time()
    print(json.dumps({"load": loaded - begin, "cut": done - loaded, "words": words}))


if __name__ == "__main__":
    main()
