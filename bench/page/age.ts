import { execFileSync } from "node:child_process";
import type { Baseline } from "./baseline.ts";
import { ENGINE, engineOf } from "./setting.ts";

/** How old a section is. */
export interface Age {
  name: string;
  /** The commit it was measured at; null when it was measured outside of a repository. */
  commit: string | null;
  /** Later commits that touched the engine; null where the history does not tell, as in a shallow clone. */
  since: number | null;
}

/** By the history of the repository that `folder` is in. */
export function agesOf(baseline: Baseline, folder: string): Age[] {
  const counts = new Map<string, number | null>();
  const now = engineOf(folder);
  return Object.entries(baseline).map(([name, { commit }]) => {
    if (commit === null) return { name, commit, since: null };
    const { id, engine } = commit;
    // A commit may be in no history any more, by a rebase or a squash; the engine is the same by its files.
    if (now !== null && engine === now) return { name, commit: id, since: 0 };
    if (!counts.has(id)) counts.set(id, commitsSince(id, folder));
    return { name, commit: id, since: counts.get(id)! };
  });
}

function commitsSince(commit: string, folder: string): number | null {
  try {
    const words = ["rev-list", "--count", `${commit}..HEAD`, "--", ...ENGINE];
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    return Number(execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio }));
  } catch {
    return null;
  }
}

/** For `npm run results -- --stale`: one line for each section that is older than the engine, or may be. */
export function staleLines(ages: readonly Age[]): string[] {
  return ages.flatMap(({ name, commit, since }) => {
    if (since === 0) return [];
    const measured = commit === null ? "outside of a repository" : `at ${commit}`;
    const later =
      since === null ? "the history does not tell how old that is" : `${commits(since)} since`;
    return [`${name}: measured ${measured}; ${later}`];
  });
}

/** For the head of the page. */
export function ageWords(ages: readonly Age[]): string {
  const stale = ages.filter(({ since }) => since !== null && since > 0);
  const unknown = ages.filter(({ since }) => since === null);
  const list = (of: readonly Age[]): string =>
    of
      .map(
        ({ name, since }) => `[${name}](#${name})${since === null ? "" : ` (${commits(since)})`}`,
      )
      .join(", ");
  return [
    "Each section names the commit that it was measured at. `npm run results -- --stale` lists those that are older " +
      "than the engine; when this page was written, ",
    stale.length === 0
      ? "no section was known to be."
      : `these were, with the later commits that touched ${ENGINE.join(", ")}: ${list(stale)}.`,
    unknown.length === 0 ? "" : ` The history at hand did not tell it of ${list(unknown)}.`,
  ].join("");
}

function commits(count: number): string {
  return `${count} ${count === 1 ? "commit" : "commits"}`;
}
