/*
 * The documents that tell people what to type, and what they tell.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const DOCUMENTS = ["README.md", "CONTRIBUTING.md"] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

export interface Block {
  /** `README.md:3`: the line after the fence. */
  place: string;
  language: string;
  text: string;
}

export function textOf(name: DocumentName): string {
  return readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), "utf8");
}

/** What stands between fences. */
export function blocksOf(name: DocumentName): Block[] {
  return blocksIn(name, textOf(name));
}

/** Those of a shell in a document that has a test of its own. */
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

/** Code inside of sentences. */
export function inlineCodeOf(name: DocumentName): string[] {
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
