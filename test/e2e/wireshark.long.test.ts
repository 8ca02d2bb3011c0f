/*
 * docs/wireshark/dispersy.lua in a real tshark, on captures and keylogs of real nodes. Needs `npm run build`.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "../helpers/built.ts";
import { completeLines, type Serving, Stage, statusOf, until } from "./program.ts";

const WORDS = "the garden gate stands open at nine";
const SCRIPT = join(ROOT, "docs/wireshark/dispersy.lua");
const SCHEMA = `uat:protobuf_search_paths: "${join(ROOT, "wire")}","TRUE"`;
const LINE = /^DISPERSY_SENDER [0-9a-f]{40} [0-9a-f]{16} [0-9a-f]{64}$/;

const isMissing = spawnSync("tshark", ["--version"]).status !== 0;

interface Traffic {
  pcap: string;
  keylog: string;
  overlay: string;
  nodes: Serving[];
}

/**
 * What tshark says of the first node's capture. Ports are drawn at random: none is to be taken for another protocol's.
 */
function tshark({ pcap }: Traffic, args: string[], keylog = ""): string {
  const { status, stdout, stderr } = spawnSync(
    "tshark",
    ["-r", pcap, "-n", "-X", `lua_script:${SCRIPT}`, "-o", "udp.try_heuristic_first:TRUE", ...args],
    { encoding: "utf8", env: { ...process.env, DISPERSY_KEYLOGFILE: keylog } },
  );
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /lua error/i);
  return stdout;
}

/** How often each kind of message is shown. */
function kinds(traffic: Traffic, filter: string, args: string[] = []): Map<string, number> {
  const found = new Map<string, number>();
  const shown = tshark(traffic, ["-Y", filter, "-Tfields", "-e", "dispersy.kind", ...args]);
  for (const kind of completeLines(shown)) found.set(kind, (found.get(kind) ?? 0) + 1);
  return found;
}

const withKeys = ({ keylog }: Traffic): string[] => ["-o", `dispersy.keylog:${keylog}`];

/** Two nodes that meet at a tracker, and one bundle of the second; captured and with keys at the first. */
async function trafficOf(stage: Stage, isPublic: boolean): Promise<Traffic> {
  const tracker = await stage.tracker();
  const [pcap, keylog, ticket] = ["node.pcap", "keys", "ticket"].map((name) => stage.path(name));
  const kept = ["--pcap", pcap!, "--keylog", keylog!, "--tracker", tracker.at];
  const first = await stage.run("first", [...kept, ...(isPublic ? ["--public"] : [])]);
  writeFileSync(ticket!, first.ticket, { mode: 0o600 });
  const second = await stage.run("second", ["--ticket-file", ticket!]);
  // The policy is the other one.
  await until("the second may write", async () => {
    return (await statusOf(second.home)).overlays[0]!.mayWrite;
  });
  await stage.done(["put", WORDS, "--home", second.home]);
  await until("the first has it", async () => {
    return (await statusOf(first.home)).overlays[0]!.bundles >= 1;
  });
  const nodes = [first, second];
  for (const { program } of nodes) await program.stop();
  const { overlay } = first.ready.overlays[0]!;
  return { pcap: pcap!, keylog: keylog!, overlay, nodes };
}

for (const isPublic of [false, true]) {
  const skip = isMissing && "tshark is not installed";
  describe(`a ${isPublic ? "public" : "private"} overlay in Wireshark`, { skip }, () => {
    let stage: Stage;
    let traffic: Traffic;
    before(async () => {
      stage = new Stage();
      traffic = await trafficOf(stage, isPublic);
    });
    after(() => stage.clear());

    it("is opened with the keylog: requests, responses and bundles of both sides", () => {
      const opened = kinds(traffic, "dispersy.sealed == 1", withKeys(traffic));
      for (const kind of ["introduction-request", "introduction-response", "bundles"])
        assert.ok((opened.get(kind) ?? 0) > 0, `${kind}: ${JSON.stringify([...opened])}`);
      assert.deepEqual(kinds(traffic, "dispersy.opened == 0", withKeys(traffic)).size, 0);
      assert.deepEqual(
        kinds(traffic, "_ws.malformed || dispersy.not_read", withKeys(traffic)).size,
        0,
      );
      const senders = tshark(traffic, [
        "-Y",
        "dispersy.sender",
        "-Tfields",
        "-e",
        "dispersy.sender",
      ]);
      assert.ok(new Set(completeLines(senders)).size >= 2);
    });

    it("is not without it: then the envelope is shown, and what trackers read", () => {
      assert.deepEqual([...kinds(traffic, "dispersy.sealed == 1").keys()], [""]);
      const envelope = ["overlay", "hint", "sender", "counter"].map((name) => `dispersy.${name}`);
      const shown = completeLines(
        tshark(traffic, [
          "-Y",
          "dispersy.sealed == 1",
          "-Tfields",
          ...envelope.flatMap((field) => ["-e", field]),
        ]),
      );
      assert.ok(shown.length > 0);
      for (const row of shown)
        assert.match(row, new RegExp(`^${traffic.overlay}\t0x[0-9a-f]{4}\t[0-9a-f]{16}\t\\d+$`));
      const clear = kinds(traffic, "dispersy.sealed == 0");
      for (const kind of ["introduction-request", "introduction-response"])
        assert.ok((clear.get(kind) ?? 0) > 0, `${kind}: ${JSON.stringify([...clear])}`);
      assert.equal(clear.get("bundles"), undefined);
    });

    it("shows every datagram of the capture as ours", () => {
      assert.equal(kinds(traffic, "udp && !dispersy").size, 0);
    });

    it("finds the file by the environment, and names fields where the schema is", () => {
      const shown = tshark(
        traffic,
        ["-o", SCHEMA, "-Y", 'dispersy.kind == "bundles"', "-V"],
        traffic.keylog,
      );
      assert.match(shown, /Protocol Buffers: dispersy\.Datagram/);
      assert.match(shown, /Message: dispersy\.Bundles/);
      assert.match(shown, /Field\(3\): authors/);
    });

    it(`shows ${isPublic ? "what its bundles say" : "sizes of its bundles, which are sealed once more"}`, () => {
      const filter = ["-Y", 'dispersy.bundle.kind == "data"', "-V", ...withKeys(traffic)];
      const shown = tshark(traffic, filter);
      assert.match(shown, /Kind: data/);
      assert.match(shown, /Bytes of the content: \d+/);
      assert.equal(shown.includes(WORDS), isPublic);
      assert.equal(shown.includes("Sealed under payload key"), !isPublic);
    });

    it("has a keylog of senders' keys alone, which is private and was warned of", () => {
      const { keylog, nodes, overlay } = traffic;
      assert.equal(statSync(keylog).mode & 0o777, 0o600);
      const text = readFileSync(keylog, "utf8");
      const lines = completeLines(text);
      assert.ok(lines.length >= 2);
      for (const line of lines) assert.match(line, LINE);
      assert.equal(new Set(lines).size, lines.length);
      const folder = join(nodes[0]!.home, "overlays", overlay);
      const names = ["member.key", ...(isPublic ? [] : ["root.key"])];
      for (const name of names)
        assert.ok(!text.includes(readFileSync(join(folder, name)).toString("hex")), name);
      assert.match(nodes[0]!.program.stderr, /^Warning: whoever has .* reads what was sent/m);
      assert.equal(nodes[0]!.program.stderr.split("Warning: whoever").length, 2);
    });
  });
}
