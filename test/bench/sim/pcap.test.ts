import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../../node/testing/clock.ts";
import { Network } from "../../../node/testing/network.ts";
import { PcapTrace } from "../../../bench/sim/pcap-trace.ts";
import { ipPacket } from "../../../node/record/pcap.ts";
import { Address } from "../../../wire/address.ts";
import { fromHex, toHex } from "../../../wire/bytes.ts";

const at = (text: string): Address => Address.parse(text)!;

/** RFC 1071: over what includes its own checksum, the sum is all ones. */
function onesComplementSum(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) total += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function pseudoHeader(from: Address, to: Address, udp: Uint8Array): Uint8Array {
  return Uint8Array.of(...from.ip, ...to.ip, 0, 17, udp.length >> 8, udp.length & 255);
}

test("the IPv4 header that RFC 1071's readers know by heart", () => {
  const packet = ipPacket(at("20.0.0.1:6421"), at("30.0.0.1:53"), fromHex("68656c6c6f", 5)!);
  assert.equal(toHex(packet.subarray(0, 10)), "45000021000040004011");
  assert.equal(onesComplementSum(packet.subarray(0, 20)), 0xffff);
  assert.equal(toHex(packet.subarray(20, 26)), "19150035000d");
  assert.equal(toHex(packet.subarray(28)), "68656c6c6f");
});

test("UDP checksums are right in both families, for even and odd lengths", () => {
  const pairs = [
    [at("20.0.0.1:6421"), at("30.0.0.1:53"), 20],
    [at("[2a00::1]:6421"), at("[2a00:ffff::2]:53"), 40],
  ] as const;
  for (const [from, to, headerBytes] of pairs) {
    for (let length = 0; length < 300; length++) {
      const payload = Uint8Array.from({ length }, (_, i) => i * 37 + length);
      const udp = ipPacket(from, to, payload).subarray(headerBytes);
      const all = Uint8Array.of(...pseudoHeader(from, to, udp), ...udp);
      assert.equal(onesComplementSum(all), 0xffff);
      assert.ok(udp[6]! + udp[7]! > 0);
    }
  }
});

test("a capture has the header of a raw IP link and the moment of arrival", () => {
  const clock = new VirtualClock();
  const network = new Network(clock, 1);
  const trace = new PcapTrace();
  trace.record(network, () => clock.now);
  const [a, b] = [network.bind(at("20.0.0.1:1")), network.bind(at("30.0.0.1:2"))];
  b.receiver = () => undefined;
  network.send(a, b.address, new Uint8Array(3));
  network.send(a, at("40.0.0.1:1"), new Uint8Array(3));
  clock.advance(1_000);
  assert.equal(trace.packets, 1);
  const file = trace.bytes();
  assert.equal(
    toHex(file.subarray(0, 24)),
    "a1b23c4d00020004" + "00".repeat(8) + "0000ffff00000065",
  );
  const view = new DataView(file.buffer, file.byteOffset + 24);
  // 2030-01-01T00:00:00Z and 25 ms.
  assert.equal(view.getUint32(0), 1_893_456_000);
  assert.equal(view.getUint32(4), 25_000_000);
  assert.equal(view.getUint32(8), 31);
  assert.equal(file.length, 24 + 16 + 31);
});
