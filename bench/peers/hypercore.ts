import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foreignProgram } from "./installed.ts";
import { Party, type Start } from "./party.ts";

export interface HypercoreCold {
  /** From opening the empty log until it is closed and on disk. */
  seconds: number;
  /** Of both processes. */
  cpuSeconds: number;
  /** TCP payload, both ways. */
  bytes: number;
}

/** Where the two processes are: how each is started, and the writer's address. */
export interface HypercorePlace {
  starts(side: "writer" | "reader", program: string): Start | string;
  ip: string;
}

const HERE: HypercorePlace = { starts: (_, program) => program, ip: "127.0.0.1" };

/** hypercore (npm) fetches a log of `blocks` blocks, in folders that are gone afterwards. */
export async function hypercoreCold(
  blocks: number,
  payload: number,
  { starts, ip }: HypercorePlace = HERE,
): Promise<HypercoreCold> {
  const program = foreignProgram("hypercore.mjs", "hypercore");
  const folder = mkdtempSync(join(tmpdir(), "hypercore-cold-"));
  const writer = new Party(
    starts("writer", program),
    "writer",
    join(folder, "writer"),
    blocks,
    payload,
    ip,
  );
  try {
    const { key, port } = await writer.hears("ready");
    writer.begin();
    const place = join(folder, "reader");
    const reader = new Party(
      starts("reader", program),
      "reader",
      place,
      blocks,
      String(key),
      Number(port),
      ip,
    );
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
