import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import type { UserError } from "../../node/host/errors.ts";
import { cannotWrite, requireFile } from "../report/place.ts";
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
  isNobodyNamed?: true;
}

/**
 * Trials as they are done, in memory and, if a file is named, as its lines: a run that was ended goes on from there. Of
 * what is in the file already nothing is measured again, whatever has become of the code since.
 */
export class TrialRecord {
  readonly #path: string;
  /** BOUNDED: by the trials asked for, now and when the file was written. */
  readonly #trials = new Map<string, Trial[]>();

  #unwritten: UserError | undefined;

  /** An empty path names no file. Throws a UserError for one that cannot be written. */
  constructor(path: string) {
    this.#path = path;
    if (path !== "") requireFile(path, "--record");
    for (const { trial, ...key } of path === "" ? [] : linesOf(path)) this.#put(key, trial);
  }

  of(key: TrialKey): readonly Trial[] {
    return this.#trials.get(keyName(key)) ?? [];
  }

  add(key: TrialKey, trial: Trial): void {
    this.#put(key, trial);
    if (this.#path === "") return;
    try {
      appendFileSync(this.#path, recordLine(key, trial));
    } catch (error) {
      // What was measured is still told; only a later run measures it again.
      this.#unwritten ??= cannotWrite(this.#path, "--record", error);
    }
  }

  /** Why the file lacks trials. */
  get unwritten(): UserError | undefined {
    return this.#unwritten;
  }

  #put(key: TrialKey, trial: Trial): void {
    this.#trials.set(keyName(key), [...this.of(key), trial]);
  }
}

export function recordLine(key: TrialKey, trial: Trial): string {
  return `${JSON.stringify({ ...key, trial })}\n`;
}

/** Whole lines. */
export function recordLines(text: string): (TrialKey & { trial: Trial })[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as TrialKey & { trial: Trial });
}

/** Equal for trials of which one cannot be told from another. */
export function keyName({ system, a, b, loss, hops, flows, bundles }: TrialKey): string {
  return JSON.stringify([system, a, b, loss, hops, flows, bundles]);
}

function linesOf(path: string): (TrialKey & { trial: Trial })[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  // What follows the last line break was cut off.
  const length = bytes.lastIndexOf("\n") + 1;
  if (length < bytes.length) truncateSync(path, length);
  return recordLines(bytes.toString("utf8", 0, length));
}
