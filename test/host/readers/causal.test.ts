import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Bundle, makeBundle } from "../../../wire/bundle.ts";
import { toHex, utf8 } from "../../../wire/bytes.ts";
import { overlayId } from "../../../wire/identity.ts";
import { PayloadKeys } from "../../../wire/payload-keys.ts";
import { createLog } from "../../../node/host/log.ts";
import type { Delivery } from "../../../node/host/readers/reader.ts";
import { type ReadOptions, type Reading, Readers } from "../../../node/host/readers/readers.ts";
import { LmdbStore } from "../../../node/host/store/lmdb-store.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { type Held, heldOf } from "../../../node/sets/held.ts";
import { AUTHOR_SECRET, OVERLAY_KEY, temporaryFolder, until } from "../support.ts";

const OVERLAY = toHex(overlayId(nativeCrypto, OVERLAY_KEY));

const placeOf = ({ header, id }: Bundle): Held => heldOf(header.globalTime, id);
const begins = ({ id }: Bundle): string => toHex(id).slice(0, 32);

function following(globalTime: number, ...parents: Bundle[]): Bundle {
  const content = { kind: "data", payload: utf8(String(globalTime)) } as const;
  const draft = parents.length === 0 ? { content } : { content, parents: parents.map(placeOf) };
  return makeBundle(nativeCrypto, OVERLAY_KEY, AUTHOR_SECRET, globalTime, draft);
}

/** A home's store and its readers, without a node. */
class Scene {
  readonly readers = new Readers(createLog({ level: "silent" }));
  readonly #store;
  readonly #payloads = new PayloadKeys(nativeCrypto, OVERLAY_KEY, undefined);

  constructor(t: TestContext) {
    const home = new LmdbStore(temporaryFolder(t));
    this.#store = home.overlay(OVERLAY);
    t.after(async () => {
      await this.readers.close();
      await home.close();
    });
  }

  async came(...bundles: Bundle[]): Promise<void> {
    for (const bundle of bundles) {
      await this.#store.commit({ add: [bundle], remove: [], clock: 9, admitted: 9 });
      this.readers.heard({ event: "bundle", overlay: OVERLAY, bundle });
    }
  }

  read(options: ReadOptions): { given: Delivery[]; reading: Reading } {
    const given: Delivery[] = [];
    const store = this.#store;
    const source = { overlay: OVERLAY, key: OVERLAY_KEY, store, payloads: this.#payloads };
    const place = { tag: "00000000", source: () => source };
    return { given, reading: this.readers.open(place, (one) => void given.push(one), options) };
  }

  async all(options: ReadOptions): Promise<number[]> {
    const { given, reading } = this.read({ last: Infinity, follow: false, ...options });
    await reading.ended;
    return times(given);
  }
}

const times = (given: Delivery[]): number[] => given.map(({ bundle }) => bundle.header.globalTime);

const [one, two] = [following(1), following(2)];
const three = following(3, one, two);

test("what a bundle follows comes before it, whatever came first; not in the order of arrival", async (t) => {
  const scene = new Scene(t);
  await scene.came(three, two, one);
  assert.deepEqual(await scene.all({ order: "causal" }), [2, 1, 3]);
  assert.deepEqual(await scene.all({ order: "arrival" }), [3, 2, 1], "causal order is off");
});

test("who follows waits for what is missing, also over a restart, and gets it first", async (t) => {
  const scene = new Scene(t);
  const { given, reading } = scene.read({ order: "causal", last: Infinity, name: "r" });
  await scene.came(three, one);
  await until("the parent that is there", () => given.length === 1);
  await reading.close();
  const later = scene.read({ order: "causal", name: "r" });
  await scene.came(two);
  await until("the others", () => later.given.length === 2);
  assert.deepEqual([times(given), times(later.given)], [[1], [2, 3]]);
  assert.deepEqual(later.given[1]!.missing, []);
});

test("what nobody has any more is named at once", async (t) => {
  const scene = new Scene(t);
  const { given } = scene.read({ order: "causal", last: Infinity });
  await scene.came(one, three);
  await until("what follows nothing", () => given.length === 1);
  const missing = [begins(two)];
  scene.readers.heard({ event: "delivered", overlay: OVERLAY, bundle: three, missing });
  await until("the child", () => given.length === 2);
  assert.deepEqual(given[1]!.missing, missing);
});

test("what did not come within a minute is named, and old bundles wait no minute", async (t) => {
  const scene = new Scene(t);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() - 61_000 });
  await scene.came(one, three);
  t.mock.timers.reset();
  const { given } = scene.read({ order: "causal", last: Infinity });
  await until("both", () => given.length === 2);
  assert.deepEqual(given[1]!.missing, [begins(two)]);
});

test("who does not follow is given all that is there, with the names of what is missing", async (t) => {
  const scene = new Scene(t);
  await scene.came(three, one);
  assert.deepEqual(await scene.all({ order: "causal" }), [1, 3]);
});
