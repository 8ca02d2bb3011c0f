import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Gateway, type GatewayOptions } from "../../helpers/gateway.ts";
import { hostRandom } from "../../../node/host/random.ts";
import { until } from "../support.ts";
import { PORT, join, world } from "./world.ts";

const NEIGHBOUR = "127.0.0.2";
const US = `127.0.0.1:${PORT}`;
const THEM = `${NEIGHBOUR}:${PORT}`;
/** Draws the least port there is, so that a test knows it. */
const random = { ...hostRandom, below: () => 0 };
const DRAWN = 49_152;

/** Patient, so that a busy machine asks nothing twice. */
const pace = { answerMs: 5_000 };

/** A router that gives a port to whoever asks last. */
async function overwriting(t: TestContext, quirks: GatewayOptions["quirks"] = {}) {
  const gateway = await Gateway.start(t, { upnp: 1, quirks });
  return { gateway, internal: (port: number) => gateway.mappings.get(port)?.internal };
}

/** What was asked after the ports were mapped as usual, besides the looks that are due each minute. */
const changesAsked = (asked: string[]) => asked.filter((one) => /AddPort|DeletePort/.test(one));

test("a port that a neighbour has is left alone, and a dynamic one is drawn", async (t) => {
  const { gateway, internal } = await overwriting(t);
  gateway.mappings.set(PORT, { internal: THEM });
  const { mapping, changes } = join(t, gateway, { random, pace: { ...pace, pollMs: 60_000 } });
  await until("it is mapped", () => changes.length === 1);
  assert.deepEqual(changes, [`0 8.8.4.4:${DRAWN}`]);
  assert.equal(internal(PORT), THEM);
  assert.deepEqual(gateway.asked, [
    "upnp GetExternalIPAddress",
    "upnp GetExternalIPAddress",
    "upnp GetSpecificPortMappingEntry",
    "upnp GetSpecificPortMappingEntry", // the one request more
    "upnp AddPortMapping",
  ]);
  await mapping.close();
  assert.deepEqual([...gateway.mappings.keys()], [PORT]);
});

test("another port of our own machine is a neighbour's too", async (t) => {
  const { gateway, internal } = await overwriting(t);
  gateway.mappings.set(PORT, { internal: "127.0.0.1:9" });
  const { changes } = join(t, gateway, { random, pace });
  await until("it is mapped", () => changes.length === 1);
  assert.deepEqual([internal(PORT), internal(DRAWN)], ["127.0.0.1:9", US]);
});

test("a port that a neighbour has taken over is not deleted by us", async (t) => {
  const { gateway, mapping, changes } = await world(t, { upnp: 1 }, { ...pace, pollMs: 60_000 });
  await until("it is mapped", () => changes.length === 1);
  gateway.mappings.set(PORT, { internal: THEM });
  await mapping.close();
  assert.equal(gateway.mappings.get(PORT)?.internal, THEM);
});

test("a port that was taken over is left for another at once, and not asked for again", async (t) => {
  const { gateway, internal } = await overwriting(t);
  const { mapping, changes } = join(t, gateway, { random, pace });
  await until("it is mapped", () => changes.length === 1);
  gateway.mappings.set(PORT, { internal: THEM });
  await until("it is moved", () => changes.length === 2);
  assert.deepEqual(changes, [`0 8.8.4.4:${PORT}`, `0 8.8.4.4:${DRAWN}`]);
  gateway.mappings.delete(PORT);
  mapping.revalidate();
  await until("it is renewed", () => changesAsked(gateway.asked).length === 3);
  assert.deepEqual([internal(PORT), internal(DRAWN)], [undefined, US]);
});

test("who takes every port of ours is not run after before the renewal", async (t) => {
  const { gateway, internal } = await overwriting(t);
  const { mapping, changes } = join(t, gateway, { pace });
  await until("it is mapped", () => changes.length === 1);
  gateway.mappings.set(PORT, { internal: THEM });
  await until("it is moved", () => changes.length === 2);
  const port = Number(changes[1]!.split(":")[1]);
  gateway.mappings.set(port, { internal: THEM });
  const looks = gateway.asked.length;
  await until("it is looked after", () => gateway.asked.length > looks + 3);
  assert.equal(changesAsked(gateway.asked).length, 2);
  mapping.revalidate();
  await until("it is moved by the renewal", () => changes.length === 3);
  assert.deepEqual([internal(PORT), internal(port)], [THEM, THEM]);
});

/**
 * Both look before either adds, so both are given the port, the second one in the end. Without a neighbour each asks 4
 * times (twice for the external address, once who has the port, once to add), and then looks each minute.
 */
test("two nodes that want one port at once end on two with 3 requests more, and never fight", async (t) => {
  const { gateway, internal } = await overwriting(t, { blind: 2 });
  const ours = join(t, gateway, { pace: { ...pace, pollMs: 300 } });
  const theirs = join(t, gateway, { client: NEIGHBOUR, pace: { ...pace, pollMs: 300 } });
  await until("both are mapped", () => ours.changes.length > 0 && theirs.changes.length > 0);
  await until("one has moved", () => gateway.mappings.size === 2);
  const count = (action: string) => gateway.asked.filter((one) => one === `upnp ${action}`).length;
  const looks = count("GetSpecificPortMappingEntry");
  await until("all is quiet", () => count("GetSpecificPortMappingEntry") >= looks + 8);
  // 4 without a neighbour, 1 of the one who moved.
  assert.equal(count("GetExternalIPAddress"), 5);
  assert.equal(count("AddPortMapping"), 3);
  assert.equal(count("DeletePortMapping"), 0);
  assert.deepEqual([...gateway.mappings.values()].map((one) => one.internal).sort(), [US, THEM]);
  assert.notEqual(internal(PORT), undefined);
  assert.equal(ours.changes.length + theirs.changes.length, 3);
  await Promise.all([ours.mapping.close(), theirs.mapping.close()]);
  assert.equal(gateway.mappings.size, 0);
});
