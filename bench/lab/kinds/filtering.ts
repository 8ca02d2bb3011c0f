import type { Filtering } from "./kinds.ts";

/**
 * The kernel's own filtering is address-and-port-dependent: what belongs to no flow comes in for nobody. Laxer ones
 * need to know which inside endpoint holds an external port; ADF also who was sent to from it.
 */
export const INSIDE_SETS = [
  "map inside { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout 120s; size 65535; }",
  "set sentto { type inet_service . ipv4_addr; flags dynamic,timeout; timeout 120s; size 65535; }",
];

/**
 * Fills them. It has to be a filter chain after source NAT (priority 100): there the port is the external one already,
 * and every packet passes; in a NAT chain only the first of a flow does, so that entries would expire under traffic.
 */
export const INSIDE_RULES = [
  "ct direction original update @inside { udp sport : ct original ip saddr . ct original proto-src }",
  "ct direction reply update @inside { udp sport : ct reply ip saddr . ct reply proto-src }",
  "update @sentto { udp sport . ip daddr }",
];

const TO_INSIDE = "dnat ip addr . port to udp dport map @inside";

/** nft text for the destination of a datagram from outside that belongs to no flow. */
export function filteringRules(filtering: Filtering): string[] {
  switch (filtering) {
    case "endpoint-independent":
      return [`iifname "wan" meta l4proto udp ${TO_INSIDE}`];
    case "address-dependent":
      return [`iifname "wan" meta l4proto udp udp dport . ip saddr @sentto ${TO_INSIDE}`];
    case "address-and-port-dependent":
      return [];
  }
}

/** A host inside that sends to the external address of another one. */
export function hairpinRule(publicIp: string): string {
  return `iifname "lan" ip daddr ${publicIp} meta l4proto udp ${TO_INSIDE}`;
}
