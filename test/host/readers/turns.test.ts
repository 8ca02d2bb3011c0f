import assert from "node:assert/strict";
import { test } from "node:test";
import type { Crypto } from "../../../wire/crypto.ts";
import { makeBundle } from "../../../wire/bundle.ts";
import { toHex, utf8 } from "../../../wire/bytes.ts";
import { overlayId } from "../../../wire/identity.ts";
import { PayloadKeys } from "../../../wire/payload-keys.ts";
import { createLog } from "../../../node/host/log.ts";
import { Readers } from "../../../node/host/readers/readers.ts";
import { LmdbStore } from "../../../node/host/store/lmdb-store.ts";
import type { OverlayStore } from "../../../node/host/store/overlay-store.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { AUTHOR_SECRET, OVERLAY_KEY, temporaryFolder } from "../support.ts";

const BUNDLES = 5_000;
const PER_COMMIT = 500;
/** A turn ends after 3 ms, and a bundle takes 10 us at the least: opened where it is sealed, ten times that. */
const MOST_READS = 600;

/** Nobody checks what is on disk. */
const unsigned: Crypto = { ...nativeCrypto, sign: () => new Uint8Array(64) };

/** Within a commit children come before their parents, which are those of the commit before. */
async function fill(store: OverlayStore): Promise<void> {
  for (let at = 0; at < BUNDLES; at += PER_COMMIT) {
    const parents = store.latest(2).map(({ held }) => held);
    const add = Array.from({ length: PER_COMMIT }, (_, i) => {
      const content = { kind: "data", payload: utf8(`bundle ${at + i}`) } as const;
      const draft = parents.length === 0 ? { content } : { content, parents };
      return makeBundle(unsigned, OVERLAY_KEY, AUTHOR_SECRET, at + i + 1, draft);
    });
    const clock = at + PER_COMMIT;
    await store.commit({ add: add.reverse(), remove: [], clock, admitted: clock });
  }
}

test("others have their turn while a reader catches up, in either order and from either end", async (t) => {
  const home = new LmdbStore(temporaryFolder(t));
  t.after(() => home.close());
  const overlay = toHex(overlayId(nativeCrypto, OVERLAY_KEY));
  const held = home.overlay(overlay);
  await fill(held);
  let reads = 0;
  const store = Object.create(held, {
    get: { value: (...args: Parameters<typeof held.get>) => (reads++, held.get(...args)) },
    arrivals: { value: (...args: Parameters<typeof held.arrivals>) => held.arrivals(...args) },
    latest: { value: (...args: Parameters<typeof held.latest>) => held.latest(...args) },
    lastArrival: { get: () => held.lastArrival },
  }) as OverlayStore;
  const payloads = new PayloadKeys(nativeCrypto, OVERLAY_KEY, undefined);
  const source = () => ({ overlay, key: OVERLAY_KEY, store, payloads });
  const readers = new Readers(createLog({ level: "silent" }));
  for (const order of ["arrival", "causal"] as const) {
    let [most, before, given] = [0, reads, 0];
    let isOver = false;
    const look = (): void => {
      most = Math.max(most, reads - before);
      before = reads;
      if (!isOver) setImmediate(look);
    };
    look();
    const options = { order, last: BUNDLES, follow: false };
    await readers.open({ source, tag: "00000000" }, () => given++, options).ended;
    isOver = true;
    assert.equal(given, BUNDLES, "each once");
    assert.ok(most <= MOST_READS, `${order}: ${most} bundles read in one turn`);
  }
});
