import { hostRandom } from "../random.ts";

/*
 * SNTP as in RFC 4330: what a client sends, and what it believes. Of a router in the own network only, which many homes
 * have their time from; no server that is somewhere else is asked.
 */

const PACKET_BYTES = 48;
/** Leap indicator 0, version 4, mode 3: client. */
const CLIENT = 0x23;
const SERVER_MODE = 4;
const UNSYNCHRONISED = 3;
const MAX_STRATUM = 15;
const ORIGINATE_AT = 24;
const TRANSMIT_AT = 40;
/** From 1900, where NTP counts from, to 1970. */
const UNIX_EPOCH_S = 2_208_988_800;
/** NTP counts anew from 2036 on (RFC 4330 section 3). */
const ERA_S = 2 ** 32;

/** The transmit timestamp is random: it says nothing of us, and only who received it can repeat it. */
export function sntpRequest(): Uint8Array {
  const request = new Uint8Array(PACKET_BYTES);
  request[0] = CLIENT;
  request.set(hostRandom.bytes(8), TRANSMIT_AT);
  return request;
}

/**
 * The time in an answer to `request`, Unix milliseconds; undefined when it is none, or of a clock that was never set.
 */
export function unixMsOf(answer: Uint8Array, request: Uint8Array): number | undefined {
  if (answer.length < PACKET_BYTES) return undefined;
  const [flags = 0, stratum = 0] = answer;
  if ((flags & 7) !== SERVER_MODE || flags >> 6 === UNSYNCHRONISED) return undefined;
  if (stratum < 1 || stratum > MAX_STRATUM) return undefined;
  const originate = answer.subarray(ORIGINATE_AT, ORIGINATE_AT + 8);
  if (Buffer.compare(originate, request.subarray(TRANSMIT_AT, TRANSMIT_AT + 8)) !== 0) {
    return undefined;
  }
  const view = new DataView(answer.buffer, answer.byteOffset + TRANSMIT_AT, 8);
  const seconds = view.getUint32(0);
  if (seconds === 0) return undefined;
  const era = seconds < UNIX_EPOCH_S ? ERA_S : 0;
  return (seconds + era - UNIX_EPOCH_S) * 1_000 + (view.getUint32(4) / 2 ** 32) * 1_000;
}
