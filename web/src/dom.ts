/** Makes elements; text from notes only ever goes in as text nodes. */

type Child = Node | string | number | null | undefined | false;
type Handler = (event: never) => void;
export type Props = Record<string, string | number | boolean | null | undefined | Handler>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value as unknown as EventListener);
    else if (name === "href") made.setAttribute("href", safeUrl(String(value)));
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  append(made, children);
  return made;
}

export function append(parent: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(typeof child === "number" ? String(child) : child);
  }
}

/** A URL that is safe to follow: http, https, or relative; one with another scheme leads nowhere. */
export function safeUrl(url: string): string {
  return /^(https?:\/\/|(?!\/\/)[^:]*(?:[/?#]|$))/i.test(url) ? url : "#";
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Record<string, string | number>, ...children: Node[]): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** An icon of one path on a grid of 24. */
export function icon(path: string): SVGElement {
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true", class: "icon" }, svg("path", { d: path }));
}

export const ICONS = {
  filter: "M4 6h16M7 12h10M10 18h4",
  path: "M6 3.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M18 15.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M6 8.500v4.500a5 5 0 0 0 5 5h4.500",
  table: "M4 5h16v14H4zM4 10h16M10 5v14",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 1 4 10.5c-.7.7-1 1.3-1 2.5H9c0-1.2-.3-1.8-1-2.5A6 6 0 0 1 12 3",
  download: "M12 4v11m-4-4 4 4 4-4M5 20h14",
  theme: "M12 4a8 8 0 1 0 8 8 6 6 0 0 1-8-8",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  close: "M6 6l12 12M18 6L6 18",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
} as const;

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from disk may not use the clipboard; selecting and copying works everywhere.
    const area = h("textarea", { class: "offscreen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export function save(name: string, content: Blob): void {
  const link = h("a", { download: name });
  link.href = URL.createObjectURL(content);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
