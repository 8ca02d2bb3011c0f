import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { MAIN } from "../helpers/built.ts";
import { dispersy } from "./cli.ts";

/** Runs the program in a Node.js that says it were another version. */
function runIn(version: string, args = ["--version"]) {
  const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
  return dispersy(args, { node: ["--import", `data:text/javascript,${pretend}`] });
}

describe("a Node.js that is too old", () => {
  it("is told in one sentence, before anything is loaded that it cannot read", async () => {
    for (const version of ["12.22.12", "18.20.8", "20.18.3"]) {
      const { code, stdout, stderr } = await runIn(version);
      assert.deepEqual([code, stdout], [1, ""]);
      const sentence = `error: dispersy needs Node.js 20.19 or newer, and this is ${version}: see https://nodejs.org\n`;
      assert.equal(stderr, sentence);
    }
    for (const version of ["20.19.0", "22.0.0"]) assert.equal((await runIn(version)).code, 0);
  });

  it("is told as JSON where JSON is asked for", async () => {
    const { code, stderr } = await runIn("18.20.8", ["status", "--json"]);
    const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
    assert.deepEqual([code, error["code"], error["exitCode"]], [1, "failed", 1]);
    assert.match(String(error["message"]), /needs Node\.js 20\.19/);
  });

  it("is what package.json says", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as {
      engines: { node: string };
    };
    assert.ok(readFileSync(MAIN, "utf8").includes(`NEEDED = "${engines.node.replace(">=", "")}"`));
  });

  it("can read the file that says so: it imports nothing by itself", () => {
    assert.doesNotMatch(readFileSync(MAIN, "utf8"), /^import\b|\bawait\b|\?\.|\?\?/m);
  });
});
