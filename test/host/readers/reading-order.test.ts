import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Held, hexOf } from "../../../node/sets/held.ts";
import { type Cursor, START } from "../../../node/host/readers/cursor.ts";
import { type Order, ReadingOrder } from "../../../node/host/readers/reading-order.ts";
import { SeededRandom } from "../../../node/testing/random.ts";

/** Bundle `i` has global time `i`. */
const held = (i: number): Held => ({ globalTime: i, w0: i, w1: 0, w2: 0, w3: 7 });

interface Came {
  bundle: number;
  parents: number[];
}

/** One home: what came, in this order, numbered from 1 on. */
class World {
  readonly came: Came[];
  readonly #numbers = new Map<number, number>();
  now = 0;
  /** Of bundles that are gone from the store. */
  readonly gone = new Set<number>();

  constructor(came: Came[]) {
    this.came = came;
  }

  reader(order: Order, start: Cursor = START): Reading {
    return new Reading(this, order, start);
  }

  arrivalOf(place: Held): number | undefined {
    for (let at = this.#numbers.size; at < this.came.length; at++) {
      this.#numbers.set(this.came[at]!.bundle, at + 1);
    }
    return this.gone.has(place.globalTime) ? undefined : this.#numbers.get(place.globalTime);
  }
}

class Reading {
  readonly given: { bundle: number; missing: string[] }[] = [];
  readonly #world: World;
  readonly #order: ReadingOrder;

  constructor(world: World, order: Order, start: Cursor) {
    this.#world = world;
    this.#order = new ReadingOrder(order, start, (place) => world.arrivalOf(place));
    for (const number of start.waiting) this.#add(number, 0);
  }

  get cursor(): Cursor {
    return this.#order.cursor;
  }
  get order(): ReadingOrder {
    return this.#order;
  }

  /** Reads one more; false when there is none. */
  read(waitMs = 60): boolean {
    const number = this.#order.read + 1;
    if (this.#world.came[number - 1] === undefined) return false;
    this.#add(number, waitMs);
    return true;
  }

  take(most = Infinity): void {
    for (let i = 0; i < most; i++) {
      const due = this.#order.take();
      if (due === undefined) return;
      this.given.push({ bundle: due.held.globalTime, missing: due.missing });
    }
  }

  all(waitMs?: number): number[] {
    while (this.read(waitMs)) this.take();
    return this.given.map(({ bundle }) => bundle);
  }

  #add(number: number, waitMs = 60): void {
    const { bundle, parents } = this.#world.came[number - 1]!;
    if (this.#world.gone.has(bundle)) return this.#order.pass(number, undefined);
    const { now } = this.#world;
    const entry = {
      number,
      held: held(bundle),
      parents: parents.map(held),
      deadline: now + waitMs,
    };
    this.#order.add(entry, now);
  }
}

const CHAIN: Came[] = [
  { bundle: 3, parents: [2] },
  { bundle: 1, parents: [] },
  { bundle: 2, parents: [1] },
];

describe("the order in which a reader is given what came", () => {
  it("is that of arrival, or causal", () => {
    assert.deepEqual(new World(CHAIN).reader("arrival").all(), [3, 1, 2]);
    assert.deepEqual(new World(CHAIN).reader("causal").all(), [1, 2, 3]);
  });

  it("waits for what is missing until the deadline, and names it then", () => {
    const world = new World([
      { bundle: 3, parents: [1, 2] },
      { bundle: 2, parents: [] },
    ]);
    const reading = world.reader("causal");
    assert.deepEqual(reading.all(), [2]);
    assert.equal(reading.order.deadline, 60);
    world.now = 59;
    reading.order.pastDeadline(59);
    reading.take();
    assert.equal(reading.given.length, 1, "not before");
    reading.order.pastDeadline(60);
    reading.take();
    assert.deepEqual(reading.given[1], { bundle: 3, missing: [hexOf(held(1))] });
    assert.equal(reading.order.deadline, Infinity);
  });

  it("waits no longer for what nobody has, nor names what was here once", () => {
    const world = new World([{ bundle: 4, parents: [1, 2] }]);
    const reading = world.reader("causal");
    assert.deepEqual(reading.all(), []);
    reading.order.giveUp(held(4), [hexOf(held(2))]);
    reading.take();
    assert.deepEqual(reading.given, [{ bundle: 4, missing: [hexOf(held(2))] }]);
  });

  it("waits for what is here and not read yet, whatever the deadline", () => {
    const world = new World([
      { bundle: 3, parents: [2] },
      { bundle: 9, parents: [] },
      { bundle: 2, parents: [] },
    ]);
    assert.deepEqual(world.reader("causal").all(0), [9, 2, 3]);
  });

  it("does not wait beyond the deadline for what waits itself, and names it", () => {
    const world = new World([{ bundle: 3, parents: [2] }]);
    const reading = world.reader("causal");
    reading.all();
    world.now = 50;
    world.came.push({ bundle: 2, parents: [1] });
    reading.all();
    reading.order.pastDeadline(60);
    reading.take();
    assert.deepEqual(reading.given, [{ bundle: 3, missing: [hexOf(held(2))] }]);
    reading.order.pastDeadline(110);
    reading.take();
    assert.deepEqual(reading.given[1], { bundle: 2, missing: [hexOf(held(1))] });
  });

  it("lets the first one go when too many wait", () => {
    const many = Array.from({ length: 16_400 }, (_, i) => ({ bundle: i + 2, parents: [1] }));
    const reading = new World(many).reader("causal");
    const given = reading.all();
    assert.equal(given.length, 16_400 - 16_384);
    assert.deepEqual([given[0], reading.given[0]!.missing], [2, [hexOf(held(1))]]);
  });
});

/** A random history: parents are earlier in global time, and came in any order, or never. */
function history(random: SeededRandom, size: number, isLossy: boolean): Came[] {
  const all = Array.from({ length: size }, (_, i): Came => {
    const parents = new Set<number>();
    const most = i === 0 ? 0 : random.below(4);
    for (let n = 0; n < most; n++) parents.add(1 + random.below(i));
    return { bundle: i + 1, parents: [...parents] };
  });
  for (let i = size - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return isLossy ? all.filter(() => random.below(10) > 0) : all;
}

/** Pairs that were given in the wrong order and not named, or named although they were given. */
function inversions(came: Came[], given: Reading["given"]): number {
  const parentsOf = new Map(came.map(({ bundle, parents }) => [bundle, parents]));
  const before = new Set<number>();
  let count = 0;
  for (const { bundle, missing } of given) {
    for (const parent of parentsOf.get(bundle)!) {
      if (before.has(parent) === missing.includes(hexOf(held(parent)))) count++;
    }
    before.add(bundle);
  }
  return count;
}

/** Reads a history with stops at random places, after each of which the next reading begins from the cursor. */
function readWithStops(order: Order, came: Came[], random: SeededRandom): Reading["given"] {
  const world = new World([]);
  const given: Reading["given"] = [];
  let reading = world.reader(order);
  for (const each of came) {
    world.came.push(each);
    world.now += random.below(10);
    reading.order.pastDeadline(world.now);
    for (let n = random.below(4); n > 0; n--) reading.read();
    reading.take(random.below(3));
    if (random.below(5) > 0) continue;
    given.push(...reading.given);
    reading = world.reader(order, reading.cursor);
  }
  reading.all();
  reading.order.pastDeadline(Infinity);
  reading.take();
  return [...given, ...reading.given];
}

describe("whatever came in whatever order, with stops in between", () => {
  it("is given once, and nothing before what it follows without its name", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = new SeededRandom(seed, "order");
      const came = history(random, 60, seed % 2 === 0);
      const given = readWithStops("causal", came, random);
      const bundles = given.map(({ bundle }) => bundle).sort((a, b) => a - b);
      assert.deepEqual(
        bundles,
        came.map(({ bundle }) => bundle).sort((a, b) => a - b),
        `seed ${seed}`,
      );
      assert.equal(inversions(came, given), 0, `seed ${seed}`);
    }
  });

  it("is given in the wrong order as it came", () => {
    const random = new SeededRandom(1, "order");
    const came = history(random, 60, false);
    assert.ok(inversions(came, readWithStops("arrival", came, random)) > 0, "causal order is off");
  });
});
