import type { Check } from "./finding.ts";
import { clock } from "./clock.ts";
import { disk } from "./disk.ts";
import { ipv6 } from "./ipv6.ts";
import { keys } from "./keys.ts";
import { lan } from "./lan.ts";
import { nat } from "./nat.ts";
import { node } from "./node.ts";
import { permissions } from "./permissions.ts";
import { ports } from "./ports.ts";
import { router } from "./router.ts";
import { store } from "./store.ts";
import { trackers } from "./trackers.ts";
import { udp } from "./udp.ts";
import { version } from "./version.ts";

/** In the order in which they are shown: this machine, then its network, then others. */
export const CHECKS: readonly Check[] = [
  { name: "version", look: version },
  { name: "permissions", look: permissions },
  { name: "disk", look: disk },
  { name: "store", look: store },
  { name: "keys", look: keys },
  { name: "clock", look: clock },
  { name: "node", look: node },
  { name: "ports", look: ports },
  { name: "router", look: router },
  { name: "lan", look: lan },
  { name: "udp", look: udp },
  { name: "ipv6", look: ipv6 },
  { name: "trackers", look: trackers },
  { name: "nat", look: nat },
];
