import type { LocalNetwork } from "../../../nat/network.ts";
import { systemErrorOf } from "../system-error.ts";
import { type Exits } from "../net/network-order.ts";
import { findExits, localNetworks } from "../net/networks.ts";

/** Our subnets, and where the system goes out. */
export interface Networks {
  own: readonly LocalNetwork[];
  exits: Exits;
  /** Why the system does not tell, as without netlink: then nothing is known, and nothing wrong. */
  unreadable?: string;
}

export async function readNetworks(): Promise<Networks> {
  try {
    const exits = await findExits();
    return { own: localNetworks(exits), exits };
  } catch (error) {
    const exits = { gateways: new Map<string, Uint8Array>(), sources: [] };
    return { own: [], exits, unreadable: systemErrorOf(error) };
  }
}
