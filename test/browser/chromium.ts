import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

/** By the names under which distributions install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];
/** Nothing of it asks for anything but the page, and no name is looked up: tests talk to this machine only. */
const FLAGS = [
  "--headless=new",
  // Root has no sandbox, and CI is root.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
/** From asking it to end until it is ended. */
const ENDING_MS = 5_000;
/** Attempts to remove what it wrote. */
const REMOVALS = 50;

/** Where Chromium is; undefined where none is installed. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** A headless browser that shows the page, until the test is over. */
export function openPage(t: TestContext, chromium: string, url: string): void {
  const profile = mkdtempSync(join(tmpdir(), "dispersy-chromium-"));
  const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, url], {
    stdio: "ignore",
    // Its settings and caches are not the user's.
    env: { ...process.env, HOME: profile },
  });
  t.after(async () => {
    await ended(browser);
    await remove(profile);
  });
}

/** Helpers of the browser's own may write a moment longer; Node's own retries are for the outermost folder alone. */
async function remove(folder: string): Promise<void> {
  for (let left = REMOVALS; left > 0; left--) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (left === 1) throw error;
      await sleep(100);
    }
  }
}

async function ended(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null || browser.signalCode !== null) return;
  const exit = new Promise((resolve) => browser.once("exit", resolve));
  browser.kill("SIGTERM");
  const hard = setTimeout(() => browser.kill("SIGKILL"), ENDING_MS);
  await exit;
  clearTimeout(hard);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
