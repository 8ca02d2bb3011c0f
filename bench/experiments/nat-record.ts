import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import type { Trial } from "./nat-row.ts";

/** Trials of which one cannot be told from another. */
export interface TrialKey {
  system: string;
  a: string;
  b: string;
  loss: number;
  hops: number;
  flows: number;
  bundles: number;
}

/**
 * Trials as they are done, in memory and, if a file is named, as its lines: a run that was ended goes on from there. Of
 * what is in the file already nothing is measured again, whatever has become of the code since.
 */
export class TrialRecord {
  readonly #path: string;
  /** BOUNDED: by the trials asked for, now and when the file was written. */
  readonly #trials = new Map<string, Trial[]>();

  /** An empty path names no file. */
  constructor(path: string) {
    this.#path = path;
    for (const { trial, ...key } of path === "" ? [] : linesOf(path)) this.#put(key, trial);
  }

  of(key: TrialKey): readonly Trial[] {
    return this.#trials.get(nameOf(key)) ?? [];
  }

  add(key: TrialKey, trial: Trial): void {
    this.#put(key, trial);
    if (this.#path !== "") appendFileSync(this.#path, `${JSON.stringify({ ...key, trial })}\n`);
  }

  #put(key: TrialKey, trial: Trial): void {
    this.#trials.set(nameOf(key), [...this.of(key), trial]);
  }
}

function nameOf({ system, a, b, loss, hops, flows, bundles }: TrialKey): string {
  return JSON.stringify([system, a, b, loss, hops, flows, bundles]);
}

function linesOf(path: string): (TrialKey & { trial: Trial })[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  // What follows the last line break was cut off.
  const length = bytes.lastIndexOf("\n") + 1;
  if (length < bytes.length) truncateSync(path, length);
  const lines = bytes.toString("utf8", 0, length).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as TrialKey & { trial: Trial });
}
