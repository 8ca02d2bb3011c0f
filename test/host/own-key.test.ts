import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Node } from "../../node/host/node/node.ts";
import { utf8 } from "../../wire/bytes.ts";
import { openNode, payloads, temporaryFolder, until } from "./support.ts";

/** One more state, of which only the newest is kept. */
async function state(node: Node, text: string): Promise<void> {
  await node.put(undefined, [utf8(text)], { topic: "status", keep: 1 });
}

const shows = (node: Node, text: string): boolean => payloads(node).join() === text;

test("what is written after an older copy of the home was restored arrives, and the node says so", async (t) => {
  const folder = temporaryFolder(t);
  const [home, backup] = [join(folder, "home"), join(folder, "backup")];
  const friend = await openNode(t);
  const { ticket } = await friend.createOverlay();
  const first = await openNode(t, { home });
  await first.join(ticket);
  await until("the policy is known", () => first.status().overlays[0]!.mayWrite);
  await state(first, "before");
  await until("the first state arrived", () => shows(friend, "before"));
  await first.close();
  cpSync(home, backup, { recursive: true, preserveTimestamps: true });

  const second = await openNode(t, { home });
  for (const text of ["1", "2", "3"]) await state(second, text);
  await until("the lost states arrived", () => shows(friend, "3"));
  await second.close();
  rmSync(home, { recursive: true });
  cpSync(backup, home, { recursive: true });

  const restored = await openNode(t, { home });
  await state(restored, "after");
  await until("it is noticed", () => restored.status().problems.length > 0);
  assert.match(restored.status().problems[0]!, /[1-3] bundles? by our own key .* older copy/);
  await until("both have it", () => [friend, restored].every((node) => shows(node, "after")));
});

test("what expires within two minutes is pushed, and listed until then", async (t) => {
  const [a, b] = [await openNode(t), await openNode(t)];
  const { ticket } = await a.createOverlay();
  await b.join(ticket);
  await until("they met", () => a.peers().some(({ bucket }) => bucket === "contacted"));
  await until("b knows the policy", () => b.status().overlays[0]!.policy === "open");
  const expires = Math.floor(Date.now() / 1_000) + 60;
  const [bundle] = await a.put(undefined, [utf8("for a minute")], { expires });
  await until("b has it", () => shows(b, "for a minute"));
  assert.ok(shows(a, "for a minute"));
  assert.equal(a.status().overlays[0]!.bundles, 1);
  assert.deepEqual(a.get(Buffer.from(bundle!.id).toString("hex")).bundle.id, bundle!.id);
});
