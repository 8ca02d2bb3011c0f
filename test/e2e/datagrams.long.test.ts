import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DEFAULT_DATAGRAM_BYTES } from "../../wire/limits.ts";
import { ROOT } from "../helpers/built.ts";
import { type Ready, type Serving, Stage, statusOf, until } from "./program.ts";
import { Relay } from "./relay.ts";
import { realText } from "./text.ts";
import { ticketAt } from "../helpers/ticket.ts";

const LINES = 300;
const SCHEMA = join(ROOT, "wire/dispersy.proto");
/** The tag of field 1, a message, in front of each captured datagram: many are then decoded at once. */
const CAPTURE_TAG = 0x0a;
/** A field that the schema does not know is shown by its number. */
const UNKNOWN_FIELD = /^\s*[0-9]+[:{ ]/m;

function protoc(args: string[], input: Uint8Array): { status: number | null; stdout: string } {
  const { status, stdout, stderr } = spawnSync("protoc", args, { input, maxBuffer: 2 ** 28 });
  return { status, stdout: `${stdout.toString()}${stderr.toString()}` };
}

function delimited(bytes: Uint8Array): Buffer {
  const length = [];
  let rest = bytes.length;
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.of(CAPTURE_TAG, ...length, rest), bytes]);
}

describe("what nodes and a tracker send", () => {
  let stage: Stage;
  let relay: Relay;
  beforeEach(() => {
    stage = new Stage();
    relay = new Relay();
  });
  afterEach(async () => {
    relay.close();
    await stage.clear();
  });

  /** A tracker and two nodes that know each other's faces only, while a text spreads. */
  async function capture(): Promise<void> {
    const tracker = stage.start(["tracker", "--json", "--listen", "127.0.0.1:0"]);
    const { listen } = await tracker.first<Ready>();
    const [tracked] = await Promise.all(listen.map((real) => relay.face(real)));
    const first = await stage.run("first");
    const overlay = ticketAt(first.ticket);
    await first.program.stop();
    const nodes: Serving[] = [];
    // From the first datagram on each must have its face, so each asks for the port that it had before.
    for (const name of ["first", "second", "third"]) {
      const before = name === "first" ? first : await stage.run(name, [overlay]);
      await before.program.stop();
      const [real] = before.ready.listen;
      await relay.face(real!);
      nodes.push(await stage.run(name, ["--tracker", tracked!], ["--listen", real!]));
    }
    const lines = realText(LINES).join("\n");
    await stage.done(["put", "--lines", "-", "--home", nodes[0]!.home], lines);
    for (const { home } of nodes) {
      await until(`${home} has all`, async () => {
        return (await statusOf(home)).overlays[0]!.bundles === LINES;
      });
    }
    // Less one on its own: pushed as soon as it is on disk.
    await stage.done(["put", "one more", "--home", nodes[2]!.home]);
    await until("all have that too", async () => {
      const all = await Promise.all(nodes.map(({ home }) => statusOf(home)));
      return all.every(({ overlays }) => overlays[0]!.bundles === LINES + 1);
    });
  }

  it("fits the budget, and the published schema alone decodes it", async (context) => {
    await capture();
    const sizes = relay.passed.map(({ bytes }) => bytes.length);
    assert.ok(sizes.length > 30, `only ${sizes.length} datagrams were captured`);
    assert.ok(Math.max(...sizes) > DEFAULT_DATAGRAM_BYTES / 2, "full datagrams are among them");
    assert.ok(Math.max(...sizes) <= DEFAULT_DATAGRAM_BYTES, `${Math.max(...sizes)} bytes`);

    if (spawnSync("protoc", ["--version"]).status !== 0) {
      context.diagnostic("not decoded: protoc is not installed");
      return;
    }
    const wrapper = stage.path("capture.proto");
    writeFileSync(
      wrapper,
      'syntax = "proto3"; import "dispersy.proto"; message Capture { repeated dispersy.Datagram datagram = 1; }',
    );
    const include = [`-I${join(ROOT, "wire")}`, `-I${stage.path("")}`];
    const captured = Buffer.concat(relay.passed.map(({ bytes }) => delimited(bytes)));
    const all = protoc(["--decode=Capture", ...include, wrapper], captured);
    assert.equal(all.status, 0, all.stdout);
    assert.doesNotMatch(all.stdout, UNKNOWN_FIELD);
    assert.equal(all.stdout.match(/^datagram \{/gm)?.length, sizes.length);
    for (const kind of [
      "introduction_request",
      "introduction_response",
      "puncture_request",
      "puncture",
      "bundles",
    ]) {
      assert.match(all.stdout, new RegExp(`^  ${kind} \\{`, "m"), kind);
    }

    const largest = relay.passed.find(({ bytes }) => bytes.length === Math.max(...sizes))!;
    const one = protoc(["--decode=dispersy.Datagram", include[0]!, SCHEMA], largest.bytes);
    assert.equal(one.status, 0, one.stdout);
    const damaged = protoc(["--decode=Capture", ...include, wrapper], captured.subarray(0, -1));
    assert.notEqual(damaged.status, 0, "a damaged capture is noticed");
  });
});
