import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Delivery, Node, ReadOptions } from "../../../node/host/node/node.ts";
import { DiskError } from "../../../node/host/files/disk-error.ts";
import { OverlayStore } from "../../../node/host/store/overlay-store.ts";
import { openNode, temporaryFolder, until } from "../support.ts";

const text = ({ bundle: { header } }: Delivery): string =>
  header.content.kind === "data" ? Buffer.from(header.content.payload).toString() : "";

async function put(node: Node, ...texts: string[]): Promise<void> {
  await node.put(
    undefined,
    texts.map((each) => Buffer.from(each)),
  );
}

async function withOverlay(t: TestContext, home = temporaryFolder(t)): Promise<Node> {
  const node = await openNode(t, { home, offline: true });
  await node.createOverlay();
  return node;
}

/** What a reader that does not follow is given. */
async function read(node: Node, options: ReadOptions = {}): Promise<Delivery[]> {
  const given: Delivery[] = [];
  const listener = (delivery: Delivery) => void given.push(delivery);
  await node.subscribe(listener, { follow: false, ...options }).ended;
  return given;
}

const texts = (given: Delivery[]): string[] => given.map(text);

test("a reader is given what is held, then what comes, in the order of coming", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a", "b", "c");
  const given: string[] = [];
  const reading = node.subscribe((delivery) => void given.push(text(delivery)), { last: 2 });
  await put(node, "d");
  await until("all came", () => given.length === 3);
  assert.deepEqual(given, ["b", "c", "d"]);
  await reading.close();
  await put(node, "e");
  await reading.ended;
  assert.equal(given.length, 3, "nothing after its end");
});

test("another reading goes on after a cursor, and begins with what is asked for", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a", "b", "c");
  const given = await read(node, { last: Infinity });
  assert.deepEqual(texts(given), ["a", "b", "c"]);
  assert.deepEqual(texts(await read(node, { since: given[0]!.cursor })), ["b", "c"]);
  assert.deepEqual(await read(node, { since: given[2]!.cursor }), []);
  assert.deepEqual(await read(node), [], "by default what comes from now on");
  assert.equal((await read(node, { last: Infinity, all: true })).length, 4, "the policy too");
  assert.throws(() => node.subscribe(() => {}, { since: "x" }), { name: "UserError", exitCode: 2 });
});

test("the next one comes when the listener is done", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a", "b");
  let under = 0;
  let most = 0;
  const listener = async (): Promise<void> => {
    most = Math.max(most, ++under);
    await new Promise((resolve) => setTimeout(resolve, 20));
    under--;
  };
  await node.subscribe(listener, { last: 2, follow: false }).ended;
  assert.equal(most, 1);
});

test("a reader with a name goes on where it stopped, over a restart too", async (t) => {
  const home = temporaryFolder(t);
  const first = await withOverlay(t, home);
  await put(first, "a", "b");
  assert.deepEqual(texts(await read(first, { name: "r" })), ["a", "b"], "at first with all");
  await put(first, "c");
  await first.close();
  const second = await openNode(t, { home, offline: true });
  assert.deepEqual(texts(await read(second, { name: "r" })), ["c"]);
  assert.deepEqual(texts(await read(second, { name: "r" })), []);
  assert.equal((await read(second, { name: "s" })).length, 3, "another name, another place");
  await second.forgetReader(undefined, "r");
  assert.equal((await read(second, { name: "r" })).length, 3, "forgotten");
  await assert.rejects(second.forgetReader(undefined, "nobody"), { name: "UserError" });
});

test("a reader with a name that was given nothing yet keeps where it began", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a");
  assert.deepEqual(await read(node, { name: "r", last: 0 }), []);
  await put(node, "b");
  assert.deepEqual(texts(await read(node, { name: "r", last: 0 })), ["b"]);
});

test("without a name everything is given again after a restart", async (t) => {
  const home = temporaryFolder(t);
  const first = await withOverlay(t, home);
  await put(first, "a");
  await read(first, { last: Infinity });
  await first.close();
  const second = await openNode(t, { home, offline: true });
  assert.deepEqual(texts(await read(second, { last: Infinity })), ["a"]);
});

test("what a listener failed at is given again", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a", "b", "c");
  const given: string[] = [];
  const reading = node.subscribe(
    (delivery) => {
      if (text(delivery) === "b") throw new Error("no");
      given.push(text(delivery));
    },
    { name: "r" },
  );
  await assert.rejects(reading.ended, /no/);
  assert.deepEqual(given, ["a"], "nothing after the failure");
  assert.deepEqual(texts(await read(node, { name: "r" })), ["b", "c"]);
});

test("who marks its place itself is given again what it did not mark", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a", "b", "c");
  const given = await read(node, { name: "r", marksItself: true });
  assert.equal(given.length, 3);
  await node.markReader(undefined, "r", given[0]!.cursor);
  assert.deepEqual(texts(await read(node, { name: "r" })), ["b", "c"]);
  await assert.rejects(node.markReader(undefined, "r", "x"), { name: "UserError", exitCode: 2 });
});

test("two readers of one name at once: the second one is refused", async (t) => {
  const node = await withOverlay(t);
  const first = node.subscribe(() => {}, { name: "r" });
  assert.throws(() => node.subscribe(() => {}, { name: "r" }), { name: "UserError", exitCode: 6 });
  await first.close();
  await node.subscribe(() => {}, { name: "r" }).close();
  for (const name of ["", "a b", "x".repeat(65), "../r"]) {
    assert.throws(() => node.subscribe(() => {}, { name }), { exitCode: 2 }, name);
  }
});

test("a home keeps the places of so many readers and no more", async (t) => {
  const node = await withOverlay(t);
  await Promise.all(Array.from({ length: 256 }, (_, i) => read(node, { name: `r${i}` })));
  assert.throws(() => node.subscribe(() => {}, { name: "more" }), /places of 256 readers/);
  await read(node, { name: "r0" });
});

test("what was removed is passed over, whether it was given or not", async (t) => {
  const node = await withOverlay(t);
  const publish = (payload: string) =>
    node.put(undefined, [Buffer.from(payload)], { topic: "status", keep: 1 });
  await publish("one");
  const [one] = await read(node, { last: 1 });
  await publish("two");
  await until(
    "the older one is gone",
    () => [...node.list(undefined, { dataOnly: true })].length === 1,
  );
  await publish("three");
  await until("so is the next", () => [...node.list(undefined, { dataOnly: true })].length === 1);
  assert.deepEqual(texts(await read(node, { since: one!.cursor })), ["three"]);
});

test("a home that was restored from an older copy gives its readers what comes then", async (t) => {
  const [home, copy] = [temporaryFolder(t), join(temporaryFolder(t), "copy")];
  const first = await withOverlay(t, home);
  await put(first, "a");
  await first.close();
  cpSync(home, copy, { recursive: true });
  const second = await openNode(t, { home, offline: true });
  await put(second, "b", "c");
  const { cursor } = (await read(second, { last: 1 }))[0]!;
  await second.close();
  const restored = await openNode(t, { home: copy, offline: true });
  assert.deepEqual(await read(restored, { since: cursor }), [], "the cursor is ahead");
  await put(restored, "d");
  assert.deepEqual(
    texts(await read(restored, { since: cursor })),
    ["d"],
    "what comes is later still",
  );
});

test("a clock that was set back gives no number again", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a");
  const { cursor } = (await read(node, { last: 1 }))[0]!;
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000_000_000 });
  await put(node, "b");
  assert.deepEqual(texts(await read(node, { since: cursor })), ["b"]);
});

test("readers end when their overlay is left", async (t) => {
  const node = await withOverlay(t);
  const reading = node.subscribe(() => {}, {});
  await node.leave(node.overlays[0]!);
  await reading.ended;
});

test("a disk that is full holds no reader up, and its place is written down once there is room", async (t) => {
  const node = await withOverlay(t);
  await put(node, "a", "b");
  const full = new DiskError({ code: "ENOSPC" }, { hasRoom: false });
  const failing = t.mock.method(OverlayStore.prototype, "markReader", () => Promise.reject(full));
  const given: string[] = [];
  const reading = node.subscribe((delivery) => void given.push(text(delivery)), { name: "r" });
  await until("both were given", () => given.length === 2);
  const { cursor } = (await read(node, { last: 1 }))[0]!;
  const said = { name: "UserError", message: /^where reader r stands .*disk is full/ };
  await assert.rejects(node.markReader(undefined, "r", cursor), said);
  failing.mock.restore();
  await put(node, "c");
  await until("the next one too", () => given.length === 3);
  await reading.close();
  assert.deepEqual(await read(node, { name: "r" }), []);
});
