import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backOffEpochs } from "../../../bench/mvds/back-off.ts";
import { type Message, messageId } from "../../../bench/mvds/message.ts";
import { Mvds, type MvdsOptions, PLAIN } from "../../../bench/mvds/mvds.ts";
import { emptyPayload, type Payload, PayloadCodec } from "../../../bench/mvds/payload.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { toHex, utf8 } from "../../../wire/bytes.ts";

const { hash } = nativeCrypto;
const GROUP = Uint8Array.from({ length: 32 }, (_, i) => i);
const HELLO: Message = { groupId: GROUP, timestamp: 1_577_836_800, body: utf8("hello") };
const OTHERS = { a: "b", b: "a" } as const;
type Name = keyof typeof OTHERS;

describe("a message's id", () => {
  // By another program (Python's hashlib and struct).
  const vectors: [Message, string][] = [
    [
      { groupId: new Uint8Array(32), timestamp: 0, body: utf8("") },
      "8e1c3d0b1fad10ac2ac58d077a28f5d81d34384b4a39ff7855247a1b4890f42b",
    ],
    [HELLO, "91a7bc21ea27d20877d086adf1fd4e71ad0f140879ce94525fe33d5fa1a52c52"],
    [
      { groupId: new Uint8Array(32).fill(255), timestamp: -1, body: Uint8Array.of(0) },
      "31d77a627f1e0c2cf5f238c23f61c5e8c9f00c34317a4a2e4ca5f184e64c655a",
    ],
    [
      { groupId: GROUP, timestamp: 1_893_456_000_123, body: utf8("grüße") },
      "54292508010690389ecc0444a4543e34d97d5c501770b718f879c5adfd4e6c40",
    ],
  ];
  for (const [message, id] of vectors) {
    it(id, () => assert.equal(toHex(messageId(hash, message)), id));
  }
});

describe("a payload's bytes", () => {
  const ids = (byte: number) => [new Uint8Array(32).fill(byte)];
  const payload = {
    acks: ids(0x11),
    offers: ids(0x22),
    requests: ids(0x33),
    messages: [HELLO],
  };
  // Put together by hand, field after field.
  const group = toHex(GROUP);
  const [acks, offers, requests] = ["11", "22", "33"].map((byte) => byte.repeat(32));
  const bytes = {
    rfc:
      `cab80220${acks}d2b80220${offers}dab80220${requests}` +
      `e2b802358af70220${group}90f70280c2aff0059af7020568656c6c6f`,
    small: `0a20${acks}1220${offers}1a20${requests}222f0a20${group}1080c2aff0051a0568656c6c6f`,
  };
  for (const numbering of ["rfc", "small"] as const) {
    it(`are those of the ${numbering} field numbers, both ways`, () => {
      const codec = new PayloadCodec(numbering);
      const encoded = codec.encode(payload);
      assert.equal(toHex(encoded), bytes[numbering], "encoded");
      const decoded = codec.decode(encoded)!;
      assert.equal(toHex(codec.encode(decoded)), bytes[numbering], "decoded and encoded again");
    });
  }

  it("that are none are no payload, and what is no id is skipped", () => {
    const codec = new PayloadCodec("rfc");
    assert.equal(codec.decode(Uint8Array.of(0xff)), undefined, "no protobuf");
    const short = codec.encode({ ...emptyPayload(), acks: [new Uint8Array(31)] });
    assert.deepEqual(codec.decode(short), emptyPayload(), "31 bytes are no id");
  });

  it("go into pieces that fit, each record once", () => {
    const codec = new PayloadCodec("rfc");
    const many = { ...payload, offers: Array.from({ length: 100 }, (_, i) => ids(i)[0]!) };
    const pieces = codec.pieces(many, 1_200);
    assert.ok(pieces.length > 2, `${pieces.length} pieces`);
    for (const piece of pieces) assert.ok(codec.encode(piece).length <= 1_200, "fits");
    const offered = pieces.flatMap(({ offers }) => offers.map(toHex));
    assert.deepEqual(offered, many.offers.map(toHex), "all, in their order");
  });
});

describe("the pause between two sendings", () => {
  it("grows to its upper bound, begins again, and never overflows", () => {
    const pauses = Array.from({ length: 9 }, (_, i) => backOffEpochs(i + 1));
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 1]);
    assert.ok(backOffEpochs(10 ** 9) <= 128, "after a billion sendings");
  });
});

/** Two nodes of one group, and what they told each other: `a>b offer`, one per record. */
class Two {
  readonly a: Mvds;
  readonly b: Mvds;
  readonly told: string[] = [];

  constructor(options: Partial<MvdsOptions> = {}) {
    const make = (name: Name): Mvds => {
      const random = new SeededRandom(1, name);
      const node = new Mvds({ ...PLAIN, ...options, hash, random });
      node.join(GROUP, [OTHERS[name]]);
      return node;
    };
    this.a = make("a");
    this.b = make("b");
  }

  /** Lets epochs pass; `loses` takes records away. */
  run(epochs: number, loses: (record: string) => boolean = () => false): this {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const from of ["a", "b"] as const) {
        const payload = this[from].nextEpoch().get(OTHERS[from]);
        if (payload !== undefined) this.#deliver(from, payload, loses);
      }
    }
    return this;
  }

  #deliver(from: Name, payload: Payload, loses: (record: string) => boolean): void {
    const arrived = emptyPayload();
    for (const kind of ["acks", "offers", "requests", "messages"] as const) {
      for (const record of payload[kind]) {
        const word = `${from}>${OTHERS[from]} ${kind.slice(0, -1)}`;
        this.told.push(word);
        if (!loses(word)) arrived[kind].push(record as Uint8Array & Message);
      }
    }
    this[OTHERS[from]].receive(from, { ...arrived, available: payload.available });
  }
}

describe("a node of MVDS", () => {
  it("offers, is asked, sends, is thanked: four payloads, one body", () => {
    const two = new Two();
    const id = two.a.publish(HELLO);
    assert.deepEqual(two.run(200).told, ["a>b offer", "b>a request", "a>b message", "b>a ack"]);
    assert.ok(two.b.has(id), "it arrived");
    assert.equal(two.a.state("b", id), undefined, "and nothing is left to do");
  });

  it("sends at once in batch mode: two payloads", () => {
    const two = new Two({ mode: "batch" });
    two.a.publish(HELLO);
    assert.deepEqual(two.run(200).told, ["a>b message", "b>a ack"]);
  });

  it("says in its table what is to be sent, how often it was, and when", () => {
    const two = new Two();
    const id = two.a.publish(HELLO);
    const states = [1, 2, 3, 4].map(() => {
      two.run(1, () => true);
      const { kind, sendCount, sendEpoch } = two.a.state("b", id)!;
      return [kind, sendCount, sendEpoch];
    });
    assert.deepEqual(states, [
      ["offer", 1, 2],
      ["offer", 2, 4],
      ["offer", 2, 4],
      ["offer", 3, 8],
    ]);
  });

  it("comes through where half of all is lost, in both modes, with one body kept", () => {
    for (const mode of ["interactive", "batch"] as const) {
      const random = new SeededRandom(1, mode);
      const two = new Two({ mode });
      const ids = Array.from({ length: 20 }, (_, i) => two.a.publish({ ...HELLO, timestamp: i }));
      two.run(2_000, () => random.float() < 0.5);
      for (const id of ids) {
        assert.ok(two.b.has(id), `${mode}: ${id}`);
        assert.equal(two.a.state("b", id), undefined, `${mode}: acknowledged`);
      }
    }
  });

  it("acknowledges an offer of what it holds: else it would be offered for ever", () => {
    const told = (acksOffers: boolean): string[] => {
      const two = new Two({ acksOffers });
      // It came another way.
      two.b.receive("a", { ...emptyPayload(), messages: [HELLO] });
      two.b.nextEpoch();
      two.a.publish(HELLO);
      return two.run(300).told;
    };
    assert.deepEqual(told(true), ["a>b offer", "b>a ack"]);
    const without = told(false);
    assert.ok(without.length > 8, `${without.length} records`);
    assert.deepEqual([...new Set(without)], ["a>b offer"], "offers and nothing else");
  });

  it("may keep an acknowledgement until something else goes there", () => {
    const two = new Two({ mode: "batch", ackDelayEpochs: 10 });
    const id = two.a.publish(HELLO);
    two.run(2);
    assert.ok(!two.told.includes("b>a ack"), "it waits");
    two.b.publish({ ...HELLO, timestamp: 7 });
    two.run(1);
    assert.deepEqual(two.told.slice(-2).sort(), ["b>a ack", "b>a message"], "it goes with it");
    two.run(300);
    assert.equal(two.a.state("b", id), undefined, "nothing is broken by that");
  });

  it("gives nothing to who is not in the group, and takes nothing of groups that it does not know", () => {
    const two = new Two();
    two.a.publish(HELLO);
    two.a.receive("stranger", { ...emptyPayload(), requests: [messageId(hash, HELLO)] });
    assert.equal(two.a.refused, 1, "the request");
    assert.ok(!two.a.nextEpoch().has("stranger"), "no body goes there");
    const other = { ...HELLO, groupId: new Uint8Array(32) };
    assert.deepEqual(two.b.receive("a", { ...emptyPayload(), messages: [other] }), []);
    assert.equal(two.b.refused, 1, "the message");
  });

  it("asks one at a time for what several offer", () => {
    const node = new Mvds({ ...PLAIN, hash, random: new SeededRandom(1, "c") });
    node.join(GROUP, ["a", "b"]);
    const offers = { ...emptyPayload(), offers: [messageId(hash, HELLO)] };
    node.receive("a", offers);
    node.receive("b", offers);
    assert.deepEqual([...node.nextEpoch().keys()], ["a"]);
  });
});

describe("a filter", () => {
  const filters = { falsePositiveRate: 0.01, answers: "held", maybe: "later" } as const;

  it("alone brings everything, with no offer and no acknowledgement", () => {
    const two = new Two({ mode: "pull", filters });
    const ids = Array.from({ length: 300 }, (_, i) => two.a.publish({ ...HELLO, timestamp: i }));
    two.run(100);
    assert.equal(ids.filter((id) => two.b.has(id)).length, 300, "all are there");
    assert.deepEqual([...new Set(two.told)], ["a>b message"], "messages and filters only");
  });

  /** Share of the messages that arrive although every filter may be wrong half of the time. */
  const arrived = (maybe: "later" | "acked"): number => {
    const rule = { falsePositiveRate: 0.5, answers: "waiting", maybe } as const;
    const random = new SeededRandom(1, "loss");
    const two = new Two({ mode: "batch", filters: rule });
    const ids = Array.from({ length: 100 }, (_, i) => two.a.publish({ ...HELLO, timestamp: i }));
    two.run(1_500, (record) => record === "a>b message" && random.float() < 0.8);
    return ids.filter((id) => two.b.has(id)).length;
  };

  it("that may have a message postpones it and drops nothing; taken for an acknowledgement it would", () => {
    assert.equal(arrived("later"), 100, "all arrive");
    assert.ok(arrived("acked") < 100, "some are lost for good");
  });
});
