"""Other tools on the same files, for the ratios that `cargo xtask bench` prints.

    peers.py times FILE...   characters a second of JioNLP's extraction of times
    peers.py docx FILE...    milliseconds a file of python-docx: paragraphs and cells
"""
import logging
import pathlib
import statistics
import sys
import time

RUNS = 7


def median(work):
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def times(files):
    import jionlp

    # It logs a traceback for each expression that it cannot read; that is not its work.
    logging.disable()

    lines = [l for f in files for l in pathlib.Path(f).read_text("utf8").split("\n") if l.strip()]
    characters = sum(len(pathlib.Path(f).read_text("utf8")) for f in files)
    jionlp.ner.extract_time(lines[0], with_parsing=False)
    seconds = median(lambda: [jionlp.ner.extract_time(l, with_parsing=False) for l in lines])
    print(f"{characters / seconds:.0f}")


def docx(files):
    import docx

    def words(document):
        out = [p.text for p in document.paragraphs]
        out += [c.text for t in document.tables for r in t.rows for c in r.cells]
        return out

    seconds = median(lambda: [words(docx.Document(f)) for f in files])
    print(f"{seconds / len(files) * 1000:.3f}")


{"times": times, "docx": docx}[sys.argv[1]](sys.argv[2:])
