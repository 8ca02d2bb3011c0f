import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { faults } from "../../../bench/experiments/faults.ts";
import { VirtualClock } from "../../../node/testing/clock.ts";
import { Network } from "../../../node/testing/network.ts";
import { PcapTrace } from "../../../bench/sim/pcap-trace.ts";
import { Address } from "../../../wire/address.ts";

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
/** Wireshark's value for "checked and right"; IPv6 has no checksum of its own. */
const GOOD = "1";
const BAD = "0";
const MAX_OUTPUT_BYTES = 1e9;

const isMissing = spawnSync("tshark", ["--version"]).status !== 0;
const folder = mkdtempSync(join(tmpdir(), "dispersy-pcap-"));
after(() => rmSync(folder, { recursive: true }));

/** What a reader that knows only the file format finds: a packet's bytes and its moment in seconds. */
function packetsOf(file: Buffer): { bytes: number; seconds: number }[] {
  const packets = [];
  for (let at = FILE_HEADER_BYTES; at < file.length;) {
    const bytes = file.readUInt32BE(at + 8);
    packets.push({ bytes, seconds: file.readUInt32BE(at) + file.readUInt32BE(at + 4) / 1e9 });
    at += PACKET_HEADER_BYTES + bytes;
  }
  return packets;
}

/** One line per packet, one column per field. */
function dissect(path: string, fields: readonly string[]): string[][] {
  const checks = ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE"];
  const { status, stdout, stderr } = spawnSync(
    "tshark",
    [
      "-r",
      path,
      "-n",
      "-Tfields",
      // Ports are drawn at random: no payload is to be taken for another protocol's.
      "-d",
      "udp.port==0-65535,data",
      ...checks.flatMap((check) => ["-o", check]),
      ...fields.flatMap((field) => ["-e", field]),
    ],
    { encoding: "utf8", maxBuffer: MAX_OUTPUT_BYTES },
  );
  assert.equal(status, 0, stderr);
  return stdout
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.split("\t"));
}

test(
  "tshark reads every packet of a fault world's trace, all of them UDP with right checksums",
  { skip: isMissing && "tshark is not installed" },
  async () => {
    const trace = join(folder, "trace.pcap");
    let packets: ReturnType<typeof packetsOf> = [];
    // Which world a seed draws, and how busy it is, changes with the program: the first one that is busy enough.
    for (let seed = 1; packets.length <= 1_000; seed++) {
      assert.ok(seed <= 10, "no world is busy");
      const options = { seed, profile: "adaptive" as const, seeds: 1, trace };
      await faults.run(options, { progress: () => undefined });
      packets = packetsOf(readFileSync(trace));
    }
    const rows = dissect(trace, [
      "frame.time_epoch",
      "frame.len",
      "ip.version",
      "ip.checksum.status",
      "udp.checksum.status",
      "udp.length",
      "_ws.malformed",
      "_ws.expert.message",
    ]);
    assert.equal(rows.length, packets.length);
    for (const [i, row] of rows.entries()) {
      const [epoch, length, version, ipStatus, udpStatus, udpLength, malformed, expert] = row;
      const { bytes, seconds } = packets[i]!;
      const where = `packet ${i + 1}: ${row.join(" ")}`;
      assert.ok(Math.abs(Number(epoch) - seconds) < 1e-6, where);
      assert.equal(Number(length), bytes, where);
      if (version === "4") assert.equal(ipStatus, GOOD, where);
      assert.equal(udpStatus, GOOD, where);
      assert.equal(Number(udpLength), bytes - (version === "4" ? 20 : 40), where);
      assert.deepEqual([malformed, expert], ["", ""], where);
    }
  },
);

test(
  "tshark reads IPv6, and notices a payload that is not what was sent",
  { skip: isMissing && "tshark is not installed" },
  () => {
    const file = join(folder, "changed.pcap");
    const clock = new VirtualClock();
    const network = new Network(clock, 1);
    const trace = new PcapTrace();
    trace.record(network, () => clock.now);
    const [a, b] = ["[2a00::1]:6421", "[2a00:ffff::2]:53"].map((text) =>
      network.bind(Address.parse(text)!),
    );
    b!.receiver = () => undefined;
    for (let i = 0; i < 2; i++) network.send(a!, b!.address, Uint8Array.of(1, 2, 3));
    clock.advance(1_000);
    const bytes = trace.bytes();
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    assert.deepEqual(dissect(file, ["ipv6.version", "udp.checksum.status"]), [
      ["6", GOOD],
      ["6", BAD],
    ]);
  },
);
