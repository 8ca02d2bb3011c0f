import { PassThrough } from "node:stream";
import type { ExportOptions, ExportOutcome, Node } from "../../../node/host/node/node.ts";

export interface Exported {
  bytes: Buffer;
  outcome: ExportOutcome;
}

/** What a node exports, in memory. */
export async function exported(node: Node, options: ExportOptions = {}): Promise<Exported> {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const outcome = await node.exportTo(stream, options);
  return { bytes: Buffer.concat(chunks), outcome };
}

/** A file as it is read: in pieces of so many bytes. */
export async function* asFile(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
