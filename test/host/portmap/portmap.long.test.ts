import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayOptions } from "../../helpers/gateway.ts";
import { until } from "../support.ts";
import { PORT, world } from "./world.ts";

const all = { pcp: true, natPmp: true, upnp: 1 } as const;
for (const [protocol, options] of [
  ["pcp", all],
  ["pcp", { pcp: true }],
  ["nat-pmp", { natPmp: true, upnp: 2 }],
  ["upnp", { upnp: 1 }],
  ["upnp", { upnp: 2 }],
  ["upnp", { upnp: 1, onlyPermanent: true }],
] as const) {
  test(`${JSON.stringify(options)}: a port is mapped by ${protocol} and given back`, async (t) => {
    const { gateway, mapping, changes } = await world(t, options);
    await until("it is mapped", () => changes.length === 1);
    assert.deepEqual(changes, [`0 8.8.4.4:${PORT}`]);
    assert.deepEqual([...gateway.mappings.keys()], [PORT]);
    assert.equal(gateway.mappings.get(PORT)?.internal, `127.0.0.1:${PORT}`);
    const { state } = mapping;
    assert.deepEqual([state?.protocol, state?.address.key], [protocol, `8.8.4.4:${PORT}`]);
    assert.ok(state!.lifetimeS > 7_000 && state!.lifetimeS <= 7_200);
    await mapping.close();
    assert.equal(gateway.mappings.size, 0);
    assert.deepEqual(changes.slice(1), ["0 none"]);
    assert.equal(mapping.state, undefined);
  });
}

test("what a killed run had mapped is taken over, by the same nonce only", async (t) => {
  const { gateway, mapping, changes } = await world(t, { pcp: true });
  await until("it is mapped", () => changes.length === 1);
  const place = gateway.place(PORT);
  const held = [...gateway.mappings];
  await mapping.close();
  for (const [port, entry] of held) gateway.mappings.set(port, entry);
  mapping.update(place);
  await until("it is mapped again", () => changes.length === 3);
  await mapping.close();
  const others = { internal: `127.0.0.1:${PORT}`, nonce: "00".repeat(12) };
  gateway.mappings.set(PORT, others);
  const before = gateway.asked.length;
  mapping.update(place);
  await until("it is refused", () => gateway.asked.length > before + 1);
  await mapping.close();
  assert.deepEqual(gateway.mappings.get(PORT), others);
  assert.equal(changes.length, 4);
});

test("lost datagrams are sent again", async (t) => {
  const { changes } = await world(t, { pcp: true, lost: 3 });
  await until("it is mapped", () => changes.length === 1);
});

for (const [protocol, options] of [
  ["pcp", { pcp: true }],
  ["nat-pmp", { natPmp: true }],
  ["upnp", { upnp: 1 }],
] as const) {
  test(`${protocol}: a port that somebody else has gives way to another`, async (t) => {
    const { gateway, changes } = await world(t, { ...options, taken: [PORT] });
    await until("it is mapped", () => changes.length === 1);
    const [port] = gateway.mappings.keys();
    assert.notEqual(port, PORT);
    assert.deepEqual(changes, [`0 8.8.4.4:${port}`]);
  });

  test(`${protocol}: a router that lost its mappings is asked again`, async (t) => {
    const { gateway, changes } = await world(t, options);
    gateway.age(1_000);
    await until("it is mapped", () => changes.length === 1);
    const before = gateway.asked.length;
    await until("it is looked after", () => gateway.asked.length > before + 2);
    gateway.reboot();
    await until("it is mapped again", () => gateway.mappings.size === 1);
    assert.deepEqual(changes, [`0 8.8.4.4:${PORT}`], "nobody needs to know");
  });

  test(`${protocol}: an address that is not public is of no use`, async (t) => {
    for (const external of ["10.1.2.3", "100.64.7.7", "192.168.0.2", "0.0.0.0"]) {
      const { gateway, mapping, changes } = await world(t, { ...options, external });
      const isMap = (asked: string) => /AddPort|map 7200/.test(asked);
      await until("it is tried", () => gateway.asked.some(isMap));
      await until("it is given back", () => gateway.mappings.size === 0);
      assert.deepEqual(changes, []);
      assert.equal(mapping.state, undefined);
      await mapping.close();
    }
  });
}

test("a lease is renewed at half of its life, with the same port", async (t) => {
  const { gateway, mapping, changes } = await world(
    t,
    { pcp: true, lifetimeS: 1 },
    { pollMs: 60_000 },
  );
  const maps = () => gateway.asked.filter((asked) => asked.startsWith("pcp map 7200"));
  await until("it is renewed twice", () => maps().length >= 3);
  assert.equal(changes.length, 1);
  assert.ok(mapping.state!.lifetimeS <= 1);
});

test("a lease that nobody renews ends, and a router that comes back is found again", async (t) => {
  const options: GatewayOptions = { natPmp: true, lifetimeS: 1 };
  const { gateway, changes } = await world(t, options, { answerMs: 100 });
  await until("it is mapped", () => changes.length === 1);
  options.natPmp = false;
  await until("it is given up", () => changes.length === 2);
  gateway.mappings.clear();
  options.natPmp = true;
  await until("it is mapped again", () => changes.length === 3);
  assert.deepEqual(changes, [`0 8.8.4.4:${PORT}`, "0 none", `0 8.8.4.4:${PORT}`]);
});

test("a new address of the router is noticed", async (t) => {
  const options: GatewayOptions = { natPmp: true };
  const { changes } = await world(t, options);
  await until("it is mapped", () => changes.length === 1);
  options.external = "8.8.8.8";
  await until("it is told", () => changes.length === 2);
  assert.deepEqual(changes[1], `0 8.8.8.8:${PORT}`);
});

test("another place gives the old mapping back and asks anew; the same place changes nothing", async (t) => {
  const { gateway, mapping, changes } = await world(t, { pcp: true });
  await until("it is mapped", () => changes.length === 1);
  mapping.update(gateway.place(PORT));
  mapping.update(gateway.place(7_000));
  await until("it is mapped again", () => changes.length === 3);
  assert.deepEqual(changes, [`0 8.8.4.4:${PORT}`, "0 none", "0 8.8.4.4:7000"]);
  assert.deepEqual([...gateway.mappings.keys()], [7_000]);
  mapping.update(undefined);
  await until("it is given back", () => gateway.mappings.size === 0);
  assert.equal(changes.at(-1), "0 none");
});

test("after a sleep the lease is renewed at once", async (t) => {
  const { gateway, mapping, changes } = await world(t, { pcp: true }, { pollMs: 60_000 });
  await until("it is mapped", () => changes.length === 1);
  gateway.reboot();
  // The pause begins right after the mapping is told.
  await new Promise((resolve) => setTimeout(resolve, 20));
  mapping.revalidate();
  await until("it is mapped again", () => gateway.mappings.size === 1);
  assert.equal(changes.length, 1);
});

test("no port below 1024 is asked for", async (t) => {
  const { gateway, mapping, changes } = await world(t, { pcp: true });
  mapping.update(gateway.place(53));
  await until("it is mapped", () => changes.at(-1) === "0 8.8.4.4:1024");
  assert.deepEqual([...gateway.mappings], [[1_024, gateway.mappings.get(1_024)]]);
});

test("a service on another machine is not asked", async (t) => {
  const { gateway } = await world(t, { upnp: 1, controlUrl: "http://127.0.0.2:9/" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(gateway.asked, []);
});

test("closing does not wait for a router that is silent", async (t) => {
  const { mapping } = await world(t, {}, { answerMs: 60_000 });
  await mapping.close();
  assert.equal(mapping.state, undefined);
});
