import { Address } from "../../wire/address.ts";
import { SIM_PORT } from "./addresses.ts";
import type { Firewall } from "./firewall.ts";
import type { NatDevice } from "./nat.ts";
import type { SeededRandom } from "./random.ts";
import type { Traffic } from "./traffic.ts";

/** Called for every datagram that arrives. `bytes` is not copied: neither side may change it. */
export type Receiver = (from: Address, bytes: Uint8Array) => void;

/** The gateway is .1. */
const FIRST_HOST = 2;
const MAX_LAN_HOSTS = 253;

/** A bound socket. */
export class Endpoint {
  /** The address it is bound to: a private one behind a NAT device. */
  address: Address;
  readonly lan: Lan | undefined;
  /** Decides over the datagrams sent from here. */
  readonly random: SeededRandom;
  readonly sent: Traffic = { datagrams: 0, bytes: 0 };
  readonly received: Traffic = { datagrams: 0, bytes: 0 };
  /** In front of a public address. */
  firewall: Firewall | undefined;
  /** Undefined while no process listens. */
  receiver: Receiver | undefined;

  constructor(address: Address, lan: Lan | undefined, random: SeededRandom) {
    this.address = address;
    this.lan = lan;
    this.random = random;
  }
}

/** Hosts with private addresses, 192.168.n.0/24, behind one NAT device, which may itself be a host of another LAN. */
export class Lan {
  nat: NatDevice;
  /** Where the NAT device's outside address is, when that is not public. */
  readonly outer: Lan | undefined;
  /** Third octet of the subnet. */
  readonly subnet: number;
  /** By address. BOUNDED: by MAX_LAN_HOSTS and the sockets of each. */
  readonly endpoints = new Map<string, Endpoint>();
  /** Who listens to what is sent to all, by an address of its. BOUNDED: by MAX_LAN_HOSTS. */
  readonly listeners = new Map<string, Receiver>();
  #hosts = 0;

  constructor(nat: NatDevice, subnet: number, outer?: Lan) {
    this.nat = nat;
    this.subnet = subnet;
    this.outer = outer;
  }

  get gateway(): Address {
    return Address.of(`192.168.${this.subnet}.1`, SIM_PORT)!;
  }

  /** The next host's IP, as text. */
  nextHost(): string {
    if (this.#hosts >= MAX_LAN_HOSTS) throw new RangeError("the LAN is full");
    return `192.168.${this.subnet}.${FIRST_HOST + this.#hosts++}`;
  }
}
