import { Address } from "../../../wire/address.ts";

/** RFC 6887, the Port Control Protocol, as far as a client of IPv4 mappings needs it. */

export const PCP_VERSION = 2;
/** A MAP nonce: 96 bits that only whoever saw the request can repeat (section 11.1). */
export const PCP_NONCE_BYTES = 12;

/** Section 7.4. */
export const PCP_RESULT = { success: 0, unsupportedVersion: 1, unsupportedOpcode: 4 } as const;

const HEADER_BYTES = 24;
const MAP_BYTES = HEADER_BYTES + 36;
/** Section 7: longer ones are malformed. */
const MAX_BYTES = 1_100;
const RESPONSE_BIT = 0x80;
const OPCODE = { announce: 0, map: 1 } as const;
const UDP = 17;

export interface PcpMapRequest {
  /** The socket that is to be reached, IPv4. */
  internal: Address;
  /** PCP_NONCE_BYTES bytes; renewing and deleting repeat those of the first request. */
  nonce: Uint8Array;
  /** Seconds; 0 deletes. */
  lifetimeS: number;
  /** What the server should assign, if it can. */
  suggested?: Address;
}

/** What every answer says. */
interface PcpHeader {
  /** PCP_RESULT or another code of section 7.4: an error. */
  result: number;
  /** Seconds that the mapping lives, or that an error lasts. */
  lifetimeS: number;
  /** Seconds since the server lost its state. */
  epochS: number;
}

export type PcpResponse =
  | (PcpHeader & { kind: "announce" })
  | (PcpHeader & {
      kind: "map";
      nonce: Uint8Array;
      internalPort: number;
      /** Undefined in an error, or when it is not an IPv4 address and a port. */
      external: Address | undefined;
    });

/** 24 bytes: asks for nothing but an answer (section 14.1). */
export function encodePcpAnnounce(client: Address): Uint8Array {
  return header(OPCODE.announce, HEADER_BYTES, 0, client);
}

/** 60 bytes (section 11.1). */
export function encodePcpMap(request: PcpMapRequest): Uint8Array {
  const { internal, nonce, lifetimeS, suggested } = request;
  const bytes = header(OPCODE.map, MAP_BYTES, lifetimeS, internal);
  bytes.set(nonce, 24);
  bytes[36] = UDP;
  const view = viewOf(bytes);
  view.setUint16(40, internal.port);
  view.setUint16(42, suggested?.port ?? 0);
  bytes.set(mapped(suggested?.ip ?? new Uint8Array(4)), 44);
  return bytes;
}

/** Reads an answer; undefined unless it is one of these two, whole (section 8.3). */
export function decodePcp(bytes: Uint8Array): PcpResponse | undefined {
  const { length } = bytes;
  if (length < HEADER_BYTES || length > MAX_BYTES || length % 4 !== 0) return undefined;
  if (bytes[0] !== PCP_VERSION) return undefined;
  const view = viewOf(bytes);
  const common = { result: bytes[3]!, lifetimeS: view.getUint32(4), epochS: view.getUint32(8) };
  if (bytes[1] === (RESPONSE_BIT | OPCODE.announce)) return { kind: "announce", ...common };
  if (bytes[1] !== (RESPONSE_BIT | OPCODE.map) || length < MAP_BYTES) return undefined;
  if (bytes[36] !== UDP) return undefined;
  return {
    kind: "map",
    ...common,
    nonce: bytes.slice(24, 36),
    internalPort: view.getUint16(40),
    external: common.result === PCP_RESULT.success ? externalOf(bytes) : undefined,
  };
}

function header(opcode: number, length: number, lifetimeS: number, client: Address): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = PCP_VERSION;
  bytes[1] = opcode;
  viewOf(bytes).setUint32(4, lifetimeS);
  bytes.set(mapped(client.ip), 8);
  return bytes;
}

/** Section 5: IPv4 addresses are written `::ffff:a.b.c.d`. */
function mapped(ip: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set([0xff, 0xff], 10);
  bytes.set(ip, 12);
  return bytes;
}

function externalOf(bytes: Uint8Array): Address | undefined {
  const isIpv4 = bytes.subarray(44, 54).every((byte) => byte === 0) && bytes[54] === 255;
  if (!isIpv4 || bytes[55] !== 255) return undefined;
  return Address.ofBytes(Uint8Array.of(...bytes.subarray(56, 60), bytes[42]!, bytes[43]!));
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
