/** Search over all names: exact substrings first, then pinyin and initials, then names with a slip or two. */

import type { Graph } from "./data";

export interface Hit {
  node: number;
  /** The name that matched, as spelled. */
  name: string;
  how: "name" | "pinyin" | "near";
}

export class SearchIndex {
  private readonly names: Column;
  private readonly sounds: Column;

  constructor(private readonly graph: Graph) {
    this.names = new Column(graph.size, (node) => graph.names(node), (name) => this.fold(name));
    this.sounds = new Column(graph.size, (node) => graph.pinyin[node]!.split(" ").filter(Boolean), (name) => name);
  }

  find(query: string, limit = 12): Hit[] {
    const wanted = this.fold(query.trim());
    if (!wanted) return [];
    const best = new Map<number, { score: number; hit: Hit }>();
    const take = (node: number, score: number, name: string, how: Hit["how"]): void => {
      score -= this.graph.importance[node]! * 0.9;
      const known = best.get(node);
      if (!known || score < known.score) best.set(node, { score, hit: { node, name, how } });
    };
    this.names.scan(wanted, (node, name, folded, at) => take(node, place(folded, wanted, at), name, "name"));
    if (/^[a-z]{2,}$/.test(wanted)) {
      this.sounds.scan(wanted, (node, name, folded, at) => {
        // The middle of a long run of syllables is an accident.
        if (at === 0) take(node, folded.length === wanted.length ? 0.8 : 3 + (wanted.length < 3 ? 2 : 0), name, "pinyin");
      });
    }
    if (best.size < 4 && wanted.length >= 4) {
      const most = wanted.length >= 8 ? 2 : 1;
      this.names.each((node, name, folded) => {
        if (Math.abs(folded.length - wanted.length) <= most && !best.has(node)) {
          const slips = distance(folded, wanted, most);
          if (slips <= most) take(node, 6 + slips, name, "near");
        }
      });
    }
    return [...best.values()].sort((a, b) => a.score - b.score || a.hit.node - b.hit.node).slice(0, limit).map(({ hit }) => hit);
  }

  /** The node that bears a name, or whose id it is; -1 where none does. */
  named(name: string): number {
    const id = this.graph.id.indexOf(name);
    if (id >= 0) return id;
    const wanted = this.fold(name.trim());
    let found = -1;
    this.names.scan(wanted, (node, _, folded) => {
      if (folded === wanted && (found < 0 || this.graph.importance[node]! > this.graph.importance[found]!)) found = node;
    });
    return found;
  }

  private fold(text: string): string {
    const flat = text.normalize("NFKC").toLowerCase();
    // eslint-disable-next-line no-control-regex
    return /^[\x00-\x7f]*$/.test(flat) ? flat : [...flat].map((char) => this.graph.script.get(char) ?? char).join("");
  }
}

/** Names of nodes joined into one string, so that a substring is looked for in one go. */
class Column {
  private readonly text: string;
  private readonly starts: number[] = [];
  private readonly owners: number[] = [];
  private readonly spelled: string[] = [];

  constructor(size: number, names: (node: number) => string[], fold: (name: string) => string) {
    const parts: string[] = [];
    let at = 0;
    for (let node = 0; node < size; node++) {
      for (const name of names(node)) {
        const folded = fold(name).replaceAll("\n", " ");
        this.starts.push(at);
        this.owners.push(node);
        this.spelled.push(name);
        parts.push(folded);
        at += folded.length + 1;
      }
    }
    this.starts.push(at);
    this.text = parts.join("\n") + "\n";
  }

  scan(wanted: string, found: (node: number, name: string, folded: string, at: number) => void): void {
    if (!wanted) return;
    let entry = 0;
    for (let at = this.text.indexOf(wanted); at >= 0; ) {
      entry = this.entry(at, entry);
      const start = this.starts[entry]!;
      const end = this.starts[entry + 1]! - 1;
      found(this.owners[entry]!, this.spelled[entry]!, this.text.slice(start, end), at - start);
      at = this.text.indexOf(wanted, end);
    }
  }

  each(visit: (node: number, name: string, folded: string) => void): void {
    for (let entry = 0; entry + 1 < this.starts.length; entry++) {
      visit(this.owners[entry]!, this.spelled[entry]!, this.text.slice(this.starts[entry]!, this.starts[entry + 1]! - 1));
    }
  }

  private entry(at: number, from: number): number {
    let low = from;
    let high = this.starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** 0 for the whole name, 1 for its beginning, 2 for the beginning of a word, 4 for elsewhere; longer names a little later. */
function place(folded: string, wanted: string, at: number): number {
  const length = Math.min(folded.length - wanted.length, 40) / 60;
  if (folded.length === wanted.length) return 0;
  if (at === 0) return 1 + length;
  const cjk = /[^\x00-\x7f]/.test(wanted[0]!);
  return (cjk || !/[a-z0-9]/.test(folded[at - 1]!) ? 2 : 4) + length;
}

/** Damerau-Levenshtein distance (optimal string alignment), or more than `most` as soon as that is sure. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length]!;
}
