import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { formatTicket } from "../../wire/ticket.ts";
import { Running, dispersy, inProcess, temporaryFolder } from "./cli.ts";

const INVITATION = "ab".repeat(32);
const OVERLAY = "cd".repeat(32);
/** Names a key that is none, which nothing here asks for. */
const TICKET = `dispersy:1:${OVERLAY}?at=192.0.2.1:6421&invitation=${INVITATION}`;

async function invited(context: TestContext): Promise<{ ticket: string; overlay: string }> {
  const home = join(temporaryFolder(context), "inviting");
  const { stdout } = await inProcess(["init", "--members", "--json", "--home", home]);
  const invite = await inProcess(["invite", "--json", "--home", home]);
  const { overlay } = JSON.parse(stdout) as { overlay: string };
  return { overlay, ticket: (JSON.parse(invite.stdout) as { ticket: string }).ticket };
}

/** A node that joins as told; resolves to its overlays and what it said. */
async function joins(
  context: TestContext,
  args: string[],
  input = "",
  // A ticket that was made while no node ran names nobody to begin from; this tracker is not there.
  begin = ["--tracker", "127.0.0.1:9"],
): Promise<[string[], string]> {
  const home = join(temporaryFolder(context), "joining");
  const all = ["run", ...args, ...begin, "--home", home, "--listen", "127.0.0.1:0", "--json"];
  const node = new Running(context, all);
  node.child.stdin.end(input);
  const ready = await node.json<{ overlays: { overlay: string }[] }>();
  await node.stop();
  return [ready.overlays.map(({ overlay }) => overlay), node.stderr];
}

describe("a ticket with an invitation", () => {
  it("comes by standard input, or in a file, without anybody being warned", async (context) => {
    const { ticket, overlay } = await invited(context);
    assert.deepEqual(await joins(context, ["-"], `\n${ticket}\n`), [[overlay], ""]);
    const file = join(temporaryFolder(context), "ticket");
    writeFileSync(file, `${ticket}\n`, { mode: 0o600 });
    assert.deepEqual(await joins(context, ["--ticket-file", file]), [[overlay], ""]);
  });

  it("may be wrapped by mail, in a file too, and split by a shell", async (context) => {
    const { ticket, overlay } = await invited(context);
    const wrapped = ticket.replace(/.{50}/g, "$&\n> ");
    const file = join(temporaryFolder(context), "ticket");
    writeFileSync(file, `> ${wrapped}\n`, { mode: 0o600 });
    assert.deepEqual((await joins(context, ["--ticket-file", file]))[0], [overlay]);
    const half = Math.floor(ticket.length / 2);
    const pieces = [ticket.slice(0, half), ticket.slice(half)];
    assert.deepEqual((await joins(context, pieces))[0], [overlay]);
  });

  it("is taken from a command line or an open file, with a warning of one line", async (context) => {
    const { ticket, overlay } = await invited(context);
    const [overlays, stderr] = await joins(context, [ticket]);
    assert.deepEqual(overlays, [overlay]);
    assert.match(stderr, /^Other users can read .*--ticket-file.* - \(standard input\)\.\n$/);
    const file = join(temporaryFolder(context), "ticket");
    writeFileSync(file, ticket, { mode: 0o644 });
    const [, warned] = await joins(context, ["--ticket-file", file]);
    assert.match(warned, /^Other users can get at .*chmod 600 .*\n$/);
  });
});

describe("a ticket without a place to begin from", () => {
  it("says so when it is used, unless there is a tracker", async (context) => {
    const { ticket, overlay } = await invited(context);
    const [overlays, stderr] = await joins(context, ["-"], ticket, []);
    assert.deepEqual(overlays, [overlay]);
    assert.match(
      stderr,
      /^The ticket names no place to begin from, and there is no tracker: only nodes of its own LAN .*--tracker.*\n$/,
    );
    const [, silent] = await joins(context, ["-"], ticket);
    assert.equal(silent, "");
    const placed = formatTicket({
      overlay: new Uint8Array(32),
      at: [{ host: "127.0.0.1", port: 9 }],
    });
    const [, also] = await joins(context, [placed], "", []);
    assert.equal(also, "");
  });
});

describe("a ticket without a place, joined", () => {
  const SAID = /^The ticket names no place to begin from, and there is no tracker: /m;

  it("on a running node says so, unless that has a tracker", async (context) => {
    const { ticket } = await invited(context);
    for (const trackers of [[], ["--tracker", "127.0.0.1:9"]]) {
      const home = join(temporaryFolder(context), "running");
      const words = ["run", "--home", home, "--listen", "127.0.0.1:0", "--json", ...trackers];
      await new Running(context, words).json();
      const { code, stderr } = await inProcess(["join", ticket, "--no-wait", "--home", home]);
      assert.equal(code, 0, stderr);
      assert.equal(SAID.test(stderr), trackers.length === 0, stderr);
    }
  });

  it("where no node runs says so, unless one would have a tracker", async (context) => {
    const { ticket } = await invited(context);
    const home = join(temporaryFolder(context), "home");
    const { stderr } = await inProcess(["join", ticket, "--home", home]);
    assert.match(stderr, SAID);
    writeFileSync(join(home, "config.json"), '{"tracker": "127.0.0.1:9"}');
    const again = await inProcess(["join", ticket, "--home", home]);
    assert.doesNotMatch(again.stderr, SAID);
  });
});

describe("a ticket that is none", () => {
  it("is a mistake that names its source and never what it held", async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, "ticket");
    const home = ["--home", join(folder, "home")];
    for (const [text, what] of [
      ["", /no ticket in/],
      ["nonsense", /ticket/],
      [TICKET.replace(":1:", ":9:"), /changed on its way|cut off/],
    ] as const) {
      writeFileSync(file, text, { mode: 0o600 });
      const byFile = await inProcess(["run", "--ticket-file", file, ...home]);
      const byInput = await inProcess(["run", "-", ...home], { input: text });
      for (const { code, stderr } of [byFile, byInput]) {
        assert.equal(code, 2, stderr);
        assert.match(stderr, what);
        assert.ok(!stderr.includes(INVITATION));
      }
    }
    const missing = await dispersy(["run", "--ticket-file", join(folder, "none"), ...home]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /cannot read .*none: ENOENT/);
  });
});
