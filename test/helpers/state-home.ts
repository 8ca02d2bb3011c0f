import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where trackers of this test file have their control sockets, instead of in the folder of who runs the tests. */
export const STATE_HOME = mkdtempSync(join(tmpdir(), "dispersy-state-"));
process.once("exit", () => rmSync(STATE_HOME, { recursive: true, force: true }));
