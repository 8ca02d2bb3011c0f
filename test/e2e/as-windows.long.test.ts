import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ROOT } from "../helpers/built.ts";
import { Stage, until } from "./program.ts";

/** Tells the program's own files, and nobody else's, that this is Windows: native packages are for the real system. */
const PRETEND = `
const real = process.platform;
Object.defineProperty(process, "platform", {
  get: () => (/[\\\\/]dist[\\\\/]node[\\\\/]/.test(new Error().stack.split("\\n")[2]) ? "win32" : real),
});`;
const PROGRAM = [
  "--import",
  `data:text/javascript,${encodeURIComponent(PRETEND)}`,
  join(ROOT, "dist/node/cli/main.js"),
];

describe("the program, told that this is Windows", () => {
  let stage: Stage;
  let folder: string;
  beforeEach(() => {
    stage = new Stage();
    // Elsewhere the names of pipes are those of files in the folder where it is started.
    folder = stage.path("started");
    mkdirSync(folder);
  });
  afterEach(() => stage.clear());

  const run = (...words: string[]) =>
    spawnSync(process.execPath, [...PROGRAM, ...words, "--home", "home"], {
      cwd: folder,
      encoding: "utf8",
    });

  it("serves its home by pipes, which go with it", async (context) => {
    const words = [...PROGRAM, "run", "--home", "home", "--listen", "127.0.0.1:0"];
    const node = spawn(process.execPath, words, { cwd: folder, stdio: "ignore" });
    context.after(() => node.kill("SIGKILL"));
    const names = () => readdirSync(folder).filter((name) => name.includes("\\pipe\\dispersy-"));
    await until("it serves", () => names().length === 2 && run("status").status === 0);
    assert.equal(run("put", "hello").status, 0);
    assert.match(run("ls").stdout, /\thello\n$/);
    const second = run("run", "--listen", "127.0.0.1:0");
    assert.equal(second.status, 6);
    const pid = readFileSync(join(folder, "home", "pid"), "utf8").trim();
    assert.match(second.stderr, new RegExp(`is in use by process ${pid}\n`));
    node.kill("SIGTERM");
    await until("it ends", () => !existsSync(join(folder, "home", "pid")) && names().length === 0);
    assert.match(run("ls").stdout, /\thello\n$/);
    assert.equal(run("status").status, 3);
  });
});
