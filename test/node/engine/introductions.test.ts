import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Engine } from "../../../node/engine/engine.ts";
import { nativeCrypto as crypto } from "../../../node/host/verify/native-crypto.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Address } from "../../../wire/address.ts";
import { toHex } from "../../../wire/bytes.ts";
import { decode } from "../../../wire/decode.ts";
import { encode } from "../../../wire/encode.ts";
import { INSTANCE_BYTES, OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import {
  type Introduction,
  type IntroductionRequest,
  type Message,
  type NatSummary,
  type PunctureRequest,
  UNKNOWN_NAT,
} from "../../../wire/message.ts";
import { padTo } from "../../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";

const OVERLAY = new Uint8Array(OVERLAY_ID_BYTES).fill(1);
const TRACKER = Address.parse("8.8.8.8:6421")!;
const HOME: NatSummary = {
  ...UNKNOWN_NAT,
  mapping: "endpoint-independent",
  filtering: "address-and-port-dependent",
};
const OPEN: NatSummary = { ...HOME, filtering: "endpoint-independent" };
const PUBLIC: NatSummary = { ...UNKNOWN_NAT, mapping: "none", filtering: "none" };

interface Sent {
  to: Address;
  message: Message;
}

class Client {
  readonly address: Address;
  readonly instance: Uint8Array;
  nat: NatSummary;
  token: Uint8Array | undefined;

  constructor(number: number, nat: NatSummary, host = `20.${number}.3.4`) {
    this.address = Address.of(host, 5_000 + number)!;
    this.instance = new Uint8Array(INSTANCE_BYTES).fill(number + 1);
    this.nat = nat;
  }
}

/** A tracker, and what it sends. */
class Asked {
  readonly engine: Engine;
  #nowMs = 0;

  constructor(options: { sparesPunctures?: boolean } = {}) {
    const random = new SeededRandom(1, "engine");
    this.engine = new Engine({ role: "tracker", crypto, random, ...options });
  }

  ask(client: Client, more: Partial<IntroductionRequest> = {}): Sent[] {
    const { instance, nat, token, address } = client;
    const request: IntroductionRequest = {
      kind: "introduction-request",
      identifier: instance,
      instance,
      destination: TRACKER,
      grant: instance,
      nat,
      advice: true,
      ...(token && { token }),
      ...more,
    };
    const bytes = encode(OVERLAY, padTo(request, BARE_REQUEST_BYTES));
    this.#nowMs += 20;
    const at = { now: this.#nowMs, wall: this.#nowMs };
    this.engine.handle({ kind: "datagram", from: address, via: 0, bytes }, at);
    const sent: Sent[] = [];
    for (let effect = this.engine.poll(); effect !== undefined; effect = this.engine.poll()) {
      if (effect.kind !== "send") continue;
      const decoded = decode(effect.bytes);
      if (!("rejected" in decoded)) sent.push({ to: effect.to, message: decoded.message });
    }
    const [answer] = sent;
    if (answer?.message.kind === "introduction-response") client.token = answer.message.grant;
    return sent;
  }

  /** Whom an answer names, and which puncture-requests come with it. */
  introduced(
    client: Client,
    more?: Partial<IntroductionRequest>,
  ): { named: Introduction | undefined; requests: { to: Address; message: PunctureRequest }[] } {
    const sent = this.ask(client, more);
    const [answer, ...others] = sent;
    assert.equal(answer?.to.key, client.address.key, "the answer went to somebody else");
    assert.equal(answer.message.kind, "introduction-response", "no answer");
    const requests = others.flatMap(({ to, message }) => {
      return message.kind === "puncture-request" ? { to, message } : [];
    });
    assert.equal(requests.length, others.length, "something else was sent");
    const { introduction: named } = answer.message as { introduction?: Introduction };
    return { named, requests };
  }
}

/** All get a token, and become candidates. */
function meet(asked: Asked, clients: readonly Client[]): void {
  for (let i = 0; i < 2; i++) for (const client of clients) asked.ask(client);
}

describe("what a tracker sends with an introduction", () => {
  const nats = [HOME, OPEN, PUBLIC, UNKNOWN_NAT];

  for (const sparesPunctures of [true, false]) {
    test(`one puncture-request, to whom it names and about who asked; sparing ${sparesPunctures}`, () => {
      const asked = new Asked({ sparesPunctures });
      const clients = Array.from({ length: 12 }, (_, i) => new Client(i, nats[i % nats.length]!));
      meet(asked, clients);
      const spared = new Set<NatSummary>();
      for (let round = 0; round < 20; round++) {
        for (const client of clients) {
          const { named, requests } = asked.introduced(client);
          assert.ok(named !== undefined, "an answer names nobody");
          const other = clients.find(({ address }) => address.key === named.address.key)!;
          if (requests.length === 0) {
            spared.add(other.nat);
            continue;
          }
          assert.equal(requests.length, 1, "several puncture-requests went with one answer");
          const { to, message } = requests[0]!;
          assert.equal(to.key, named.address.key, "somebody else is to puncture");
          assert.equal(message.target.key, client.address.key, "towards somebody else");
          assert.equal(toHex(message.nonce), toHex(named.nonce), "with another nonce");
          if (sparesPunctures) assert.ok(![OPEN, PUBLIC].includes(other.nat), "not spared");
        }
      }
      const expected = sparesPunctures ? new Set([OPEN, PUBLIC]) : new Set();
      assert.deepEqual(spared, expected, "others were spared");
      const count = asked.engine.counters.get("puncture not requested: lets in anybody") ?? 0;
      assert.equal(count > 0, sparesPunctures, "what is spared is not counted");
    });
  }

  test("whoever is sought is asked to puncture whatever it says of its NAT", () => {
    const asked = new Asked();
    const [sought, seeker] = [new Client(1, OPEN), new Client(2, HOME)];
    meet(asked, [sought, seeker]);
    const { named, requests } = asked.introduced(seeker, { seek: sought.instance });
    assert.equal(named?.address.key, sought.address.key, "it is not named");
    assert.equal(requests.length, 1, "it is not asked");
  });

  test("neighbours are asked: they may have to meet inside", () => {
    const asked = new Asked();
    const clients = [1, 2].map((i) => new Client(i, OPEN, "20.1.3.4"));
    meet(asked, clients);
    assert.equal(asked.introduced(clients[0]!).requests.length, 1, "a neighbour is spared");
  });

  test("nobody is spared for what it said before, or at a mapped port", () => {
    const asked = new Asked();
    const [moved, asker] = [new Client(1, OPEN), new Client(2, HOME)];
    meet(asked, [moved, asker]);
    assert.equal(asked.introduced(asker).requests.length, 0, "an open one is asked");
    for (const nat of [HOME, { ...OPEN, mappedPort: 6_421 }]) {
      moved.nat = nat;
      asked.ask(moved);
      assert.equal(asked.introduced(asker).requests.length, 1, "it is spared for what it was");
    }
  });

  test("a stranger's claim changes nothing: without the token nobody is a candidate", () => {
    const asked = new Asked();
    const [honest, asker] = [new Client(1, HOME), new Client(2, HOME)];
    meet(asked, [honest, asker]);
    const forged = new Client(1, OPEN);
    asked.ask(forged);
    assert.equal(asked.introduced(asker).requests.length, 1, "a forged source spared another's");
  });
});
