import {
  BLOCK_PORTS,
  LOWEST_PORT_BASE,
  RANGE_PORTS,
  SEQUENCE_PORTS,
  type Allocation,
  type Behaviour,
} from "./kinds.ts";

/** nft text that gives a new UDP flow its external endpoint; a statement per line, the first that applies counts. */
export function mappingStatements(
  { mapping, allocation }: Behaviour,
  publicIp: string,
  portBase = LOWEST_PORT_BASE,
): string[] {
  if (mapping === "address-dependent")
    return ["snat ip addr . port to ip saddr . udp sport . ip daddr map @mapped", RANDOM(publicIp)];
  return [ALLOCATE[allocation](publicIp, portBase)];
}

/**
 * What an address-dependent mapping remembers: the first flow to an address chooses a port at random, later ones from
 * the same inside endpoint to the same address find it. To be filled after translation, see `learningRules`.
 */
export const MAPPED_SET =
  "map mapped { type ipv4_addr . inet_service . ipv4_addr : ipv4_addr . inet_service; flags dynamic,timeout; " +
  "timeout 120s; size 65535; }";
export const MAPPED_RULE =
  "ct direction original update @mapped { ct original ip saddr . ct original proto-src . ip daddr : ip saddr . udp " +
  "sport }";

const RANDOM = (ip: string): string => `snat to ${ip}:1024-65535 fully-random`;

/**
 * By itself the kernel maps endpoint-independently and, where a port is free and in the range, keeps it; `random` makes
 * it choose anew for every flow.
 */
const ALLOCATE: Record<Allocation, (ip: string, base: number) => string> = {
  preserving: (ip) => `snat to ${ip}`,
  range: (ip) => `snat to ${ip}:${RANGE_PORTS.low}-${RANGE_PORTS.high}`,
  random: RANDOM,
  block: (ip, base) => {
    const first = base - (base % BLOCK_PORTS);
    return `snat to ${ip}:${first}-${first + BLOCK_PORTS - 1} random`;
  },
  // A counter used as a port directly counts in the other byte order: in steps of 256.
  sequential: (ip, base) => {
    const ports = Array.from({ length: SEQUENCE_PORTS }, (_, i) => `${i} : ${ip} . ${base + i}`);
    return `snat ip addr . port to numgen inc mod ${SEQUENCE_PORTS} map { ${ports.join(", ")} }`;
  },
};
