import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ROOT } from "../helpers/built.ts";
import { Stage } from "./program.ts";

/** What is not in a clone, or too large to be copied. */
const NOT_COPIED = new Set([".git", "node_modules", "packed"]);

/** What npm does in a checkout, with npm itself and a folder of its own for what it remembers. */
describe("a checkout", () => {
  let stage: Stage;
  let checkout: string;
  beforeEach(() => {
    stage = new Stage();
    checkout = stage.path("checkout");
    cpSync(ROOT, checkout, {
      recursive: true,
      filter: (from) => !NOT_COPIED.has(from.slice(ROOT.length).replace(/^[\\/]/, "")),
    });
    mkdirSync(join(checkout, "node_modules"));
    // A build writes its command into .bin, so that one stays where it is.
    for (const name of readdirSync(join(ROOT, "node_modules")).filter((one) => one !== ".bin"))
      symlinkSync(join(ROOT, "node_modules", name), join(checkout, "node_modules", name));
  });
  afterEach(() => stage.clear());

  const type = (command: string, ...words: string[]) =>
    spawnSync(command, words, {
      cwd: checkout,
      env: {
        PATH: process.env["PATH"],
        HOME: stage.path("user"),
        // Nobody answers there: neither needs the network.
        npm_config_registry: "http://127.0.0.1:9",
        npm_config_offline: "true",
      },
      encoding: "utf8",
      timeout: 120_000,
    });

  it("is not built anew by its first npx, from which a node may be running", () => {
    const main = join(checkout, "dist/node/cli/main.js");
    const before = statSync(main);
    const { status, stdout, stderr } = type("npx", "dispersy", "--version");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/, "and nothing of a build");
    const after = statSync(main);
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
  });

  it("that is not built says so in a sentence, and what to type", () => {
    rmSync(join(checkout, "dist"), { recursive: true });
    const { status, stderr } = type("npm", "start");
    assert.equal(status, 1);
    assert.match(stderr, /^error: this checkout is not built\nType `npm ci`/);
    assert.doesNotMatch(stderr, /MODULE_NOT_FOUND/);
  });
});
