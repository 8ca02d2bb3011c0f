import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../node/cli/program.ts";
import { KEYS, VARIABLES } from "../../node/cli/settings.ts";
import { projectSources } from "../architecture.ts";
import { dispersy, inProcess, temporaryFolder } from "./cli.ts";

/** Those that people see; `complete` is for the scripts of `completion`. */
function visible(): Command[] {
  const program = buildProgram("0");
  return program.createHelp().visibleCommands(program);
}

const COMMANDS = visible().map((command) => command.name());

describe("help", () => {
  it("knows every command", () => {
    assert.deepEqual([...COMMANDS].sort(), [
      "bench",
      "completion",
      "doctor",
      "down",
      "export",
      "get",
      "grant",
      "help",
      "import",
      "init",
      "invite",
      "join",
      "leave",
      "logs",
      "ls",
      "name",
      "netcheck",
      "overlays",
      "peers",
      "ping",
      "put",
      "replay",
      "run",
      "status",
      "sync",
      "tail",
      "tracker",
      "up",
      "wait",
    ]);
  });

  it("lists the exit codes and the settings, and ends with examples", async () => {
    const { code, stdout, stderr } = await dispersy(["--help"]);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    for (const meaning of [
      "0 done",
      "1 failed",
      "2 usage",
      "3 no daemon",
      "4 timed out",
      "5 a check failed",
      "6 refused",
    ]) {
      assert.ok(stdout.includes(meaning), meaning);
    }
    const read = [...projectSources()]
      .filter(([path]) => path.startsWith("node/"))
      .flatMap(([, text]) => [...text.matchAll(/\benv\[\s*"([A-Z_]+)"/g)])
      .map(([, variable]) => variable!)
      // Which folders hold programs; said to nobody.
      .filter((variable) => variable !== "PATH")
      .concat(VARIABLES);
    assert.ok(read.length >= 10);
    const missing = read.filter((variable) => !new RegExp(`\\b${variable}\\b`).test(stdout));
    assert.deepEqual(missing, []);
    for (const key of KEYS.keys()) assert.ok(stdout.includes(key), key);
    assert.match(stdout, /\nExamples:\n( {2}\$ dispersy .*\n)+$/);
  });

  it("of every command ends with examples", () => {
    for (const command of visible()) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      assert.match(help, /\nExamples:\n( {2}\$ .*dispersy .*\n)+$/, command.name());
      assert.match(help, /--json/, command.name());
    }
  });

  it("loads neither the store nor the log nor the cryptography", async (context) => {
    const log = join(temporaryFolder(context), "modules");
    const hook = `import { appendFileSync } from "node:fs";
      export async function resolve(specifier, context, next) {
        appendFileSync(${JSON.stringify(log)}, specifier + "\\n");
        return next(specifier, context);
      }`;
    const url = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
    const register = `import { register } from "node:module"; register(${JSON.stringify(url(hook))});`;
    const { code } = await dispersy(["--help"], { node: ["--import", url(register)] });
    assert.equal(code, 0);
    const modules = readFileSync(log, "utf8").split("\n");
    assert.ok(modules.includes("commander"), "the hook sees what is loaded");
    assert.deepEqual(
      modules.filter((name) => /^(lmdb|pino|@noble\/|protobufjs)/.test(name)),
      [],
    );
  });

  it("prints the version of the package", async () => {
    const manifest = new URL("../../package.json", import.meta.url);
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    assert.equal((await dispersy(["--version"])).stdout, `${version}\n`);
  });

  it("of a word that is no command says so, and what may have been meant", async () => {
    for (const [word, suggestion] of [
      ["statu", /Did you mean status\?/],
      ["nosuch", /See: .*--help/],
    ] as const) {
      const { code, stdout, stderr } = await inProcess(["help", word]);
      assert.deepEqual([code, stdout], [2, ""]);
      const [what, next, ...more] = stderr.trimEnd().split("\n");
      assert.equal(what, `error: unknown command '${word}'`);
      assert.match(next!, suggestion);
      assert.deepEqual(more, []);
    }
  });

  it("of a command is what its --help prints", async () => {
    for (const [asked, same] of [
      [
        ["help", "run"],
        ["run", "--help"],
      ],
      [
        ["help", "help"],
        ["help", "--help"],
      ],
      [["help"], ["--help"]],
    ]) {
      const { code, stdout, stderr } = await inProcess(asked!);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, (await inProcess(same!)).stdout);
    }
  });

  it("is 80 characters wide on a terminal that says it has none", async () => {
    const asked = async (columns?: number) =>
      (await inProcess(["run", "--help"], columns === undefined ? {} : { columns })).stdout;
    assert.equal(await asked(0), await asked());
    assert.notEqual(await asked(200), await asked());
  });

  it("is a start of five lines when nothing is asked", async () => {
    const { code, stdout } = await dispersy([]);
    assert.equal(code, 0);
    assert.equal(stdout.trimEnd().split("\n").length, 5);
  });
});
