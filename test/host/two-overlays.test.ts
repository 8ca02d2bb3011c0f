import assert from "node:assert/strict";
import { test } from "node:test";
import { openNode, payloads, until } from "./support.ts";

test("two overlays on one socket never mix, and a datagram of an unknown one is dropped and counted", async (t) => {
  const both = await openNode(t);
  const [onlyA, onlyB] = [await openNode(t), await openNode(t)];
  const [a, b] = [await both.createOverlay(), await both.createOverlay()];
  await onlyA.join(a.ticket);
  await onlyB.join(b.ticket);
  await until("both ends know who may write", () =>
    [onlyA, onlyB].every((node) => node.writers() !== "unknown"),
  );
  // Each knows where the other is, and what it has is of another overlay.
  await both.put(a.overlay, [Buffer.from("of a")]);
  await both.put(b.overlay, [Buffer.from("of b")]);
  await onlyA.put(undefined, [Buffer.from("of a, by another")]);
  await onlyB.put(undefined, [Buffer.from("of b, by another")]);
  await until(
    "all is exchanged",
    () =>
      [both, onlyA].every((node) => payloads(node, a.overlay).length === 2) &&
      [both, onlyB].every((node) => payloads(node, b.overlay).length === 2),
  );
  assert.deepEqual(payloads(both, a.overlay).sort(), ["of a", "of a, by another"]);
  assert.deepEqual(payloads(both, b.overlay).sort(), ["of b", "of b, by another"]);
  assert.deepEqual(payloads(onlyA).sort(), ["of a", "of a, by another"]);
  assert.deepEqual(payloads(onlyB).sort(), ["of b", "of b, by another"]);
  await onlyB.leave(b.overlay);
  await both.put(b.overlay, [Buffer.from("to one that has left")]);
  await until(
    "what comes of it is dropped",
    () => (onlyB.status().counters["gate: overlay"] ?? 0) > 0,
  );
  assert.deepEqual(onlyB.status().overlays, []);
});
