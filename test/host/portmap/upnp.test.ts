import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type GatewayOptions, type Quirks, ssdpAnswer } from "../../helpers/gateway.ts";
import { until } from "../support.ts";
import { PORT, world } from "./world.ts";

type Refuses = NonNullable<Quirks["refuses"]>;

const OTHER_HOST = "127.0.0.2";

const head = (status: number, ...lines: string[]) =>
  [`HTTP/1.1 ${status} X`, ...lines, "", ""].join("\r\n");
const withHead =
  (...lines: string[]) =>
  (status: number, body: string) =>
    head(status, ...lines.map((line) => line.replace("LENGTH", `${body.length}`))) + body;
const chunked = (body: string) =>
  [body.slice(0, 37), body.slice(37)]
    .map((chunk) => `${chunk.length.toString(16)};x=1\r\n${chunk}\r\n`)
    .join("");
const refusing =
  (error: number, isRefused: (value: (name: string) => string) => boolean): Refuses =>
  (action, value) =>
    action === "AddPortMapping" && isRefused(value) ? error : 0;
const withLease = (value: (name: string) => string) => value("NewLeaseDuration") !== "0";
const ofTheirPort = (value: (name: string) => string) => value("NewExternalPort") === `${PORT}`;

/** By what a router does: how it does it. With each a port has to be mapped, and given back at the end. */
const QUIRKS: Record<string, Quirks> = {
  "other devices of the router answer first": {
    found: (location) =>
      ["/media.xml", "/disks.xml", "/description.xml"].map((path) =>
        ssdpAnswer(new URL(path, location).href),
      ),
  },
  "a device that is elsewhere answers first": {
    found: (location) => [
      ssdpAnswer(location.replace("127.0.0.1", OTHER_HOST)),
      ssdpAnswer(location),
    ],
  },
  "blanks and another case in the answer to a search": {
    found: (location) => [`HTTP/1.0 200 ok\r\nst:x\r\nlocation :${location} \r\n`],
  },
  CDATA: {
    xml: (text) =>
      text.replace(
        />([^<>\s]+)</g,
        (_, inner: string) => `><![CDATA[${inner.replaceAll("&amp;", "&")}]]><`,
      ),
  },
  "comments and blanks": { xml: (text) => text.replace(/>([^<>\s]+)</g, ">\n <!-- <x> --> $1\t<") },
  "prefixes of namespaces": {
    xml: (text) => text.replace(/<(\/?)([a-z]\w*)(?=[\s>])/gi, "<$1u:$2"),
  },
  "an upper-case description": {
    xml: (text) => text.replace(/<\/?\w+/g, (tag) => tag.toUpperCase()),
  },
  "a raw ampersand": { xml: (text) => text.replaceAll("&amp;", "&") },
  "an empty URLBase": { xml: (text) => text.replace("<root>", "<root><URLBase></URLBase>") },
  "a URLBase elsewhere": {
    xml: (text) => text.replace("<root>", `<root><URLBase>http://${OTHER_HOST}:9/</URLBase>`),
  },
  "a document that is cut off": {
    xml: (text) => text.replace(/<\/serviceList>[^]*|<\/s:Body>.*/, ""),
  },
  "no length": { http: withHead("Connection: close") },
  "an empty length": { http: withHead("Content-Length:") },
  "two lengths": { http: withHead("Content-Length: LENGTH", "Content-Length: LENGTH") },
  "a length too small": { http: withHead("Content-Length: 7") },
  "a length too small, and an open connection": {
    http: withHead("Content-Length: 7"),
    keepsOpen: true,
  },
  "a length too large": { http: withHead("Content-Length: 1LENGTH") },
  "a length too large, and an open connection": {
    http: withHead("Content-Length: 1LENGTH"),
    keepsOpen: true,
  },
  "a blank before the colon": { http: withHead("Server : x", "Content-Length : LENGTH") },
  "a line without a colon": { http: withHead("nonsense", "Content-Length: LENGTH") },
  "lines without a carriage return": {
    http: (status, body) => head(status, "Server: x").replaceAll("\r", "") + body,
  },
  "no reason": { http: (status, body) => `HTTP/1.1 ${status}\r\n\r\n${body}` },
  chunks: {
    http: (status, body) =>
      `${head(status, "transfer-encoding : Chunked")}${chunked(body)}0\r\n\r\n`,
  },
  "chunks, a length and an open connection": {
    http: (status, body) =>
      `${head(status, "Content-Length: 7", "Transfer-Encoding: chunked")}${chunked(body)}0\r\n\r\n`,
    keepsOpen: true,
  },
  "chunks without an end": {
    http: (status, body) => head(status, "Transfer-Encoding: chunked") + chunked(body),
  },
  "chunks that are none": { http: withHead("Transfer-Encoding: chunked") },
  "several lines, the first ones not in use": {
    lines: { "/ppp0": "", "/ppp1": "0.0.0.0", "/ppp2": "192.168.9.1" },
  },
  "cannot say what is mapped": {
    refuses: (action) => (action === "GetSpecificPortMappingEntry" ? 401 : 0),
  },
  "says names instead of addresses": {
    xml: (text) => text.replace(/(Client[^>]*>)127[^<]*/, "$1laptop"),
  },
  "says 0.0.0.0 instead of addresses": {
    xml: (text) => text.replace(/(Client[^>]*>)127[^<]*/, "$10.0.0.0"),
  },
  "renews nothing": { refuses: renewsNothing() },
  ...Object.fromEntries(
    [402, 501, 716, 718, 724, 725, 727].map((error) => [
      `error ${error} with a lease`,
      { refuses: refusing(error, withLease) },
    ]),
  ),
  ...Object.fromEntries(
    [402, 501, 718, 729].map((error) => [
      `error ${error} with the first port`,
      { refuses: refusing(error, ofTheirPort) },
    ]),
  ),
  "error 718 with the first port, and then 725 with a lease": {
    refuses: (action, value) =>
      refusing(718, ofTheirPort)(action, value) || refusing(725, withLease)(action, value),
  },
};

function renewsNothing(): Refuses {
  let added = 0;
  return (action) => (action === "AddPortMapping" && added++ > 0 ? 718 : 0);
}

for (const [name, quirks] of Object.entries(QUIRKS)) {
  test(`${name}: a port is mapped and given back`, async (t) => {
    const { gateway, mapping, changes } = await world(t, { upnp: 1, quirks });
    await until("it is mapped", () => changes.length === 1);
    const [port, ...more] = gateway.mappings.keys();
    assert.deepEqual(changes, [`0 8.8.4.4:${port}`]);
    assert.deepEqual(more, []);
    assert.equal(gateway.mappings.get(port!)?.internal, `127.0.0.1:${PORT}`);
    mapping.revalidate();
    await until("it is renewed", () => isAskedTwice(gateway.asked));
    await mapping.close();
    assert.deepEqual([...gateway.mappings], []);
    assert.deepEqual(changes, [`0 8.8.4.4:${port}`, "0 none"]);
  });
}

const isAskedTwice = (asked: string[]) =>
  asked.filter((one) => one.endsWith("AddPortMapping")).length > 1;

test("a WANPPPConnection maps a port", async (t) => {
  const quirks = { xml: (text: string) => text.replaceAll("WANIPConnection", "WANPPPConnection") };
  const { changes } = await world(t, { upnp: 1, quirks });
  await until("it is mapped", () => changes.length === 1);
});

test("whatever the router says, nobody else is asked", async (t) => {
  let connections = 0;
  const server = createServer((socket) => void socket.destroy(void connections++)).listen(
    0,
    OTHER_HOST,
  );
  await once(server, "listening");
  t.after(() => server.close());
  const elsewhere = `http://${OTHER_HOST}:${(server.address() as AddressInfo).port}`;
  const base = (text: string) => text.replace("<root>", `<root><URLBase>${elsewhere}/</URLBase>`);
  const cases: GatewayOptions[] = [
    { controlUrl: `${elsewhere}/control` },
    { controlUrl: `//${elsewhere.slice("http://".length)}/control` },
    { controlUrl: `${elsewhere}/control`, quirks: { xml: base } },
    { quirks: { found: () => [ssdpAnswer(`${elsewhere}/description.xml`)] } },
    { quirks: { http: () => head(302, `Location: ${elsewhere}/`) } },
  ];
  for (const options of cases) {
    const { gateway, mapping } = await world(t, { upnp: 1, ...options });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(gateway.asked, []);
    await mapping.close();
  }
  const { changes } = await world(t, { upnp: 1, quirks: { xml: base } });
  await until("a base elsewhere does not matter", () => changes.length === 1);
  assert.equal(connections, 0);
});

test("a router that refuses everything is asked 8 times to add, with 4 ports, and found 8 times", async (t) => {
  const once = { retryMs: 60_000, maxRetryMs: 60_000, answerMs: 5_000 };
  const refuses = refusing(501, () => true);
  const { gateway } = await world(t, { upnp: 1, quirks: { refuses } }, once);
  const asked = (action: string) => gateway.asked.filter((one) => one === `upnp ${action}`).length;
  await until("it is tried", () => asked("AddPortMapping") === 8);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(asked("AddPortMapping"), 8);
  assert.equal(asked("GetSpecificPortMappingEntry"), 4);

  let searches = 0;
  const found = (location: string) => [ssdpAnswer(`${location}?${searches++}`)];
  const { gateway: second } = await world(
    t,
    { upnp: 1, quirks: { found } },
    { ...once, answerMs: 100 },
  );
  await until("it is searched", () => searches >= 8);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(searches, 8);
  assert.deepEqual(second.asked, []);
});
