import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** How reading all of the store ended. */
export type StoreEnd =
  | { kind: "read"; records: number; damaged: number }
  | { kind: "other-format"; message: string }
  | { kind: "unreadable"; message: string };

export type StoreFacts =
  | StoreEnd
  /** Nothing was stored yet. */
  | { kind: "none" }
  /** So many records were read in time, and nothing was wrong with them. */
  | { kind: "unfinished"; records: number }
  /** The reader was ended by a signal (SIGBUS, SIGSEGV), or by an error of its own. */
  | { kind: "crashed"; how: string };

/** Some hundred thousand bundles from a cold disk; who has more need not wait for them. */
const READING_MS = 7_000;

/** Reads all of it in a process of its own, which is ended when it takes too long. */
export async function readStore(home: string): Promise<StoreFacts> {
  if (!existsSync(join(home, "store", "data.mdb"))) return { kind: "none" };
  const reader = new URL(`./store-reader${extname(import.meta.url)}`, import.meta.url);
  const words = [...process.execArgv, fileURLToPath(reader), home];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  let last = "";
  createInterface({ input: child.stdout }).on("line", (line) => (last = line));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, READING_MS);
  const how = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  clearTimeout(timer);
  if (last.startsWith("{")) return JSON.parse(last) as StoreEnd;
  return isLate ? { kind: "unfinished", records: Number(last) } : { kind: "crashed", how };
}
