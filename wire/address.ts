/** IPv4 address and port: 4 + 2 bytes. */
export const IPV4_ADDRESS_BYTES = 6;
/** IPv6 address and port: 16 + 2 bytes. */
export const IPV6_ADDRESS_BYTES = 18;

/**
 * An IP address and a UDP port, as bytes. Immutable. Two addresses are the same if and only if their
 * `key` is, which is also what people read: `192.0.2.1:6421` or `[2001:db8::1]:6421`.
 */
export class Address {
  /** 4 or 16 bytes of IP and 2 bytes of port, big-endian: what stands on the wire. */
  readonly bytes: Uint8Array;
  /** Both made when first asked for: most addresses of a datagram are never looked up, others with every datagram. */
  #key: string | undefined;
  #host: string | undefined;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get key(): string {
    this.#key ??= this.family === 4 ? `${this.host}:${this.port}` : `[${this.host}]:${this.port}`;
    return this.#key;
  }

  get family(): 4 | 6 {
    return this.bytes.length === IPV4_ADDRESS_BYTES ? 4 : 6;
  }

  /** 4 or 16 bytes. Made each time: kept, it would take half of what a tracker knows of a candidate. */
  get ip(): Uint8Array {
    return this.bytes.slice(0, -2);
  }

  /** The IP alone, as text. */
  get host(): string {
    this.#host ??= formatIp(this.ip);
    return this.#host;
  }

  get port(): number {
    const at = this.bytes.length - 2;
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  /** Whether both have one IP. Asked for every datagram, so without a copy of either. */
  isAtSameIp({ bytes }: Address): boolean {
    const own = this.bytes;
    if (own.length !== bytes.length) return false;
    for (let i = own.length - 3; i >= 0; i--) if (own[i] !== bytes[i]) return false;
    return true;
  }

  /** The same IP with another port. Throws a RangeError unless that is 1 to 65,535. */
  withPort(port: number): Address {
    if (!isPort(port)) throw new RangeError(`no port: ${port}`);
    const bytes = this.bytes.slice();
    bytes[bytes.length - 2] = port >> 8;
    bytes[bytes.length - 1] = port & 255;
    return Address.ofBytes(bytes)!;
  }

  toString(): string {
    return this.key;
  }

  /**
   * The address in `bytes`, which are copied; undefined unless they are 6 or 18 with a port from 1.
   * IPv4 embedded in IPv6 is not an address of ours: one host would have two (BIP 155 does the same).
   */
  static ofBytes(bytes: Uint8Array): Address | undefined {
    if (bytes.length !== IPV4_ADDRESS_BYTES && bytes.length !== IPV6_ADDRESS_BYTES)
      return undefined;
    // Not slice(): that of Node's byte strings is a view.
    const own = new Uint8Array(bytes);
    const port = (own[own.length - 2]! << 8) | own[own.length - 1]!;
    if (port === 0) return undefined;
    if (own.length === IPV6_ADDRESS_BYTES && isMappedIpv4(own)) return undefined;
    return new Address(own);
  }

  /** The address of a literal IP (no name is ever resolved) and a port; undefined if either is none. */
  static of(host: string, port: number): Address | undefined {
    if (!isPort(port)) return undefined;
    const ip = parseIp(host);
    if (ip === undefined) return undefined;
    const bytes = new Uint8Array(ip.length + 2);
    bytes.set(ip);
    bytes[ip.length] = port >> 8;
    bytes[ip.length + 1] = port & 255;
    return Address.ofBytes(bytes);
  }

  /** Reads `1.2.3.4:5` and `[::1]:5`. */
  static parse(text: string): Address | undefined {
    const match = /^(?:\[([0-9a-fA-F]*:[0-9a-fA-F:.]*)\]|([0-9.]+)):([0-9]{1,5})$/.exec(text);
    if (match === null) return undefined;
    return Address.of(match[1] ?? match[2]!, Number(match[3]));
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

const IPV6_GROUP = /^[0-9a-fA-F]{1,4}$/;
const IPV6_GROUPS = 8;

/** 4 or 16 bytes of a literal IP; an IPv4 address written as IPv6 (`::ffff:1.2.3.4`) becomes IPv4. */
export function parseIp(text: string): Uint8Array | undefined {
  const dotted = parseDotted(text);
  if (dotted !== undefined) return dotted;
  const ip = parseIpv6(text);
  return ip !== undefined && isMappedIpv4(ip) ? ip.slice(12) : ip;
}

const DOT = 46;
const ZERO = 48;

/** Four octets in the usual text. Asked with every datagram of a busy node, so without an expression and its parts. */
function parseDotted(text: string): Uint8Array | undefined {
  const ip = new Uint8Array(4);
  let octet = 0;
  let digits = 0;
  let at = 0;
  for (let i = 0; i <= text.length; i++) {
    const character = i < text.length ? text.charCodeAt(i) : DOT;
    if (character === DOT) {
      if (digits === 0 || octet > 255 || at === 4) return undefined;
      ip[at++] = octet;
      octet = 0;
      digits = 0;
      continue;
    }
    const digit = character - ZERO;
    // A leading zero is refused, since others would read it as octal.
    if (digit < 0 || digit > 9 || (digits > 0 && octet === 0) || digits === 3) return undefined;
    octet = octet * 10 + digit;
    digits++;
  }
  return at === 4 ? ip : undefined;
}

/** RFC 4291, section 2.2. */
function parseIpv6(text: string): Uint8Array | undefined {
  const [head = "", tail, ...more] = withoutDots(text).split("::");
  if (more.length > 0) return undefined;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeroes = IPV6_GROUPS - left.length - right.length;
  if (tail === undefined ? zeroes !== 0 : zeroes < 1) return undefined;
  const groups = [...left, ...Array<string>(zeroes).fill("0"), ...right];
  if (!groups.every((group) => IPV6_GROUP.test(group))) return undefined;
  return Uint8Array.from(groups.flatMap((group) => bytesOf(parseInt(group, 16))));
}

/** With the last 32 bits as two groups where they are written as IPv4. */
function withoutDots(text: string): string {
  const start = text.lastIndexOf(":") + 1;
  const dotted = start === 0 ? undefined : parseDotted(text.slice(start));
  if (dotted === undefined) return text;
  const [a, b, c, d] = dotted as unknown as [number, number, number, number];
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function bytesOf(group: number): [number, number] {
  return [group >> 8, group & 255];
}

/** Canonical text of 4 or 16 bytes of IP (RFC 5952 for IPv6). */
export function formatIp(ip: Uint8Array): string {
  if (ip.length === 4) return `${ip[0]}.${ip[1]}.${ip[2]}.${ip[3]}`;
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((ip[i]! << 8) | ip[i + 1]!).toString(16));
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

function longestZeroRun(groups: string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== "0") start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
}

/** Whether 16 bytes of IP, or what begins with them, are `::ffff:0:0/96`. */
function isMappedIpv4(ip: Uint8Array): boolean {
  if (ip[10] !== 255 || ip[11] !== 255) return false;
  for (let i = 0; i < 10; i++) if (ip[i] !== 0) return false;
  return true;
}
