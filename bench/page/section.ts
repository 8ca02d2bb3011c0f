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
  /** The same with what is behind its targets switched off, where the command does not measure that itself. */
  controlCommand?: readonly string[];
  quickControl?: readonly string[];
  /** Packages of bench/peers that run in it: which versions, the page has to say. */
  beside?: readonly string[];
  /** Reads what the commands print with `--json`; the second is missing when there is none or its time was over. */
  find(figures: Json, control?: Json): Finding[];
}

/** Checks the type of the figures where a section is defined; the list holds them all as one type. */
export function section<Json extends object>(definition: Section<Json>): Section {
  return definition as unknown as Section;
}

/** Why the failing of a limit on time or memory is not shown. */
export const SPEED = "a cost, which no switch takes away";

/** As the page and its readers write it. */
export const commandLine = (of: readonly string[]): string => ["dispersy bench", ...of].join(" ");

export const words = (line: string): string[] => line.split(" ");
