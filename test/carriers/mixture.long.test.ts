import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Node } from "../../node/index.ts";
import { openNode, until } from "../host/support.ts";
import type { Carrier, Line } from "./carrier.ts";
import { CARRIERS } from "./carriers.ts";
import { knowsPolicy, put, textOf, untilEqual } from "./group.ts";
import { UDP } from "./udp.ts";
import { WEBSOCKET } from "./websocket.ts";

/** Two nodes that every carrier reaches, and what a reader of the second one is given. */
class Pair {
  readonly given: string[] = [];
  readonly nodes: [Node, Node];
  readonly #t: TestContext;

  private constructor(t: TestContext, nodes: [Node, Node]) {
    this.#t = t;
    this.nodes = nodes;
    nodes[1].subscribe((one) => void this.given.push(textOf(one)), { name: "r" });
  }

  static async meeting(t: TestContext, carrier: Carrier): Promise<[Pair, Line]> {
    const a = await openNode(t, { ...UDP.options, ws: WEBSOCKET.options.ws! });
    const b = await openNode(t, UDP.options);
    await a.createOverlay();
    const line = await carrier.connect(a, b, a.ticket());
    t.after(() => line.close());
    await knowsPolicy(b);
    return [new Pair(t, [a, b]), line];
  }

  async connect(carrier: Carrier): Promise<Line> {
    const [a, b] = this.nodes;
    const line = await carrier.connect(a, b, a.ticket());
    this.#t.after(() => line.close());
    return line;
  }

  async bothPut(name: string, count: number): Promise<void> {
    await put(this.nodes[0], `${name}, there`, count);
    await put(this.nodes[1], `${name}, back`, count);
  }

  /** All was given, and each once. */
  async untilGiven(count: number): Promise<void> {
    await untilEqual(this.nodes, count);
    await until("all was given", () => this.given.length >= count);
    assert.equal(new Set(this.given).size, count, "each of them");
    assert.equal(this.given.length, count, "and once");
  }
}

test("a WebSocket takes over where UDP is blocked in the middle, and UDP again where that is", async (t) => {
  const [pair, udp] = await Pair.meeting(t, UDP);
  const websocket = await pair.connect(WEBSOCKET);
  await pair.bothPut("by UDP", 50);
  await pair.untilGiven(100);
  udp.cut();
  await pair.bothPut("by WebSocket", 50);
  await pair.untilGiven(200);
  const [byUdp, byWebSocket] = [udp.carried.length, websocket.carried.length];
  assert.ok(byWebSocket > 0, "nothing came by WebSocket");
  udp.mend();
  websocket.cut();
  await pair.bothPut("by UDP again", 50);
  await pair.untilGiven(300);
  assert.ok(udp.carried.length > byUdp, "nothing came by UDP");
});

test("what one carrier began others end, whichever is taken away in the middle", async (t) => {
  const [first, ...others] = CARRIERS;
  const [pair, line] = await Pair.meeting(t, first!);
  const lines = [line];
  for (const [at, carrier] of [first!, ...others].entries()) {
    if (at > 0) lines.push(await pair.connect(carrier));
    const before = lines[at]!.carried.length;
    await pair.bothPut(`while ${carrier.name} is there`, 100);
    await until(`${carrier.name} carries some`, () => lines[at]!.carried.length > before);
    lines[at]!.cut();
  }
  lines.at(-1)!.mend();
  await pair.untilGiven(CARRIERS.length * 200);
});
