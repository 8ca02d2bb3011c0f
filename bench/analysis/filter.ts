import { SEALING_BYTES } from "../../wire/sealed.ts";
import { capacityOf, functionsOf } from "../../node/sync/filter/bloom.ts";
import { encodedBytes } from "../../wire/encode.ts";
import { DEFAULT_DATAGRAM_BYTES, MAX_FILL, SALT_BYTES } from "../../wire/limits.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { Address } from "../../wire/address.ts";
import { filterBytes } from "../../wire/sizes.ts";

const EIGHT = new Uint8Array(SALT_BYTES).fill(1);
/** Fields that requests and responses share. */
const COMMON = {
  identifier: EIGHT,
  instance: EIGHT,
  destination: Address.of("11.1.1.1", 6_421)!,
  grant: EIGHT,
  nat: UNKNOWN_NAT,
};

/** The Bloom filter of one offer. */
export interface FilterModel {
  bits: number;
  /** Bundles it is dimensioned for: the C of the formulas. */
  capacity: number;
  /** Bits set per bundle. */
  functions: number;
  /**
   * Bundles at which it is fuller than a responder accepts, and so is not sent again: n of 1 - e^(-kn/m) = MAX_FILL.
   */
  fullAt: number;
}

export function filterModel(
  falsePositiveRate: number,
  datagramBytes: number = DEFAULT_DATAGRAM_BYTES,
): FilterModel {
  const bits = filterBytes(datagramBytes - SEALING_BYTES) * 8;
  const capacity = capacityOf(bits, falsePositiveRate);
  const functions = functionsOf(bits, capacity);
  return { bits, capacity, functions, fullAt: (-Math.log(1 - MAX_FILL) * bits) / functions };
}

/** Probability that a bundle seems present in a filter of `count` others: (1 - e^(-kn/m))^k. */
export function falsePositive({ bits, functions }: FilterModel, count: number): number {
  return (1 - Math.exp((-functions * count) / bits)) ** functions;
}

/**
 * UDP payload bytes of a request with a whole filter, and of the response that announces what follows: IPv4, no NAT.
 */
export function exchangeBytes(bundles: number, datagramBytes?: number): number {
  const clearBytes = (datagramBytes ?? DEFAULT_DATAGRAM_BYTES) - SEALING_BYTES;
  return requestBytes(filterBytes(clearBytes), bundles) + responseBytes(bundles);
}

/** UDP payload bytes of a request whose filter has so many, for times up to `high`: IPv4, no NAT. */
export function requestBytes(filter: number, high = 1): number {
  const subset = { low: 1, high, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 };
  const request = encodedBytes({
    kind: "introduction-request",
    ...COMMON,
    token: EIGHT,
    advice: false,
    offer: { kind: "bloom", subset, functions: 1, salt: EIGHT, filter: new Uint8Array(filter) },
  });
  return request + SEALING_BYTES;
}

/** UDP payload bytes of a response that says what follows. */
export function responseBytes(bundles: number): number {
  const response = encodedBytes({
    kind: "introduction-response",
    ...COMMON,
    validated: true,
    tracker: false,
    holdings: { count: bundles, globalTime: bundles, admitted: bundles },
    answer: { datagrams: 1, more: false },
  });
  return response + SEALING_BYTES;
}
