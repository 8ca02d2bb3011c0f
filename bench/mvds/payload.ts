import protobuf from "protobufjs/light.js";
import { ID_BYTES, type Message } from "./message.ts";

/** Everything that one peer is told in one epoch. */
export interface Payload {
  acks: Uint8Array[];
  offers: Uint8Array[];
  requests: Uint8Array[];
  messages: Message[];
  /** What the sender holds; not part of MVDS, whose programs skip the field. */
  available?: Available | undefined;
}

/** A Bloom filter over a subset of what is held: Dispersy's offer, in a record of its own. */
export interface Available {
  low: number;
  high: number;
  modulo: number;
  offset: number;
  functions: number;
  salt: Uint8Array;
  filter: Uint8Array;
}

/** Numbers of the fields: those of the published specification, or those of the reference program. */
export type Numbering = "rfc" | "small";

/** The first number of each type. */
const FIRST_FIELD = { rfc: { payload: 5001, message: 6001 }, small: { payload: 1, message: 1 } };
/** A long field number's tag is three bytes; a record of up to 127 bytes has one for its length, others two. */
const TAG_BYTES = { rfc: 3, small: 1 };
const LENGTH_BYTES = 2;

type Decoded = { [Field in keyof Payload]: unknown[] } & { available: Available | null };

export function emptyPayload(): Payload {
  return { acks: [], offers: [], requests: [], messages: [] };
}

/** Payloads as bytes: protobuf, by reflection, since two numberings are one schema. */
export class PayloadCodec {
  readonly #payload: protobuf.Type;
  readonly #message: protobuf.Type;
  readonly #tagBytes: number;

  constructor(numbering: Numbering) {
    const root = protobuf.Root.fromJSON(schema(numbering));
    this.#payload = root.lookupType("Payload");
    this.#message = root.lookupType("Message");
    this.#tagBytes = TAG_BYTES[numbering];
  }

  encode(payload: Payload): Uint8Array {
    return this.#payload.encode(payload as object as protobuf.Message).finish();
  }

  /** Undefined when it is none. Ids of another length are skipped, as unknown fields are. */
  decode(bytes: Uint8Array): Payload | undefined {
    let decoded: Decoded;
    try {
      decoded = this.#payload.decode(bytes) as object as Decoded;
    } catch {
      return undefined;
    }
    return {
      acks: ids(decoded.acks),
      offers: ids(decoded.offers),
      requests: ids(decoded.requests),
      messages: (decoded.messages as Message[]).map(plainMessage),
      ...(decoded.available != null && { available: plainAvailable(decoded.available) }),
    };
  }

  /** Bytes that a message takes of a payload. */
  messageBytes(message: Message): number {
    const { length } = this.#message.encode(message as object as protobuf.Message).finish();
    return this.#tagBytes + LENGTH_BYTES + length;
  }

  /** Bytes that an id takes of a payload. */
  get idBytes(): number {
    return this.#tagBytes + 1 + ID_BYTES;
  }

  /** The payload in as few pieces of at most so many bytes as its order allows; a larger record stands alone. */
  pieces(payload: Payload, mostBytes: number): Payload[] {
    const pieces: Payload[] = [];
    let left = 0;
    const room = (bytes: number): Payload => {
      if (bytes > left) {
        pieces.push(emptyPayload());
        left = mostBytes;
      }
      left -= bytes;
      return pieces.at(-1)!;
    };
    const { available } = payload;
    if (available !== undefined) room(mostBytes).available = available;
    for (const kind of ["acks", "offers", "requests"] as const) {
      for (const id of payload[kind]) room(this.idBytes)[kind].push(id);
    }
    for (const message of payload.messages) room(this.messageBytes(message)).messages.push(message);
    return pieces;
  }
}

function schema(numbering: Numbering): protobuf.INamespace {
  const first = FIRST_FIELD[numbering];
  const manyIds = (id: number) => ({ rule: "repeated", type: "bytes", id });
  return {
    nested: {
      Payload: {
        fields: {
          acks: manyIds(first.payload),
          offers: manyIds(first.payload + 1),
          requests: manyIds(first.payload + 2),
          messages: { rule: "repeated", type: "Message", id: first.payload + 3 },
          available: { type: "Available", id: first.payload + 4 },
        },
      },
      Message: {
        fields: {
          groupId: { type: "bytes", id: first.message },
          timestamp: { type: "int64", id: first.message + 1 },
          body: { type: "bytes", id: first.message + 2 },
        },
      },
      Available: {
        fields: {
          low: { type: "uint64", id: 1 },
          high: { type: "uint64", id: 2 },
          modulo: { type: "uint32", id: 3 },
          offset: { type: "uint32", id: 4 },
          functions: { type: "uint32", id: 5 },
          salt: { type: "bytes", id: 6 },
          filter: { type: "bytes", id: 7 },
        },
      },
    },
  };
}

function ids(found: unknown[]): Uint8Array[] {
  return (found as Uint8Array[]).filter(({ length }) => length === ID_BYTES);
}

/** 64-bit numbers come as objects. */
function plainMessage({ groupId, timestamp, body }: Message): Message {
  return { groupId, timestamp: Number(timestamp), body };
}

function plainAvailable(available: Available): Available {
  const { modulo, offset, functions, salt, filter } = available;
  const [low, high] = [Number(available.low), Number(available.high)];
  return { low, high, modulo, offset, functions, salt, filter };
}
