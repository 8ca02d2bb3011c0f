import { EXIT, UserError } from "../../node/host/errors.ts";
import { type Kind, type NatOptions, WEB_PORTS } from "../lab/kinds/kinds.ts";
import { DEFAULT_LAB, type LabOptions } from "../lab/lab.ts";
import type { Host } from "../lab/plan.ts";
import type { TrialPair } from "../lab/trial.ts";
import { has, kindOf, opens } from "./nat-sides.ts";
import type { Cell } from "./nat-setups.ts";

/** How a pair is set up: which lab, and what in it. */
export interface Setting {
  lab: LabOptions;
  /** NAT entries per second that others in each LAN open. */
  foreign: { a: number; b: number };
  pair: TrialPair;
}

const ONE_HOME: readonly [Host, Host] = ["a", "a2"];

/** Throws a UserError for what the lab's NATs cannot be. */
export function settingOf({ pair: [a, b], loss, hops, flows }: Cell): Setting {
  const lab: LabOptions = { ...DEFAULT_LAB, loss, hops };
  const foreign = { a: 0, b: 0 };
  if (a === "same-lan") {
    const router: NatOptions = { kind: "apdf" };
    return { lab, foreign, pair: { a: router, b: router, hosts: ONE_HOME } };
  }
  if (a === "hairpin") {
    const router: NatOptions = { kind: "apdf-np", hairpin: true };
    const pair: TrialPair = { a: router, b: router, hosts: ONE_HOME };
    return { lab: { ...lab, isolated: true }, foreign, pair };
  }
  if (a === "double-nat") lab.doubleNat = [...lab.doubleNat, "a"];
  if (b === "double-nat") lab.doubleNat = [...lab.doubleNat, "b"];
  return {
    lab: { ...lab, ipv6: [a, b].every((side) => has(side, "ipv6")) },
    foreign: { a: foreignOf(a), b: foreignOf(b) },
    pair: { a: routerOf(a), b: routerOf(b), isClosed: !opens([a, b]), maxFlows: flows },
  };
}

/** Settings that are equal in this can share a lab. */
export function placeOf({ lab, foreign }: Setting): string {
  return JSON.stringify([lab, foreign]);
}

function foreignOf(side: string): number {
  return Number(/\+foreign=([0-9]+)/.exec(side)?.[1] ?? 0);
}

function routerOf(side: string): NatOptions {
  if (side === "double-nat") return { kind: "apdf" };
  const [, ...changes] = side.split("+");
  const options: NatOptions = { kind: kindOf(side) as Kind };
  for (const change of changes) {
    const [name = "", value] = change.split("=");
    const set = CHANGES[name];
    if (set === undefined) {
      throw new UserError(
        `the lab's NATs cannot be changed by "${name}".`,
        `Those that can: ${Object.keys(CHANGES).join(", ")}. The model knows the others: --sim.`,
        EXIT.usage,
      );
    }
    set(options, Number(value));
  }
  return options;
}

const CHANGES: Readonly<Record<string, (options: NatOptions, value: number) => void>> = {
  poisonable: (options) => (options.poisonable = true),
  quota: (options, value) => (options.sessionQuota = value),
  limit: (options, value) => (options.newFlowsPerSecond = value),
  web: (options) => (options.onlyPorts = WEB_PORTS),
  portmap: (options) => (options.portMapping = true),
  // Of the lab, not of a router, see `settingOf`.
  ipv6: () => {},
  foreign: () => {},
};
