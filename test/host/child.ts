// What tests run in a process of its own: `child.ts WHAT HOME`. Not a test.
import { Home } from "../../node/host/home/home.ts";
import { LmdbStore } from "../../node/host/store/lmdb-store.ts";
import { lockHome } from "../../node/host/home/lock.ts";
import { PERIOD_S } from "../../node/host/store/vanishing-keys.ts";
import { bundleOf } from "./support.ts";

const BATCH = 7;
const [, , what, home = ""] = process.argv;

if (what === "lock") {
  await lockHome(Home.prepare(home).path);
  process.stdout.write("locked\n");
  setInterval(() => {}, 1_000);
}

if (what === "commit" || what === "commit-expiring") {
  // Commits batches without end and says so after each.
  const store = new LmdbStore(home).overlay("ab".repeat(20));
  const inADay = Math.ceil(Date.now() / 1_000) + 86_400;
  for (;;) {
    const first = store.clock + 1;
    // Each needs a key of its own.
    const add = Array.from({ length: BATCH }, (_, i) =>
      bundleOf(
        first + i,
        `payload ${first + i}`,
        what === "commit" ? {} : { expires: inADay + (first + i) * PERIOD_S },
      ),
    );
    const clock = first + BATCH - 1;
    await store.commit({ add, remove: [], clock, admitted: clock });
    process.stdout.write(`${clock}\n`);
  }
}

if (what === "fill") {
  // Commits until the disk is full (the caller limits the file size), then says what became of it.
  process.on("SIGXFSZ", () => {});
  const store = new LmdbStore(home).overlay("ab".repeat(20));
  for (let stored = 0; ;) {
    const first = store.clock + 1;
    const add = Array.from({ length: 200 }, (_, i) => bundleOf(first + i, "x".repeat(900)));
    try {
      await store.commit({ add, remove: [], clock: first + 199, admitted: first + 199 });
      stored = store.index.size;
    } catch (error) {
      const { message } = error as Error;
      const held = { stored, index: store.index.size, clock: store.clock };
      process.stdout.write(`${JSON.stringify({ message, ...held })}\n`);
      process.exit(0);
    }
  }
}
