import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineEvent } from "../../node/core/effects.ts";
import { openNode, until } from "./support.ts";

test("an ephemeral message reaches a node that is there, opened, and is held by nobody", async (t) => {
  const [a, b] = [await openNode(t), await openNode(t)];
  const { ticket } = await a.createOverlay();
  await b.join(ticket);
  await until("they know each other", () =>
    [a, b].every((node) => node.status().overlays[0]?.candidates.contacted === 1),
  );
  await until("b knows who may write", () => b.writers() !== "unknown");
  const heard: string[] = [];
  const hear = (event: EngineEvent): void => {
    if (event.event !== "ephemeral") return;
    const { content } = event.bundle.header;
    assert.equal(content.kind, "ephemeral");
    if (content.kind === "ephemeral") heard.push(Buffer.from(content.payload).toString());
  };
  b.subscribe(hear);
  const [said] = await a.say(undefined, [Buffer.from("typing ...")]);
  assert.ok(said!.header.expires! > 0, "it ends");
  await until("b has heard it", () => heard.length === 1);
  assert.deepEqual(heard, ["typing ..."]);
  for (const node of [a, b]) {
    assert.equal(node.status().overlays[0]!.bundles, 0);
    assert.deepEqual([...node.list(undefined, { dataOnly: true })], []);
  }
  const most = Array.from({ length: 41 }, (_, i) => Buffer.from(`${i}`));
  await assert.rejects(a.say(undefined, most), /20 ephemeral messages/);
});
