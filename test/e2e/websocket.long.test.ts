import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { makeCertificates, type Certificates } from "../helpers/certificates.ts";
import { Namespaces } from "../helpers/namespaces.ts";
import { formatTicket, parseTicket } from "../../wire/ticket.ts";
import { jsonLines, list, type Serving, Stage, statusOf, until } from "./program.ts";

type Event = { event: string; url?: string; problem?: string; address?: string; again?: boolean };

let stage: Stage;
beforeEach(() => (stage = new Stage()));
afterEach(() => stage.clear());

const eventsOf = ({ program }: Serving) => jsonLines<Event>(program.stdout);
const has = (serving: Serving, event: string) =>
  eventsOf(serving).find((one) => one.event === event);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A node that takes WebSockets by TLS, under the name `localhost`. */
function serve(
  { certificate, key }: Certificates,
  port: number,
  name = "localhost",
): Promise<Serving> {
  const ws = ["--ws", `127.0.0.1:${port}`, "--ws-url", `wss://${name}:${port}/dispersy`];
  return stage.run("server", [...ws, "--ws-cert", certificate, "--ws-key", key]);
}

/** One that knows this authority besides the usual ones. */
function join(ticket: string, authority?: string): Promise<Serving> {
  const env = authority === undefined ? [] : ["env", `NODE_EXTRA_CA_CERTS=${authority}`];
  return stage.run("client", ["--ws-only", ticket], [], env);
}

describe("WebSockets by TLS", () => {
  it("connect, are shown by where they lead, and connect again to a server that was restarted", async () => {
    const port = await freePort();
    const files = makeCertificates(stage.path("certificates"), 1);
    const server = await serve(files, port);
    const client = await join(server.ticket, files.authority);
    const url = `wss://localhost:${port}/dispersy`;
    await until("it is in touch", () => has(client, "contacted") !== undefined);
    // Told by the next look, a moment after or before.
    await until("it says by what", () => has(client, "websocket")?.url === url);
    assert.equal(has(client, "contacted")?.address, url);
    const { overlays, listen } = await statusOf(client.home);
    assert.deepEqual(listen, []);
    assert.deepEqual(overlays[0]!.places.map(({ place, result }) => [place, result]).at(-1), [
      url,
      "connected",
    ]);
    assert.equal((await statusOf(server.home)).webSockets?.connections, 1);
    const rows = jsonLines<{ address: string; via: string }>(
      await stage.done(["peers", "--json", "--home", client.home]),
    );
    assert.equal(rows.find(({ address }) => address === url)?.via, "websocket");
    for (const home of [client.home, server.home]) {
      const shown =
        (await stage.done(["status", "--home", home])) +
        (await stage.done(["peers", "--home", home]));
      assert.doesNotMatch(shown, /\[100::/, "a link's number is nothing for people");
    }
    assert.match(await stage.done(["status", "--home", client.home]), /, no UDP$/m);
    assert.match(await stage.done(["peers", "--home", server.home]), /WebSocket from 127\.0\.0\.1/);

    await server.program.stop();
    const contacted = () => eventsOf(client).filter(({ event }) => event === "contacted").length;
    const before = contacted();
    await serve(files, port);
    await until("it is in touch again", () => contacted() > before);
  });

  const expired = /its certificate has expired: whoever runs it has to renew it/;
  const unknown = /an authority that is not known here: .*EXTRA_CA_CERTS/;
  const another = /its certificate is for another name: is the URL right/;
  for (const [what, days, isKnown, name, sign] of [
    ["that has expired", -1, true, "localhost", expired],
    ["of an unknown authority", 1, false, "localhost", unknown],
    ["for another name", 1, true, "127.0.0.1", another],
  ] as const) {
    it(`say of a certificate ${what} that it is so, and what to do`, async () => {
      const port = await freePort();
      const files = makeCertificates(stage.path("certificates"), days);
      const server = await serve(files, port, name);
      const client = await join(server.ticket, isKnown ? files.authority : undefined);
      await until("it says so", () => has(client, "no-websocket") !== undefined);
      assert.match(has(client, "no-websocket")!.problem!, sign);
      assert.match(await stage.done(["status", "--home", client.home]), sign);
      assert.equal(has(client, "websocket"), undefined);
    });
  }
});

describe("where a firewall drops UDP", { skip: Namespaces.whyNot() }, () => {
  it("who knows only a tracker's WebSocket finds a node that takes them", async (t) => {
    const places = new Namespaces();
    t.after(() => places.remove());
    const [CLIENT, TRACKER, NODE] = ["22.20.0", "26.1.0", "28.2.0"];
    places.add("net");
    places.run("net", "sysctl", ["-qw", "net.ipv4.ip_forward=1"]);
    for (const [name, network] of [
      ["client", CLIENT],
      ["tracker", TRACKER],
      ["node", NODE],
    ] as const) {
      places.add(name);
      places.wire("net", name, name, "eth0");
      places.ip("net", `addr add ${network}.1/24 dev ${name}`);
      places.ip(name, `addr add ${network}.2/24 dev eth0`);
      places.ip(name, `route add default via ${network}.1`);
    }
    const wall =
      "table inet wall { chain way { type filter hook output priority 0; meta l4proto udp drop; }; }\n";
    places.run("client", "nft", ["-f", "-"], wall);
    const hosts = [`IP:${TRACKER}.2`, `IP:${NODE}.2`];
    const { authority, certificate, key } = makeCertificates(stage.path("files"), 1, hosts);
    const tls = ["--ws", "8443", "--ws-cert", certificate, "--ws-key", key];
    const listen = ["--listen", "0.0.0.0:6421"];
    const tracker = stage.start(["tracker", ...tls, ...listen], "", places.inside("tracker"));
    const named = /dispersy run --tracker (wss:\S+)/;
    await until("the tracker says what to name", () => named.test(tracker.stdout));
    const byTracker = named.exec(tracker.stdout)![1]!.replace("<this", `${TRACKER}.2`);
    assert.match(tracker.stdout, /wss:\/\/<this host>:8443\/dispersy/, byTracker);
    const url = `wss://${NODE}.2:8443/dispersy`;
    const udp = ["--tracker", `${TRACKER}.2:6421`];
    const own = [...tls, "--ws-url", url, ...udp];
    const node = await stage.run("node", own, listen, places.inside("node"));
    await stage.done(["put", "across", "--home", node.home]);

    const read = parseTicket(node.ticket);
    assert.ok("secret" in read, "it is a private overlay's");
    const ticket = formatTicket({ overlay: read.overlay, secret: read.secret!, at: [] });
    const env = ["env", `NODE_EXTRA_CA_CERTS=${authority}`];
    const inside = [...places.inside("client"), ...env];
    const began = performance.now();
    const only = ["--tracker", `wss://${TRACKER}.2:8443`, ticket];
    const client = await stage.run("client", only, listen, inside);
    const holds = async () => (await list(stage, client.home)).length === 1;
    await until("it has the bundle", holds, 30_000);
    const seconds = (performance.now() - began) / 1000;
    t.diagnostic(`the bundle came after ${seconds.toFixed(1)} s`);
    assert.ok(seconds < 15, `it took ${seconds} s`);
    const urls = () =>
      eventsOf(client).flatMap(({ event, url: to }) => (event === "websocket" ? [to] : []));
    await until("it says so", () => urls().includes(url));
    assert.deepEqual(urls(), [`wss://${TRACKER}.2:8443/dispersy`, url]);
    const { overlays } = await statusOf(client.home);
    const row = overlays[0]!.places.find(({ place }) => place === url);
    assert.deepEqual([row?.named, row?.result], [false, "connected"], "it was only heard of");
    assert.doesNotMatch(overlays[0]!.ticket, /28\.2\.0\.2/, "nobody vouches for it in a ticket");
  });

  it("a WebSocket stands in for it, until UDP works again", async (t) => {
    const places = new Namespaces();
    t.after(() => places.remove());
    for (const name of ["here", "there"]) places.add(name);
    places.wire("here", "eth0", "there", "eth0");
    // In networks of their own: neighbours by UDP would not need anything else.
    for (const [name, own, other] of [
      ["here", "192.0.2.1/24", "198.51.100.0/24"],
      ["there", "198.51.100.1/24", "192.0.2.0/24"],
    ] as const) {
      places.ip(name, `addr add ${own} dev eth0`);
      places.ip(name, `route add ${other} dev eth0`);
    }
    const wall =
      "table inet wall { chain way { type filter hook output priority 0; meta l4proto udp drop; }; }\n";
    places.run("here", "nft", ["-f", "-"], wall);
    const listen = ["--listen", "0.0.0.0:4100"];
    const ws = ["--ws", "8080", "--ws-url", "ws://198.51.100.1:8080/dispersy"];
    const server = await stage.run("server", ws, listen, places.inside("there"));
    const client = await stage.run("client", [server.ticket], listen, places.inside("here"));
    const began = performance.now();
    await until("it is in touch", () => has(client, "contacted") !== undefined, 30_000);
    const seconds = (performance.now() - began) / 1000;
    assert.equal(has(client, "contacted")!.address, "ws://198.51.100.1:8080/dispersy");
    t.diagnostic(`in touch after ${seconds.toFixed(1)} s`);
    assert.ok(seconds < 15, `in touch after ${seconds} s`);

    places.run("here", "nft", ["delete", "table", "inet", "wall"]);
    await until("UDP works", () => has(client, "udp") !== undefined, 150_000);
    const rows = jsonLines<{ address: string; via: string }>(
      await stage.done(["peers", "--json", "--home", client.home]),
    );
    assert.ok(
      rows.some(({ address, via }) => address === "198.51.100.1:4100" && via === "udp"),
      JSON.stringify(rows),
    );
  });
});
