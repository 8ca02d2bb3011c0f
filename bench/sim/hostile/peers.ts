import { Address } from "../../../wire/address.ts";
import { newSecretKey } from "../../../wire/identity.ts";
import { publicHost, SIM_PORT } from "../addresses.ts";
import type { FaultPlan } from "../fault-plan.ts";
import type { OverlayKeys, World } from "../world.ts";
import { Attacker } from "./attacker.ts";
import { HOSTILE_KINDS } from "./kinds.ts";

/** Public hosts that are nobody's node: hostile ones, and those who have nothing to do with all this. */
const FIRST_HOSTILE_HOST = 15_000;
const VICTIM_HOSTS = [16_000, 16_001, 16_002];

/** The hostile peers of a plan, not yet started. `known`: nodes and trackers that everybody knows. */
export function hostilePeers(
  world: World,
  plan: FaultPlan,
  overlay: OverlayKeys,
  known: readonly Address[],
): Attacker[] {
  const { clock, network, crypto } = world;
  const victims = VICTIM_HOSTS.map(addressOf);
  return plan.hostile.map((name, i) => {
    const random = world.random(`hostile/${i}`);
    const secret = newSecretKey(random);
    const endpoint = network.bind(addressOf(FIRST_HOSTILE_HOST + i));
    const parts = { clock, network, random, crypto, overlay, secret, endpoint, known, victims };
    return new Attacker({ ...parts, tracker: plan.hostileTrackers }, HOSTILE_KINDS[name]);
  });
}

function addressOf(host: number): Address {
  return Address.of(publicHost(host), SIM_PORT)!;
}
