import type { NatOptions } from "./kinds.ts";

/** Sets that the options of `limitRules` need. */
export function limitSets(options: NatOptions): string[] {
  const seconds = options.outboundRefreshSeconds;
  return [
    "set sessions { type ipv4_addr; flags dynamic; size 256; }",
    "set newflows { type ipv4_addr; flags dynamic; size 256; }",
    ...(seconds === undefined
      ? []
      : [
          `set refreshed { type ipv4_addr . inet_service; flags dynamic,timeout; timeout ${seconds}s; size 65535; }`,
        ]),
  ];
}

/** nft text for the forward chain, before anything is accepted: what the router refuses to carry. */
export function limitRules(options: NatOptions): string[] {
  const { kind, onlyPorts, sessionQuota, newFlowsPerSecond, outboundRefreshSeconds } = options;
  const fresh = 'iifname "lan" meta l4proto udp ct state new';
  const rules: string[] = [];
  if (kind === "blocked") rules.push("meta l4proto udp drop");
  if (onlyPorts !== undefined)
    rules.push(
      `iifname "lan" meta l4proto { tcp, udp } th dport != { ${onlyPorts.join(", ")} } drop`,
    );
  if (newFlowsPerSecond !== undefined) {
    const rate = `limit rate over ${newFlowsPerSecond}/second burst ${newFlowsPerSecond} packets`;
    rules.push(`${fresh} add @newflows { ip saddr ${rate} } drop`);
  }
  if (sessionQuota !== undefined)
    rules.push(`${fresh} add @sessions { ip saddr ct count over ${sessionQuota} } drop`);
  if (outboundRefreshSeconds !== undefined)
    rules.push(
      'iifname "lan" meta l4proto udp update @refreshed { ip saddr . udp sport }',
      'iifname "wan" meta l4proto udp ip daddr . udp dport != @refreshed drop',
    );
  return rules;
}
