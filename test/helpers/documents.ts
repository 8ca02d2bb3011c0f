/*
 * The documents that tell people what to type, and what they tell.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
/** What an operator types needs other users and units: test/e2e/operating.long.test.ts. */
const ELSEWHERE = "docs/operating.md";
/** What lies in `docs` is among them without being named. */
export const DOCUMENTS: readonly string[] = ["README.md", "CONTRIBUTING.md", ...pagesIn("docs")];

function pagesIn(folder: string): string[] {
  const files = readdirSync(new URL(`${folder}/`, ROOT)).sort();
  const pages = files.filter((file) => file.endsWith(".md")).map((file) => `${folder}/${file}`);
  return pages.filter((page) => page !== ELSEWHERE);
}

export interface Block {
  /** `README.md:3`: the line after the fence. */
  place: string;
  language: string;
  text: string;
}

export function textOf(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, ROOT)), "utf8");
}

/** What stands between fences. */
export function blocksOf(name: string): Block[] {
  return blocksIn(name, textOf(name));
}

/** Those of a shell. */
export function shellBlocksIn(name: string, text: string): Block[] {
  return blocksIn(name, text).filter(({ language }) => language === "sh");
}

function blocksIn(name: string, text: string): Block[] {
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map((match) => ({
    place: `${name}:${text.slice(0, match.index).split("\n").length + 1}`,
    language: match[1]!,
    text: match[2]!,
  }));
}

/** What is typed in a block: all lines of `sh`, those after a prompt of `console`, where `^C` is typed too. */
export function commandsOf({ language, text }: Block): string[] {
  const lines = text.split("\n");
  if (language === "sh") return lines.flatMap(commandsIn);
  if (language !== "console") return [];
  return lines.flatMap((line) => {
    if (line === "^C") return [line];
    return line.startsWith("$ ") ? commandsIn(line.slice(2)) : [];
  });
}

/** A command, and what the document shows that it prints: nothing where it shows nothing. */
export interface Typed {
  command: string;
  shown: string[];
}

/** What is typed in a block, each with the lines that follow it up to the next one. */
export function typedIn(block: Block): Typed[] {
  if (block.language !== "console")
    return commandsOf(block).map((command) => ({ command, shown: [] }));
  const typed: Typed[] = [];
  for (const line of block.text.split("\n")) {
    const commands = commandsOf({ ...block, text: line });
    if (commands.length > 0) typed.push(...commands.map((command) => ({ command, shown: [] })));
    else if (line.trim() !== "") typed.at(-1)?.shown.push(line);
  }
  return typed;
}

/** A line without what differs each time and everywhere: ids, tickets, addresses, numbers, the width of columns. */
export function shapeOf(line: string): string {
  return line
    .replaceAll(/dispersy:1:[^\s']+/g, "TICKET")
    .replaceAll(/(?:\[[0-9a-f:.]*\]|\d+(?:\.\d+){3}|[\w-]+\.example\.\w+):\d+/g, "ADDRESS")
    .replaceAll(/ADDRESS(?:\s+ADDRESS)+/g, "ADDRESS")
    .replaceAll(/\b[0-9a-f]{12,}\b/g, "ID")
    .replaceAll(/\d[\d.,]*/g, "N")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The lines of `shown` that are not among those of `printed` in this order, by their shapes. */
export function notPrinted(
  shown: readonly string[],
  printed: string,
  shape: (line: string) => string = shapeOf,
): string[] {
  const left = printed.split("\n").map(shape);
  return shown.filter((line) => {
    const at = left.indexOf(shape(line));
    left.splice(0, at + 1);
    return at < 0;
  });
}

/** Code inside of sentences. */
export function inlineCodeOf(name: string): string[] {
  const sentences = textOf(name).replaceAll(/^```[^]*?^```$/gm, "");
  return [...sentences.matchAll(/`([^`]+)`/g)].map((match) => match[1]!.replaceAll(/\s+/g, " "));
}

/** A line of a shell, without its comment; `a && b` are two commands. */
export function commandsIn(line: string): string[] {
  return line
    .replace(/(^|\s)#.*$/, "")
    .split("&&")
    .map((command) => command.trim())
    .filter((command) => command !== "");
}

/** The words of a command; single and double quotes hold one together. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3]!,
  );
}
