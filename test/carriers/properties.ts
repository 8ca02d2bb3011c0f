import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { fromHex } from "../../wire/bytes.ts";
import { formatTicket, parseTicket } from "../../node/index.ts";
import { temporaryFolder, until } from "../host/support.ts";
import type { Carrier } from "./carrier.ts";
import { Group, held, put, textOf, untilEqual } from "./group.ts";

type Property = (t: TestContext, carrier: Carrier) => Promise<void>;

/** What holds on every carrier, by its name. Each shows as well that it does not hold without what it rests on. */
export const PROPERTIES: Record<string, Property> = {
  "nodes that wrote apart hold the same once they meet": async (t, carrier) => {
    const group = await Group.found(t, carrier);
    const members = [await group.add(), await group.add()];
    const nodes = [group.founder, ...members.map(({ node }) => node)];
    for (const { line } of members) line.cut();
    for (const [at, node] of nodes.entries()) {
      await put(node, `of ${at}`, 60);
      await put(node, `long of ${at}`, 5, { bytes: 928 });
    }
    for (const node of nodes) assert.equal(held(node).length, 65, "apart, each has its own");
    for (const { line } of members) line.mend();
    await untilEqual(nodes, 3 * 65);
  },

  "what gets lost on the way comes all the same, in both directions": async (t, carrier) => {
    const group = await Group.found(t, carrier);
    await put(group.founder, "there", 200);
    const { node, line } = await group.connect();
    line.loss = 1;
    await until("the first got lost", () => line.lost > 0);
    line.loss = 0.1;
    await untilEqual([group.founder, node], 200);
    await put(node, "back", 200);
    await untilEqual([group.founder, node], 400);
  },

  "what follows comes after what it follows, also where that got lost": async (t, carrier) => {
    const group = await Group.found(t, carrier);
    const { node, line } = await group.add();
    const given = { causal: [] as string[], arrival: [] as string[] };
    for (const order of ["causal", "arrival"] as const) {
      const reading = node.subscribe((one) => void given[order].push(textOf(one)), { order });
      await reading.begun;
    }
    const written: string[] = [];
    const isInOrder = () => given.arrival.join() === written.join();
    const rounds = carrier.isOrdered ? 1 : 8;
    for (let round = 0; round < rounds && isInOrder(); round++) {
      const { lost } = line;
      line.loss = 1;
      written.push(...(await put(group.founder, `lost ${round}`, 50)));
      await until("some got lost", () => line.lost > lost);
      line.loss = 0;
      written.push(...(await put(group.founder, `next ${round}`, 50)));
      await until("all were given", () => {
        return Object.values(given).every(({ length }) => length === written.length);
      });
      assert.deepEqual(given.causal, written, "each follows the one before it");
    }
    const isShown = !isInOrder() || carrier.isOrdered === true;
    assert.ok(isShown, "without the order they come as they come");
  },

  "a reader is given each once, over cuts and a restart": async (t, carrier) => {
    const group = await Group.found(t, carrier);
    const home = temporaryFolder(t);
    const named: string[] = [];
    const run = async () => {
      const member = await group.connect({ home });
      const nameless: string[] = [];
      member.node.subscribe((one) => void named.push(textOf(one)), { name: "r" });
      member.node.subscribe((one) => void nameless.push(textOf(one)), { last: Infinity });
      return { ...member, nameless };
    };
    const before = await run();
    await put(group.founder, "first", 200);
    await until("some were given", () => named.length > 0);
    before.line.cut();
    await put(group.founder, "second", 100);
    before.line.mend();
    await until("what came later was given", () => named.length === 300);
    await put(group.founder, "third", 200);
    before.line.close();
    await before.node.close();
    const { nameless } = await run();
    await until("the rest was given", () => named.length >= 500);
    await until("without a name all was given again", () => nameless.length === 500);
    assert.equal(new Set(named).size, 500, "each of them");
    assert.equal(named.length, 500, "and once");
  },

  "only members write, and whoever is granted it or invited is one": async (t, carrier) => {
    const group = await Group.found(t, carrier, { overlay: { members: true } });
    const { founder } = group;
    const granted = (await group.add()).node;
    await assert.rejects(put(granted, "too early", 1), { name: "UserError" });
    const member = fromHex(granted.info().member, 32)!;
    await founder.grant(undefined, member, { write: true, grant: true });
    await until("it may write", () => granted.status().overlays[0]!.mayWrite);
    await put(granted, "by grant", 3);
    const invited = (await group.add({ ticket: await founder.invite() })).node;
    await until("it may write, too", () => invited.status().overlays[0]!.mayWrite);
    await put(invited, "by invitation", 3);
    await untilEqual([founder, granted, invited], 6);

    const open = await Group.found(t, carrier);
    const { node } = await open.add();
    await put(node, "where all may write", 3);
    await untilEqual([open.founder, node], 3);
  },

  "of a topic the newest are kept, by all the same": async (t, carrier) => {
    const group = await Group.found(t, carrier);
    const members = [await group.add(), await group.add()];
    const nodes = [group.founder, ...members.map(({ node }) => node)];
    for (const { line } of members) line.cut();
    for (const [at, node] of nodes.entries()) {
      await put(node, `kept ${at}`, 10, { topic: "weather", keep: 3 });
      await put(node, `all ${at}`, 10, { topic: "news" });
    }
    for (const { line } of members) line.mend();
    await untilEqual(nodes, 3 * (3 + 10));
    for (const node of nodes) {
      const kept = held(node).filter((text) => text.startsWith("kept"));
      assert.ok(
        kept.every((text) => /^kept . [789] /.test(text)),
        kept.join(),
      );
    }
  },

  "who has no secret reads nothing of a private overlay": async (t, carrier) => {
    for (const isPublic of [false, true]) {
      const group = await Group.found(t, carrier, { overlay: { public: isPublic } });
      const parsed = parseTicket(group.founder.ticket());
      assert.ok(!("mistake" in parsed), "a ticket");
      const { secret: _, ...told } = parsed;
      const stranger = await group.connect({ ticket: formatTicket(told) });
      const member = await group.add();
      await put(group.founder, "for members", 20);
      await untilEqual([group.founder, member.node], 20);
      if (isPublic) {
        await untilEqual([stranger.node, member.node], 20);
        continue;
      }
      assert.deepEqual(held(stranger.node), [], "what is private");
      assert.equal(stranger.node.writers(), "unknown");
      for (const { carried } of [stranger.line, member.line]) {
        const isRead = carried.some((bytes) => Buffer.from(bytes).includes("for members"));
        assert.equal(isRead, false, "a text in clear on the way");
      }
    }
  },

  "who published hears who holds it": async (t, carrier) => {
    for (const publicReceipts of [true, false]) {
      const options = { publicReceipts };
      const group = await Group.found(t, carrier, { ...options, overlay: { public: true } });
      const { founder } = group;
      const members = [await group.add(options), await group.add(options)];
      const nodes = members.map(({ node }) => node);
      const bundles = await founder.put(undefined, [Buffer.from("held?")], { receipt: true });
      await untilEqual([founder, ...nodes], 1);
      if (publicReceipts) {
        const all = { others: 2, timeoutMs: 30_000 };
        const [holding] = await founder.waitHeld(undefined, bundles, all);
        const keys = nodes.map((node) => node.info().member).sort();
        assert.deepEqual([...holding!.by].sort(), keys, "both hold it");
        continue;
      }
      for (const node of nodes) await put(node, node.info().member, 1);
      await untilEqual([founder, ...nodes], 3);
      assert.deepEqual(founder.holding(undefined, bundles[0]!)?.by ?? [], [], "without receipts");
    }
  },
};
