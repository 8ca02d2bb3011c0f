import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { MemoryRoom } from "../../../node/host/store/memory-room.ts";

test("others bring nothing from six tenths of the heap on, and again when there is clearly less", (t) => {
  const told: string[] = [];
  const memory: MemoryRoom = new MemoryRoom(() => told.push(memory.room));
  t.after(() => memory.close());
  for (const used of [59, 60, 57, 70, 54, 59]) {
    memory.collected({ usedBytes: used, mostBytes: 100 });
  }
  assert.deepEqual(told, ["own", "ample"]);
});

test("a process whose heap fills hears of it before it ends", async () => {
  const script = fileURLToPath(new URL("fill-heap.ts", import.meta.url));
  const args = ["--max-old-space-size=60", "--import", "tsx", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  assert.deepEqual({ code, said }, { code: 0, said: "own" });
});
