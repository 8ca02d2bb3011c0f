// Sends with hop limits 64, 3, 64 over IPv4 and IPv6 in a network of its own, where the kernel drops what has 3. Not a
// test.
import { createLog } from "../../node/host/log.ts";
import { UdpSockets } from "../../node/host/net/udp.ts";
import { Address } from "../../wire/address.ts";

const heard: string[] = [];
const sockets = new UdpSockets(createLog({ level: "silent" }), (_, via, bytes) =>
  heard.push(`${via} ${Buffer.from(bytes).toString()}`),
);
await sockets.bind(4, "127.0.0.1", 0);
await sockets.bind(6, "::1", 0);
for (const [via, { family, host, port }] of sockets.bound.entries()) {
  const [opened] = (await sockets.open(family, 1)) as [number];
  const to = Address.of(host, port)!;
  for (const from of [via, opened]) {
    sockets.send(to, from, Buffer.from("before"));
    sockets.send(to, from, Buffer.from("low"), 3);
    sockets.send(to, from, Buffer.from("after"));
  }
}
await new Promise((resolve) => setTimeout(resolve, 200));
process.stdout.write(JSON.stringify(heard));
await sockets.close();
