import assert from "node:assert/strict";
import { test } from "node:test";
import { listBundles, listInTurns } from "../../node/host/store/bundle-lookup.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { makeBundle, type Bundle, type Draft } from "../../wire/bundle.ts";
import { PayloadKeys } from "../../wire/payload-keys.ts";
import { crypto, OVERLAY_HEX, OVERLAY_KEY, OVERLAY_SECRET } from "../hostile/rig.ts";

const DATA: Draft = { content: { kind: "data", payload: new Uint8Array(4) } };
const member = new Uint8Array(32).fill(3);
const GRANT: Draft = { content: { kind: "grant", member, write: true, grant: false } };
const GRANTS = 5_000;

function shelfOf(drafts: Draft[]) {
  const add = drafts.map((draft, i) => {
    return makeBundle(crypto, OVERLAY_KEY, OVERLAY_SECRET, i + 1, draft);
  });
  const store = new MemoryStore();
  store.apply({ add, remove: [], clock: add.length, admitted: add.length });
  let reads = 0;
  const counting = Object.create(store, {
    get: { value: (...args: Parameters<typeof store.get>) => (reads++, store.get(...args)) },
  }) as MemoryStore;
  const payloads = new PayloadKeys(crypto, OVERLAY_KEY, undefined);
  const shelf = { overlay: OVERLAY_HEX, key: OVERLAY_KEY, store: counting, payloads };
  return { shelf, reads: () => reads };
}

const keysOf = (bundles: Bundle[]): string[] => bundles.map(({ key }) => key);

test("a listing in turns has what a listing has", async () => {
  const { shelf } = shelfOf(Array.from({ length: 1_000 }, (_, i) => (i % 3 === 0 ? DATA : GRANT)));
  for (const options of [
    {},
    { dataOnly: true },
    { last: 300 },
    { dataOnly: true, last: 7 },
    { last: 0 },
  ]) {
    const expected = keysOf([...listBundles(crypto, shelf, options)]);
    const found: Bundle[] = [];
    for await (const bundle of listInTurns(crypto, shelf, options)) found.push(bundle);
    assert.deepEqual(keysOf(found), expected);
  }
});

test("others have their turn while a listing finds nothing, from either end", async () => {
  for (const options of [{ dataOnly: true }, { dataOnly: true, last: 1 }]) {
    const drafts = Array.from({ length: 2 * GRANTS }, (_, i) => (i === GRANTS ? DATA : GRANT));
    const { shelf, reads } = shelfOf(drafts);
    let most = 0;
    let before = 0;
    let isOver = false;
    const look = (): void => {
      most = Math.max(most, reads() - before);
      before = reads();
      if (!isOver) setImmediate(look);
    };
    look();
    const found: Bundle[] = [];
    for await (const bundle of listInTurns(crypto, shelf, options)) found.push(bundle);
    isOver = true;
    assert.equal(found.length, 1);
    assert.ok(most <= 512, `${most} bundles read in one turn`);
  }
});
