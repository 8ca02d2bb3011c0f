import { join } from "node:path";
import { Node } from "../../node/host/node/node.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { WorkCost } from "../sim/processor.ts";
import { makeScratch, removeScratch } from "../lab/scratch.ts";

/**
 * What a datagram, a bundle and a commit cost a node, from two real ones on loopback, with Ed25519, LMDB and sockets of
 * the kernel. Three measurements and three unknowns: bundles of which seven share a datagram; as many that take a
 * datagram each; and bundles that come one by one, each with commits of its own. Processor time of all threads, as if
 * each node had one processor.
 */

/** Enough for the compiler to have seen it all. */
const WARM_UP_BUNDLES = 1_000;
const TOGETHER_BUNDLES = 2_000;
const SINGLE_BUNDLES = 200;
const SMALL_BYTES = 100;
const LARGE_BYTES = 900;
const LIMIT_MS = 60_000;

interface Measured {
  cpuMs: number;
  /** In and out, of both nodes. */
  datagrams: number;
  /** Signed and written by one node, checked and written by the other: counted twice. */
  bundles: number;
}

export async function measureWork(): Promise<WorkCost> {
  const folder = makeScratch("work");
  try {
    return await withPair(folder);
  } finally {
    removeScratch(folder);
  }
}

async function withPair(folder: string): Promise<WorkCost> {
  const open = (name: string): Promise<Node> =>
    Node.open({
      home: join(folder, name),
      listen: "127.0.0.1:0",
      logLevel: "silent",
      portmap: false,
    });
  const [author, reader] = await Promise.all([open("author"), open("reader")]);
  try {
    const { overlay, ticket } = await author.createOverlay({ public: true });
    await reader.join(ticket);
    let made = 0;
    const bring = async (count: number, bytes: number, atOnce = count): Promise<Measured> => {
      const arrived = arrivals(reader, count);
      const before = readingOf(author, reader);
      for (let left = count; left > 0; left -= atOnce) {
        const payloads = Array.from({ length: Math.min(left, atOnce) }, () =>
          utf8(`${made++}`.padEnd(bytes)),
        );
        const wanted = count - left + payloads.length;
        await author.put(overlay, payloads);
        await arrived(wanted);
      }
      const after = readingOf(author, reader);
      return {
        cpuMs: after.cpuMs - before.cpuMs,
        datagrams: after.datagrams - before.datagrams,
        bundles: 2 * count,
      };
    };
    await bring(WARM_UP_BUNDLES, SMALL_BYTES);
    await bring(SINGLE_BUNDLES, SMALL_BYTES, 1);
    return costOf({
      small: await bring(TOGETHER_BUNDLES, SMALL_BYTES),
      large: await bring(TOGETHER_BUNDLES, LARGE_BYTES),
      single: await bring(SINGLE_BUNDLES, SMALL_BYTES, 1),
    });
  } finally {
    await Promise.all([author.close(), reader.close()]);
  }
}

/** The costs that explain all three; never less than nothing. The commits of many bundles are part of a bundle's. */
export function costOf(measured: Record<"small" | "large" | "single", Measured>): WorkCost {
  const { small, large, single } = measured;
  const least = (ms: number): number => Math.max(0, ms);
  const datagramMs = least((large.cpuMs - small.cpuMs) / (large.datagrams - small.datagrams));
  const bundleMs = least((small.cpuMs - datagramMs * small.datagrams) / small.bundles);
  const others = datagramMs * single.datagrams + bundleMs * single.bundles;
  return { datagramMs, bundleMs, commitMs: least((single.cpuMs - others) / single.bundles) };
}

function readingOf(...nodes: Node[]): Pick<Measured, "cpuMs" | "datagrams"> {
  const { user, system } = process.cpuUsage();
  const datagrams = nodes.reduce((sum, node) => {
    const { rxPackets, txPackets } = node.status().traffic;
    return sum + rxPackets + txPackets;
  }, 0);
  return { cpuMs: (user + system) / 1_000, datagrams };
}

/** Resolves once so many bundles have come. */
function arrivals(node: Node, total: number): (count: number) => Promise<void> {
  let [came, wanted] = [0, Infinity];
  let resolve = (): void => {};
  const stop = node.subscribe((event) => {
    if (event.event !== "bundle" || event.bundle.header.content.kind !== "data") return;
    if (++came >= wanted) resolve();
    if (came === total) stop();
  });
  return (count) =>
    new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`only ${came} of ${count} came`)), LIMIT_MS);
      [wanted, resolve] = [count, () => (clearTimeout(timer), done())];
      if (came >= wanted) resolve();
    });
}
