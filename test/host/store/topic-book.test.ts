import assert from "node:assert/strict";
import { test } from "node:test";
import { TopicBook } from "../../../node/host/store/topic-book.ts";
import { listInTurns, type Shelf } from "../../../node/host/store/bundle-lookup.ts";
import { isWanted } from "../../../node/host/store/bundle-filter.ts";
import { type KeptTopic, topicKey } from "../../../node/bundles/retention.ts";
import { compareHeld, heldOf } from "../../../node/sets/held.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import { OrderedList } from "../../../node/store/ordered-list.ts";
import { makeBundle, type Bundle } from "../../../wire/bundle.ts";
import { toHex, utf8 } from "../../../wire/bytes.ts";
import { PayloadKeys } from "../../../wire/payload-keys.ts";
import { NAME_TOPIC } from "../../../wire/topics.ts";
import { crypto, OVERLAY_HEX, OVERLAY_KEY } from "../../hostile/rig.ts";

const STATUS = utf8("status");

/** An overlay that is held, private or not, and what is known of its topics. */
function world({ isPrivate = false } = {}) {
  const store = new MemoryStore();
  const payloads = new PayloadKeys(
    crypto,
    OVERLAY_KEY,
    isPrivate ? new Uint8Array(32).fill(9) : undefined,
  );
  const counts = { reads: 0, opened: 0 };
  const counting = Object.create(store, {
    get: { value: (...args: Parameters<typeof store.get>) => (counts.reads++, store.get(...args)) },
  }) as MemoryStore;
  const open = payloads.open.bind(payloads);
  payloads.open = (bundle) => (counts.opened++, open(bundle));
  const shelf: Shelf = { overlay: OVERLAY_HEX, key: OVERLAY_KEY, store: counting, payloads };
  const kept = new Map<string, OrderedList<{ held: ReturnType<typeof heldOf> }>>();
  let isRead = true;
  const book = new TopicBook(crypto, shelf, () =>
    isRead ? (kept as Map<string, KeptTopic>) : undefined,
  );
  let time = 0;
  const write = (seed: number, topic: Uint8Array, text: string, tells = true): Bundle => {
    const secretKey = new Uint8Array(32).fill(seed);
    const author = { secretKey, publicKey: crypto.publicKey(secretKey) };
    const draft = {
      content: { kind: "data" as const, payload: utf8(text) },
      topic: { name: topic, keep: 1 },
    };
    const sealed = payloads.seal(draft, author, { bytes: (n) => new Uint8Array(n).fill(++time) });
    const bundle = makeBundle(crypto, OVERLAY_KEY, secretKey, ++time, sealed);
    store.apply({ add: [bundle], remove: [], clock: time, admitted: time });
    const key = topicKey(bundle.author, bundle.header.topic!.name);
    const list = kept.get(key) ?? new OrderedList((a, b) => compareHeld(a.held, b.held));
    kept.set(key, list);
    list.add({ held: heldOf(time, bundle.id) });
    if (tells) book.heard(bundle);
    return bundle;
  };
  const name = (seed: number, text: string, tells?: boolean) =>
    write(seed, NAME_TOPIC, text, tells);
  const remove = (bundle: Bundle): void => {
    const held = heldOf(bundle.header.globalTime, bundle.id);
    store.apply({ add: [], remove: [held], clock: time, admitted: time });
  };
  const begins = (): void => void (isRead = true);
  return { book, shelf, counts, write, name, remove, reads: () => (isRead = false), begins };
}

const authorOf = ({ author }: Bundle): string => toHex(author);

for (const isPrivate of [false, true]) {
  const where = isPrivate ? "a private overlay" : "a public overlay";

  test(`names in ${where} are the newest of each author, known before or heard`, async () => {
    const { book, name, remove } = world({ isPrivate });
    const early = name(1, "anna", false);
    name(2, "ben", false);
    assert.equal(book.nameOf(authorOf(early)), undefined, "nothing was asked for yet");
    await book.ready();
    assert.deepEqual(book.nameOf(authorOf(early)), { name: "anna" });
    name(1, "annika");
    assert.deepEqual([...book.names().values()], [{ name: "ben" }, { name: "annika" }]);
    name(1, "");
    assert.equal(book.nameOf(authorOf(early)), undefined, "a name is taken back");
    const gone = name(3, "carl");
    remove(gone);
    assert.deepEqual([...book.names().values()], [{ name: "ben" }], "what is gone names nobody");
  });

  test(`a topic in ${where} is looked through without a look at all else`, async () => {
    const { book, shelf, counts, write } = world({ isPrivate });
    for (let i = 0; i < 300; i++) write(1, utf8(`other ${i % 3}`), "x", false);
    const mine = [write(1, STATUS, "one", false), write(2, STATUS, "two", false)];
    await book.ready();
    assert.ok(counts.opened <= 10, `${counts.opened} opened: one of each author's topic`);
    counts.reads = 0;
    const places = book.places(STATUS, () => true);
    assert.deepEqual(
      places,
      mine.map(({ header, id }) => heldOf(header.globalTime, id)),
    );
    const found: string[] = [];
    const listing = { topic: STATUS, last: 2 };
    for await (const { header } of listInTurns(crypto, shelf, listing, [...places])) {
      if (header.content.kind === "data")
        found.push(Buffer.from(header.content.payload).toString());
    }
    assert.deepEqual(found, ["one", "two"]);
    assert.equal(counts.reads, 2, "only these are read");
    assert.deepEqual(
      book.places(STATUS, (author) => author === authorOf(mine[1]!)),
      [places[1]],
    );
    assert.deepEqual(
      book.places(utf8("none"), () => true),
      [],
    );
  });
}

test("two names that look alike have the keys beside them, so much that these differ", async () => {
  const { book, name } = world();
  const first = name(1, "anna");
  assert.deepEqual(book.nameOf(authorOf(first)), { name: "anna" });
  const second = name(2, "Аnna");
  for (const bundle of [first, second]) {
    const author = authorOf(bundle);
    const { shortKey } = book.nameOf(author)!;
    assert.ok(
      shortKey !== undefined && author.startsWith(shortKey) && shortKey.length >= 6,
      "the key",
    );
  }
  assert.notEqual(book.nameOf(authorOf(first))!.shortKey, book.nameOf(authorOf(second))!.shortKey);
  name(2, "ben");
  assert.deepEqual(
    book.nameOf(authorOf(first)),
    { name: "anna" },
    "the other one has another name now",
  );
  const crowd = Array.from({ length: 80 }, (_, i) => name(3 + i, "anna"));
  const { shortKey } = book.nameOf(authorOf(crowd[7]!))!;
  assert.equal(shortKey, authorOf(crowd[7]!).slice(0, 16), "of a crowd more than anybody can find");
});

test("nobody waits for ever for what an earlier run left, and nothing is said before it is read", async () => {
  const { book, name, reads, begins } = world();
  reads();
  const bundle = name(1, "anna", false);
  let isReady = false;
  const ready = book.ready().then(() => (isReady = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isReady, false, "the engine is reading");
  begins();
  await ready;
  assert.deepEqual(book.nameOf(authorOf(bundle)), { name: "anna" });
});

test("what the program says by data of its own is not listed as data", () => {
  const { shelf, name, write } = world({ isPrivate: true });
  const [own, data] = [name(1, "anna"), write(1, STATUS, "x")].map((b) =>
    shelf.payloads.reading(b),
  );
  assert.ok(!isWanted({ dataOnly: true }, own!), "a name");
  assert.ok(isWanted({}, own!), "with all");
  assert.ok(isWanted({ dataOnly: true }, data!), "data");
});
