import { Address } from "../../../wire/address.ts";
import { newSecretKey } from "../../../wire/identity.ts";
import { publicHost, SIM_PORT } from "../../../node/testing/addresses.ts";
import type { FaultPlan } from "../fault-plan.ts";
import type { OverlayKeys, World } from "../../../node/testing/world.ts";
import { Attacker } from "./attacker.ts";
import { LIARS } from "./address-liar.ts";
import { HOSTILE_KINDS, type HostileName } from "./kinds.ts";

/** Public hosts that are nobody's node: hostile ones, and those who have nothing to do with all this. */
const FIRST_HOSTILE_HOST = 15_000;
const VICTIM_HOSTS = [16_000, 16_001, 16_002];

export interface HostilePeer {
  name: HostileName;
  attacker: Attacker;
}

/** Addresses of people who have nothing to do with the overlay. */
export function victims(): Address[] {
  return VICTIM_HOSTS.map(addressOf);
}

/** The hostile peers of a plan, not yet started. `known`: nodes and trackers that everybody knows. */
export function hostilePeers(
  world: World,
  plan: FaultPlan,
  overlay: OverlayKeys,
  known: readonly Address[],
): HostilePeer[] {
  const { clock, network, crypto } = world;
  const names = plan.hostile.flatMap((name) => {
    return name === "address-liar" ? Array.from({ length: LIARS }, () => name) : [name];
  });
  return names.map((name, i) => {
    const random = world.random(`hostile/${i}`);
    const secret = newSecretKey(random);
    const endpoint = network.bind(addressOf(FIRST_HOSTILE_HOST + i));
    const parts = { clock, network, random, crypto, overlay, secret, endpoint, known };
    const options = { ...parts, victims: victims(), tracker: plan.hostileTrackers };
    return { name, attacker: new Attacker(options, HOSTILE_KINDS[name]) };
  });
}

function addressOf(host: number): Address {
  return Address.of(publicHost(host), SIM_PORT)!;
}
