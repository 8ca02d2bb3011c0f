import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foreignProgram } from "./installed.ts";
import { Party } from "./party.ts";

export interface HypercoreCold {
  /** From opening the empty log to the last block on disk. */
  seconds: number;
  /** Of both processes. */
  cpuSeconds: number;
  /** TCP payload, both ways. */
  bytes: number;
}

/** hypercore (npm) fetches a log of `blocks` blocks over loopback, in folders that are gone afterwards. */
export async function hypercoreCold(blocks: number, payload: number): Promise<HypercoreCold> {
  const program = foreignProgram("hypercore.mjs", "hypercore");
  const folder = mkdtempSync(join(tmpdir(), "hypercore-cold-"));
  const writer = new Party(program, "writer", join(folder, "writer"), blocks, payload);
  try {
    const { key, port } = await writer.hears("ready");
    writer.begin();
    const place = join(folder, "reader");
    const reader = new Party(program, "reader", place, blocks, String(key), Number(port));
    try {
      const done = await reader.hears("done");
      const usages = [await writer.usage(), await reader.usage()];
      const cpuSeconds = usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0);
      return { seconds: Number(done["seconds"]), cpuSeconds, bytes: Number(done["bytes"]) };
    } finally {
      await reader.stop();
    }
  } finally {
    await writer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
