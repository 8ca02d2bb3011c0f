// The measured side of `held`, a process of its own: `held-opener HOME OVERLAY MISSING TRIALS SEED`. Tells {"event":
// "opened", ...} with the fields of `Opened`, then {"event": "answered", ...} with those of `Answered`.
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { LmdbStore } from "../../node/host/store/lmdb-store.ts";
import { Node } from "../../node/host/node/node.ts";
import { answerSketch } from "../../node/sync/sketch/sketch-answer.ts";
import { type Element, elementOf, sketchKey } from "../../node/sets/element.ts";
import { symbolsFor } from "../../node/sync/sketch/estimate.ts";
import { sketchOf } from "../../node/sync/sketch/sketch.ts";
import { everything } from "../../node/sync/subset.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import type { SketchOffer } from "../../wire/message.ts";
import { bytesInUse } from "../analysis/memory.ts";
import { tell } from "../peers/meter.ts";
import { SeededRandom } from "../../node/testing/random.ts";

/** Until a node is up that holds what stands in its home, and what that occupies. */
export interface Opened {
  seconds: number;
  cpuSeconds: number;
  /** Bytes of the index in memory, per bundle. */
  indexBytes: number;
  /** The same, once sketches were asked for and looked up in. */
  sketchedBytes: number;
}

/** Microseconds of each trial. */
export interface Answered {
  build: number[];
  answer: number[];
  /** Answers with everything that was missing. */
  whole: number;
}

const [, , home = "", overlay = "", missing = "0", trials = "0", seed = "1"] = process.argv;
/** Any day. */
const EPOCH = 20_000;
/** Before the machine code is there, nothing is measured. */
const WARM_UP = 50;

process.once("disconnect", () => process.exit());
const start = { ms: performance.now(), cpu: process.cpuUsage() };
const node = await Node.open({ home, offline: true, logLevel: "silent" });
const seconds = (performance.now() - start.ms) / 1_000;
const { user, system } = process.cpuUsage(start.cpu);
await node.close();

const bare = bytesInUse();
const lmdb = new LmdbStore(home);
const store = lmdb.overlay(overlay);
const { index } = store;
const indexed = bytesInUse();
const key = sketchKey(nativeCrypto, new Uint8Array(32), EPOCH);
const random = new SeededRandom(seed, "held");
index.sketch(key);
index.keepUp(Infinity);
const sketched = bytesInUse();
tell({
  event: "opened",
  seconds,
  cpuSeconds: (user + system) / 1e6,
  indexBytes: (indexed - bare) / index.size,
  sketchedBytes: (sketched - bare) / index.size,
});

const answered: Answered = { build: [], answer: [], whole: 0 };
for (let trial = -WARM_UP; trial < Number(trials); trial++) {
  const lacking = someOf(Number(missing));
  const [buildMs, offer] = timed(() => offerOf(lacking.length));
  const theirs = without(offer, lacking);
  const [answerMs, found] = timed(() => answerSketch(store, key, theirs, ADAPTIVE));
  if (trial < 0) continue;
  if (found.bundles.length === lacking.length) answered.whole++;
  answered.build.push(buildMs * 1_000);
  answered.answer.push(answerMs * 1_000);
}
tell({ event: "answered", ...answered });
await lmdb.close();

/** What a node that holds all this would send to somebody who is thought to differ by so many. */
function offerOf(elements: number): SketchOffer {
  const subset = everything(Number.MAX_SAFE_INTEGER);
  const { symbols, count } = sketchOf(index, key, subset, symbolsFor(elements))!;
  return { kind: "sketch", subset, epoch: EPOCH, count, symbols: symbols.bytes };
}

/** The offer of somebody who lacks these. */
function without(offer: SketchOffer, lacking: readonly Element[]): SketchOffer {
  const { symbols } = sketchOf(index, key, offer.subset, symbolsFor(lacking.length))!;
  for (const { x, y } of lacking) symbols.toggle(x, y);
  return { ...offer, count: offer.count - lacking.length, symbols: symbols.bytes };
}

/** Elements of so many random bundles. */
function someOf(count: number): Element[] {
  const times = new Set<number>();
  while (times.size < count) times.add(index.timeAt(random.below(index.size)));
  return [...times].map(elementAt);
}

/** Of the first bundle at this global time. */
function elementAt(time: number): Element {
  const element: Element = { x: 0, y: 0 };
  index.ascend(time, (_time, w0, w1, w2, w3) => {
    elementOf(key, w0, w1, w2, w3, element);
    return false;
  });
  return element;
}

function timed<T>(work: () => T): [ms: number, result: T] {
  const begin = performance.now();
  const result = work();
  return [performance.now() - begin, result];
}
