/*
 * hypercore as one of two processes: the first one has an author's log of BLOCKS blocks of PAYLOAD bytes and serves it
 * over TCP, its usual stream, at an address of its own (IP); the second one fetches all of it.
 *
 *   writer DIR BLOCKS PAYLOAD IP     {"event": "ready", "key", "port"}
 *   reader DIR BLOCKS KEY PORT IP    {"event": "done", "seconds", "bytes"}: every block checked against the signed
 *                                    tree, and on disk
 */
import Hypercore from "hypercore";
import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { begin, tell } from "./foreign-meter.mjs";

/** One call with all of them takes longer. */
const BLOCKS_PER_APPEND = 1_000;

const [role, dir, ...rest] = process.argv.slice(2);
await { writer, reader }[role](...rest);

async function writer(blocks, payload, ip) {
  const core = new Hypercore(dir);
  await core.ready();
  for (let from = 0; from < Number(blocks); from += BLOCKS_PER_APPEND) {
    const length = Math.min(BLOCKS_PER_APPEND, Number(blocks) - from);
    const block = (_, i) => Buffer.from(`${from + i}`.padEnd(Number(payload)));
    await core.append(Array.from({ length }, block));
  }
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(core.replicate(false)).pipe(socket);
  });
  server.listen(0, ip, () =>
    tell({ event: "ready", key: core.key.toString("hex"), port: server.address().port }),
  );
}

async function reader(blocks, key, port, ip) {
  begin();
  const startMs = performance.now();
  const core = new Hypercore(dir, Buffer.from(key, "hex"));
  await core.ready();
  const socket = connect(Number(port), ip);
  socket.on("error", () => {});
  socket.pipe(core.replicate(true)).pipe(socket);
  await core.download({ start: 0, end: Number(blocks) }).done();
  const { bytesRead, bytesWritten } = socket;
  socket.destroy();
  await core.close();
  flush(dir);
  const seconds = (performance.now() - startMs) / 1_000;
  tell({ event: "done", seconds, bytes: bytesRead + bytesWritten });
}

/** As our commits are: nothing counts before the disk has it. Once at the end costs less than that. */
function flush(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) flush(path);
    const file = openSync(path, "r");
    fsyncSync(file);
    closeSync(file);
  }
}
