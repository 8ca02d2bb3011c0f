import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_PUT_PAYLOADS } from "../../node/host/control/protocol.ts";
import { type Published, publishAll } from "../../node/cli/publishing.ts";

const payload = (n: number): Buffer => Buffer.from(String(n));
const published = (batch: Uint8Array[]): Published[] =>
  batch.map((each) => ({ id: String(each), globalTime: 1 }));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A source that gives when it is told to. */
function pipe() {
  const waiting: Buffer[][] = [];
  let [isEnded, wake] = [false, () => {}];
  async function* source(): AsyncGenerator<Buffer[]> {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (isEnded) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const give = (...numbers: number[]): void => {
    waiting.push(numbers.map(payload));
    wake();
  };
  const end = (): void => {
    isEnded = true;
    wake();
  };
  return { source: source(), give, end };
}

test("what comes is sent as it comes, and in batches while the node is busy", async () => {
  const { source, give, end } = pipe();
  const sent: number[][] = [];
  const answers: (() => void)[] = [];
  const printed: string[] = [];
  const all = publishAll(source, {
    send: async (batch) => {
      sent.push(batch.map(Number));
      await new Promise<void>((resolve) => answers.push(resolve));
      return published(batch);
    },
    published: async (bundles) => void printed.push(...bundles.map(({ id }) => id)),
  });
  for (let i = 1; i <= 4; i++) {
    give(i);
    for (let j = 0; j < 5; j++) await turn();
  }
  assert.deepEqual(sent, [[1], [2], [3], [4]], "each line at once, before the next one is there");
  for (let i = 5; i <= 9; i++) give(i);
  for (let j = 0; j < 20; j++) await turn();
  assert.equal(sent.length, 4, "four batches are on their way at most");
  answers[1]!();
  for (let j = 0; j < 5; j++) await turn();
  assert.deepEqual(printed, [], "in order");
  answers[0]!();
  for (let j = 0; j < 5; j++) await turn();
  assert.deepEqual(sent[4], [5, 6, 7, 8, 9], "what waited goes together");
  assert.deepEqual(printed, ["1", "2"]);
  end();
  while (printed.length < 9) {
    answers.forEach((answer) => answer());
    await turn();
  }
  await all;
  assert.deepEqual(printed, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

test("a source is read no faster than it can be published, and no batch is too large", async () => {
  let [read, sent] = [0, 0];
  async function* endless(): AsyncGenerator<Buffer[]> {
    for (; read < 100; read++) yield Array.from({ length: 1_000 }, (_, i) => payload(i));
  }
  await publishAll(endless(), {
    send: async (batch) => {
      assert.ok(batch.length <= MAX_PUT_PAYLOADS, `${batch.length} in one batch`);
      await turn();
      sent += batch.length;
      assert.ok(read * 1_000 - sent < 7 * 1_000, `${read * 1_000 - sent} were read ahead`);
      return published(batch);
    },
    published: async () => {},
  });
  assert.equal(sent, 100_000);
});

test("a failure ends it at once, also while the source waits for its next line", async () => {
  const { source, give } = pipe();
  const printed: string[] = [];
  const all = publishAll(source, {
    send: async (batch) => {
      if (String(batch[0]) === "2") throw new Error("the disk is full");
      return published(batch);
    },
    published: async (bundles) => void printed.push(...bundles.map(({ id }) => id)),
  });
  give(1);
  await turn();
  give(2, 3);
  await assert.rejects(all, /the disk is full/);
  assert.deepEqual(printed, ["1"]);
});

test("a source that fails has all before it published", async () => {
  async function* broken(): AsyncGenerator<Buffer[]> {
    yield [payload(1), payload(2)];
    throw new Error("line 3 is too long");
  }
  const printed: string[] = [];
  const all = publishAll(broken(), {
    send: async (batch) => (await turn(), published(batch)),
    published: async (bundles) => void printed.push(...bundles.map(({ id }) => id)),
  });
  await assert.rejects(all, /line 3/);
  assert.deepEqual(printed, ["1", "2"]);
});
