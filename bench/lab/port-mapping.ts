import { readFileSync } from "node:fs";
import { processesIn } from "./namespaces.ts";

/**
 * A router that maps ports on request, as homes have it: Debian's miniupnpd (package miniupnpd-nftables), which speaks
 * UPnP IGD, NAT-PMP (RFC 6886) and PCP (RFC 6887). It keeps its rules in chains of its own.
 */
export const PORT_MAPPING_TABLE = `
table inet upnp {
chain miniupnpd { }
chain prerouting_miniupnpd { }
chain postrouting_miniupnpd { }
chain forward { type filter hook forward priority filter; policy accept; jump miniupnpd; }
chain prerouting { type nat hook prerouting priority dstnat; policy accept; jump prerouting_miniupnpd; }
chain postrouting { type nat hook postrouting priority srcnat; policy accept; jump postrouting_miniupnpd; }
}
`;

/** The daemon's name among the processes. */
const DAEMON = "miniupnpd";

const CONFIG = `ext_ifname=wan
listening_ip=lan
ipv6_disable=yes
enable_natpmp=yes
enable_upnp=yes
secure_mode=yes
min_lifetime=120
max_lifetime=86400
upnp_table_name=upnp
upnp_nat_table_name=upnp
uuid=00000000-0000-4000-8000-000000000000
allow 1024-65535 0.0.0.0/0 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
`;

/**
 * A program inside a network namespace has mounts of its own, so that its files, also the one of its process id, which
 * it removes at its end, exist for it alone and go with it.
 */
export const PORT_MAPPING_COMMAND = [
  "sh",
  "-c",
  `mount -t tmpfs lab /run && printf %s "$1" > /run/lab.conf && exec ${DAEMON} -d -f /run/lab.conf -P /run/lab.pid`,
  DAEMON,
  CONFIG,
];

/** Waits until it listens at the port of PCP and NAT-PMP, 5351: a router is there before its hosts. */
export const PORT_MAPPING_READY = [
  "sh",
  "-c",
  "for i in $(seq 300); do grep -q ':14E7 ' /proc/net/udp && exit; sleep 0.01; done; exit 1",
];

/** The daemons of a router, to be ended before its rules change. */
export function portMappersIn(namespace: string): number[] {
  return processesIn(namespace).filter((pid) => nameOf(pid) === DAEMON);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // ended meanwhile
  }
}
