import { BoundedMap } from "../../../candidates/bounded-map.ts";
import type { Bundle, Draft } from "../../../wire/bundle.ts";
import { equalBytes, toHex, utf8 } from "../../../wire/bytes.ts";
import {
  authorPrefix,
  decodeReceipt,
  type Receipt,
  RECEIPT_TOPIC,
  type ReceiptContent,
} from "../../../wire/kinds/receipt-kind.ts";
import type { PayloadKeys } from "../../../wire/payload-keys.ts";
import type { Context } from "../../core/context.ts";
import type { ElsewhereStatus } from "../../core/engine-status.ts";
import type { Intents } from "../../core/intents.ts";
import type { Keyring } from "../../core/keyring.ts";
import { Alarm } from "../../core/timers.ts";
import { type Held, heldOf, placeKey } from "../../sets/held.ts";
import type { EpochKey } from "../../sets/epoch.ts";
import { type BundleStore, isControl } from "../../store/store.ts";
import type { Ephemeral } from "../ephemeral.ts";
import type { Policy } from "../policy.ts";
import type { Written, Writer } from "../writer.ts";
import { Holders } from "./holders.ts";
import type { OwnAsked } from "./own-asked.ts";
import { Received } from "./received.ts";

/** Keeps the key of the sums in receipts apart from every other hash of an overlay's key. */
export const RECEIPT_SUMS = utf8("dispersy receipt 1\0");

/**
 * Between two receipts of ours: those of all members together are one in a second at most, so what a node spends on
 * them does not grow with the group.
 */
const LEAST_INTERVAL_MS = 10_000;
const INTERVAL_PER_MEMBER_MS = 1_000;
/** A bundle that asks reaches all at once: their receipts are spread over so long, ten in a second. */
const SPREAD_PER_MEMBER_MS = 100;
/**
 * Meanwhile a copy is sent that nobody stores, for whoever waits now. It reaches all in a group of n with some 7 n
 * datagrams, so all members together send no more of them than receipts are written, where they are many.
 */
const LEAST_COPY_INTERVAL_MS = 1_000;
const COPY_INTERVAL_PER_PAIR_MS = 10;
/** What is not kept any longer is told late: whoever wrote it let go of it as well. */
const FORGOTTEN_MS = 60_000;
/**
 * Receipts by our key that we did not make double the interval, up to 1,024 times: two machines with one key must not
 * talk for ever.
 */
const MAX_DOUBLINGS = 10;
/** Bundles of ours of which it is not known that anybody holds them: the newest. */
const MAX_UNHELD = 65_536;
/** Bundles that an event names: the newest. */
const MAX_TOLD = 1_024;
/** Of whom something was held in this run: to tell who is missing where everybody may write. */
const MAX_AUTHORS = 1_024;

/** Who is known to hold a bundle of ours, and who is not: hexadecimal keys. */
export interface Holding {
  by: string[];
  missing: string[];
}

/**
 * Says what we hold of the bundles that ask for a receipt, in one bundle that takes the place of the one before, and
 * keeps what others say of ours. Nothing is written where nobody asks.
 */
export class Receipts {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #us: Uint8Array;
  readonly #payloads: PayloadKeys;
  readonly #policy: Policy;
  readonly #writer: Writer;
  readonly #ephemeral: Ephemeral;
  readonly #intents: Intents;
  readonly #own: OwnAsked;
  /** Whether anybody's receipts are read. */
  readonly #isOn: boolean;
  /** Whether we write any. */
  readonly #answers: boolean;
  /** Whether all that we wrote, we wrote in this run. */
  readonly #beganEmpty: boolean;
  readonly #holders: Holders;
  readonly #received: Received;
  readonly #due: Alarm;
  readonly #copyDue: Alarm;
  /** Data of ours that nobody is known to hold, by place. BOUNDED: by MAX_UNHELD. */
  readonly #unheld = new BoundedMap<string, true>(MAX_UNHELD);
  /** Hexadecimal keys. BOUNDED: by MAX_AUTHORS. */
  readonly #authors = new BoundedMap<string, true>(MAX_AUTHORS);
  /** When a contact held just what we held. */
  #comparedMs: number | undefined;
  /** Our newest receipt, of an earlier run too. */
  #said: Uint8Array | undefined;
  #saidMs = -Infinity;
  /** What the last copy said, and when. */
  #copied: Uint8Array | undefined;
  #copiedMs = -Infinity;
  /** Receipts by our key that came and that we did not make. */
  #strange = 0;

  constructor(parts: {
    ctx: Context;
    overlay: string;
    keys: Keyring;
    payloads: PayloadKeys;
    policy: Policy;
    writer: Writer;
    ephemeral: Ephemeral;
    intents: Intents;
    store: Pick<BundleStore, "index" | "aside">;
    asked: OwnAsked;
    /** Of the sums in receipts. */
    sums: EpochKey;
    isOn: boolean;
    answers: boolean;
  }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#us = parts.keys.member.publicKey;
    this.#payloads = parts.payloads;
    this.#policy = parts.policy;
    this.#writer = parts.writer;
    this.#ephemeral = parts.ephemeral;
    this.#intents = parts.intents;
    this.#own = parts.asked;
    this.#isOn = parts.isOn;
    this.#answers = parts.isOn && parts.answers;
    this.#holders = new Holders(parts.asked, authorPrefix(this.#us));
    this.#received = new Received(parts.sums);
    this.#beganEmpty = parts.store.index.size + parts.store.aside.size === 0;
    this.#due = new Alarm(parts.ctx.timers, "receipt", () => this.#write());
    this.#copyDue = new Alarm(parts.ctx.timers, "receipt copy", () => this.#copy());
  }

  /** What an earlier run left, before anything else. */
  remember(bundle: Bundle): void {
    if (this.#isOurs(bundle)) return this.#rememberOurs(bundle);
    this.#take(bundle);
  }

  start(): void {
    const now = this.#received.encode()?.data;
    if (now !== undefined && !isSame(now, this.#said)) this.#plan(0);
  }

  stop(): void {
    this.#due.cancel();
    this.#copyDue.cancel();
  }

  committed(written: Written[]): void {
    for (const { bundle, isMade } of written) {
      const { content } = bundle.header;
      if (!this.#isOurs(bundle)) this.#take(bundle);
      else if (content.kind !== "receipt") this.#takeOurs(bundle, isMade);
      else if (!isMade) this.#isStrange(bundle, content);
    }
    if (!this.#received.hasNews) return;
    this.#plan(0);
    this.#planCopy();
  }

  /** A message for the moment came: whether it is a copy of a receipt, of which nobody else needs to hear. */
  passed({ author, header }: Bundle): boolean {
    if (header.topic === undefined) return false;
    const { content, topic } = this.#payloads.open({ author, header });
    if (content.kind !== "ephemeral" || !isReceiptTopic(topic?.name)) return false;
    const isOthers = this.#isOn && !equalBytes(author, this.#us) && content.notSealed !== true;
    const receipt = isOthers ? decodeReceipt(content.payload) : undefined;
    const place = { globalTime: header.globalTime, ...BEFORE_ALL };
    if (receipt !== undefined) this.#reads(toHex(author), place, receipt);
    return true;
  }

  /** These are not kept any longer. */
  dropped(gone: readonly Held[]): void {
    for (const held of gone) {
      this.#own.remove(held);
      this.#unheld.delete(placeKey(held));
    }
    this.#received.remove(gone);
    if (this.#received.hasNews) this.#plan(FORGOTTEN_MS);
  }

  /** Somebody holds just what we hold. */
  shared(): void {
    this.#comparedMs = this.#ctx.now;
    this.#unheld.clear();
    this.#received.settle();
  }

  /** Somebody may write who might not, perhaps we. */
  policyChanged(): void {
    if (this.#received.hasNews) this.#plan(0);
  }

  /** Of a bundle of ours that asks; undefined for all others. */
  holding(place: Held): Holding | undefined {
    const asked = this.#own.get(place);
    if (asked === undefined) return undefined;
    const by = this.#holders.of(asked);
    const held = new Set([...by, toHex(this.#us)]);
    return { by, missing: this.#members().filter((member) => !held.has(member)) };
  }

  get elsewhere(): ElsewhereStatus {
    const unheld = this.#unheld.size;
    const { now } = this.#ctx;
    return {
      unknown: this.#beganEmpty || this.#comparedMs !== undefined ? unheld : null,
      comparedMsAgo: this.#comparedMs === undefined ? null : now - this.#comparedMs,
      receipts: this.#holders.size,
    };
  }

  #isOurs({ author }: Bundle): boolean {
    return equalBytes(author, this.#us);
  }

  #rememberOurs(bundle: Bundle): void {
    const { content } = bundle.header;
    if (content.kind === "receipt") this.#said = this.#payloads.receipt(this.#us, content);
    else this.#own.add(bundle);
  }

  /** What came from others is held by others. */
  #takeOurs(bundle: Bundle, isMade: boolean): void {
    const { header, id } = bundle;
    const held = heldOf(header.globalTime, id);
    if (isMade && !isControl(header)) this.#unheld.set(placeKey(held), true);
    const asked = this.#own.add(bundle);
    if (asked !== undefined) this.#holders.added(asked);
  }

  #take(bundle: Bundle): void {
    if (!this.#isOn) return;
    const { author, header, id } = bundle;
    const hex = toHex(author);
    const { content, globalTime } = header;
    if (isControl(header)) return;
    this.#authors.set(hex, true);
    if (content.kind === "receipt") this.#heard(hex, heldOf(globalTime, id), author, content);
    else if (this.#answers) this.#received.add(bundle);
  }

  #heard(member: string, place: Held, author: Uint8Array, content: ReceiptContent): void {
    const data = this.#payloads.receipt(author, content);
    const receipt = data && decodeReceipt(data);
    if (receipt === undefined) return this.#ctx.count("receipt not read");
    this.#reads(member, place, receipt);
  }

  #reads(member: string, place: Held, receipt: Receipt): void {
    const { gained, lost } = this.#holders.heard(member, place, receipt);
    for (const { held } of gained) this.#unheld.delete(placeKey(held));
    for (const asked of lost) {
      if (!this.#holders.isHeld(asked)) this.#unheld.set(placeKey(asked.held), true);
    }
    if (gained.length === 0) return;
    const ids = gained.slice(-MAX_TOLD).map(({ id }) => id);
    this.#ctx.notify({ event: "held", overlay: this.#overlay, by: member, ids });
  }

  /**
   * A receipt by our key that we did not make: an older copy of our home wrote it, or we wrote it and lost our store.
   * It may say that we hold what we do not: ours takes its place.
   */
  #isStrange({ author }: Bundle, content: ReceiptContent): void {
    const said = this.#payloads.receipt(author, content);
    this.#said = said;
    const now = this.#received.encode()?.data ?? new Uint8Array(0);
    if (isSame(now, said)) return;
    this.#strange++;
    this.#plan(0);
  }

  /** Those who might hold what we write: members, or, where everybody may write, those who wrote. */
  #members(): string[] {
    const { writingMembers } = this.#policy;
    return this.#policy.writers === "members" ? writingMembers : [...this.#authors.keys()];
  }

  get #size(): number {
    const { writers, writingMembers } = this.#policy;
    const others = Math.max(this.#holders.size, writers === "members" ? writingMembers.length : 0);
    return others + 1;
  }

  #plan(afterMs: number): void {
    if (!this.#answers) return;
    const { now, random } = this.#ctx;
    const doublings = 2 ** Math.min(this.#strange, MAX_DOUBLINGS);
    const interval = Math.max(LEAST_INTERVAL_MS, this.#size * INTERVAL_PER_MEMBER_MS) * doublings;
    const spreadMs = this.#size * SPREAD_PER_MEMBER_MS;
    // What is drawn once stands, whatever comes meanwhile.
    if (this.#due.at <= Math.max(now + afterMs + spreadMs, this.#saidMs + interval)) return;
    this.#due.set(Math.max(now + afterMs + random.float() * spreadMs, this.#saidMs + interval));
  }

  /** Where the next receipt has to wait, whoever waits for it now gets a copy. */
  #planCopy(): void {
    const { now, random } = this.#ctx;
    const spreadMs = this.#size * SPREAD_PER_MEMBER_MS;
    if (!this.#answers || this.#copyDue.isSet || this.#due.at <= now + spreadMs) return;
    const interval = Math.max(LEAST_COPY_INTERVAL_MS, this.#size ** 2 * COPY_INTERVAL_PER_PAIR_MS);
    this.#copyDue.set(Math.max(now + random.float() * spreadMs, this.#copiedMs + interval));
  }

  #copy(): void {
    const data = this.#received.encode()?.data;
    if (data === undefined || isSame(data, this.#said) || isSame(data, this.#copied)) return;
    this.#copied = data;
    this.#copiedMs = this.#ctx.now;
    this.#ephemeral.publish([{ content: { kind: "ephemeral", payload: data }, topic: TOPIC }]);
  }

  #write(): void {
    if (!this.#policy.mayWrite(this.#us)) return;
    const { data, said } = this.#received.encode() ?? { data: new Uint8Array(0), said: NOTHING };
    if (isSame(data, this.#said)) return said();
    const before = this.#said;
    this.#said = data;
    this.#saidMs = this.#ctx.now;
    const draft: Draft = { content: { kind: "receipt", data }, topic: TOPIC };
    const again = (): void => {
      this.#said = before;
      this.#plan(LEAST_INTERVAL_MS);
    };
    const refusal = this.#writer.publish([draft], (bundles, failure) => {
      if (failure !== undefined) return again();
      this.#ctx.count("receipts written");
      this.#intents.push({ kind: "push", bundles });
    });
    if (refusal !== undefined) return again();
    said();
    if (this.#received.hasNews) this.#plan(0);
  }
}

const TOPIC = { name: utf8(RECEIPT_TOPIC), keep: 1 };
/** A copy gives way to a receipt of the same time. */
const BEFORE_ALL = { w0: 0, w1: 0, w2: 0, w3: 0 };

function isReceiptTopic(name: Uint8Array | undefined): boolean {
  return name !== undefined && equalBytes(name, TOPIC.name);
}

const NOTHING = (): void => undefined;

function isSame(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && equalBytes(a, b);
}
