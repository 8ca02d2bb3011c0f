import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { openNode, until } from "./support.ts";

test("a node that asks and never hears anything says that UDP may be blocked", async (t) => {
  // Takes what comes and answers nothing, as a firewall does.
  const wall = createSocket("udp4").bind(0, "127.0.0.1");
  t.after(() => wall.close());
  await once(wall, "listening");
  const node = await openNode(t, { trackers: [`127.0.0.1:${wall.address().port}`] });
  await node.createOverlay();
  assert.deepEqual(node.status().problems, [], "nothing was asked so far");
  await until("it says so", () => node.status().problems.length > 0);
  assert.match(node.status().problems[0]!, /nothing was ever received.*netcheck/);
});
