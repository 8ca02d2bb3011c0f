import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryRoom } from "../../../node/host/store/memory-room.ts";

test("others bring nothing from six tenths of the heap on, and again when there is clearly less", (t) => {
  const told: string[] = [];
  const memory: MemoryRoom = new MemoryRoom(() => told.push(memory.room));
  t.after(() => memory.close());
  for (const used of [59, 60, 57, 70, 54, 59]) {
    memory.collected({ usedBytes: used, mostBytes: 100 });
  }
  assert.deepEqual(told, ["reserve", "ample"]);
});
