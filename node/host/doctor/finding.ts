import type { Surroundings } from "./surroundings.ts";

/** A warning does not fail: something is not known, or could be better. */
export type Level = "ok" | "warning" | "problem";

/** What one check found. */
export interface Finding {
  level: Level;
  /** Names what was found, for scripts: it stays the same when the text changes. Begins with the check's name. */
  code: string;
  /** A sentence for people, without its full stop. */
  text: string;
  /** What to do about it; absent where all is well. */
  next?: string;
}

export interface Check {
  name: string;
  /** Resolves within the time that the examination gives it, or is left behind. */
  look: (around: Surroundings) => Promise<Finding>;
}

export function ok(code: string, text: string): Finding {
  return { level: "ok", code, text };
}

export function warning(code: string, text: string, next: string): Finding {
  return { level: "warning", code, text, next };
}

export function problem(code: string, text: string, next: string): Finding {
  return { level: "problem", code, text, next };
}
