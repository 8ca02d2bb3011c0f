import type { Address } from "../../wire/address.ts";

/** Nanosecond resolution, big-endian; the format of libpcap, as in draft-ietf-opsawg-pcap. */
const MAGIC = 0xa1b2_3c4d;
const [VERSION_MAJOR, VERSION_MINOR] = [2, 4];
const MAX_CAPTURED_BYTES = 65_535;
/** LINKTYPE_RAW: each packet begins with its IPv4 or IPv6 header. */
const LINK_TYPE_RAW = 101;
const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;

const UDP = 17;
const UDP_HEADER_BYTES = 8;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const DO_NOT_FRAGMENT = 0x4000;
const HOP_LIMIT = 64;

/** What a capture begins with: packets follow, each as `pcapPacket` makes it. */
export function pcapHeader(): Uint8Array {
  const header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  header.setUint32(0, MAGIC);
  header.setUint16(4, VERSION_MAJOR);
  header.setUint16(6, VERSION_MINOR);
  header.setUint32(16, MAX_CAPTURED_BYTES);
  header.setUint32(20, LINK_TYPE_RAW);
  return new Uint8Array(header.buffer);
}

/** A datagram that was seen at `wallMs`, Unix milliseconds. Both addresses are of one family. */
export function pcapPacket(
  from: Address,
  to: Address,
  payload: Uint8Array,
  wallMs: number,
): Uint8Array {
  const packet = ipPacket(from, to, payload);
  const record = new Uint8Array(PACKET_HEADER_BYTES + packet.length);
  const header = new DataView(record.buffer);
  const seconds = Math.floor(wallMs / 1_000);
  header.setUint32(0, seconds);
  header.setUint32(4, Math.floor((wallMs - seconds * 1_000) * 1e6));
  header.setUint32(8, packet.length);
  header.setUint32(12, packet.length);
  record.set(packet, PACKET_HEADER_BYTES);
  return record;
}

/** An IP packet with a UDP datagram, checksums included. Both addresses are of one family. */
export function ipPacket(from: Address, to: Address, payload: Uint8Array): Uint8Array {
  const udpBytes = UDP_HEADER_BYTES + payload.length;
  const ipHeader =
    from.family === 4 ? ipv4Header(from, to, udpBytes) : ipv6Header(from, to, udpBytes);
  const packet = new Uint8Array(ipHeader.length + udpBytes);
  packet.set(ipHeader);
  const view = new DataView(packet.buffer, ipHeader.length);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(4, udpBytes);
  packet.set(payload, ipHeader.length + UDP_HEADER_BYTES);
  const pseudoHeader = sum(from.ip) + sum(to.ip) + UDP + udpBytes;
  // RFC 768: zero means that there is no checksum, so a checksum of zero is sent as all ones.
  const checksum = fold(pseudoHeader + sum(packet.subarray(ipHeader.length)));
  view.setUint16(6, checksum === 0 ? 0xffff : checksum);
  return packet;
}

function ipv4Header(from: Address, to: Address, udpBytes: number): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, IPV4_HEADER_BYTES + udpBytes);
  view.setUint16(6, DO_NOT_FRAGMENT);
  view.setUint8(8, HOP_LIMIT);
  view.setUint8(9, UDP);
  header.set(from.ip, 12);
  header.set(to.ip, 16);
  view.setUint16(10, fold(sum(header)));
  return header;
}

function ipv6Header(from: Address, to: Address, udpBytes: number): Uint8Array {
  const header = new Uint8Array(IPV6_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x60);
  view.setUint16(4, udpBytes);
  view.setUint8(6, UDP);
  view.setUint8(7, HOP_LIMIT);
  header.set(from.ip, 8);
  header.set(to.ip, 24);
  return header;
}

/** Of 16-bit words, a last odd byte taken with a zero. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i++) total += (i & 1) === 0 ? bytes[i]! << 8 : bytes[i]!;
  return total;
}

/** The ones' complement of the ones' complement sum (RFC 1071). */
function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}
