// An export of many bundles beside the same by UDP on loopback: time, and memory.
// Run by hand: node --expose-gc --import tsx test/slow/export.ts [bundles]
import assert from "node:assert/strict";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Node } from "../../node/host/node/node.ts";

const MANY = Number(process.argv[2] ?? 100_000);
/** A file is written as it is read from the store: a few MiB, and what is not collected yet, whatever its size. */
const MOST_WRITING_MIB = 96;
const folder = mkdtempSync(join(tmpdir(), "dispersy-export-"));
const opened: Node[] = [];

async function open(name: string, offline: boolean): Promise<Node> {
  const options = { home: join(folder, name), logLevel: "error", portmap: false } as const;
  const node = await Node.open({ ...options, offline, listen: "127.0.0.1:0" });
  opened.push(node);
  return node;
}

/** Seconds, and by how many MiB the heap grew in between at most. */
async function measured(work: () => Promise<unknown>): Promise<{ seconds: number; mib: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  let most = 0;
  const timer = setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    most = Math.max(most, heapUsed + external - before.heapUsed - before.external);
  }, 50);
  const start = performance.now();
  await work();
  clearInterval(timer);
  return { seconds: (performance.now() - start) / 1_000, mib: Math.round(most / 2 ** 20) };
}

try {
  const a = await open("a", false);
  await a.createOverlay();
  for (let at = 0; at < MANY; at += 512) {
    const some = Math.min(512, MANY - at);
    await a.put(
      undefined,
      Array.from({ length: some }, (_, i) => Buffer.from(`${at + i} `.padEnd(200, "x"))),
    );
  }
  const held = [...a.list()].length;
  const file = join(folder, "stick.dispersy");
  const written = await measured(() => a.exportTo(createWriteStream(file)));
  console.log(`export: ${JSON.stringify(written)}, ${statSync(file).size} bytes`);

  const b = await open("b", true);
  await b.join(a.ticket());
  const read = await measured(() => b.importFrom(createReadStream(file)));
  console.log(`import: ${JSON.stringify(read)}`);
  assert.equal([...b.list()].length, held, "all came");

  const c = await open("c", false);
  const synced = await measured(async () => {
    await c.join(a.ticket());
    while (c.status().overlays[0]!.bundles < MANY) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const ratio = (written.seconds + read.seconds) / synced.seconds;
  console.log(
    `by UDP: ${JSON.stringify(synced)}; export and import take ${ratio.toFixed(2)} of it`,
  );
  assert.ok(written.mib < MOST_WRITING_MIB, "what is written does not pile up");
  // Each bundle takes its place in the index, whichever way it came.
  assert.ok(read.mib < 1.5 * synced.mib, "what is read does not pile up");
} finally {
  for (const node of opened) await node.close();
  rmSync(folder, { recursive: true, force: true });
}
