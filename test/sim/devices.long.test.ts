import assert from "node:assert/strict";
import { test } from "node:test";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import type { Draft } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

const MINUTE_MS = 60_000;
const DEVICES = 3;
const decoder = new TextDecoder();

/** How far its user has read: of all that the devices say only the newest counts. */
function read(upTo: number, isKept = true): Draft {
  const content = { kind: "data", payload: utf8(`read up to ${upTo}`) } as const;
  return isKept ? { content, topic: { name: utf8("read"), keep: 1 } } : { content };
}

function texts(world: World, node: SimNode): string[] {
  return world.bundles(node, { dataOnly: true }).map(({ header: { content } }) => {
    return content.kind === "data" ? decoder.decode(content.payload) : content.kind;
  });
}

/** Devices of one user, who has one key on all of them, and somebody else. */
function setUp(seed: string) {
  const world = new World({ seed });
  const overlay = world.overlay();
  const other = world.addNode({ overlay, founder: true });
  const devices = Array.from({ length: DEVICES }, () => {
    return world.addNode({ overlay, seeds: [other], startMs: Infinity });
  });
  const { memberSecret } = devices[0]!.memberships[0]!.config;
  for (const device of devices) {
    device.memberships[0]!.config.memberSecret = memberSecret;
    device.start();
  }
  assert.ok(
    world.runUntil(() => world.allHold(1), MINUTE_MS),
    "the policy is everywhere",
  );
  return { world, devices, nodes: [other, ...devices] };
}

/** What the devices write while they do not hear of each other, and then do. */
function writtenApart(isKept: boolean) {
  const { world, devices, nodes } = setUp("devices");
  world.partition(...nodes.map((node) => [node]));
  devices.forEach((device, i) => {
    device.publish([{ content: { kind: "data", payload: utf8(`from device ${i}`) } }]);
    for (let n = 0; n <= i; n++) device.publish([read(10 * i + n, isKept)]);
  });
  world.runFor(MINUTE_MS);
  world.heal();
  world.runFor(10 * MINUTE_MS);
  const held = nodes.map((node) => texts(world, node));
  for (const lines of held) assert.deepEqual(lines, held[0], "all hold the same");
  return { world, nodes, lines: held[0]! };
}

test("several devices of one user converge: what each wrote is there once, how far he read is one state", () => {
  const { world, nodes, lines } = writtenApart(true);
  assert.deepEqual(lines.filter((line) => line.startsWith("from")).toSorted(), [
    "from device 0",
    "from device 1",
    "from device 2",
  ]);
  assert.equal(lines.filter((line) => line.startsWith("read")).length, 1, lines.join("; "));
  const before = nodes.map((node) => node.memberships[0]!.store.admitted);
  world.runFor(10 * MINUTE_MS);
  const after = nodes.map((node) => node.memberships[0]!.store.admitted);
  assert.deepEqual(after, before, "no device writes its state again for ever");
});

test("without a topic of which only the newest is kept, each device's states stay", () => {
  const { lines } = writtenApart(false);
  assert.ok(lines.filter((line) => line.startsWith("read")).length > 1, lines.join("; "));
});
