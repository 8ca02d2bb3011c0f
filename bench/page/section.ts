import type { Finding } from "./finding.ts";

/** One section of the page of results (`npm run results`). */
export interface Section<Json extends object = object> {
  name: string;
  title: string;
  /** What it is to show. */
  shows: string;
  /** Words after `dispersy bench`. */
  command: readonly string[];
  /** The same in a size of seconds, which shows nothing but that it runs. */
  quick: readonly string[];
  /** Reads what the command prints with `--json`. */
  find(figures: Json): Finding[];
}

/** Checks the type of the figures where a section is defined; the list holds them all as one type. */
export function section<Json extends object>(definition: Section<Json>): Section {
  return definition as unknown as Section;
}

export const words = (line: string): string[] => line.split(" ");
