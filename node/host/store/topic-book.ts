import { setTimeout as sleep } from "node:timers/promises";
import { BoundedMap } from "../../../candidates/bounded-map.ts";
import { type Bundle, type Header, readBundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import { PUBLIC_KEY_BYTES } from "../../../wire/limits.ts";
import { NAME_TOPIC } from "../../../wire/topics.ts";
import { type KeptTopic, topicKey } from "../../bundles/retention.ts";
import { compareHeld, type Held, heldOf } from "../../sets/held.ts";
import { holds } from "../../store/store.ts";
import { isDoubtful, likeness, readName } from "../author-names.ts";
import type { Shelf } from "./bundle-lookup.ts";

/** What somebody calls itself. */
export interface AuthorName {
  name: string;
  /** Where the name alone does not tell who it is: so much of the key that it does. */
  shortKey?: string;
}

interface Named {
  held: Held;
  name: string;
}

/** Digits of a key beside a name, at least. */
const KEY_DIGITS = 6;
/** Where a crowd has one name they are not compared one by one; to find a key that begins with these takes years. */
const MOST_COMPARED = 64;
const MANY_DIGITS = 16;
/** Topics of authors whose names are known; beyond them names are read again. 250 bytes each. */
const MAX_TOPICS = 65_536;
/** Topics looked at between two turns of the event loop: 3 to 5 ms, where a bundle of each is opened. */
const TOPICS_PER_TURN = 64;
/** Until the next look whether the engine has read what an earlier run left. */
const POLL_MS = 5;
const NAME_HEX = toHex(NAME_TOPIC);
const KEY_CHARACTERS = 2 * PUBLIC_KEY_BYTES;

/**
 * Which bundles are kept under which topic, and by the topic `dispersy:name` what authors call themselves. The engine
 * has them by author and topic already, but in a private overlay by a hidden name: there one bundle of each is opened,
 * since all of an author's topic have the same.
 */
export class TopicBook {
  readonly #crypto: Crypto;
  readonly #shelf: Shelf;
  readonly #kept: () => ReadonlyMap<string, KeptTopic> | undefined;
  /** Names in hexadecimal, by `topicKey`. BOUNDED: by MAX_TOPICS. */
  readonly #topics = new BoundedMap<string, string>(MAX_TOPICS);
  /** By hexadecimal key. BOUNDED: by the authors of what is held; those that are gone go with the next look at all. */
  readonly #names = new Map<string, Named>();
  /** Keys of those whose names look alike, by likeness. BOUNDED: by the names. */
  readonly #alike = new Map<string, Set<string>>();
  #ready: Promise<void> | undefined;

  /** `kept`: what the engine keeps by topic; undefined while it reads what an earlier run left. */
  constructor(
    crypto: Crypto,
    shelf: Shelf,
    kept: () => ReadonlyMap<string, KeptTopic> | undefined,
  ) {
    this.#crypto = crypto;
    this.#shelf = shelf;
    this.#kept = kept;
  }

  /** Resolves once it knows of all that is held; finds that out when it is asked for the first time. */
  ready(): Promise<void> {
    return (this.#ready ??= this.#read());
  }

  /** Takes note of a bundle as it is held. */
  heard(bundle: Bundle): void {
    const { header, author } = bundle;
    if (header.topic === undefined) return;
    const key = topicKey(author, header.topic.name);
    if (this.#topicOf(key, () => bundle) === NAME_HEX) this.#nameHeard(bundle);
  }

  /** Where the bundles under a topic stand, by authors (hexadecimal keys) that are asked for; in order. */
  places(topic: Uint8Array, isAuthor: (author: string) => boolean): Held[] {
    const wanted = toHex(topic);
    const places: Held[] = [];
    for (const [key, kept] of this.#kept() ?? []) {
      if (!isAuthor(key.slice(0, KEY_CHARACTERS))) continue;
      if (this.#topicOf(key, () => this.#newestOf(kept)) !== wanted) continue;
      for (const { held } of kept) places.push(held);
    }
    return places.sort(compareHeld);
  }

  /** What an author (a hexadecimal key) calls itself. */
  nameOf(author: string): AuthorName | undefined {
    const named = this.#named(author);
    if (named === undefined) return undefined;
    const { name } = named;
    const alike = this.#alike.get(likeness(name)) ?? new Set();
    if (alike.size > MOST_COMPARED) return { name, shortKey: author.slice(0, MANY_DIGITS) };
    const others = [...alike].filter((other) => other !== author && this.#named(other));
    if (others.length === 0 && !isDoubtful(name)) return { name };
    const digits = others.map((other) => sharedDigits(author, other) + 1);
    return { name, shortKey: author.slice(0, Math.max(KEY_DIGITS, ...digits)) };
  }

  /** By hexadecimal key. */
  names(): Map<string, AuthorName> {
    const names = new Map<string, AuthorName>();
    for (const author of this.#names.keys()) {
      const name = this.nameOf(author);
      if (name === undefined) this.#forget(author);
      else names.set(author, name);
    }
    return names;
  }

  /** Unless it is gone. */
  #named(author: string): Named | undefined {
    const named = this.#names.get(author);
    return named !== undefined && holds(this.#shelf.store, named.held) ? named : undefined;
  }

  /** The name in hexadecimal, of which any bundle tells; undefined where it cannot be read. */
  #topicOf(key: string, bundle: () => Bundle | undefined): string | undefined {
    if (!this.#shelf.payloads.isPrivate) return key.slice(KEY_CHARACTERS + 1);
    const known = this.#topics.get(key);
    if (known !== undefined) return known;
    const held = bundle();
    const { content, topic } = held === undefined ? NOTHING : this.#shelf.payloads.open(held);
    if (content?.kind !== "data" || topic === undefined) return undefined;
    const name = toHex(topic.name);
    this.#topics.set(key, name);
    return name;
  }

  #newestOf({ last }: KeptTopic): Bundle | undefined {
    const wire = last && this.#shelf.store.get(last.held);
    const bundle = wire && readBundle(this.#crypto, this.#shelf.key, wire);
    return bundle === undefined || "rejected" in bundle ? undefined : bundle;
  }

  #nameHeard(bundle: Bundle): void {
    const author = toHex(bundle.author);
    const held = heldOf(bundle.header.globalTime, bundle.id);
    const before = this.#names.get(author);
    if (before !== undefined && compareHeld(held, before.held) <= 0) return;
    this.#forget(author);
    const { content } = this.#shelf.payloads.open(bundle);
    const name = content.kind === "data" ? readName(content.payload) : undefined;
    if (name === undefined) return;
    this.#names.set(author, { held, name });
    const alike = this.#alike.get(likeness(name)) ?? new Set();
    this.#alike.set(likeness(name), alike.add(author));
  }

  #forget(author: string): void {
    const named = this.#names.get(author);
    if (named === undefined) return;
    this.#names.delete(author);
    const alike = this.#alike.get(likeness(named.name));
    alike?.delete(author);
    if (alike?.size === 0) this.#alike.delete(likeness(named.name));
  }

  async #read(): Promise<void> {
    while (this.#kept() === undefined) await sleep(POLL_MS);
    let looked = 0;
    for (const [key, kept] of this.#kept() ?? []) {
      const newest = () => this.#newestOf(kept);
      const name = this.#topicOf(key, newest) === NAME_HEX ? newest() : undefined;
      if (name !== undefined) this.#nameHeard(name);
      if (++looked % TOPICS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const NOTHING: Partial<Pick<Header, "content" | "topic">> = {};

/** How many digits two keys begin with that are the same. */
function sharedDigits(one: string, other: string): number {
  let digits = 0;
  while (digits < one.length && one[digits] === other[digits]) digits++;
  return digits;
}
