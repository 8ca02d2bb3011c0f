import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../node/testing/random.ts";
import { Engine } from "../../node/engine/engine.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import type { Input } from "../../node/core/inputs.ts";
import { Address, parseIp } from "../../wire/address.ts";
import { host, OWN_PUBLIC, Rig } from "../hostile/rig.ts";

const MAPPED = Address.parse("8.8.4.4:7000")!;

function engineBehindRouter() {
  const random = new SeededRandom(1, "mapped");
  const engine = new Engine({ role: "node", crypto: nativeCrypto, random });
  const handle = (input: Input) => {
    engine.handle(input, { now: 1, wall: 1 });
    while (engine.poll() !== undefined);
  };
  const networks = [{ ip: parseIp("192.168.1.5")!, prefixBits: 24 }];
  const ports = [
    { via: 0, family: 4, port: 6_421 },
    { via: 1, family: 6, port: 6_421 },
  ] as const;
  handle({ kind: "network", networks, ports: [...ports] });
  return { engine, handle };
}

const keys = (addresses: Address[]) => addresses.map(({ key }) => key);

test("a mapped address is told as ours, open to everybody, until it is gone", () => {
  const { engine, handle } = engineBehindRouter();
  assert.deepEqual([engine.nat().summary.filtering, engine.nat().mapped], ["unknown", []]);
  handle({ kind: "mapped", via: 0, address: MAPPED });
  const { summary, addresses, mapped } = engine.nat();
  assert.deepEqual([keys(addresses), keys(mapped)], [[MAPPED.key], [MAPPED.key]]);
  assert.equal(summary.mapping, "endpoint-independent");
  assert.equal(summary.filtering, "endpoint-independent");
  assert.equal(summary.mappedPort, MAPPED.port);
  handle({ kind: "mapped", via: 0, address: undefined });
  assert.equal(engine.nat().summary.mappedPort, 0);
  assert.deepEqual([engine.nat().summary.filtering, engine.nat().mapped], ["unknown", []]);
});

test("a mapping of another socket than the main one says nothing of it", () => {
  const { engine, handle } = engineBehindRouter();
  handle({ kind: "mapped", via: 7, address: MAPPED });
  assert.deepEqual(engine.nat().mapped, []);
});

test("a port that the router maps late is told to the trackers at once, and only when it changes", () => {
  const tracker = host(0);
  const rig = new Rig({ seeds: [tracker] });
  rig.answer(tracker, { tracker: true });
  rig.pass(1_000);
  const map = (port: number) =>
    rig.handle({ kind: "mapped", via: 0, address: OWN_PUBLIC.withPort(port) });
  const told = map(7_000);
  assert.deepEqual(
    told.map(({ to, message }) => [to.key, "nat" in message && message.nat.mappedPort]),
    [[tracker.key, 7_000]],
  );
  assert.deepEqual(map(7_000), []);
  assert.equal(map(7_001).length, 1);
});
