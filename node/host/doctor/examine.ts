import { messageOf } from "../errors.ts";
import { CHECKS } from "./checks.ts";
import { type Check, type Finding, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Diagnosis extends Finding {
  check: string;
}

/** All checks are made at once, so this is also what an examination takes at most: nobody waits longer than 10 s. */
const LIMIT_MS = 9_500;

/**
 * Makes all checks, and resolves to what they found, in the order of the table. `onDone` hears which checks are still
 * under way. Never rejects.
 */
export async function examine(
  around: Surroundings,
  onDone: (pending: readonly string[]) => void = () => {},
  { checks = CHECKS, limitMs = LIMIT_MS }: { checks?: readonly Check[]; limitMs?: number } = {},
): Promise<Diagnosis[]> {
  const pending = new Set(checks.map(({ name }) => name));
  onDone([...pending]);
  return Promise.all(
    checks.map(async (check) => {
      const finding = await inTime(check, around, limitMs);
      pending.delete(check.name);
      onDone([...pending]);
      return { check: check.name, ...finding };
    }),
  );
}

async function inTime({ name, look }: Check, around: Surroundings, ms: number): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const next = "Try again; if it stays so, this part of the machine does not answer.";
    const text = `nothing was found out within ${ms / 1_000} s`;
    timer = setTimeout(() => resolve(warning(`${name}-late`, text, next)), ms);
  });
  const found = look(around).catch((error: unknown) =>
    warning(`${name}-failed`, `could not be checked: ${messageOf(error)}`, "Please report it."),
  );
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}
