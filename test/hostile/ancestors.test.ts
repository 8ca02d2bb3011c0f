// Parents that are missing: asking for them by name, answering, and those who invent them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DOUBT_MS } from "../../node/core/wall-clock.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { type Held, heldOf, hexOf } from "../../node/sets/held.ts";
import { makeBundle, type Bundle } from "../../wire/bundle.ts";
import type { Address } from "../../wire/address.ts";
import { MAX_NAMED } from "../../wire/limits.ts";
import type { Holdings, IdsOffer, IntroductionRequest, Message } from "../../wire/message.ts";
import {
  bareRequest,
  bundle,
  crypto,
  fresh,
  host,
  OVERLAY_HEX,
  OVERLAY_KEY,
  OVERLAY_SECRET,
  policy,
  responseTo,
  Rig,
  type Sent,
  storeOf,
} from "./rig.ts";

const PEER = host(0);
const OTHER = host(1);
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

const placeOf = ({ header, id }: Bundle): Held => heldOf(header.globalTime, id);

function child(globalTime: number, ...parents: Held[]): Bundle {
  const content = { kind: "data", payload: fresh() } as const;
  return makeBundle(crypto, OVERLAY_KEY, OVERLAY_SECRET, globalTime, { content, parents });
}

function invented(globalTime: number): Held {
  return heldOf(globalTime, crypto.hash(fresh()));
}

/** A node that holds the policy, and knows some peers, who ask nothing and hold what they are told to. */
class Family {
  readonly rig: Rig;
  readonly #peers: Address[];
  /** What peers send when they are asked for it by name. */
  readonly known: Bundle[] = [];
  /** What they say that they hold. */
  holdings: (() => Holdings) | undefined;
  readonly asked: { peer: string; places: Held[]; atMs: number }[] = [];
  askingBytes = 0;

  constructor(peers: Address[], profile = ADAPTIVE) {
    this.#peers = peers;
    this.rig = new Rig({ store: storeOf([policy("open")]), profile, remembered: peers });
    this.pass(20 * SECOND_MS);
    assert.equal(this.rig.status.candidates.contacted, peers.length, "all are contacts");
  }

  /** Lets time pass, in which peers answer what they are asked. */
  pass(ms: number): void {
    for (const end = this.rig.now + ms; this.rig.now < end;) this.#answer(this.rig.pass(50));
  }

  push(...bundles: Bundle[]): void {
    const from = this.#peers[0]!;
    const token = this.rig.tokenFor(from);
    for (const each of bundles) {
      this.#answer(this.rig.say(from, { kind: "bundles", token, bundles: [each] }));
    }
  }

  get delivered(): { bundle: Bundle; missing: string[] }[] {
    return this.rig.events.flatMap((event) => (event.event === "delivered" ? [event] : []));
  }

  #answer(sent: Sent[]): void {
    for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
      const { to, message, bytes } = next;
      const isByName = message.kind === "introduction-request" && message.offer?.kind === "ids";
      if (isByName) this.askingBytes += bytes.length;
      const isPeer = this.#peers.some(({ key }) => key === to.key);
      if (!isPeer || message.kind !== "introduction-request") continue;
      sent.push(...this.#respond(to, message));
    }
  }

  #respond(peer: Address, { identifier, offer }: IntroductionRequest): Sent[] {
    const wanted = offer?.kind === "ids" ? offer.places : [];
    if (wanted.length > 0) this.asked.push({ peer: peer.key, places: wanted, atMs: this.rig.now });
    const names = wanted.map(hexOf);
    const found = this.known.filter((each) => names.includes(hexOf(placeOf(each))));
    const holdings = this.holdings?.() ?? {
      count: 9,
      globalTime: 9,
      admitted: 9,
      fingerprint: fresh(),
    };
    const answer = offer && { datagrams: found.length, more: false };
    const sent = this.rig.say(peer, {
      ...responseTo(identifier),
      holdings,
      ...(answer && { answer }),
    });
    found.forEach((each, number) => {
      const bundles: Message = { kind: "bundles", identifier, number, sentMs: 0, bundles: [each] };
      sent.push(...this.rig.say(peer, bundles));
    });
    return sent;
  }
}

describe("a parent that is missing", () => {
  it("is asked for by name, with all others that are, and delivered first (V10)", () => {
    const family = new Family([PEER]);
    const parents = [2, 3, 4, 5].map((time) => bundle(time));
    const [one, two, three, four] = parents.map(placeOf) as [Held, Held, Held, Held];
    const [first, second] = [child(6, one, two), child(7, three, four)];
    family.known.push(...parents);
    family.push(first, second);
    family.pass(SECOND_MS);
    assert.equal(family.asked.length, 1, "one request for all");
    assert.deepEqual(family.asked[0]?.places, [one, two, three, four]);
    const times = family.delivered.map(({ bundle: { header } }) => header.globalTime);
    assert.deepEqual(times.toSorted(), [2, 3, 4, 5, 6, 7]);
    assert.ok(times.indexOf(6) > times.indexOf(3) && times.indexOf(7) > times.indexOf(5));
    assert.ok(family.delivered.every(({ missing }) => missing.length === 0));
  });

  it("is neither asked for nor waited for where delivery is at once (P1)", () => {
    const family = new Family([PEER], { ...ADAPTIVE, causal: false });
    const parent = bundle(2);
    family.known.push(parent);
    family.push(child(6, placeOf(parent)));
    assert.equal(family.delivered.length, 1, "at once");
    family.pass(SECOND_MS);
    assert.equal(family.asked.length, 0);
    family.push(parent);
    const times = family.delivered.map(({ bundle: { header } }) => header.globalTime);
    assert.deepEqual(times, [6, 2]);
  });

  it("is asked for again of others, but of nobody who said that it lacks it", () => {
    const family = new Family([PEER, OTHER]);
    const [gone, waits] = [invented(2), child(6)];
    family.push(child(7, gone, placeOf(waits)));
    family.pass(2 * MINUTE_MS);
    const [first, second] = family.asked;
    assert.ok(first !== undefined && second !== undefined, "both are asked");
    assert.notEqual(first.peer, second.peer);
    assert.equal(family.asked.length, 2, "each once");
    const [delivery] = family.delivered;
    assert.deepEqual(delivery?.missing.toSorted(), [hexOf(gone), hexOf(placeOf(waits))].toSorted());
  });

  it("is given up soon when everybody in touch shows that it lacks it, not sooner than it may come", () => {
    const family = new Family([PEER]);
    family.push(child(6, invented(2)));
    family.pass(4 * SECOND_MS);
    assert.equal(family.delivered.length, 0, "it may be on its way");
    family.pass(3 * SECOND_MS);
    assert.equal(family.delivered.length, 1);
  });

  it("is known to be gone when it comes and has expired", () => {
    const family = new Family([PEER, OTHER]);
    family.pass(DOUBT_MS);
    const expires = Math.floor(family.rig.instant.wall / 1_000) - 10;
    const content = { kind: "data", payload: fresh() } as const;
    const draft = { content, expires };
    const expired = makeBundle(crypto, OVERLAY_KEY, OVERLAY_SECRET, 2, draft);
    family.known.push(expired);
    family.push(child(6, placeOf(expired)));
    family.pass(SECOND_MS);
    assert.deepEqual(family.delivered[0]?.missing, [hexOf(placeOf(expired))]);
  });

  it("keeps nobody waiting beyond a minute, though peers say nothing of it", () => {
    const rig = new Rig({ store: storeOf([policy("open")]) });
    const token = rig.validate(PEER);
    rig.say(PEER, { kind: "bundles", token, bundles: [child(6, invented(2))] });
    rig.pass(50 * SECOND_MS);
    assert.ok(!rig.events.some(({ event }) => event === "delivered"));
    rig.pass(10 * SECOND_MS);
    assert.ok(rig.events.some(({ event }) => event === "delivered"));
  });

  it("counts as delivered when it was held before this run", () => {
    const parent = bundle(2);
    const rig = new Rig({ store: storeOf([policy("open"), parent]) });
    const token = rig.validate(PEER);
    rig.pass(SECOND_MS);
    rig.say(PEER, { kind: "bundles", token, bundles: [child(6, placeOf(parent))] });
    const delivered = rig.events.filter(({ event }) => event === "delivered");
    assert.equal(delivered.length, 1);
  });
});

describe("children that name invented parents", () => {
  it("cost few requests, and hold up nobody else", () => {
    const family = new Family([PEER, OTHER]);
    const before = family.rig.now;
    for (let i = 0; i < 30; i += 1) {
      const flood = Array.from({ length: 20 }, (_, n) => {
        const time = 1_000 + i * 20 + n;
        return child(time, invented(time - 3), invented(time - 2), invented(time - 1));
      });
      family.push(...flood);
      family.pass(SECOND_MS);
    }
    const seconds = (family.rig.now - before) / SECOND_MS;
    assert.ok(
      family.asked.length <= 5 * seconds,
      `${family.asked.length} requests in ${seconds} s`,
    );
    assert.ok(family.asked.every(({ places }) => places.length <= MAX_NAMED));
    const perSecond = family.askingBytes / seconds;
    assert.ok(perSecond < 8 * 1024, `${Math.round(perSecond)} bytes a second`);
    // Somebody else's parent is found meanwhile.
    const secret = new Uint8Array(32).fill(9);
    const parent = bundle(5_000, { kind: "data", payload: fresh() }, secret);
    const content = { kind: "data", payload: fresh() } as const;
    const draft = { content, parents: [placeOf(parent)] };
    const honest = makeBundle(crypto, OVERLAY_KEY, secret, 5_001, draft);
    family.known.push(parent);
    family.push(honest);
    family.pass(2 * SECOND_MS);
    const delivery = family.delivered.find(({ bundle: { key } }) => key === honest.key);
    assert.deepEqual(delivery?.missing, [], "it waits for its own parent alone");
    family.pass(MINUTE_MS);
    assert.equal(family.delivered.length, 602, "all, within a minute");
    assert.equal(family.asked.filter(({ places }) => places.length === 0).length, 0);
  });
});

describe("a bundle that waits for invented parents", () => {
  const published = (rig: Rig): Held[] => {
    const draft = { content: { kind: "data", payload: fresh() } } as const;
    rig.handle({ kind: "publish", overlay: OVERLAY_HEX, reference: 1, drafts: [draft] });
    const event = rig.events.findLast((each) => each.event === "published");
    assert.ok(event?.event === "published", "it was published");
    return event.bundles[0]!.header.parents ?? [];
  };

  it("is followed by nobody before it is delivered, so it holds up nothing that others write", () => {
    const family = new Family([PEER, OTHER]);
    const before = bundle(10);
    const waits = child(11, placeOf(before), invented(9), invented(10));
    family.push(before, waits);
    assert.deepEqual(published(family.rig).map(hexOf), [hexOf(placeOf(before))]);
    family.pass(MINUTE_MS);
    assert.ok(
      family.delivered.some(({ bundle: { key } }) => key === waits.key),
      "it waits no longer",
    );
    assert.ok(
      published(family.rig)
        .map(hexOf)
        .includes(hexOf(placeOf(waits))),
      "now it may be",
    );
  });
});

describe("an offer by ids", () => {
  const held = Array.from({ length: 60 }, (_, i) => bundle(2 + i));

  function ask(rig: Rig, places: Held[]): Sent[] {
    const offer: IdsOffer = { kind: "ids", places };
    const token = rig.validate(PEER);
    const sent = rig.say(PEER, { ...bareRequest(), token, offer, advice: false });
    return sent.concat(rig.pass(SECOND_MS)).filter(({ to }) => to.key === PEER.key);
  }

  it("is answered with what is held of it, and nothing else", () => {
    const rig = new Rig({ store: storeOf([policy("open"), ...held]) });
    const wanted = held.slice(10, 20).map(placeOf);
    // A right id with a wrong time is another place.
    const wrong = { ...placeOf(held[30]!), globalTime: 500 };
    const sent = ask(rig, [...wanted, wrong, invented(1_000)]);
    const came = sent.flatMap(({ message }) => {
      return message.kind === "bundles" && message.identifier !== undefined ? message.bundles : [];
    });
    assert.equal(came.length, wanted.length);
    const [response] = sent
      .filter(({ message }) => message.kind === "introduction-response")
      .slice(-1);
    assert.ok(response?.message.kind === "introduction-response");
  });

  it("of somebody whose address is not validated earns a token", () => {
    const rig = new Rig({ store: storeOf([policy("open"), ...held]) });
    const offer: IdsOffer = { kind: "ids", places: held.slice(0, MAX_NAMED).map(placeOf) };
    const request = { ...bareRequest(), offer };
    const sent = rig.say(OTHER, request).concat(rig.pass(SECOND_MS));
    assert.ok(
      sent
        .filter(({ to }) => to.key === OTHER.key)
        .every(({ message }) => message.kind !== "bundles"),
    );
  });
});

describe("a restart in mid-wait", () => {
  it("forgets what waits: it was held, and what comes is delivered as to anybody", () => {
    const parent = bundle(2);
    const waits = child(6, placeOf(parent));
    const first = new Rig({ store: storeOf([policy("open")]) });
    const token = first.validate(PEER);
    first.say(PEER, { kind: "bundles", token, bundles: [waits] });
    assert.ok(!first.events.some(({ event }) => event === "delivered"), "it waits");
    const again = new Rig({ store: first.store, seed: 2 });
    const tokenAgain = again.validate(PEER);
    again.pass(SECOND_MS);
    const bundles = [child(7, placeOf(waits)), parent];
    for (const each of bundles) {
      again.say(PEER, { kind: "bundles", token: tokenAgain, bundles: [each] });
    }
    const told = again.events.flatMap((event) => (event.event === "delivered" ? [event] : []));
    assert.deepEqual(
      told.map(({ bundle: { header }, missing }) => [header.globalTime, missing]),
      [
        [7, []],
        [2, []],
      ],
    );
  });
});
