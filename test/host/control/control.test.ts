import assert from "node:assert/strict";
import { mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { type Socket, connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { ControlClient, serveControl } from "../../../node/host/control/control.ts";
import {
  CONTROL_SOCKET,
  MAX_CONNECTIONS,
  MAX_LINE_CHARACTERS,
  MAX_REQUESTS,
  MAX_UNSENT_BYTES,
} from "../../../node/host/control/protocol.ts";
import { UserError } from "../../../node/host/errors.ts";
import { handlers } from "../../../node/host/control/methods.ts";
import { Params } from "../../../node/host/control/params.ts";
import type { BundleRow } from "../../../node/host/status/rows.ts";
import { openNode, temporaryFolder, until } from "../support.ts";

async function served(t: TestContext, home = temporaryFolder(t)) {
  const node = await openNode(t, { home, offline: true });
  const control = await serveControl(node);
  t.after(() => control.close());
  return { node, control, home };
}

async function clientOf(t: TestContext, home: string): Promise<ControlClient> {
  const client = await ControlClient.connect(home);
  assert.ok(client);
  t.after(() => client.close());
  return client;
}

/** A client that may say anything. */
function raw(t: TestContext, home: string): { socket: Socket; lines: AsyncIterator<string> } {
  const socket = connect({ path: join(home, CONTROL_SOCKET) });
  socket.on("error", () => {});
  t.after(() => socket.destroy());
  return { socket, lines: createInterface({ input: socket })[Symbol.asyncIterator]() };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("nobody answers where no node serves", async (t) => {
  assert.equal(await ControlClient.connect(temporaryFolder(t)), undefined);
  assert.equal(await ControlClient.connect("/no/such/folder"), undefined);
});

test("everything that a node does can be asked for", async (t) => {
  const { node, home } = await served(t);
  const client = await clientOf(t, home);
  const created = await client.call("create", { members: true });
  assert.deepEqual([created.overlay], node.overlays);
  const put = await client.call("put", { payloads: ["one", "two", "three"].map(base64) });
  assert.equal(put.length, 3);

  const rows: BundleRow[] = [];
  assert.equal(await client.call("ls", {}, (row) => rows.push(row)), 3);
  assert.deepEqual(
    rows.map(({ payload }) => payload),
    ["one", "two", "three"],
  );
  assert.deepEqual(
    rows.map(({ id, globalTime }) => ({ id, globalTime })),
    put,
  );
  assert.equal(await client.call("ls", { all: true }), 5, "a policy and the founder's grant");
  const last: BundleRow[] = [];
  await client.call("ls", { last: 1 }, (row) => last.push(row));
  assert.deepEqual(last, [rows[2]]);

  assert.deepEqual(await client.call("get", { id: put[1]!.id.slice(0, 12) }), rows[1]);
  assert.deepEqual(await client.call("get", { id: put[1]!.id }), rows[1]);
  await client.call("grant", { member: "ab".repeat(32), write: true, grant: false });
  assert.match((await client.call("invite", {})).ticket, /invitation=[0-9a-f]{64}/);
  assert.deepEqual(await client.call("peers", {}), []);
  const { overlays, problems } = await client.call("status", {});
  assert.equal(overlays[0]!.bundles, 3);
  assert.equal(overlays[0]!.policy, "members");
  assert.deepEqual(problems, []);
  assert.equal((await client.call("join", { ticket: created.ticket })).member, created.member);
  assert.deepEqual(await client.call("leave", { overlay: created.overlay.slice(0, 8) }), {
    overlay: created.overlay,
  });
  assert.deepEqual(node.overlays, []);
});

test("tail begins with the last ones and goes on with what arrives", async (t) => {
  const { node, home } = await served(t);
  await node.createOverlay();
  await node.put(undefined, [Buffer.from("a"), Buffer.from("b")]);
  const client = await clientOf(t, home);
  const seen: (string | undefined)[] = [];
  const ended = client.call("tail", { last: 1 }, (row) => {
    if (row.id !== undefined) seen.push(row.payload);
  });
  await until("the last one", () => seen.length === 1);
  await node.put(undefined, [Buffer.from("c")]);
  await until("the new one", () => seen.length === 2);
  assert.deepEqual(seen, ["b", "c"]);
  client.close();
  await assert.rejects(ended, { exitCode: 3 });
});

test("a call whose items have no place to go fails by that, and the connection is of use still", async (t) => {
  const { node, home } = await served(t);
  await node.createOverlay();
  await node.put(undefined, [Buffer.from("a"), Buffer.from("b")]);
  const client = await clientOf(t, home);
  const full = async (): Promise<void> => {
    await Promise.resolve();
    throw new UserError("the disk is full", "Make room.");
  };
  await assert.rejects(client.call("ls", {}, full), { message: "the disk is full" });
  assert.equal(await client.call("ls", {}), 2, "the next call is answered");
});

test("items are dealt with one after the other, and all before the call ends", async (t) => {
  const { node, home } = await served(t);
  await node.createOverlay();
  await node.put(
    undefined,
    Array.from({ length: 50 }, (_, i) => Buffer.from(`${i}`)),
  );
  const client = await clientOf(t, home);
  let open = 0;
  let most = 0;
  let done = 0;
  const slowly = async (): Promise<void> => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
    done++;
  };
  assert.equal(await client.call("ls", {}, slowly), 50, "so many");
  assert.deepEqual([most, done], [1, 50], "at a time, and in all");
});

test("payloads that are no UTF-8 come as base64", async (t) => {
  const { node, home } = await served(t);
  await node.createOverlay();
  await node.put(undefined, [Uint8Array.of(0xff, 0xfe)]);
  const client = await clientOf(t, home);
  await client.call("ls", {}, (row) => {
    assert.equal(row.payload, undefined);
    assert.equal(row.payloadBase64, "//4=");
  });
});

test("mistakes come back as UserErrors with code and hint", async (t) => {
  const { node, home } = await served(t);
  const client = await clientOf(t, home);
  await assert.rejects(client.call("put", { payloads: [] }), { name: "UserError", exitCode: 1 });
  await node.createOverlay();
  await assert.rejects(client.call("put", { payloads: [base64("x".repeat(1_025))] }), {
    exitCode: 2,
    message: /at most 928/,
  });
  await assert.rejects(client.call("get", { id: "xyz" }), { exitCode: 2 });
  await assert.rejects(client.call("get", { id: "00".repeat(32) }), { exitCode: 1 });
  await assert.rejects(client.call("join", { ticket: "dispersy:9:" }), { exitCode: 2 });
  await assert.rejects(client.call("ls", { overlay: "zz" }), { exitCode: 2 });
  for (const params of [{ payloads: 5 }, { payloads: [5] }, { payloads: [], expires: -1 }, []]) {
    await assert.rejects(client.call("put", params as never), { exitCode: 2 });
  }
  for (const method of ["nothing", "toString", "__proto__", "constructor"]) {
    await assert.rejects(client.call(method as never, {} as never), { exitCode: 2 });
  }
});

test("only the owner may connect", async (t) => {
  const { home } = await served(t);
  assert.equal(statSync(join(home, CONTROL_SOCKET)).mode & 0o777, 0o600);
});

for (const [what, line] of [
  ["no JSON", "hello"],
  ["no object", "null"],
  ["no id", '{"method":"status"}'],
  ["an id that is no number", '{"id":"x","method":"status"}'],
] as const) {
  test(`a line that is ${what} ends the connection, not the node`, async (t) => {
    const { home } = await served(t);
    const { socket, lines } = raw(t, home);
    socket.write(`${line}\n`);
    const reply = JSON.parse((await lines.next()).value as string) as { error: { code: number } };
    assert.equal(reply.error.code, 2);
    assert.equal((await lines.next()).done, true);
    assert.ok(await (await clientOf(t, home)).call("status", {}));
  });
}

test("an endless line ends the connection", async (t) => {
  const { home } = await served(t);
  const { socket, lines } = raw(t, home);
  socket.write("x".repeat(MAX_LINE_CHARACTERS + 1));
  assert.match((await lines.next()).value as string, /too long/);
  assert.equal((await lines.next()).done, true);
});

test("after a line that is refused nothing is looked at, nor warned of", async (t) => {
  const { home } = await served(t);
  const warnings: string[] = [];
  const warned = ({ name }: Error): void => void warnings.push(name);
  process.on("warning", warned);
  const { socket, lines } = raw(t, home);
  socket.write("this is not JSON\n".repeat(100));
  assert.match((await lines.next()).value as string, /not JSON/);
  assert.equal((await lines.next()).done, true);
  assert.ok(await (await clientOf(t, home)).call("status", {}));
  process.off("warning", warned);
  assert.deepEqual(warnings, []);
});

test("requests at a time are limited", async (t) => {
  const { home } = await served(t);
  const client = await clientOf(t, home);
  const tails = Array.from({ length: MAX_REQUESTS }, () => client.call("tail", {}));
  await assert.rejects(client.call("status", {}), { message: /requests at a time/ });
  client.close();
  await Promise.allSettled(tails);
});

test("connections at a time are limited", async (t) => {
  const { home } = await served(t);
  const crowd = Array.from({ length: MAX_CONNECTIONS }, () => raw(t, home));
  await Promise.all(crowd.map(({ socket }) => new Promise((done) => socket.once("connect", done))));
  await until("the crowd is in", async () => {
    const { socket, lines } = raw(t, home);
    socket.write('{"id":1,"method":"status"}\n');
    // Closed before or after our line arrived: the end, or a reset.
    return lines.next().then(
      ({ done }) => done === true,
      () => true,
    );
  });
  for (const { socket } of crowd) socket.destroy();
  await until("there is room again", async () => {
    const client = await ControlClient.connect(home);
    const answered = await client!.call("status", {}).catch(() => undefined);
    client!.close();
    return answered !== undefined;
  });
});

test("a client that does not read costs no memory, and is given all once it reads", async (t) => {
  const { node, home } = await served(t);
  await node.createOverlay();
  const { socket, lines } = raw(t, home);
  socket.pause();
  socket.write('{"id":1,"method":"tail","params":{"fromStart":true}}\n');
  const payload = Buffer.alloc(928, 0xff);
  // Each bundle takes some 1,700 bytes of JSON, so all of them more than may wait for a client.
  const enough = Math.ceil((MAX_UNSENT_BYTES + 4_000_000) / 1_700 / 500);
  for (let i = 0; i < enough; i++) await node.put(undefined, Array(500).fill(payload));
  socket.resume();
  for (let left = 500 * enough + 1; left > 0; left--) {
    const { done } = await lines.next();
    assert.ok(done !== true, `${left} are missing`);
  }
});

test("a home with a path of any length is served in the home, and found from any of its names", async (t) => {
  const folder = temporaryFolder(t);
  const home = join(folder, "x".repeat(200), "y".repeat(200));
  mkdirSync(home, { recursive: true });
  symlinkSync(home, join(folder, "alias"));
  await served(t, home);
  assert.ok(statSync(join(home, CONTROL_SOCKET)).isSocket());
  assert.ok(await (await clientOf(t, join(folder, "alias"))).call("status", {}));
});

test("a socket that a killed node left behind is replaced", async (t) => {
  const { control, home, node } = await served(t);
  await control.close();
  rmSync(join(home, CONTROL_SOCKET), { force: true });
  // A socket file that nobody listens on.
  const { spawnSync } = await import("node:child_process");
  const code = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", code, join(home, CONTROL_SOCKET)]);
  assert.ok(statSync(join(home, CONTROL_SOCKET)).isSocket());
  const again = await serveControl(node);
  assert.ok(await (await clientOf(t, home)).call("status", {}));
  await assert.rejects(serveControl(node), { exitCode: 6 });
  await again.close();
});

test("what is ephemeral is heard by who asked for it, unless that is far behind", async (t) => {
  const { node, home } = await served(t);
  const client = await clientOf(t, home);
  const { overlay, member } = await client.call("create", {});
  const heard: Record<string, number> = { all: 0, author: 0, topic: 0, behind: 0 };
  const hear = (name: string, params: { topic?: string; author?: string }, waiting: number) => {
    const closed = new Promise<void>((resolve) => t.after(() => resolve()));
    const push = (): number => (heard[name]! += 1);
    const items = { open: true, waiting, closed, push, send: async () => void push() };
    void handlers.hear(node, new Params({ overlay, ...params }), items);
  };
  hear("all", {}, 0);
  hear("author", { author: member }, 0);
  hear("topic", { topic: "weather" }, 0);
  hear("behind", {}, MAX_UNSENT_BYTES / 2);
  await until("somebody hears", async () => {
    await client.call("say", { payloads: [base64("typing")] });
    return heard["author"]! > 0;
  });
  assert.ok(heard["all"]! > 0, "who wants all hears it");
  assert.equal(heard["topic"], 0, "it has no topic");
  assert.equal(heard["behind"], 0, "it would be disconnected from what it is given besides");
});
