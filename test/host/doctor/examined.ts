import type { TestContext } from "node:test";
import type { DiagnosisJson } from "../../../node/cli/doctor-view.ts";
import { type RunOptions, dispersy, jsonLines } from "../../cli/cli.ts";

export interface Examined {
  code: number | null;
  /** By check. */
  found: Map<string, DiagnosisJson>;
  /** Codes of what is no better than a problem. */
  problems: string[];
  ms: number;
}

/** What the command finds in a process of its own. */
export async function examined(
  t: TestContext,
  args: string[],
  options: RunOptions = {},
): Promise<Examined> {
  const begun = performance.now();
  const { code, stdout, stderr } = await dispersy(["doctor", "--json", ...args], {
    ...options,
    env: { DISPERSY_NO_PORTMAP: "", ...options.env },
  });
  const ms = performance.now() - begun;
  const rows = jsonLines<DiagnosisJson>(stdout);
  for (const { level, check, text, next } of rows) {
    if (level !== "ok") t.diagnostic(`${level} ${check}: ${text}. ${next}`);
  }
  if (rows.length === 0) t.diagnostic(stderr);
  const problems = rows.filter(({ level }) => level === "problem").map(({ code }) => code);
  return { code, found: new Map(rows.map((row) => [row.check, row])), problems, ms };
}
