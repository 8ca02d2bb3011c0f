import { execFileSync } from "node:child_process";
import { availableParallelism, arch, cpus, platform, totalmem } from "node:os";

/** Where and on what a section was measured. */
export interface Setting {
  /** ISO 8601, UTC. */
  date: string;
  /**
   * Abbreviated commit, whether the code differed from it, and a name for the engine's files in it, which a rebase or a
   * squash leaves as it is. Null outside of a repository.
   */
  commit: { id: string; isChanged: boolean; engine?: string | null } | null;
  node: string;
  /** Kind of the machine: processor, cores, memory, system. */
  machine: string;
}

/** What decides over the figures of every section: the engine, without the benchmark itself. */
export const ENGINE = ["wire", "candidates", "nat", "node"];
const GIB = 2 ** 30;
/** What the figures depend on; the page itself does not count. */
const CODE = [...ENGINE, "bench", ":!bench/RESULTS.md", ":!bench/results"];

export function settingOf(folder: string, now: Date): Setting {
  const model = (cpus()[0]?.model ?? "unknown processor").replace(/\s+/g, " ").trim();
  const memory = Math.round(totalmem() / GIB);
  return {
    date: now.toISOString().slice(0, 10),
    commit: commitOf(folder),
    node: process.version,
    machine: `${model}, ${availableParallelism()} cores, ${memory} GiB of memory, ${platform()} ${arch()}`,
  };
}

/** A name for the engine's files as they are committed; null outside of a repository that has them. */
export function engineOf(folder: string): string | null {
  try {
    // One folder at a time: git abbreviates no more than one name.
    return ENGINE.map((place) => git(folder, "rev-parse", "--short=12", `HEAD:./${place}`)).join(
      "-",
    );
  } catch {
    return null;
  }
}

function git(folder: string, ...words: string[]): string {
  const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
  return execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio }).trim();
}

function commitOf(folder: string): Setting["commit"] {
  try {
    return {
      id: git(folder, "rev-parse", "--short=12", "HEAD"),
      isChanged: git(folder, "status", "--porcelain", "--", ...CODE) !== "",
      engine: engineOf(folder),
    };
  } catch {
    return null;
  }
}
