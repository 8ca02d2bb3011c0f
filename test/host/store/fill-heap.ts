/* Fills the heap by small objects, until MemoryRoom says that it is enough; dies where it does not. */
import { MemoryRoom } from "../../../node/host/store/memory-room.ts";

/** About 100 bytes each: 2 MB a turn, as many turns as the loop makes. */
const PER_TURN = 20_000;
const held: object[] = [];
const memory = new MemoryRoom(() => {
  process.stdout.write(memory.room);
  memory.close();
  clearInterval(turns);
});
const turns = setInterval(() => {
  for (let i = 0; i < PER_TURN; i += 1) held.push({ a: `${held.length} of many`, b: [i] });
}, 5);
