import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildProgram } from "../../node/cli/program.ts";
import { SETTINGS, isUnset } from "../../node/cli/settings.ts";
import { projectSources } from "../architecture.ts";
import { settingsPage } from "../helpers/settings-page.ts";

/** Options of these commands that say what to do this time, not how to be. */
const NO_SETTINGS = ["--ticket-file", "--public"];

describe("the table of settings", () => {
  it("has every option of run and tracker", () => {
    for (const name of ["run", "tracker"] as const) {
      const command = buildProgram("0").commands.find((one) => one.name() === name)!;
      const known = SETTINGS.filter(({ takers }) => takers.includes(name)).map(({ flag }) => flag);
      const options = command.options.filter(({ long }) => !NO_SETTINGS.includes(long!));
      assert.deepEqual(options.map(({ flags }) => flags).sort(), known.sort());
    }
  });

  it("has a switch that the environment may set to no", () => {
    for (const value of ["", "0", "false", "No"]) assert.ok(isUnset("DISPERSY_NO_PORTMAP", value));
    for (const value of ["1", "yes", "true"]) assert.ok(!isUnset("DISPERSY_NO_PORTMAP", value));
    assert.ok(isUnset("DISPERSY_MIN_FREE", ""));
    assert.ok(!isUnset("DISPERSY_MIN_FREE", "0"), "a size");
  });

  it("is the only place where an option gets a variable", () => {
    const places = [...projectSources()]
      .filter(([path]) => path.startsWith("node/cli/"))
      .filter(([, text]) => /\.env\(|"DISPERSY_/.test(text))
      .map(([path]) => path);
    // The second one forgets variables that are set to nothing.
    assert.deepEqual(places.sort(), ["node/cli/execute.ts", "node/cli/settings.ts"]);
  });

  it("says of each one what its value is, in one sentence", () => {
    for (const { flag, unit, sentence, default: usual } of SETTINGS) {
      if (flag.includes("<")) assert.notEqual(unit, "", flag);
      assert.match(sentence, /^[^A-Z].*[^.]$/, flag);
      assert.notEqual(usual, "", flag);
    }
  });

  it("names a flag once for each command", () => {
    const uses = SETTINGS.flatMap(({ flag, takers }) => takers.map((taker) => `${taker} ${flag}`));
    assert.deepEqual([...new Set(uses)], uses);
  });

  it("is what docs/settings.md says: else run `npm run pages`", () => {
    assert.equal(readFileSync("docs/settings.md", "utf8"), settingsPage());
  });
});
