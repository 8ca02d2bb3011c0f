import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { FRAME, MAGIC, encodeFrame } from "../../../node/host/carriers/frames.ts";
import type { Pipe, PipeOutcome } from "../../../node/host/carriers/pipe.ts";
import type { Node } from "../../../node/host/node/node.ts";
import { openNode, payloads } from "../support.ts";

const texts = (count: number, of: string) =>
  Array.from({ length: count }, (_, i) => Buffer.from(`${of} ${i}`));

/** Two nodes without sockets, in one overlay; `cut` ends the stream after so many bytes from the first one. */
function joinEnds(
  a: Node,
  b: Node,
  {
    cut = Infinity,
    follow = false,
    cutBy = (ends: Pipe[]) => ends.forEach((end) => end.ended()),
  } = {},
): Pipe[] {
  const ends: Pipe[] = [];
  let left = cut;
  const streamTo = (other: number) => ({
    waiting: 0,
    write: (bytes: Uint8Array) => {
      // A copy in a later turn: as from another process.
      const chunk = Buffer.from(bytes);
      if (other === 1) left -= chunk.length;
      setImmediate(() => {
        if (left < 0) cutBy(ends);
        else ends[other]!.read(chunk);
      });
    },
  });
  ends.push(a.pipe(streamTo(1), { follow }), b.pipe(streamTo(0), { follow }));
  return ends;
}

async function pair(t: TestContext): Promise<[Node, Node]> {
  const a = await openNode(t, { offline: true });
  const b = await openNode(t, { offline: true });
  const { ticket } = await a.createOverlay();
  await a.put(undefined, texts(300, "from a"));
  await b.join(ticket);
  return [a, b];
}

async function outcomes(ends: Pipe[]): Promise<PipeOutcome[]> {
  return Promise.all(ends.map(({ done }) => done));
}

describe("a pipe", () => {
  test("ends when both ends hold the same, and says what came", async (t) => {
    const [a, b] = await pair(t);
    const [here, there] = await outcomes(joinEnds(a, b));
    assert.ok(here!.equal && there!.equal, "both know that they are equal");
    assert.equal(there!.overlays[0]!.before, 0);
    assert.equal(there!.overlays[0]!.after, 301);
    assert.deepEqual(payloads(b), payloads(a));
    assert.equal(here!.bytesOut, there!.bytesIn);
  });

  test("that follows carries what comes later, until the stream ends", async (t) => {
    const [a, b] = await pair(t);
    const ends = joinEnds(a, b, { follow: true });
    const later = Buffer.from("later");
    const came = new Promise<void>((resolve) => {
      b.subscribe((event) => {
        if (event.event !== "bundle") return;
        const { content } = event.bundle.header;
        if (content.kind === "data" && Buffer.from(content.payload).equals(later)) resolve();
      });
    });
    await a.put(undefined, [later]);
    await came;
    for (const end of ends) end.ended();
    assert.equal((await outcomes(ends)).length, 2);
  });

  test("that is cut keeps what came, and the next one brings the rest", async (t) => {
    const [a, b] = await pair(t);
    const ends = joinEnds(a, b, { cut: 30_000 });
    const ended = await Promise.allSettled(ends.map(({ done }) => done));
    for (const end of ended) {
      assert.ok(
        end.status === "rejected" && /ended before both/.test(String(end.reason)),
        end.status,
      );
    }
    // All of it came within a few turns: nothing was checked yet when the stream ended.
    assert.ok(payloads(b).length > 50, `${payloads(b).length} were kept`);
    await outcomes(joinEnds(a, b));
    assert.deepEqual(payloads(b), payloads(a));
  });

  test("that gets damaged keeps what came whole", async (t) => {
    const [a, b] = await pair(t);
    const damage = (ends: Pipe[]) => ends.forEach((end) => end.read(Buffer.alloc(4_096)));
    const ended = await Promise.allSettled(
      joinEnds(a, b, { cut: 30_000, cutBy: damage }).map(({ done }) => done),
    );
    assert.match(String((ended[1] as PromiseRejectedResult).reason), /damaged/);
    assert.ok(payloads(b).length > 50, `${payloads(b).length} were kept`);
  });

  test("between nodes without a common overlay says so", async (t) => {
    const [a] = await pair(t);
    const other = await openNode(t, { offline: true });
    await other.createOverlay();
    const ended = await Promise.allSettled(joinEnds(a, other).map(({ done }) => done));
    for (const end of ended) {
      assert.ok(
        end.status === "rejected" && /no overlay together/.test(String(end.reason)),
        end.status,
      );
    }
  });

  test("refuses what is no such stream, at any byte", async (t) => {
    const [a] = await pair(t);
    const flaws: [Buffer, RegExp][] = [
      [Buffer.from("Welcome to example.org\n"), /not from a node.s `sync --stdio`/],
      [Buffer.from("dispersy stream and more\n"), /not from a node.s `sync --stdio`/],
      [Buffer.from(`dispersy stream ${"1".repeat(40)}`), /not from a node.s `sync --stdio`/],
      [Buffer.concat([MAGIC, Buffer.of(0, 0)]), /the stream is damaged/],
      [Buffer.from(MAGIC.toString().replace("1", "2")), /speaks version 2 of this stream/],
    ];
    for (const [flaw, message] of flaws) {
      const pipe = a.pipe({ write: () => {}, waiting: 0 });
      for (const byte of flaw) pipe.read(Buffer.of(byte));
      await assert.rejects(pipe.done, { message });
    }
  });

  test("says what it waits for, and gives up who says nothing or nothing new", async (t) => {
    const [a, b] = await pair(t);
    const patience = { hello: 50, silence: 50, standstill: 50 };
    const dumb = { write: () => {}, waiting: 0 };
    await assert.rejects(a.pipe(dumb, { patience }).done, { message: /said nothing/ });
    const notes: string[] = [];
    const silent = a.pipe(dumb, { note: (text) => notes.push(text) });
    while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    silent.ended();
    await assert.rejects(silent.done, { message: /said nothing/ });
    assert.match(notes[0]!, /Nothing has come from the other end yet: it has [0-9]+ s more/);
    // The other end's words come, and none of its datagrams.
    const words: Uint8Array[] = [];
    const other = b.pipe({ write: (bytes) => words.push(bytes), waiting: 0 });
    const deaf = a.pipe(dumb, { patience: { ...patience, silence: 5_000 } });
    for (const word of words) deaf.read(word);
    await assert.rejects(deaf.done, { message: /do not come to hold the same/, exitCode: 5 });
    other.ended();
    await assert.rejects(other.done);
  });

  test("that leads back to where it comes from says so", async (t) => {
    const [a] = await pair(t);
    const pipe: Pipe = a.pipe({
      write: (bytes) => void setImmediate(() => pipe.read(bytes)),
      waiting: 0,
    });
    await assert.rejects(pipe.done, { message: /what is sent comes back/ });
  });

  test("takes no harm from frames of any kind and length", async (t) => {
    const [a] = await pair(t);
    const pipe = a.pipe({ write: () => {}, waiting: 0 }, { follow: true });
    pipe.read(MAGIC);
    for (const kind of [FRAME.datagram, FRAME.state, FRAME.equal, FRAME.hello, 200]) {
      for (const length of [0, 1, 15, 29, 60_000]) {
        if (kind !== FRAME.hello || length > 0)
          pipe.read(encodeFrame(kind, new Uint8Array(length)));
        if (kind === FRAME.hello) break;
      }
    }
    await assert.rejects(
      (async () => {
        pipe.read(encodeFrame(FRAME.hello, new Uint8Array(24)));
        pipe.ended();
        await pipe.done;
      })(),
      { message: /no overlay together/ },
    );
  });
});
