import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { dispersy, inProcess } from "./cli.ts";

/** What is typed, what is said of it, and what to do next. */
const MISTAKES: [string[], RegExp, RegExp][] = [
  [["pt"], /^error: unknown command 'pt'$/, /Did you mean put\?.* See: dispersy --help/],
  [
    ["put", "--fiel", "x"],
    /unknown option '--fiel'/,
    /Did you mean --file\?.* See: dispersy put --help/,
  ],
  [["put", "a", "b"], /too many arguments/, /See: dispersy put --help/],
  [["put"], /nothing to publish/, /--lines FILE/],
  [["put", "a", "--timeout", "3"], /there is no --wait/, /See: dispersy put --help/],
  [
    ["put", "a", "--expires", "0m"],
    /'0m' is invalid. It must be a span/,
    /See: dispersy put --help/,
  ],
  [["put", "a", "--file", "b"], /too much to publish/, /one of/],
  [
    ["get"],
    /either an id names the bundle, or a topic/,
    /ID, --topic NAME.*See: dispersy get --help/,
  ],
  [["get", "abc", "--topic", "t"], /either an id/, /See: dispersy get --help/],
  [["get", "xyz"], /'xyz' is invalid.*hexadecimal/, /See: dispersy get --help/],
  [["grant", "abc"], /'abc' is invalid/, /See: dispersy grant --help/],
  [["ls", "-n", "-1"], /whole number from 0 on/, /See: dispersy ls --help/],
  [["ls", "--home", ""], /'--home <dir>' argument '' is invalid. It must be a folder/, /See/],
  [["init", "--home="], /'--home <dir>' argument '' is invalid/, /See/],
  [["wait"], /nothing to wait for/, /--bundles N/],
  [["wait", "--peers", "1", "--timeout", "0"], /number of seconds above 0/, /See/],
  [["run", "--listen", "nowhere"], /'nowhere' is invalid.*host:port/, /See: dispersy run --help/],
  [["run", "--listen", "127.0.0.1:65536"], /'127.0.0.1:65536' is invalid/, /See/],
  [["tracker", "--listen", ":65535"], /needs the next port, too/, /up to 65534 with --listen/],
  [["tracker", "--listen", "127.0.0.1:65535"], /needs the next port, too/, /--listen/],
  [["run", "--tracker", "192.0.2.1"], /'192.0.2.1' is invalid.*:6421/, /See/],
  [["run", "--profile", "fast"], /'fast' is invalid.*dispersy, adaptive/, /See/],
  [["run", "--max-up", "10M"], /'10M' is invalid.*rate with its unit/, /See/],
  [["run", "--max-up", "10Mb/s"], /'10Mb\/s' is invalid.*10Mbit\/s \(bits\)/, /See/],
  [["run", "--max-down", "255kbit/s"], /'255kbit\/s' is invalid.*from 256kbit\/s on/, /See/],
  [["run", "--max-down", "fast"], /'fast' is invalid/, /See: dispersy run --help/],
  [["run", "--log-level", "loud"], /'loud' is invalid.*warn/, /See/],
  [["run", "hello"], /a ticket begins with dispersy:1:/, /in quotes/],
  [["run", `dispersy:1:${"0".repeat(64)}?at=192.0.2.1:6421`], /cut off/, /whole ticket/],
  [["run", "dispersy:1:abc?check=00000000"], /changed on its way/, /whole ticket/],
];

describe("a usage error", () => {
  for (const [args, what, next] of MISTAKES) {
    it(`is explained in two lines, exit 2: ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await inProcess(args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      const lines = stderr.trimEnd().split("\n");
      assert.equal(lines.length, 2, stderr);
      assert.match(lines[0]!, what);
      assert.match(lines[1]!, next);
    });
  }

  it("names the variable that it comes from", async (context) => {
    process.env["DISPERSY_TRACKER"] = "nowhere";
    context.after(() => delete process.env["DISPERSY_TRACKER"]);
    const { code, stderr } = await inProcess(["run"]);
    assert.equal(code, 2);
    assert.match(stderr, /DISPERSY_TRACKER/);
  });

  it("is a HOME that names no place: nothing is made where the command was typed", async () => {
    for (const HOME of ["", "no-such-folder"]) {
      const { code, stderr } = await dispersy(["init"], { env: { HOME, XDG_DATA_HOME: "" } });
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^error: HOME is ".*", which is no folder .*\n.*--home/);
      assert.ok(!existsSync(join(HOME, ".local")));
    }
  });

  it("never repeats a ticket's secret", async () => {
    const ticket = `dispersy:1:${"0".repeat(64)}?invitation=${"5ec7e7".repeat(11)}`;
    const { code, stderr } = await inProcess(["run", ticket]);
    assert.equal(code, 2);
    assert.ok(!stderr.includes("5ec7e7"), stderr);
  });

  it("escapes what it repeats", async () => {
    const { code, stderr } = await inProcess(["\u001b]0;owned\u0007"]);
    assert.equal(code, 2);
    assert.ok(!stderr.includes("\u001b") && stderr.includes("\\x1b"), stderr);
  });

  it("is the same in a process of its own", async () => {
    const { code, stdout, stderr } = await dispersy(["pt"]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: unknown command 'pt'\n/);
  });
});

describe("a defect of the program", () => {
  it("is told as JSON in the last line, behind the places in the code", async () => {
    const broken = `import os from "node:os"; import { syncBuiltinESMExports } from "node:module";
      os.homedir = () => { throw new Error("broken"); }; syncBuiltinESMExports();`;
    const node = ["--import", `data:text/javascript,${encodeURIComponent(broken)}`];
    const { code, stderr } = await dispersy(["ls", "--json"], { node });
    assert.equal(code, 1, stderr);
    const lines = stderr.trimEnd().split("\n");
    assert.match(lines[0]!, /broken/);
    const { error } = JSON.parse(lines.at(-1)!) as { error: { message: string } };
    assert.equal(error.message, "internal error: broken");
  });
});
