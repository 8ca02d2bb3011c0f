import { execFileSync } from "node:child_process";
import { availableParallelism, arch, cpus, platform, totalmem } from "node:os";

/** Where and on what a section was measured. */
export interface Setting {
  /** ISO 8601, UTC. */
  date: string;
  /** Abbreviated commit, and whether the code differed from it. Null outside of a repository. */
  commit: { id: string; isChanged: boolean } | null;
  node: string;
  /** Kind of the machine: processor, cores, memory, system. */
  machine: string;
}

const GIB = 2 ** 30;
/** What the figures depend on; the page itself does not count. */
const CODE = [
  "wire",
  "candidates",
  "nat",
  "node",
  "bench",
  ":!bench/RESULTS.md",
  ":!bench/results",
];

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

function commitOf(folder: string): Setting["commit"] {
  const git = (...words: string[]): string =>
    execFileSync("git", words, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    return {
      id: git("rev-parse", "--short=12", "HEAD"),
      isChanged: git("status", "--porcelain", "--", ...CODE) !== "",
    };
  } catch {
    return null;
  }
}
