/** What `sysctl -w` sets in a namespace of the lab before its wires come. */
export function settingsOf(router: boolean, ipv6: boolean): string[] {
  return [
    ...SETTINGS,
    ...(ipv6 ? IPV6_SETTINGS : NO_IPV6_SETTINGS),
    ...(router ? ROUTER_SETTINGS : []),
  ];
}

/** Paths are not checked for symmetry. */
const SETTINGS = ["net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"];
/** Unless asked: a home without IPv6 is the hard case. */
const NO_IPV6_SETTINGS = [
  "net.ipv6.conf.all.disable_ipv6=1",
  "net.ipv6.conf.default.disable_ipv6=1",
];
const IPV6_SETTINGS = ["net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.default.accept_ra=0"];
const ROUTER_SETTINGS = [
  // What stays in a LAN does not pass the NAT; with this module it would. Where it is not loaded there is no such
  // setting.
  "net.bridge.bridge-nf-call-iptables=0",
  "net.ipv4.ip_forward=1",
  "net.ipv6.conf.all.forwarding=1",
  // Two hosts at one device are not to be told of each other: hairpin would become a LAN.
  "net.ipv4.conf.all.send_redirects=0",
  "net.ipv4.conf.default.send_redirects=0",
];
