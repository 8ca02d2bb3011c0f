import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodePmp,
  encodePmpAddress,
  encodePmpMap,
} from "../../../node/host/portmap/nat-pmp-codec.ts";
import {
  decodePcp,
  encodePcpAnnounce,
  encodePcpMap,
} from "../../../node/host/portmap/pcp-codec.ts";
import { Address } from "../../../wire/address.ts";

// Written by hand after the figures of RFC 6887 (7.1, 7.2, 11.1) and RFC 6886 (3.2, 3.3).
const NONCE = "000102030405060708090a0b";
const MAPPED = "00000000000000000000ffff";
const PCP_ANNOUNCE = `02000000 00000000 ${MAPPED} c0a80105`;
const PCP_MAP = `02010000 00001c20 ${MAPPED} c0a80105 ${NONCE} 11000000 1915 2000 ${MAPPED} 08080404`;
const PCP_MAP_ANSWER = `02810000 00000e10 00000064 000000000000000000000000 ${NONCE} 11000000 1915 2001 ${MAPPED} 08080404`;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const plain = (text: string) => text.replaceAll(" ", "");
const internal = Address.parse("192.168.1.5:6421")!;
const nonce = bytes(NONCE);

test("PCP requests are the bytes of the standard", () => {
  assert.equal(hex(encodePcpAnnounce(internal)), plain(PCP_ANNOUNCE));
  const suggested = Address.parse("8.8.4.4:8192")!;
  assert.equal(hex(encodePcpMap({ internal, nonce, lifetimeS: 7_200, suggested })), plain(PCP_MAP));
  const deletion = hex(encodePcpMap({ internal, nonce, lifetimeS: 0 }));
  assert.equal(deletion.slice(8, 16), "00000000");
  assert.equal(deletion.slice(84), `0000${MAPPED}00000000`);
});

test("PCP answers are read", () => {
  const answer = decodePcp(bytes(PCP_MAP_ANSWER));
  assert.ok(answer?.kind === "map");
  assert.deepEqual([answer.result, answer.lifetimeS, answer.epochS], [0, 3_600, 100]);
  assert.equal(hex(answer.nonce), NONCE);
  assert.deepEqual([answer.internalPort, answer.external?.key], [6_421, "8.8.4.4:8193"]);
  const refused = bytes(PCP_MAP_ANSWER);
  refused[3] = 8;
  const refusal = decodePcp(refused);
  assert.ok(refusal?.kind === "map");
  assert.deepEqual([refusal.result, refusal.external], [8, undefined]);
  const announce = decodePcp(bytes(`02800000 00000000 00000007 ${"00".repeat(12)}`));
  assert.deepEqual(announce, { kind: "announce", result: 0, lifetimeS: 0, epochS: 7 });
});

test("what is no whole PCP answer of version 2 is none", () => {
  const whole = bytes(PCP_MAP_ANSWER);
  for (let length = 0; length < whole.length; length++) {
    assert.equal(decodePcp(whole.subarray(0, length)), undefined);
  }
  for (const [at, value] of [
    [0, 0],
    [1, 0x01],
    [1, 0x82],
    [36, 6],
  ] as const) {
    const other = whole.slice();
    other[at] = value;
    assert.equal(decodePcp(other), undefined);
  }
  assert.equal(decodePcp(new Uint8Array([...whole, ...new Uint8Array(1_044)])), undefined);
  const ipv6 = whole.slice();
  ipv6[44] = 0x20;
  const answer = decodePcp(ipv6);
  assert.equal(answer?.kind === "map" && answer.external, undefined);
});

test("NAT-PMP requests are the bytes of the standard", () => {
  assert.equal(hex(encodePmpAddress()), "0000");
  const request = { internalPort: 6_421, suggestedPort: 8_192, lifetimeS: 7_200 };
  assert.equal(hex(encodePmpMap(request)), "000100001915200000001c20");
});

test("NAT-PMP answers are read, and errors of 8 bytes or more", () => {
  assert.deepEqual(decodePmp(bytes("00800000 00000064 08080404")), {
    kind: "address",
    result: 0,
    epochS: 100,
    ip: Uint8Array.of(8, 8, 4, 4),
  });
  assert.deepEqual(decodePmp(bytes("00810000 00000064 1915 2001 00000e10")), {
    kind: "map",
    result: 0,
    epochS: 100,
    internalPort: 6_421,
    externalPort: 8_193,
    lifetimeS: 3_600,
  });
  const refused = decodePmp(bytes("00810002 00000064"));
  assert.deepEqual([refused?.kind, refused?.result], ["map", 2]);
  assert.deepEqual(decodePmp(bytes("00800001 00000000"))?.result, 1);
});

test("what is no whole NAT-PMP answer is none", () => {
  for (const text of ["", "00", "00800000000000", "0080000000000064080804", "0080000000000064"]) {
    assert.equal(decodePmp(bytes(text)), undefined, text);
  }
  const map = bytes("00810000 00000064 1915 2001 00000e10");
  for (let length = 0; length < map.length; length++) {
    assert.equal(decodePmp(map.subarray(0, length)), undefined);
  }
  for (const first of ["0001", "0082", "0280", "0180"]) {
    assert.equal(decodePmp(bytes(`${first}0000 00000064 1915 2001 00000e10`)), undefined);
  }
});
