"""How fast the explorer's page is in a Chromium without a GPU, beside a pyvis page of the same graph.

    python benchmarks/explorer.py                  # 1,000, 10,000 and 50,000 things
    python benchmarks/explorer.py --page outputs/index.html

Graphs are random, with hubs and communities; names are made of syllables. Times are milliseconds.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from pyvis.network import Network

from kg.export import write_explorer
from kg.graph import to_network
from kg.model import Build, Claim, Document, Entity, Evidence, FrontMatter, Mention, Resolution, Section, Span
from tests.browser import find_chromium

_SYLLABLES = "ba ke lo mi nu ra so te vi xu 图 网 残 差 卷 积 注 意 力 学".split()
_TYPES = ("Model", "Topic", "Paper", "Person", "Tool")
_MEASURE = """async () => {
  const canvas = document.querySelector('canvas'), box = canvas.getBoundingClientRect(), frames = [];
  const at = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {pointerId: 1, clientX: box.x + x, clientY: box.y + y, bubbles: true}));
  canvas.setPointerCapture = () => {};
  at('pointerdown', 300, 300);
  let before = await new Promise(requestAnimationFrame);
  for (let i = 1; i <= 60; i++) {
    at('pointermove', 300 + i * 3, 300 + i * 2);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before); before = now;
  }
  at('pointerup', 480, 420);
  frames.sort((a, b) => a - b);
  return [frames[30], frames[57], performance.memory.usedJSHeapSize / 2 ** 20];
}"""


_ASK = """async ([a, b]) => {
  const settled = (ready) => new Promise((done) => {
    const look = () => ready() ? done(performance.now()) : setTimeout(look);
    look();
  });
  const input = document.querySelector('.bar input');
  let begin = performance.now();
  input.value = a; input.dispatchEvent(new Event('input'));
  const search = await settled(() => document.querySelector('.bar .found li')) - begin;
  input.value = ''; input.dispatchEvent(new Event('input'));
  const times = [search];
  for (const [place, ready] of [[`#/topic/${encodeURIComponent(a)}`, '.card header'], [`#/path/${encodeURIComponent(a)}/${encodeURIComponent(b)}`, '.chain .hop q'],
      [`#/path/${encodeURIComponent(b)}/${encodeURIComponent(a)}`, '.chain .hop q']]) {
    document.querySelector('.card').remove();
    begin = performance.now();
    location.hash = place;
    times.push(await settled(() => document.querySelector(ready)) - begin);
  }
  return times;
}"""


def synthetic(things: int, ties: int, seed: int = 1) -> Build:
    """A build of so many entities and claims, each claim with a sentence."""
    random_ = random.Random(seed)
    names: dict[str, None] = {}
    while len(names) < things:
        names["".join(random_.choices(_SYLLABLES, k=random_.randint(2, 5)))] = None
    entities = tuple(
        Entity(f"{(kind := random_.choice(_TYPES)).lower()}:{name}", kind, name, "", "", ()) for name in names
    )
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < ties:
        group = random_.randrange(40)
        a, b = (min(things - 1, int(random_.paretovariate(0.7)) * 40 + group) for _ in range(2))
        if random_.random() < 0.4:
            b = random_.randrange(things)
        if a != b:
            pairs[min(a, b), max(a, b)] = None
    text = "\n".join(f"{entities[a].label} 与 {entities[b].label} 有关。" for a, b in pairs)
    starts = [0, *(i + 1 for i, char in enumerate(text) if char == "\n")]
    document = Document(
        "note.md",
        "note.md",
        text,
        FrontMatter(),
        (Section("note", 0, Span(0, len(text)), -1),),
        (),
        (),
        tuple(starts),
        "",
        len(text),
        "zh-Hans",
    )
    claims = []
    for line, (a, b) in enumerate(pairs, 1):
        span = Span(starts[line - 1], starts[line] - 1 if line < len(starts) else len(text))
        piece = Evidence("note.md", span, line, text[span.start : span.end], "benchmark", random_.uniform(0.5, 0.95))
        claims.append(
            Claim(
                entities[a].id,
                random_.choice(("relatedTo", "uses")) if entities[a].type in ("Model", "Tool") else "relatedTo",
                entities[b].id,
                (piece,),
            )
        )
    resolutions = tuple(
        Resolution(Mention("note.md", Span(0, 1), entity.label, entity.type, "benchmark", 1.0), entity.id, 1.0, ())
        for entity in entities
    )
    return Build(
        (document,), entities, resolutions, tuple(sorted(claims, key=lambda c: (c.subject, c.predicate, c.object))), ()
    )


def measure(browser: Browser, page_file: Path, names: tuple[str, str]) -> dict[str, float]:
    """Milliseconds to the first map and to all ties, of a frame while panning (median and 95th percentile), of a path; MiB of heap."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script("""
      window.longest = 0;
      new PerformanceObserver((list) => { for (const task of list.getEntries()) longest = Math.max(longest, task.duration); }).observe({type: 'longtask', buffered: true});
    """)
    page.goto(page_file.as_uri(), wait_until="commit")
    page.wait_for_selector("canvas")
    paint = page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
    )
    page.wait_for_selector("canvas[data-drawn]", timeout=60_000)
    whole = page.evaluate("performance.now()")
    page.wait_for_timeout(500)
    median, late, heap = page.evaluate(_MEASURE)
    longest = page.evaluate("longest")
    search, card, path, again = page.evaluate(_ASK, list(names))
    page.close()
    return {
        "KiB": page_file.stat().st_size / 1024,
        "paint": paint,
        "all ties": whole,
        "frame": median,
        "frame p95": late,
        "longest task": longest,
        "heap MiB": heap,
        "search": search,
        "card": card,
        "first path": path,
        "next path": again,
    }


def pyvis_paint(browser: Browser, page_file: Path) -> float:
    """Milliseconds until a page of pyvis as it comes takes its progress bar away and shows the graph, at most 100 seconds."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    begin = time.perf_counter()
    page.goto(page_file.as_uri(), wait_until="commit")
    page.wait_for_function("typeof network !== 'undefined' && network !== null", timeout=100_000)
    page.evaluate(
        "new Promise((done) => { network.once('stabilizationIterationsDone', done); setTimeout(done, 100000); })"
    )
    took = (time.perf_counter() - begin) * 1000
    page.close()
    return took


def show(name: object, row: dict[str, float]) -> None:
    """Print the figures of one page."""
    print(name, {column: round(value, 1) for column, value in row.items()}, flush=True)


def main() -> None:
    """Print a table; one line for each graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="measure this index.html alone")
    parser.add_argument("--names", nargs=2, default=("RNN", "ResNet"), help="two things on that page")
    options = parser.parse_args()
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
        )
        if options.page:
            show(options.page, measure(browser, options.page.resolve(), tuple(options.names)))
            return
        for things, ties in ((1000, 3000), (10_000, 30_000), (50_000, 150_000)):
            build = synthetic(things, ties)
            network = to_network(build)
            page_file = Path(folder) / f"{things}.html"
            write_explorer(build, network, page_file)
            row = measure(browser, page_file, (build.entities[45].label, build.entities[things // 2].label))
            if things == 1000:
                pyvis = Network(cdn_resources="in_line")
                pyvis.from_nx(network)
                pyvis.write_html(str(Path(folder) / "pyvis.html"), notebook=False)
                row["pyvis"] = pyvis_paint(browser, Path(folder) / "pyvis.html")
            show(f"{things} {ties}", row)
        browser.close()


if __name__ == "__main__":
    main()
