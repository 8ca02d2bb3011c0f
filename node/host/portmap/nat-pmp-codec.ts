/** RFC 6886, the NAT Port Mapping Protocol: IPv4 only, one router. */

/** Section 3.5. */
export const PMP_RESULT = { success: 0, unsupportedVersion: 1 } as const;

const VERSION = 0;
const RESPONSE_BIT = 0x80;
const OPCODE = { address: 0, mapUdp: 1 } as const;
const ADDRESS_BYTES = 12;
const MAP_BYTES = 16;
/** What every answer begins with; an error need not be longer. */
const HEADER_BYTES = 8;

export interface PmpMapRequest {
  internalPort: number;
  /** What the router should assign, if it can; 0: any. */
  suggestedPort: number;
  /** Seconds; 0 deletes. */
  lifetimeS: number;
}

interface PmpHeader {
  /** PMP_RESULT or another code of section 3.5: an error. */
  result: number;
  /** Seconds since the router lost its state. */
  epochS: number;
}

export type PmpResponse =
  /** `ip`: 4 bytes of the router's public address; undefined in an error. */
  | (PmpHeader & { kind: "address"; ip: Uint8Array | undefined })
  | (PmpHeader & {
      kind: "map";
      /** All three undefined in an error. */
      internalPort: number | undefined;
      externalPort: number | undefined;
      lifetimeS: number | undefined;
    });

/** Asks for the public address (section 3.2). */
export function encodePmpAddress(): Uint8Array {
  return Uint8Array.of(VERSION, OPCODE.address);
}

/** 12 bytes (section 3.3). */
export function encodePmpMap({
  internalPort,
  suggestedPort,
  lifetimeS,
}: PmpMapRequest): Uint8Array {
  const bytes = new Uint8Array(12);
  bytes[0] = VERSION;
  bytes[1] = OPCODE.mapUdp;
  const view = new DataView(bytes.buffer);
  view.setUint16(4, internalPort);
  view.setUint16(6, suggestedPort);
  view.setUint32(8, lifetimeS);
  return bytes;
}

/** Reads an answer; undefined unless it is one of these two, whole. */
export function decodePmp(bytes: Uint8Array): PmpResponse | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const common = { result: view.getUint16(2), epochS: view.getUint32(4) };
  const isSuccess = common.result === PMP_RESULT.success;
  if (bytes[1] === (RESPONSE_BIT | OPCODE.address)) {
    if (!isSuccess) return { kind: "address", ...common, ip: undefined };
    if (bytes.length < ADDRESS_BYTES) return undefined;
    return { kind: "address", ...common, ip: bytes.slice(8, 12) };
  }
  if (bytes[1] !== (RESPONSE_BIT | OPCODE.mapUdp)) return undefined;
  if (isSuccess && bytes.length < MAP_BYTES) return undefined;
  return {
    kind: "map",
    ...common,
    internalPort: isSuccess ? view.getUint16(8) : undefined,
    externalPort: isSuccess ? view.getUint16(10) : undefined,
    lifetimeS: isSuccess ? view.getUint32(12) : undefined,
  };
}
