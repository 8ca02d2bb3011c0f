import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseWebSocketListen } from "../../node/host/carriers/websocket-listen.ts";
import { formatTicket, parseTicket, type Ticket } from "../../wire/ticket.ts";
import { openNode, payloads, until } from "../host/support.ts";
import { bundleFor } from "./bundling.ts";
import { findChromium, openPage } from "./chromium.ts";
import { servePage } from "./page-server.ts";

/** More than one answer brings. */
const HELD_BUNDLES = 120;
const SAID = "from the page";

const chromium = findChromium();
const skip =
  chromium === undefined
    ? "no Chromium here; Debian's package is `chromium`, and .ci/browser installs it"
    : false;

describe("the engine in a browser", { skip }, () => {
  test("joins through a node's WebSocket, gets what it holds, and writes, in public and in private", async (t) => {
    const [near, far] = [
      await openNode(t, { ws: { listen: parseWebSocketListen("127.0.0.1:0") } }),
      await openNode(t),
    ];
    const many = Array.from({ length: HELD_BUNDLES }, (_, i) => `${i} is held`);
    const overlays: string[] = [];
    for (const isPublic of [true, false]) {
      const { overlay } = await near.createOverlay({ public: isPublic });
      overlays.push(overlay);
      await near.put(
        overlay,
        many.map((text) => Buffer.from(text)),
      );
      await far.join(near.ticket(overlay));
      await until("the node behind it may write", () => far.writers(overlay) === "open");
      await far.put(overlay, [Buffer.from("from far")]);
    }
    const { script } = await bundleFor("./page.ts");
    const page = await servePage(t, {
      script,
      task: () => ({ tickets: overlays.map((overlay) => near.ticket(overlay)), say: SAID }),
    });
    openPage(t, chromium!, page.url);
    await until("the page runs", () => page.reports.length > 0);
    const expected = [...many, "from far", SAID].sort();
    for (const overlay of overlays) {
      const texts = () => page.texts(overlay);
      await until("the page has all", () => texts().length >= expected.length);
      assert.deepEqual(texts().sort(), expected, "each once, and opened");
      for (const node of [near, far]) {
        await until("a node has the page's", () => payloads(node, overlay).includes(SAID));
      }
    }
    assert.deepEqual(
      page.reports.filter(({ event }) => event === "defect" || event === "closed"),
      [],
    );
    const unsealed = [...near.list(overlays[1])].filter(
      ({ header: { content } }) => content.kind === "data" && content.notSealed,
    );
    assert.deepEqual(unsealed, [], "what the page writes in private is sealed in the page");
    const row = near.peers(overlays[1]!).find(({ via }) => via === "websocket");
    assert.match(row?.address ?? "", /^WebSocket from 127\.0\.0\.1$/);
  });

  test("has nothing where no node takes WebSockets", async (t) => {
    const near = await openNode(t);
    const { overlay } = await near.createOverlay({ public: true });
    await near.put(overlay, [Buffer.from("is held")]);
    const { script } = await bundleFor("./page.ts");
    const ticket = parseTicket(near.ticket(overlay)) as Ticket;
    const page = await servePage(t, {
      script,
      task: (port) => {
        const ws = [{ host: "127.0.0.1", port, path: "/dispersy", tls: false }];
        return { tickets: [formatTicket({ ...ticket, ws })], say: SAID };
      },
    });
    openPage(t, chromium!, page.url);
    await until("the page was refused", () =>
      page.reports.some(({ event }) => event === "closed" || event === "defect"),
    );
    assert.deepEqual(page.reports, [
      { event: "closed", url: `ws://127.0.0.1:${page.port}/dispersy` },
    ]);
    assert.ok(!payloads(near, overlay).includes(SAID), "it came by another way");
  });
});
