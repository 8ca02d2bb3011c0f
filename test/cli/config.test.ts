import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { CONFIG_FILE, applyConfigFile } from "../../node/cli/config.ts";
import { buildProgram } from "../../node/cli/program.ts";
import { temporaryFolder } from "./cli.ts";

/** The command `run`, parsed but not carried out. */
function runCommand(args: string[]): ReturnType<typeof buildProgram> {
  const program = buildProgram("0");
  const command = program.commands.find((candidate) => candidate.name() === "run")!;
  command.action(() => {});
  program.parse(["run", ...args], { from: "user" });
  return command;
}

/** The options of `run` in a home with this config file. */
function settings(
  context: TestContext,
  config: string,
  args: string[] = [],
): Record<string, unknown> {
  const home = temporaryFolder(context);
  writeFileSync(join(home, CONFIG_FILE), config);
  const command = runCommand(args);
  applyConfigFile(command, home);
  return command.opts();
}

describe("config file", () => {
  it("fills in what no flag sets", (context) => {
    const config =
      '{"listen":":1","tracker":["a:1","b:2"],"portmap":false,"lan":false,"maxFlows":1100,"minFree":"500M","maxUp":"2Mbit/s","profile":"dispersy","logLevel":"warn"}';
    assert.deepEqual(settings(context, config), {
      listen: ":1",
      tracker: ["a:1", "b:2"],
      portmap: false,
      lan: false,
      maxFlows: 1_100,
      minFree: 500 * 1024 * 1024,
      maxUp: 250_000,
      profile: "dispersy",
      logLevel: "warn",
    });
    const flags = [
      "--listen",
      ":2",
      "--tracker",
      "c:3",
      "--tracker",
      "d:4",
      "--max-flows",
      "64",
      "--min-free",
      "2G",
      "--max-up",
      "256kbit",
      "--max-down",
      "1.5MB/s",
    ];
    assert.deepEqual(settings(context, config, flags), {
      listen: ":2",
      tracker: ["c:3", "d:4"],
      portmap: false,
      lan: false,
      maxFlows: 64,
      minFree: 2 * 1024 ** 3,
      maxUp: 32_000,
      maxDown: 1.5 * 1024 ** 2,
      profile: "dispersy",
      logLevel: "warn",
    });
  });

  it("stands behind the environment", (context) => {
    process.env["DISPERSY_TRACKER"] = "e:5, f:6";
    context.after(() => delete process.env["DISPERSY_TRACKER"]);
    assert.deepEqual(settings(context, '{"tracker":"a:1"}'), {
      tracker: ["e:5", "f:6"],
      portmap: true,
      lan: true,
    });
    assert.deepEqual(settings(context, "{}", ["--tracker", "c:3"]), {
      tracker: ["c:3"],
      portmap: true,
      lan: true,
    });
    process.env["DISPERSY_NO_PORTMAP"] = "1";
    context.after(() => delete process.env["DISPERSY_NO_PORTMAP"]);
    assert.equal(settings(context, '{"portmap":true}')["portmap"], false);
  });

  const mistakes: [string, RegExp][] = [
    ["nonsense", /is not JSON/],
    ["[]", /is not a JSON object/],
    ['{"lisen":":1"}', /unknown key "lisen"/],
    ['{"__proto__":1}', /unknown key "__proto__"/],
    ['{"listen":6421}', /"listen" cannot be 6421/],
    ['{"listen":"nowhere"}', /"listen" cannot be "nowhere"/],
    ['{"tracker":["a:1",2]}', /"tracker" cannot be/],
    ['{"portmap":"no"}', /"portmap" cannot be "no"/],
    ['{"maxFlows":0}', /"maxFlows" cannot be 0/],
    ['{"maxFlows":4097}', /"maxFlows" cannot be 4097/],
    ['{"maxUp":500000}', /"maxUp" cannot be 500000/],
    ['{"maxDown":"0Mbit/s"}', /"maxDown" cannot be "0Mbit\/s"/],
    ['{"profile":"fast"}', /"profile" cannot be "fast"/],
    ['{"logLevel":"loud"}', /"logLevel" cannot be "loud"/],
  ];
  for (const [config, message] of mistakes) {
    it(`names the mistake in ${config}`, (context) => {
      assert.throws(() => settings(context, config), { exitCode: 2, message });
    });
  }

  it("takes a limit from the environment", (context) => {
    process.env["DISPERSY_MAX_DOWN"] = "10Mbit/s";
    context.after(() => delete process.env["DISPERSY_MAX_DOWN"]);
    assert.equal(settings(context, '{"maxDown":"1Mbit/s"}')["maxDown"], 1_250_000);
  });

  it("names a mistake also behind a flag", (context) => {
    assert.throws(() => settings(context, '{"listen":"nowhere"}', ["--listen", ":1"]), {
      exitCode: 2,
    });
  });

  it("says when it cannot be read", (context) => {
    const home = temporaryFolder(context);
    mkdirSync(join(home, CONFIG_FILE));
    assert.throws(() => applyConfigFile(runCommand([]), home), {
      exitCode: 2,
      message: /cannot read/,
    });
  });
});
