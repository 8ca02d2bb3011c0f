import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket } from "ws";
import { parseWebSocketListen } from "../../node/host/carriers/websocket-listen.ts";
import { openNode, payloads, until } from "../host/support.ts";

test("a stranger's page is let in, and hears nothing of what others say by WebSocket", async (t) => {
  const node = await openNode(t, { ws: { listen: parseWebSocketListen("127.0.0.1:0") } });
  await node.createOverlay();
  const stranger = new WebSocket(`ws://${node.webSockets}/dispersy`, {
    origin: "https://stranger.example",
  });
  t.after(() => stranger.terminate());
  let heard = 0;
  stranger.on("message", () => heard++);
  await once(stranger, "open");
  for (const bytes of [1, 100, 1_200]) stranger.send(Buffer.alloc(bytes, 10));
  const other = await openNode(t, { wsOnly: true });
  await other.join(node.ticket());
  await node.put(undefined, [Buffer.from("for members")]);
  await until("another one has it", () => payloads(other).includes("for members"));
  assert.equal(heard, 0, "datagrams that it heard");
  assert.equal(stranger.readyState, WebSocket.OPEN, "what it sends is dropped, and not it");
});
