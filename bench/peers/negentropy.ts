import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foreignProgram } from "./installed.ts";
import { Party } from "./party.ts";

export const NEGENTROPY_PACKAGE = "@welshman/net";

/** What both sides may hold. */
export interface Item {
  time: number;
  /** 32 bytes. */
  id: Uint8Array;
  byFirst: boolean;
  bySecond: boolean;
}

/** What it took until the asking side knew what each of the two lacks. */
export interface NegentropyFind {
  /** Both ways, one after the other. */
  messages: number;
  bytes: number;
  largest: number;
  /** What the answering side lacks, and what the asking side lacks. */
  have: number;
  need: number;
  /** Of both sides. */
  cpuSeconds: number;
}

const ITEM_BYTES = 41;

/** negentropy between two sides that hold these, once for each frame limit (0: none). */
export async function negentropyFinds(
  items: readonly Item[],
  frameBytes: readonly number[],
): Promise<NegentropyFind[]> {
  const program = foreignProgram("negentropy.mjs", NEGENTROPY_PACKAGE);
  const folder = mkdtempSync(join(tmpdir(), "negentropy-"));
  const file = join(folder, "items");
  writeFileSync(file, encoded(items));
  const party = new Party(program, file);
  try {
    await party.hears("ready");
    const finds: NegentropyFind[] = [];
    for (const limit of frameBytes) {
      party.say({ frameBytes: limit });
      finds.push((await party.hears("found")) as unknown as NegentropyFind);
    }
    return finds.map(({ messages, bytes, largest, have, need, cpuSeconds }) => {
      return { messages, bytes, largest, have, need, cpuSeconds };
    });
  } finally {
    await party.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function encoded(items: readonly Item[]): Buffer {
  const bytes = Buffer.alloc(ITEM_BYTES * items.length);
  items.forEach(({ time, id, byFirst, bySecond }, i) => {
    const at = ITEM_BYTES * i;
    bytes.writeBigUInt64BE(BigInt(time), at);
    bytes.set(id, at + 8);
    bytes[at + ITEM_BYTES - 1] = Number(byFirst) + 2 * Number(bySecond);
  });
  return bytes;
}
