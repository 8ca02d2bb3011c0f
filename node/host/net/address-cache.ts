import { Address } from "../../../wire/address.ts";

/** Peers that talk to us at a time, with room to spare: parsing an address costs as much as a small datagram. */
const GENERATION_ENTRIES = 4_096;

/**
 * The Address of a datagram's sender, without parsing the same text again and again.
 * BOUNDED: two generations of GENERATION_ENTRIES; what was not used during one is forgotten.
 */
export class AddressCache {
  private young = new Map<string, Address>();
  private old = new Map<string, Address>();

  /** Undefined for what is no address of ours: port 0, or an IPv6 scope such as `fe80::1%eth0`. */
  get(host: string, port: number): Address | undefined {
    const key = `${host} ${port}`;
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const address = this.old.get(key) ?? Address.of(host, port);
    if (address === undefined) return undefined;
    if (this.young.size >= GENERATION_ENTRIES) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, address);
    return address;
  }
}
