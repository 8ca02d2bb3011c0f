import { existsSync } from "node:fs";
import { UserError } from "../errors.ts";
import { Home, type HomeOverlay } from "../home/home.ts";

/** What the home says of its node, read without changing anything. */
export interface HomeFacts {
  exists: boolean;
  /** Those that are taken part in; none where they cannot be read. */
  overlays: readonly HomeOverlay[];
  /** UDP port of the last run. */
  port?: number;
  /** Why it cannot be read. */
  failure?: UserError;
}

export function readHome(path: string): HomeFacts {
  const none: HomeFacts = { exists: existsSync(path), overlays: [] };
  if (!none.exists) return none;
  try {
    const home = Home.forReading(path);
    const { port } = home;
    const overlays = home.overlays().filter(({ left }) => !left);
    return { ...none, overlays, ...(port !== undefined && { port }) };
  } catch (error) {
    if (error instanceof UserError) return { ...none, failure: error };
    throw error;
  }
}
