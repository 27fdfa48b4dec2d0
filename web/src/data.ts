/** The graph of a build in typed arrays, and the sentences, which are unpacked when first needed. */

export interface Predicate {
  name: string;
  label: [en: string, zh: string];
  inverse: [en: string, zh: string];
  symmetric: boolean;
  weak: boolean;
}

export interface EntityType {
  name: string;
  label: [en: string, zh: string];
  color: string;
}

export interface Sentence {
  text: string;
  note: number;
  line: number;
  confidence: number;
}

export interface Place {
  note: number;
  line: number;
  mentions: number;
}

export interface Article {
  url: string;
  title: string;
  note: number;
  line: number;
}

interface Packed {
  types: [string, string, string, string][];
  predicates: [string, string, string, string, string, boolean, boolean][];
  notes: { path: string[]; title: string[]; date: string[] };
  nodes: Record<"id" | "label" | "zh" | "en" | "aliases" | "pinyin", string[]> & Record<"type" | "mentions" | "notes" | "community" | "x" | "y" | "year", number[]>;
  claims: Record<"s" | "p" | "o" | "c" | "n", number[]>;
  piece: number;
  script: [traditional: string, simplified: string];
  note_url: string;
  base: string;
}

interface PackedLinks {
  url: string[];
  title: string[];
  note: number[];
  line: number[];
  title_names: number[][];
  heading_names: number[][];
}

interface Piece {
  quotes: string[];
  shown: number[];
  rows: number[];
  /** Where the rows of each claim begin. */
  first?: Int32Array;
}

/** For every node how many notes follow, then note, first line and mentions of each; where each node's begin. */
interface Places {
  shown: number[];
  rows: number[];
  first: Int32Array;
}

export class Graph {
  readonly types: EntityType[];
  readonly predicates: Predicate[];
  readonly notes: Packed["notes"];
  readonly size: number;
  readonly id: string[];
  readonly label: string[];
  readonly zh: string[];
  readonly en: string[];
  readonly aliases: string[];
  readonly pinyin: string[];
  readonly script: Map<string, string>;
  readonly type: Uint8Array;
  readonly mentions: Int32Array;
  readonly noteCount: Int32Array;
  readonly community: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly year: Int16Array;
  readonly claims: number;
  readonly subject: Int32Array;
  readonly predicate: Uint8Array;
  readonly object: Int32Array;
  /** Hundredths. */
  readonly confidence: Uint8Array;
  readonly evidence: Int32Array;
  /** `around.subarray(first[i], first[i + 1])` are the claims of node i. */
  readonly first: Int32Array;
  readonly around: Int32Array;
  /** Number of things that stated claims tie a node to. */
  readonly degree: Int32Array;
  /** 0-1: how much the notes make of a node. */
  readonly importance: Float32Array;
  /** Nodes, the most important first. */
  readonly ranked: Int32Array;
  /** What the IRIs of things begin with. */
  readonly base: string;
  private readonly noteUrl: string;
  private readonly pieceSize: number;
  private readonly pieces = new Map<number, Promise<Piece>>();
  private placed?: Promise<Places>;
  private linked?: Promise<PackedLinks>;

  constructor(packed: Packed) {
    this.types = packed.types.map(([name, en, zh, color]) => ({ name, label: [en, zh], color }));
    this.predicates = packed.predicates.map(([name, en, zh, ien, izh, symmetric, weak]) => ({ name, label: [en, zh], inverse: [ien, izh], symmetric, weak }));
    this.notes = packed.notes;
    const { nodes, claims } = packed;
    this.size = nodes.id.length;
    ({ id: this.id, label: this.label, zh: this.zh, en: this.en, aliases: this.aliases, pinyin: this.pinyin } = nodes);
    const [traditional, simplified] = packed.script;
    const to = [...simplified];
    this.script = new Map([...traditional].map((char, at) => [char, to[at] ?? char]));
    this.type = Uint8Array.from(nodes.type);
    this.mentions = Int32Array.from(nodes.mentions);
    this.noteCount = Int32Array.from(nodes.notes);
    this.community = Int32Array.from(nodes.community);
    this.x = Float32Array.from(nodes.x, (value) => value / 10);
    this.y = Float32Array.from(nodes.y, (value) => -value / 10);
    this.year = Int16Array.from(nodes.year);
    this.claims = claims.s.length;
    this.subject = Int32Array.from(claims.s);
    this.predicate = Uint8Array.from(claims.p);
    this.object = Int32Array.from(claims.o);
    this.confidence = Uint8Array.from(claims.c);
    this.evidence = Int32Array.from(claims.n);
    this.pieceSize = packed.piece;
    this.noteUrl = packed.note_url;
    this.base = packed.base;
    [this.first, this.around] = this.adjacency();
    this.degree = this.degrees();
    this.importance = this.weigh();
    this.ranked = Int32Array.from({ length: this.size }, (_, i) => i).sort((a, b) => this.importance[b]! - this.importance[a]! || a - b);
  }

  claimsOf(node: number): Int32Array {
    return this.around.subarray(this.first[node]!, this.first[node + 1]!);
  }

  other(claim: number, node: number): number {
    return this.subject[claim] === node ? this.object[claim]! : this.subject[claim]!;
  }

  typeOf(node: number): EntityType {
    return this.types[this.type[node]!]!;
  }

  predicateOf(claim: number): Predicate {
    return this.predicates[this.predicate[claim]!]!;
  }

  isWeak(claim: number): boolean {
    return this.predicateOf(claim).weak;
  }

  /** Address of a line of a note, empty where the build was not told where notes are. */
  noteHref(note: number, line: number): string {
    return this.noteUrl && `${this.noteUrl}${this.notes.path[note]!.split("/").map(encodeURIComponent).join("/")}#L${line}`;
  }

  /** Every name of a node once, labels first. */
  names(node: number): string[] {
    const names = [this.label[node]!, this.zh[node]!, this.en[node]!, ...this.aliases[node]!.split("|")];
    return [...new Set(names.filter(Boolean))];
  }

  /** The sentences shown for a claim, the surest first. */
  async sentences(claim: number): Promise<Sentence[]> {
    const number = Math.floor(claim / this.pieceSize);
    let piece = this.pieces.get(number);
    if (!piece) {
      piece = unpack<Piece>(`evidence-${number}`).then((read) => {
        read.first = offsets(read.shown);
        return read;
      });
      this.pieces.set(number, piece);
    }
    const { quotes, rows, first, shown } = await piece;
    const at = claim % this.pieceSize;
    return Array.from({ length: shown[at]! }, (_, index) => {
      const row = 4 * (first![at]! + index);
      return { text: quotes[rows[row]!]!, note: rows[row + 1]!, line: rows[row + 2]!, confidence: rows[row + 3]! / 100 };
    });
  }

  /** The notes that name a node, the most mentions first. */
  async places(node: number): Promise<Place[]> {
    const { shown, rows, first } = await this.allPlaces();
    return Array.from({ length: shown[node]! }, (_, index) => {
      const row = 3 * (first[node]! + index);
      return { note: rows[row]!, line: rows[row + 1]!, mentions: rows[row + 2]! };
    });
  }

  /** 1 for every node that one of the notes whose path contains a text names. */
  async namedIn(wanted: string): Promise<Uint8Array> {
    const found = new Uint8Array(this.size);
    const notes = this.notes.path.map((path) => path.includes(wanted));
    const { rows, first } = await this.allPlaces();
    for (let node = 0; node < this.size; node++)
      for (let row = 3 * first[node]!; row < 3 * first[node + 1]!; row += 3) if (notes[rows[row]!]) found[node] = 1;
    return found;
  }

  /** Linked pages about a node: first those whose title names it, then those under a heading that does. */
  async articles(node: number): Promise<Article[]> {
    this.linked ??= unpack<PackedLinks>("links");
    const links = await this.linked;
    const seen = new Set<string>();
    const found: Article[] = [];
    for (const names of [links.title_names, links.heading_names]) {
      names.forEach((nodes, at) => {
        if (!nodes.includes(node) || seen.has(links.url[at]!)) return;
        seen.add(links.url[at]!);
        found.push({ url: links.url[at]!, title: links.title[at]!, note: links.note[at]!, line: links.line[at]! });
      });
    }
    return found;
  }

  private allPlaces(): Promise<Places> {
    this.placed ??= unpack<Omit<Places, "first">>("places").then((read) => ({ ...read, first: offsets(read.shown) }));
    return this.placed;
  }

  private adjacency(): [Int32Array, Int32Array] {
    const { subject, object, size, claims } = this;
    const first = new Int32Array(size + 1);
    for (let claim = 0; claim < claims; claim++) {
      first[subject[claim]! + 1]!++;
      first[object[claim]! + 1]!++;
    }
    for (let node = 0; node < size; node++) first[node + 1]! += first[node]!;
    const next = first.slice();
    const around = new Int32Array(2 * claims);
    for (let claim = 0; claim < claims; claim++) {
      around[next[subject[claim]!]!++] = claim;
      around[next[object[claim]!]!++] = claim;
    }
    return [first, around];
  }

  private degrees(): Int32Array {
    const degree = new Int32Array(this.size);
    const seen = new Int32Array(this.size).fill(-1);
    for (let node = 0; node < this.size; node++) {
      for (const claim of this.claimsOf(node)) {
        const other = this.other(claim, node);
        if (seen[other] !== node && !this.isWeak(claim)) {
          seen[other] = node;
          degree[node]!++;
        }
      }
    }
    return degree;
  }

  private weigh(): Float32Array {
    const raw = Float32Array.from({ length: this.size }, (_, i) => Math.sqrt(this.degree[i]! * 2 + this.mentions[i]!));
    const most = raw.reduce((a, b) => Math.max(a, b), 1);
    return raw.map((value) => value / most);
  }
}

function offsets(counts: number[]): Int32Array {
  const first = new Int32Array(counts.length + 1);
  counts.forEach((count, at) => (first[at + 1] = first[at]! + count));
  return first;
}

/** A block of this page, or of the server that gave the page without it. */
async function unpack<T>(id: string): Promise<T> {
  const element = document.getElementById(id);
  if (!element) {
    const answer = await fetch(`explorer/${id}`);
    if (!answer.ok) throw new Error(`${id}: ${answer.status}`);
    return (await answer.json()) as T;
  }
  const raw = atob(element.textContent ?? "");
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
  element.remove();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text()) as T;
}

export async function loadGraph(): Promise<Graph> {
  return new Graph(await unpack<Packed>("graph"));
}
