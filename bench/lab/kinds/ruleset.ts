import { INSIDE_RULES, INSIDE_SETS, filteringRules, hairpinRule } from "./filtering.ts";
import { NAT_KINDS, type Behaviour, type NatOptions } from "./kinds.ts";
import { limitRules, limitSets } from "./limits.ts";
import { MAPPED_RULE, MAPPED_SET, mappingStatements } from "./mapping.ts";

/** Where a router stands. */
export interface Place {
  /** Its external address. */
  publicIp: string;
  /** The network of the other side: what crosses to and from it is counted. */
  otherNetwork: string;
  /** Likewise of IPv6. */
  otherNetwork6: string;
}

/**
 * The whole nft rule set of a router with the devices `lan` and `wan`. Counters, for the traffic that goes directly to
 * the other side: `direct_out` and `direct_in` datagrams, `direct_flows` NAT entries made; `hairpin`: datagrams that
 * went out where they came from.
 */
export function rulesetOf(options: NatOptions, place: Place): string {
  const { kind } = options;
  const nat = kind === "open" ? [] : natChains(options, NAT_KINDS[translationOf(kind)], place);
  return [
    "flush ruleset",
    "table ip lab {",
    "counter direct_out { }",
    "counter direct_in { }",
    "counter direct_flows { }",
    "counter hairpin { }",
    ...limitSets(options),
    ...nat,
    ...chain("forward", "filter", "forward priority filter", "drop", [
      ...limitRules(options),
      ...(kind === "open" ? ["accept"] : []),
      "ct state established,related accept",
      'iifname "lan" accept',
      "ct status dnat accept",
    ]),
    ...chain("input", "filter", "input priority filter", options.poisonable ? "accept" : "drop", [
      'iifname { "lan", "lo" } accept',
      "meta l4proto icmp accept",
    ]),
    ...chain("crossing", "filter", "postrouting priority 300", "accept", [
      `oifname "wan" meta l4proto udp ip daddr ${place.otherNetwork} counter name direct_out`,
      `oifname "lan" meta l4proto udp ip saddr ${place.otherNetwork} counter name direct_in`,
      'iifname "lan" oifname "lan" meta l4proto udp counter name hairpin',
    ]),
    "}",
    ...firewall6(kind, place.otherNetwork6),
    "",
  ].join("\n");
}

/** IPv6 is not translated; a home lets in what belongs to a flow from inside (RFC 6092, with APDF). */
function firewall6(kind: NatOptions["kind"], otherNetwork6: string): string[] {
  return [
    "table ip6 lab {",
    "counter direct_out { }",
    "counter direct_in { }",
    ...chain("forward", "filter", "forward priority filter", "drop", [
      ...(kind === "blocked" ? ["meta l4proto udp drop"] : []),
      ...(kind === "open" ? ["accept"] : []),
      "ct state established,related accept",
      'iifname "lan" accept',
    ]),
    ...chain("crossing", "filter", "postrouting priority 300", "accept", [
      `oifname "wan" meta l4proto udp ip6 daddr ${otherNetwork6} counter name direct_out`,
      `oifname "lan" meta l4proto udp ip6 saddr ${otherNetwork6} counter name direct_in`,
    ]),
    "}",
  ];
}

/** A router that blocks UDP translates what else there is like the usual one. */
function translationOf(kind: Exclude<NatOptions["kind"], "open">): keyof typeof NAT_KINDS {
  return kind === "blocked" ? "apdf" : kind;
}

function natChains(options: NatOptions, behaviour: Behaviour, place: Place): string[] {
  const { publicIp, otherNetwork } = place;
  const mapping = mappingStatements(behaviour, publicIp, options.portBase);
  return [
    ...INSIDE_SETS,
    MAPPED_SET,
    ...chain("prerouting", "nat", "prerouting priority dstnat", "accept", [
      ...filteringRules(behaviour.filtering),
      ...(options.hairpin ? [hairpinRule(publicIp)] : []),
    ]),
    "chain translate {",
    ...mapping.map((statement) => `meta l4proto udp ${statement}`),
    "}",
    ...chain("postrouting", "nat", "postrouting priority srcnat", "accept", [
      // Only the first packet of a flow passes a NAT chain, so this counts flows.
      `oifname "wan" meta l4proto udp ip daddr ${otherNetwork} counter name direct_flows`,
      'oifname "wan" jump translate',
      'iifname "lan" oifname "lan" ct status dnat jump translate',
      'oifname "wan" masquerade',
    ]),
    ...chain(
      "learn",
      "filter",
      "postrouting priority 150",
      "accept",
      [...INSIDE_RULES, MAPPED_RULE].map((rule) => `oifname "wan" meta l4proto udp ${rule}`),
    ),
  ];
}

function chain(
  name: string,
  type: "nat" | "filter",
  hook: string,
  policy: "accept" | "drop",
  rules: string[],
): string[] {
  return [`chain ${name} {`, `type ${type} hook ${hook}; policy ${policy};`, ...rules, "}"];
}
