import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Node } from "../../node/host/node/node.ts";
import { fromHex } from "../../wire/bytes.ts";
import { formatTicket, parseTicket } from "../../wire/ticket.ts";
import { openNode, payloads, temporaryFolder, until } from "./support.ts";
import { ticketAt } from "../helpers/ticket.ts";

const text = (...texts: string[]) => texts.map((one) => Buffer.from(one));
const bundles = (node: Node) => node.status().overlays[0]?.bundles ?? 0;

test("two nodes exchange what each of them publishes", async (t) => {
  const [a, b] = [await openNode(t), await openNode(t)];
  const { ticket, overlay } = await a.createOverlay();
  await a.put(undefined, text("from a"));
  const joined = await b.join(ticket);
  assert.equal(joined.overlay, overlay);
  await until("b has it", () => bundles(b) === 1);
  await b.put(undefined, text("from b"));
  await until("a has it", () => bundles(a) === 2);
  assert.deepEqual(payloads(a), ["from a", "from b"]);
  assert.deepEqual(payloads(b), payloads(a));
  assert.equal(a.status().counters["defects"], undefined);
  assert.ok(a.peers().some(({ address }) => b.listen.includes(address)));
});

test("a node that is known is reached by its instance, its beginning, or its address; nobody else is", async (t) => {
  const [a, b] = [await openNode(t), await openNode(t)];
  const { ticket } = await a.createOverlay();
  await b.join(ticket);
  const { instance } = b.status().overlays[0]!;
  const found = (): boolean => a.peers().some((peer) => peer.instance === instance);
  await until("a knows b", () => found() && a.peers()[0]!.bucket === "contacted");
  for (const target of [instance, instance.slice(0, 6), b.listen[0]!]) {
    const row = await a.ping(target);
    assert.equal(row.path, b.listen[0]);
    assert.equal(row.strategy, "contact");
    assert.ok(row.ms! >= 0);
  }
  await assert.rejects(a.ping("nobody"), { name: "UserError", exitCode: 2 });
  const stranger = a.ping("0123456789abcdef", { timeoutMs: 300 });
  await assert.rejects(stranger, { name: "UserError", exitCode: 1 });
});

test("a ticket names where the node listens and says how far it carries", async (t) => {
  const a = await openNode(t);
  const ticket = parseTicket((await a.createOverlay()).ticket);
  assert.ok(!("mistake" in ticket));
  assert.deepEqual(
    ticket.at.map(({ host, port }) => `${host}:${port}`),
    a.listen,
  );
  assert.equal(a.ticketReach(), "machine");
});

test("what was published offline is served later, by the same member", async (t) => {
  const home = temporaryFolder(t);
  const offline = await openNode(t, { home, offline: true });
  const { member } = await offline.createOverlay();
  await offline.put(undefined, text("early"));
  await offline.close();
  const a = await openNode(t, { home });
  assert.equal(a.info().member, member);
  const b = await openNode(t);
  await b.join(a.ticket());
  await until("b has it", () => bundles(b) === 1);
});

test("a member lets others write, by grant and by invitation", async (t) => {
  const [founder, granted, invited] = [await openNode(t), await openNode(t), await openNode(t)];
  const { ticket } = await founder.createOverlay({ members: true });
  await founder.put(undefined, text("the founder may"));

  const { member } = await granted.join(ticket);
  await until("the policy is known", () => granted.status().overlays[0]!.policy === "members");
  await assert.rejects(granted.put(undefined, text("not yet")), { name: "UserError" });
  await founder.grant(undefined, fromHex(member, 32)!, { write: true, grant: false });
  await until("the grant arrived", () => granted.status().overlays[0]!.mayWrite);
  await granted.put(undefined, text("by grant"));

  await invited.join(await founder.invite());
  await until("the invitation works", () => invited.status().overlays[0]!.mayWrite);
  await invited.put(undefined, text("by invitation"));
  await until("all have all", () =>
    [founder, granted, invited].every((node) => bundles(node) === 3),
  );
});

test("nodes that know only a tracker find each other", async (t) => {
  const tracker = await openNode(t, { role: "tracker" });
  assert.equal(tracker.listen.length, 2);
  const trackers = [tracker.listen[0]!];
  const [a, b] = [await openNode(t, { trackers }), await openNode(t, { trackers })];
  const { ticket } = await a.createOverlay();
  await a.put(undefined, text("found"));
  await b.join(ticketAt(ticket));
  await until("b has it", () => bundles(b) === 1);
  await assert.rejects(tracker.createOverlay(), { name: "UserError" });
  assert.equal(tracker.status().role, "tracker");
});

test("a restarted node finds its peers again without being told", async (t) => {
  const home = temporaryFolder(t);
  const a = await openNode(t);
  await a.createOverlay();
  const b = await openNode(t, { home });
  await b.join(a.ticket());
  await until("they met", () => b.peers().some(({ bucket }) => bucket === "contacted"));
  await b.close();
  await a.put(undefined, text("meanwhile"));
  const again = await openNode(t, { home });
  await until("it has caught up", () => bundles(again) === 1);
});

test("a ticket's peers lead to the others, also after a restart, and get no trust", async (t) => {
  const [home, founder] = [temporaryFolder(t), await openNode(t)];
  const { ticket } = await founder.createOverlay();
  await founder.put(undefined, text("found"));
  const parsed = parseTicket(ticket);
  assert.ok(!("mistake" in parsed));
  const heard = formatTicket({ ...parsed, at: [], peers: parsed.at });
  const offline = await openNode(t, { home, offline: true });
  await offline.join(heard);
  await offline.close();
  const joined = await openNode(t, { home });
  await until("it has caught up", () => bundles(joined) === 1);
  assert.equal(joined.status().overlays[0]!.candidates.tracker, 0);
  assert.ok(founder.listen.every((place) => !joined.ticket().includes(`at=${place}`)));
  assert.ok(joined.ticket().includes(`peer=${founder.listen[0]}`));
});

test("the port stays over restarts unless the user asks for one", async (t) => {
  const home = temporaryFolder(t);
  const portOf = async () => {
    const node = await Node.open({ home, portmap: false, logLevel: "silent" });
    const port = node.listen[0]!.split(":").at(-1);
    await node.close();
    return port;
  };
  assert.equal(await portOf(), await portOf());
});

test("joining again merges, leaving keeps the identity", async (t) => {
  const a = await openNode(t);
  const { overlay, ticket } = await a.createOverlay();
  const b = await openNode(t);
  const first = await b.join(ticket);
  const second = await b.join(ticketAt(ticket, "192.0.2.7:9"));
  assert.equal(second.member, first.member);
  assert.match(second.ticket, /at=192\.0\.2\.7:9/);
  await b.leave(overlay);
  assert.deepEqual(b.overlays, []);
  assert.throws(() => b.info(), { name: "UserError" });
  assert.equal((await b.join(ticket)).member, first.member);
  await b.put(undefined, text("still here")).catch(() => {});
  assert.equal(b.overlays.length, 1);
});

test("joining again costs no contact", async (t) => {
  const a = await openNode(t);
  const { overlay, ticket } = await a.createOverlay();
  const b = await openNode(t);
  await b.join(ticket);
  const contacts = () => b.peers(overlay).filter(({ bucket }) => bucket === "contacted");
  await until("b is in touch", () => contacts().length === 1);
  const { ticket: ownTicket } = await b.join(ticketAt(ticket, "192.0.2.7:9"));
  assert.equal(contacts().length, 1);
  assert.match(ownTicket, /at=192\.0\.2\.7:9/);
  const places = b.status().overlays[0]!.places.map(({ place }) => place);
  assert.ok(places.includes("192.0.2.7:9"), places.join());
});

test("a payload that is too large is refused before any is published", async (t) => {
  const a = await openNode(t, { offline: true });
  await a.createOverlay();
  const tooLarge = new Uint8Array(1_025);
  await assert.rejects(a.put(undefined, [...text("fits"), tooLarge]), { message: /at most 928/ });
  assert.equal(bundles(a), 0);
  assert.equal((await a.put(undefined, [new Uint8Array(928)])).length, 1);
});

test("thousands of payloads at once are all published, in order", async (t) => {
  const a = await openNode(t, { offline: true });
  await a.createOverlay();
  const many = Array.from({ length: 1_500 }, (_, i) => Buffer.from(String(i)));
  const published = await a.put(undefined, many);
  assert.equal(published.length, 1_500);
  assert.deepEqual(payloads(a), many.map(String));
});

test("a listing stays right while bundles arrive, and pages through equal times", async (t) => {
  const a = await openNode(t, { offline: true });
  await a.createOverlay();
  await a.put(
    undefined,
    Array.from({ length: 1_100 }, (_, i) => Buffer.from(String(i))),
  );
  const listing = a.list(undefined, { dataOnly: true });
  for (let i = 0; i < 600; i++) listing.next();
  await a.put(undefined, text("late"));
  assert.equal([...listing].length, 501);
  assert.equal([...a.list(undefined, { dataOnly: true, last: 700 })].length, 700);
});

test("of a second node on a home there is only the refusal", async (t) => {
  const home = temporaryFolder(t);
  await openNode(t, { home });
  await assert.rejects(openNode(t, { home }), { name: "HomeError", exitCode: 6 });
});

test("a key that others can read is refused at the start, and the home is let go", async (t) => {
  const home = temporaryFolder(t);
  const a = await openNode(t, { home, offline: true });
  const { overlay } = await a.createOverlay();
  await a.close();
  const key = join(home, "overlays", overlay, "member.key");
  chmodSync(key, 0o644);
  await assert.rejects(openNode(t, { home }), {
    name: "HomeError",
    exitCode: 6,
    hint: /chmod 600/,
  });
  chmodSync(key, 0o600);
  await openNode(t, { home });
});

test("a node whose store lost pages says so, and what to do", async (t) => {
  const home = temporaryFolder(t);
  const before = await openNode(t, { home, offline: true });
  await before.createOverlay({ public: true });
  await before.put(
    undefined,
    Array.from({ length: 500 }, (_, i) => Buffer.from(`bundle number ${i}`)),
  );
  await before.close();
  const path = join(home, "store", "data.mdb");
  const file = readFileSync(path);
  const page = Math.floor(file.indexOf("bundle number 499") / 4_096);
  // A page of zeros has LMDB end the process; this one ends a walk without a word.
  writeFileSync(path, file.fill(0xff, page * 4_096, (page + 1) * 4_096));
  const after = await openNode(t, { home, offline: true });
  const { counters, problems, overlays } = after.status();
  const lost = counters["damaged records"] ?? 0;
  assert.ok(lost > 0 && overlays[0]!.bundles + lost >= 500, `${lost}`);
  assert.match(
    problems.join(),
    new RegExp(`^the store is damaged: ${lost} of its bundles are lost`),
  );
});

test("several overlays are served side by side and must be named", async (t) => {
  const a = await openNode(t, { offline: true });
  const [one, two] = [await a.createOverlay(), await a.createOverlay()];
  assert.throws(() => a.resolve(), { exitCode: 2 });
  await a.put(one.overlay.slice(0, 20), text("one"));
  await a.put(two.overlay, text("two"));
  const [bundle] = [...a.list(two.overlay, { dataOnly: true })];
  assert.equal(a.get(Buffer.from(bundle!.id).toString("hex")).overlay, two.overlay);
});

test("a closed node refuses, and closing twice is closing once", async (t) => {
  const a = await openNode(t, { offline: true });
  await a.createOverlay();
  const put = a.put(undefined, text("under way"));
  await Promise.all([a.close(), a.close()]);
  await put;
  await assert.rejects(a.put(undefined, text("late")), { name: "UserError" });
  assert.throws(() => a.status(), { name: "UserError" });
});
