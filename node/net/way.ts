import type { Address } from "../../wire/address.ts";

/** How a datagram came. */
export interface Way {
  from: Address;
  /** The number of the socket. */
  via: number;
  /** Of the datagram. */
  bytes: number;
  /** Only who takes part in the overlay could make it. */
  isSealed: boolean;
}
