/** An element that has ended. */
export interface Ended {
  /** Without the prefix of a namespace, in lower case. */
  name: string;
  /** What stood between this end and the tag before it: all of it where the element holds no other. */
  text: string;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * The elements of an XML text in the order of their ends, read as leniently as routers write. It goes over the text
 * once and keeps no stack: what is left open, never opened or cut off costs nothing. An attribute must not hold a ">".
 */
export function* endedElements(xml: string): Generator<Ended> {
  let text = "";
  let at = 0;
  for (;;) {
    const open = xml.indexOf("<", at);
    if (open < 0) return;
    text += withoutEntities(xml.slice(at, open));
    if (xml.startsWith("<![CDATA[", open)) {
      const end = indexOrEnd(xml, "]]>", open);
      text += xml.slice(open + "<![CDATA[".length, end);
      at = end + "]]>".length;
    } else if (xml.startsWith("<!--", open)) {
      at = indexOrEnd(xml, "-->", open) + "-->".length;
    } else {
      const close = indexOrEnd(xml, ">", open);
      if (xml[open + 1] === "/")
        yield { name: localName(xml.slice(open + 2, close)), text: text.trim() };
      text = "";
      at = close + 1;
    }
  }
}

function indexOrEnd(text: string, searched: string, from: number): number {
  const index = text.indexOf(searched, from);
  return index < 0 ? text.length : index;
}

function localName(name: string): string {
  return name
    .slice(name.indexOf(":") + 1)
    .trim()
    .toLowerCase();
}

function withoutEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name]!);
}
