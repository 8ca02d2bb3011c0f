/*
 * A network that begins to drop UDP while a node runs, lets it through again, and lets out nothing but a proxy: what
 * the node says, and how long each takes. Needs root and `npm run build`; takes some minutes.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, it, type TestContext } from "node:test";
import { jsonLines, list, type Serving, Stage, until } from "../e2e/program.ts";
import { makeCertificates } from "../helpers/certificates.ts";
import { Namespaces } from "../helpers/namespaces.ts";

type Event = { event: string; url?: string; address?: string };

const LISTEN = ["--listen", "0.0.0.0:4100"];
const SERVER_IP = "198.51.100.1";
/** All contacts have to be silent for long enough: the one asked last is, 5 + 10.5 s after its last answer. */
const FALLBACK_S = 45;
const PROXY = `
import { createServer } from "node:http";
import { connect } from "node:net";
createServer().on("connect", ({ url }, socket) => {
  const [host, port] = url.split(":");
  const onward = connect(Number(port), host, () => {
    socket.write("HTTP/1.1 200 OK\\r\\n\\r\\n");
    socket.pipe(onward).pipe(socket);
  });
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
}).listen(3128, () => console.log("ready"));
`;

let stage: Stage;
beforeEach(() => (stage = new Stage()));
afterEach(() => stage.clear());

const events = ({ program }: Serving): Event[] => jsonLines<Event>(program.stdout);
const countOf = (serving: Serving, event: string): number =>
  events(serving).filter((one) => one.event === event).length;

/** Two networks, `here` and `there`, that a router joins. */
function twoNetworks(t: TestContext): Namespaces {
  const places = new Namespaces();
  t.after(() => places.remove());
  for (const name of ["here", "there"]) places.add(name);
  places.wire("here", "eth0", "there", "eth0");
  for (const [name, own, other] of [
    ["here", "192.0.2.1/24", "198.51.100.0/24"],
    ["there", `${SERVER_IP}/24`, "192.0.2.0/24"],
  ] as const) {
    places.ip(name, `addr add ${own} dev eth0`);
    places.ip(name, `route add ${other} dev eth0`);
  }
  return places;
}

function wall(places: Namespaces, rule: string): void {
  const chain = `chain way { type filter hook output priority 0; ${rule}; }`;
  places.run("here", "nft", ["-f", "-"], `table inet wall { ${chain}; }\n`);
}

async function seconds(what: string, isDone: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  await until(what, isDone, 180_000);
  return (performance.now() - began) / 1_000;
}

describe("a network that changes its mind", { skip: Namespaces.whyNot() }, () => {
  it("drops UDP in mid-run, lets it through again, and drops it once more", async (t) => {
    const places = twoNetworks(t);
    const ws = ["--ws", "8080", "--ws-url", `ws://${SERVER_IP}:8080/dispersy`];
    const server = await stage.run("server", ws, LISTEN, places.inside("there"));
    const client = await stage.run("client", [server.ticket], LISTEN, places.inside("here"));
    await until("it is in touch by UDP", () => countOf(client, "contacted") > 0);
    assert.equal(
      events(client).find(({ event }) => event === "contacted")!.address,
      "198.51.100.1:4100",
    );
    for (const round of [1, 2]) {
      wall(places, "meta l4proto udp drop");
      const fell = await seconds("it falls back", () => countOf(client, "websocket") >= round);
      const contacted = () =>
        events(client).at(-1)?.event !== undefined && countOf(client, "websocket") >= round;
      assert.ok(contacted());
      await stage.done(["put", `while it is dropped ${round}`, "--home", server.home]);
      const came = await seconds("a bundle comes", async () => {
        return (await list(stage, client.home)).length === round;
      });
      places.run("here", "nft", ["delete", "table", "inet", "wall"]);
      const back = await seconds("UDP works", () => countOf(client, "udp") >= round);
      t.diagnostic(
        `${round}: WebSocket after ${fell.toFixed(1)} s, a bundle by it in ${came.toFixed(1)} s, ` +
          `UDP again after ${back.toFixed(1)} s`,
      );
      assert.ok(fell < FALLBACK_S, `it took ${fell} s to fall back`);
    }
    t.diagnostic(
      events(client)
        .map((event) => JSON.stringify(event))
        .join("\n"),
    );
  });

  it("lets out nothing but a proxy", async (t) => {
    const places = twoNetworks(t);
    const files = makeCertificates(stage.path("files"), 1, [`IP:${SERVER_IP}`]);
    const script = stage.path("proxy.mjs");
    writeFileSync(script, PROXY);
    await places.start("there", script).then((child) => t.after(() => child.kill()));
    const tls = ["--ws-cert", files.certificate, "--ws-key", files.key];
    const ws = ["--ws", "8443", ...tls, "--ws-url", `wss://${SERVER_IP}:8443/dispersy`];
    const server = await stage.run("server", ws, LISTEN, places.inside("there"));
    wall(places, 'oifname "eth0" tcp dport != 3128 drop; oifname "eth0" meta l4proto udp drop');
    const env = [
      "env",
      `NODE_EXTRA_CA_CERTS=${files.authority}`,
      `HTTPS_PROXY=http://${SERVER_IP}:3128`,
    ];
    const client = await stage.run("client", [server.ticket], LISTEN, [
      ...places.inside("here"),
      ...env,
    ]);
    const took = await seconds("it is in touch", () => countOf(client, "contacted") > 0);
    t.diagnostic(`in touch through the proxy after ${took.toFixed(1)} s`);
    assert.ok(took < 15, `it took ${took} s`);
  });
});
