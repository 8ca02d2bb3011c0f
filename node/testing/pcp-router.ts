import { Address } from "../../wire/address.ts";
import type { VirtualClock } from "./clock.ts";
import type { Lan } from "./endpoint.ts";
import type { Network } from "./network.ts";

/** RFC 6887, the server's side, written from the RFC: it shares nothing with the client that it is to test. */
const PCP_PORT = 5_351;
const VERSION = 2;
const RESPONSE = 0x80;
const OPCODE = { announce: 0, map: 1 } as const;
const RESULT = { success: 0, unsupportedOpcode: 4, noResources: 8, addressMismatch: 12 } as const;
const HEADER_BYTES = 24;
const MAP_BYTES = 60;
const UDP = 17;
const MAX_LEASE_S = 7_200;

/** Makes a LAN's NAT device answer requests for ports, at the gateway's address. */
export function answerPcp(network: Network, lan: Lan, clock: VirtualClock): void {
  const gateway = network.bind(lan.gateway.withPort(PCP_PORT), lan);
  const startedMs = clock.now;
  gateway.receiver = (from, bytes) => {
    const answer = answerTo(from, bytes, lan, clock.now, startedMs);
    if (answer !== undefined) network.send(gateway, from, answer);
  };
}

function answerTo(
  from: Address,
  request: Uint8Array,
  { nat }: Lan,
  now: number,
  startedMs: number,
): Uint8Array | undefined {
  if (request.length < HEADER_BYTES || request[0] !== VERSION || request[1]! >= RESPONSE) return;
  const answer = new Uint8Array(request);
  const view = new DataView(answer.buffer);
  const opcode = request[1]!;
  const leaseS = Math.min(view.getUint32(4), MAX_LEASE_S);
  const finish = (result: number, lifetimeS: number): Uint8Array => {
    answer[1] = opcode | RESPONSE;
    answer[2] = 0;
    answer[3] = result;
    view.setUint32(4, lifetimeS);
    view.setUint32(8, Math.floor((now - startedMs) / 1_000));
    answer.fill(0, 12, HEADER_BYTES);
    return answer;
  };
  // Section 8.2: the client's address has to be the sender's.
  if (from.ip.some((byte, i) => byte !== request[20 + i])) return finish(RESULT.addressMismatch, 0);
  if (opcode === OPCODE.announce) return finish(RESULT.success, 0);
  if (opcode !== OPCODE.map || request.length !== MAP_BYTES || request[36] !== UDP) {
    return finish(RESULT.unsupportedOpcode, 0);
  }
  const [internalPort, suggestedPort] = [view.getUint16(40), view.getUint16(42)];
  const wanted = Address.of(nat.host, suggestedPort === 0 ? internalPort : suggestedPort)!;
  const outside = nat.forward(from.withPort(internalPort), wanted, now + leaseS * 1_000, now);
  if (outside === undefined) return finish(leaseS === 0 ? RESULT.success : RESULT.noResources, 0);
  view.setUint16(42, outside.port);
  answer.fill(0, 44, 54);
  answer.fill(255, 54, 56);
  answer.set(outside.ip, 56);
  return finish(RESULT.success, leaseS);
}
