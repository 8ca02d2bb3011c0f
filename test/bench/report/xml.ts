/**
 * Throws unless `text` is one well-formed element: tags nest, attributes are quoted, and no `&` or `<` stands alone.
 */
export function checkXml(text: string): void {
  const open: string[] = [];
  let roots = 0;
  let at = 0;
  const pattern = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
  for (const match of text.matchAll(pattern)) {
    checkText(text.slice(at, match.index), open.length > 0);
    at = match.index + match[0].length;
    const [, closes, name = "", attributes = "", isEmpty] = match;
    checkEntities(attributes);
    if (closes === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    if (open.length === 0) roots++;
    if (isEmpty !== "/") open.push(name);
  }
  checkText(text.slice(at), false);
  if (open.length > 0 || roots !== 1) throw new Error(`not one element: ${open.join(" ")}`);
}

function checkText(words: string, isInside: boolean): void {
  if (/[<>]/.test(words)) throw new Error(`no tag: ${words}`);
  if (!isInside && words.trim() !== "") throw new Error(`outside of everything: ${words}`);
  checkEntities(words);
}

function checkEntities(words: string): void {
  if (/&(?!(?:amp|lt|gt|quot);)/.test(words)) throw new Error(`a bare & in ${words}`);
}
