/**
 * Keeps a port of a real router mapped by UPnP, and says so: `node upnp-client.ts HOST ROUTER`. Prints the external
 * address whenever it changes; gives the port back when its input ends.
 */
import { PACE } from "../../node/host/portmap/mapper.ts";
import { PortMapping } from "../../node/host/portmap/portmap.ts";
import { createLog } from "../../node/host/log.ts";
import { hostRandom } from "../../node/host/random.ts";
import { Address } from "../../wire/address.ts";

const [host, router] = process.argv.slice(2) as [string, string];
const mapping = new PortMapping({
  log: createLog({ level: "silent" }),
  random: hostRandom,
  nonce: new Uint8Array(12),
  onChange: (_, address) => console.log(address?.key ?? "none"),
  pace: { ...PACE, pollMs: 500 },
});
mapping.update({
  via: 0,
  internal: Address.of(host, 6_421)!,
  // Nobody answers PCP or NAT-PMP there.
  server: Address.of(router, 9)!,
  search: [Address.of(router, 1_900)!],
});
process.stdin.on("end", () => void mapping.close()).resume();
