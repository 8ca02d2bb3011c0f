import type { Address } from "../wire/address.ts";
import { equalBytes } from "../wire/bytes.ts";
import type { NatSummary } from "../wire/message.ts";
import { addressGroup } from "../wire/address-scope.ts";
import type { PathKind } from "./outcomes.ts";
import { classOf, type NatClass, type Strategy } from "./strategy.ts";

/** As long as an introduction counts: what was named earlier may be somewhere else by now. */
export const ATTEMPT_LIFETIME_MS = 27_500;
/**
 * Introducers that the user named, in so many address groups, make a burst of datagrams to an IP acceptable. They have
 * to agree on what its NAT does as well: one that lies could else have us search for somebody whom a puncture reaches.
 */
export const VOUCHERS_NEEDED = 2;
/** Introductions of one pair that its two sides can still recognise. */
const MAX_NAMINGS = 8;

/** What one introduction, or one puncture-request, says of the other side. */
export interface Naming {
  /** As the introducer observed it. */
  readonly address: Address;
  readonly nat: NatSummary;
  readonly nonce: Uint8Array;
  /** The introducer, if it is one that the user named. */
  readonly voucher: Address | undefined;
  /** Whether the other side asked for us. */
  readonly sought: boolean;
}

/** What an introducer that the user named says of the other side. */
interface Voucher {
  readonly group: string;
  readonly natClass: NatClass;
  /** Its main socket's port as this introducer sees it: another one is that of a fresh socket. */
  readonly mainPort: number;
}

/** How a path was opened, and how long after the other side was named. */
export interface Opened {
  readonly strategy: PathKind;
  readonly ms: number;
}

/** `asking`: we were introduced to it. `asked`: somebody asked us to puncture. */
export type AttemptRole = "asking" | "asked";

/**
 * `named`: a plain puncture is under way. `preparing`: witnesses, sockets or samples are being gathered. `searching`:
 * probes leave. `hit`: one arrived, its sender is being asked. `over`: the path is open, or given up.
 */
export type AttemptPhase = "named" | "preparing" | "searching" | "hit" | "over";

/**
 * What is known of one try to open a path to one run of a node, on either side. That its holder is really at the IP is
 * vouched for by introducers of several address groups that the user named: one hostile introducer cannot have anybody
 * flooded.
 */
export class Attempt {
  readonly instance: string;
  readonly role: AttemptRole;
  readonly namedMs: number;
  phase: AttemptPhase = "named";
  strategy: Strategy = "puncture";
  /** Datagrams sent for it, the first punctures included. */
  probes = 0;
  /** Introductions to it that we asked for. */
  seeks = 0;
  /** Whether it is planned already to look at it again. */
  isAwaited = false;
  /** Whether the user asked for this path: then it is worth every effort. */
  demanded = false;
  /** Once the path is open. */
  opened: Opened | undefined;
  nat: NatSummary;
  /** The other side's newest port, when it asked for us from a fresh socket; taken away by whoever has used it. */
  sample: Address | undefined;
  /** By address. BOUNDED: by the introducers that the user named. */
  readonly #vouchers = new Map<string, Voucher>();
  /** The newest last. BOUNDED: by MAX_NAMINGS. */
  #namings: { nonce: Uint8Array; address: Address }[] = [];

  constructor(instance: string, role: AttemptRole, naming: Naming, now: number) {
    this.instance = instance;
    this.role = role;
    this.namedMs = now;
    this.nat = naming.nat;
    this.#note(naming);
  }

  /** Another introducer names the same run. False: at another IP, and so it does not count. */
  namedAgain(naming: Naming): boolean {
    if (!equalBytes(naming.address.ip, this.address.ip)) return false;
    this.#note(naming);
    return true;
  }

  /** Whether enough introducers that the user named have seen it at its IP, behind such a NAT. */
  get isVouchedFor(): boolean {
    return this.#agreeing(this.nat) >= VOUCHERS_NEEDED;
  }

  /** Whether this introducer is one of them. */
  hasVoucher({ key }: Address): boolean {
    return this.#vouchers.get(key)?.natClass === classOf(this.nat);
  }

  /** Whether anybody whom the user named has named it. */
  get isCredible(): boolean {
    return this.#vouchers.size > 0;
  }

  /** Where it was named last. */
  get address(): Address {
    return this.#namings.at(-1)!.address;
  }

  /** All addresses, at one IP, where it was named. */
  get addresses(): Address[] {
    return this.#namings.map(({ address }) => address);
  }

  /** What our probes carry: the other side knows it. */
  get nonce(): Uint8Array {
    return this.#namings.at(-1)!.nonce;
  }

  /** Whether a puncture with this nonce, from there, is the other side's. */
  matches(nonce: Uint8Array, from: Address): boolean {
    if (!equalBytes(from.ip, this.address.ip)) return false;
    return this.#namings.some((naming) => equalBytes(naming.nonce, nonce));
  }

  hasLapsed(now: number): boolean {
    return now >= this.namedMs + ATTEMPT_LIFETIME_MS;
  }

  #note(naming: Naming): void {
    const { nonce, voucher, address, nat } = naming;
    // A copy: it would keep the whole datagram in memory.
    const noted = { nonce: new Uint8Array(nonce), address };
    if (voucher === undefined && this.isCredible) return this.#noteStrangers(noted);
    this.#namings.push(noted);
    if (this.#namings.length > MAX_NAMINGS) this.#namings.shift();
    if (voucher !== undefined) this.#noteVoucher(voucher, naming);
    if (voucher === undefined || !this.isVouchedFor || this.#agreeing(nat) >= VOUCHERS_NEEDED) {
      this.nat = nat;
    }
  }

  /**
   * Whoever seeks us does so from its main socket first, and one introducer sees that at one port whatever its NAT
   * does.
   */
  #noteVoucher({ key, ip }: Address, { address, nat, sought }: Naming): void {
    const mainPort = this.#vouchers.get(key)?.mainPort ?? address.port;
    this.#vouchers.set(key, { group: addressGroup(ip), natClass: classOf(nat), mainPort });
    if (sought && address.port !== mainPort) this.sample = address;
  }

  /** Somebody whom the user did not name: good for recognising the other side, and for nothing else. */
  #noteStrangers(naming: { nonce: Uint8Array; address: Address }): void {
    if (this.#namings.length < MAX_NAMINGS) this.#namings.unshift(naming);
  }

  #agreeing(nat: NatSummary): number {
    const natClass = classOf(nat);
    const said = [...this.#vouchers.values()].filter((voucher) => voucher.natClass === natClass);
    return new Set(said.map(({ group }) => group)).size;
  }
}
