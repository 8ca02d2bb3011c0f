import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { dial } from "../../../node/host/carriers/websocket-client.ts";
import { scopeOf } from "../../../wire/address-scope.ts";

test("a name of which others told leads to no address that is not public, whatever it stands for", async (t) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const place = { host: "localhost", port, path: "/", tls: true };
  const isPublic = (ip: Uint8Array): boolean => scopeOf(ip) === "global";
  await assert.rejects(dial(place, {}, isPublic), /an address that is not a public one/);
  assert.equal(connections, 0, "nothing was connected to");
  await assert.rejects(dial(place, {}));
  assert.ok(connections > 0, "a place that the user named is");
});
