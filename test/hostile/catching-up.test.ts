// A node catches up from one honest holder, beside others that lie about what they hold and what they send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { answerCursor } from "../../node/sync/cursor/cursor-answer.ts";
import { pack } from "../../node/sync/packing.ts";
import type { Address } from "../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES, MAX_SENT_MS } from "../../wire/limits.ts";
import type { Answer, Message, Offer } from "../../wire/message.ts";
import { Lines, bundles } from "../node/lines/net.ts";
import { INSIDER, fresh, host, policy, responseTo, Rig, type Sent, storeOf } from "./rig.ts";

const COUNT = 4_000;
const STORE = storeOf([policy("open"), ...bundles(COUNT)]);
/** From a node to the middle of the network. */
const DELAY_MS = 15;

type Answers = (
  offer: Offer | undefined,
  liar: Liar,
  to: Address,
  identifier: Uint8Array,
) => Answer | undefined | "silence";

/** Tells the truth: it has nothing. */
const EMPTY: Answers = (offer) => offer && { datagrams: 0, more: false };

/** Says that it holds everything, and answers offers as the test says. */
class Liar extends Rig {
  readonly #answers: Answers;
  readonly #most: number;

  constructor(seed: number, answers: Answers) {
    super({ seed, profile: ADAPTIVE });
    this.#most = answers === EMPTY ? 0 : 2 ** 50;
    this.#answers = answers;
  }

  override feed(from: Address, bytes: Uint8Array): Sent[] {
    const decoded = INSIDER.decode(bytes);
    if ("rejected" in decoded || decoded.message.kind !== "introduction-request") return [];
    const { identifier, offer } = decoded.message;
    const answer = this.#answers(offer, this, from, identifier);
    if (answer === "silence") return [];
    const count = this.#most;
    const holdings = {
      count,
      globalTime: Math.max(1, count),
      admitted: count,
      fingerprint: fresh(),
    };
    const response = { ...responseTo(identifier), destination: from, holdings };
    this.tell(from, answer === undefined ? response : { ...response, answer });
    return [];
  }

  tell(to: Address, message: Message): void {
    const bytes = INSIDER.encode(message);
    this.sent.push({ to, via: 0, atMs: this.now, bytes, message });
  }
}

/** How long a newcomer takes to have all that an honest one holds, beside so many liars. */
function caughtUp(liars: number, answers: Answers, isHonestFirst: boolean): number {
  const lines = new Lines();
  const remembered = Array.from({ length: 1 + liars }, (_, i) => host(i + 1));
  const access = { delayMs: DELAY_MS, bitsPerSecond: 2_000_000 };
  const newcomer = new Rig({ seed: 2, profile: ADAPTIVE, remembered });
  lines.add(newcomer, access);
  const store = storeOf([policy("open"), ...bundles(COUNT)]);
  const honest = new Rig({ seed: 3, profile: ADAPTIVE, store });
  if (isHonestFirst) lines.add(honest, access);
  for (let i = 0; i < liars; i += 1) {
    const seed = 10 + i;
    lines.add(new Liar(seed, answers), access);
  }
  if (!isHonestFirst) lines.add(honest, access);
  return lines.run(120_000, () => newcomer.store.index.size > COUNT);
}

/** Answers as whoever holds everything does, but nothing that comes can be checked. */
function spoil(
  offer: Offer | undefined,
  liar: Liar,
  to: Address,
  identifier: Uint8Array,
): Answer | undefined {
  if (offer?.kind !== "cursor") return offer && { datagrams: 0, more: false };
  const { bundles: sound, ...rest } = answerCursor(STORE, offer, { replyBytes: offer.bytes });
  const spoilt = sound.map((one) => ({ ...one, signature: new Uint8Array(64) }));
  const datagrams = pack(spoilt, true, DEFAULT_DATAGRAM_BYTES);
  for (const [number, part] of datagrams.entries()) {
    const sentMs = Math.floor(liar.now) % MAX_SENT_MS;
    liar.tell(to, { kind: "bundles", identifier, number, sentMs, bundles: part });
  }
  const { more, reached } = rest;
  return { datagrams: datagrams.length, more, ...(reached && { reached }) };
}

/** Each of them keeps a lane for as long as an answer may be late; at worst, catching up is given up after 10 s. */
const COST_MS = 10_000;
const LIARS = 5;
const truthful = { first: caughtUp(LIARS, EMPTY, true), last: caughtUp(LIARS, EMPTY, false) };

const LIES: [string, Answers][] = [
  ["never answer an offer", (offer) => (offer === undefined ? undefined : "silence")],
  ["answer no offer, as if they knew none", () => undefined],
  ["say that nothing is left", (offer) => offer && { datagrams: 0, more: false }],
  ["always are busy", (offer) => offer && { datagrams: 0, more: true }],
  ["spoil the signatures of all that they send", spoil],
  [
    "claim to have sent a part, and did not",
    (offer) =>
      offer && {
        datagrams: 200,
        more: true,
        reached: { globalTime: 2 ** 50, id: new Uint8Array(16) },
      },
  ],
];

for (const [what, answers] of LIES) {
  for (const place of ["first", "last"] as const) {
    test(`the honest one is met ${place} of some who ${what}`, () => {
      const ms = caughtUp(LIARS, answers, place === "first");
      const own = truthful[place];
      // Who sends what cannot be stored costs no waiting, but its share of the line: each of all who send has as much.
      const most = answers === spoil ? own * (1 + LIARS) : own + COST_MS;
      assert.ok(ms < most, `${ms} ms, ${own} ms beside as many who have nothing`);
    });
  }
}
