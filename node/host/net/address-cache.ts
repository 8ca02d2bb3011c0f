import { Address } from "../../../wire/address.ts";

/** Peers of a node that talk to us at a time, with room to spare. */
const GENERATION_ENTRIES = 4_096;
/**
 * Of a tracker's clients: as many as are validated at a time, so that each is still in it with its next question, and
 * all tables find it by the text that they know already. Forged sources fill both generations to 63 MB.
 */
export const TRACKER_GENERATION_ENTRIES = 65_536;

/**
 * The Address of a datagram's sender, without parsing the same text again and again: that costs as much as a small
 * datagram. BOUNDED: two generations; what was not used during one is forgotten.
 */
export class AddressCache {
  private young = new Map<string, Address>();
  private old = new Map<string, Address>();
  readonly #most: number;

  /** Entries of a generation. */
  constructor(most = GENERATION_ENTRIES) {
    this.#most = most;
  }

  /** Undefined for what is no address of ours: port 0, or an IPv6 scope such as `fe80::1%eth0`. */
  get(host: string, port: number): Address | undefined {
    const key = `${host} ${port}`;
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const address = this.old.get(key) ?? Address.of(host, port);
    if (address === undefined) return undefined;
    if (this.young.size >= this.#most) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, address);
    return address;
  }
}
