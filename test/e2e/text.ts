import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../helpers/built.ts";

const SOURCES = ["LICENSE", "ARCHITECTURE.md", "wire/dispersy.proto"];

/** Lines of the texts that ship with the repository, again and again, each numbered so that all differ. */
export function realText(count: number): string[] {
  const lines = SOURCES.flatMap((file) => readFileSync(join(ROOT, file), "utf8").split("\n"));
  // A payload holds 928 bytes; a line of ours may be as long as a table's row.
  return Array.from({ length: count }, (_, i) =>
    `${i + 1} ${lines[i % lines.length]!}`.slice(0, 900),
  );
}
