import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LmdbStore } from "../../node/host/store/lmdb-store.ts";
import { OVERLAY_KEY, temporaryFolder } from "./support.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { signedBytes } from "../../wire/bundle.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));
const BATCH = 7;
const ROUNDS = 3 * Number(process.env["SCALE"] ?? 1);

for (const [what, lacks] of [
  ["commit", "none is there in part"],
  ["commit-expiring", "nor any of what expires, none is there without its key"],
] as const) {
  test(`${ROUNDS} kills: no acknowledged commit is lost, ${lacks}`, async (t) => {
    const home = temporaryFolder(t);
    for (let round = 1; round <= ROUNDS; round++) {
      const child = spawn(process.execPath, ["--import", "tsx", CHILD, what, home]);
      let acknowledged = 0;
      let commits = 0;
      // Another number of commits each round; the kill itself comes at no particular moment of the next one.
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (++commits === round * 3) child.kill("SIGKILL");
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      assert.equal(child.signalCode, "SIGKILL");

      const store = new LmdbStore(home);
      const overlay = store.overlay("ab".repeat(20));
      assert.ok(overlay.index.size >= acknowledged, `${overlay.index.size} of ${acknowledged}`);
      assert.equal(overlay.index.size % BATCH, 0, "all or nothing");
      assert.equal(overlay.clock, overlay.index.size);
      assert.equal(overlay.admitted, overlay.index.size);
      overlay.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
        const bundle = overlay.get({ globalTime, w0, w1, w2, w3 });
        assert.ok(bundle, "what is in the index can be read");
        const { author, body, signature } = bundle;
        const signed = signedBytes(OVERLAY_KEY, author, body);
        if (globalTime % 50 === 0) assert.ok(nativeCrypto.verify(signature, signed, author));
        return true;
      });
      assert.equal(overlay.damaged, 0);
      const arrivals = overlay.arrivals(0, overlay.index.size + 1);
      assert.equal(arrivals.length, overlay.index.size, "each has its number");
      assert.equal(overlay.lastArrival, arrivals.at(-1)?.number ?? 0);
      await store.close();
    }
  });
}

test("a disk that fills up fails the commit with a reason and loses nothing", async (t) => {
  const home = temporaryFolder(t);
  // ulimit counts blocks of 512 or 1,024 bytes, depending on the shell: 2 or 4 MiB.
  const command = `ulimit -f 4096; exec "$0" --import tsx "$1" fill "$2"`;
  const child = spawn("sh", ["-c", command, process.execPath, CHILD, home]);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  const result = JSON.parse(output.trim().split("\n").at(-1)!) as {
    message: string;
    stored: number;
    index: number;
    clock: number;
  };
  assert.notEqual(result.message, "");
  assert.ok(result.stored > 0);
  assert.deepEqual([result.index, result.clock], [result.stored, result.stored]);

  const store = new LmdbStore(home);
  t.after(() => store.close());
  assert.equal(store.overlay("ab".repeat(20)).index.size, result.stored);
});
