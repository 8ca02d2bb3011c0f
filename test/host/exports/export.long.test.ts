import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, test, type TestContext } from "node:test";
import type { Node } from "../../../node/host/node/node.ts";
import { openNode, payloads, until } from "../support.ts";
import { asFile, exported } from "./files.ts";

const texts = (count: number, of: string) =>
  Array.from({ length: count }, (_, i) => Buffer.from(`${of} ${i}`));

const OFFLINE = { offline: true } as const;

/** A node that writes, and one that joined and has heard nothing. */
async function pair(
  t: TestContext,
  options: Parameters<Node["createOverlay"]>[0] = {},
): Promise<[Node, Node]> {
  const [a, b] = [await openNode(t, OFFLINE), await openNode(t, OFFLINE)];
  const { ticket } = await a.createOverlay(options);
  await a.put(undefined, texts(300, "from a"));
  await b.join(options.members === true ? await a.invite() : ticket);
  return [a, b];
}

/** All that is held, policies and grants too. */
function ids(node: Node): string[] {
  return [...node.list()].map(({ id }) => Buffer.from(id).toString("hex"));
}

function isWithin(some: string[], all: string[]): boolean {
  const known = new Set(all);
  return some.every((id) => known.has(id));
}

describe("an export", () => {
  test("of a node that is closed meanwhile ends, and says why", async (t) => {
    const [a] = await pair(t);
    await a.put(undefined, texts(2_000, "many more"));
    const slow = new Writable({
      write: (_chunk, _encoding, done) => {
        void a.close();
        setImmediate(done);
      },
    });
    await assert.rejects(a.exportTo(slow), { name: "UserError", message: "the node is closed" });
  });

  for (const options of [{}, { public: true }, { members: true }]) {
    test(`brings what is held to a home without a network: ${JSON.stringify(options)}`, async (t) => {
      const [a, b] = await pair(t, options);
      const { bytes, outcome } = await exported(a);
      assert.equal(outcome.bundles, ids(a).length, "all of them");
      assert.equal(outcome.bytes, bytes.length, "so many bytes");
      const came = await b.importFrom(asFile(bytes));
      assert.ok(came.complete, "the file is whole");
      assert.equal(came.new, outcome.bundles, JSON.stringify(came));
      assert.ok(isWithin(ids(a), ids(b)), "all came");
      const again = await b.importFrom(asFile(bytes));
      assert.deepEqual([again.new, again.held], [0, outcome.bundles], "nothing comes twice");

      await b.put(undefined, texts(3, "from b"));
      const back = await exported(b, { theirs: asFile(bytes) });
      assert.equal(
        back.outcome.theyHold,
        outcome.bundles,
        "what they hold was known by their file",
      );
      // In an overlay of members, the grant of the invitation as well.
      const fresh = ids(b).length - ids(a).length;
      assert.equal(back.outcome.bundles, fresh, "only what they lack");
      assert.equal((await a.importFrom(asFile(back.bytes))).new, fresh, "which all is new");
      assert.ok(ids(a).join() === ids(b).join(), "both hold the same again");
      // Its places are the acknowledgement: nothing is left to be sent.
      const nothing = await exported(a, { theirs: asFile(back.bytes) });
      assert.equal(nothing.outcome.bundles, 0, "nothing is left");
      assert.deepEqual(payloads(b), payloads(a));
    });
  }

  test("holds nothing that is about to expire, and brings nothing that was superseded", async (t) => {
    const [a, b] = await pair(t);
    const now = Math.floor(Date.now() / 1_000);
    await a.put(undefined, [Buffer.from("soon")], { expires: now + 60 });
    await a.put(undefined, [Buffer.from("later")], { expires: now + 3_600 });
    await a.put(undefined, [Buffer.from("old")], { topic: "state", keep: 1 });
    const before = await exported(a);
    await a.put(undefined, [Buffer.from("new")], { topic: "state", keep: 1 });
    // It leaves the store by a commit of its own.
    await until("the old state is gone", () => !payloads(a).includes("old"));
    await b.importFrom(asFile((await exported(a)).bytes));
    const came = payloads(b);
    assert.ok(came.includes("later") && came.includes("new"), "all that stays");
    assert.ok(!came.includes("soon") && !came.includes("old"), came.slice(-4).join());
    const { refused } = await b.importFrom(asFile(before.bytes));
    assert.deepEqual(refused, { superseded: 1 }, "an older file brings nothing back");
  });

  test("ends with a sentence when the node is closed or the overlay left meanwhile", async (t) => {
    const [a, b] = await pair(t);
    const { bytes } = await exported(a);
    // A file that does not end until the overlay is left.
    let leave!: () => void;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, bytes.length - 100);
      await left;
      yield bytes.subarray(bytes.length - 100);
    };
    const importing = b.importFrom(slow());
    await b.leave(b.resolve());
    leave();
    // What is left over is brought to an overlay that is not there.
    await assert.rejects(importing, /the import ended/);
  });

  test("ends when the node was closed before the next piece of the file came", async (t) => {
    const [a, b] = await pair(t);
    const { bytes } = await exported(a);
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 1_000);
      await b.close();
      yield bytes.subarray(1_000);
    };
    await assert.rejects(b.importFrom(slow()), /the import ended: the node was closed/);
    await assert.rejects(b.importFrom(asFile(bytes)), { name: "UserError" });
  });

  test("and an export for somebody read no more of a file than may bring something", async (t) => {
    const [a, b] = await pair(t);
    const { bytes } = await exported(a);
    const endless = (before: Uint8Array, chunk: Uint8Array) =>
      async function* (): AsyncGenerator<Uint8Array> {
        yield before;
        for (;;) {
          yield chunk;
          await Promise.resolve();
        }
      };
    const zeroes = Buffer.alloc(64 * 1024);
    const yes = Buffer.from("y\n".repeat(32 * 1024));
    const part = bytes.subarray(0, bytes.length - 60);
    for (const [name, file, what] of [
      ["zeroes in the middle", endless(part, zeroes), "damaged"],
      ["zeroes after the end", endless(bytes, zeroes), "more"],
      ["something after the end", endless(bytes, yes), "more"],
      ["records of no kind", endless(part, yes), "damaged"],
    ] as const) {
      const came = await b.importFrom(file());
      assert.equal(came.problem?.what, what, name);
      assert.ok(isWithin(ids(a), ids(b)), `${name}: what is whole came`);
      const { outcome } = await exported(a, { theirs: file() });
      assert.equal(outcome.theirProblem?.what, what, name);
    }
    const never = endless(Buffer.from("dispersy export 1\n"), zeroes);
    await assert.rejects(b.importFrom(never()), /no export/);
  });

  test("twice at once brings all, and neither calls refused what the other is just bringing", async (t) => {
    for (const options of [{}, { members: true }]) {
      const [a, b] = await pair(t, options);
      const { bytes, outcome } = await exported(a);
      const both = await Promise.all([b.importFrom(asFile(bytes)), b.importFrom(asFile(bytes))]);
      const figures = JSON.stringify(both);
      for (const { refused, complete } of both) {
        assert.deepEqual([refused, complete], [{}, true], figures);
      }
      const fresh = both.reduce((sum, one) => sum + one.new, 0);
      assert.equal(fresh, outcome.bundles, figures);
    }
  });
});
