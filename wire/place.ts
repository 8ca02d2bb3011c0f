import { formatIp, parseIp } from "./address.ts";

/** A literal IP, or a name still to be resolved, and a UDP port. */
export interface HostPort {
  /** `192.0.2.1`, `2001:db8::1` (no brackets) or a DNS name in lower case. */
  host: string;
  /** 1 to 65,535. */
  port: number;
}

/** RFC 1035 section 2.3.4, less the length bytes. */
const MAX_NAME_CHARACTERS = 253;

/** `host:port` or `[IPv6]:port`. Throws a RangeError unless `parseHostPort` can read it back. */
export function formatHostPort({ host, port }: HostPort): string {
  const text = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (parseHostPort(text) === undefined) throw new RangeError("not a host and a port");
  return text;
}

/** Reads `192.0.2.1:6421`, `[2001:db8::1]:6421` and `name.example:6421`; nothing is resolved. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, bare] = match;
  const port = Number(match[3]);
  const host = bracketed === undefined ? parseBareHost(bare!) : parseIpv6Host(bracketed);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function parseIpv6Host(text: string): string | undefined {
  const ip = text.includes(":") ? parseIp(text) : undefined;
  return ip === undefined ? undefined : formatIp(ip);
}

/**
 * An IPv4 literal or a name. What ends in a number but is not plain dotted decimal (`127.1`, `0x7f.1`,
 * `2130706433`) is neither: system resolvers would take it for an IP that no check of ours has seen.
 */
function parseBareHost(text: string): string | undefined {
  const ip = parseIp(text);
  if (ip !== undefined) return formatIp(ip);
  if (text.length > MAX_NAME_CHARACTERS) return undefined;
  const labels = text.toLowerCase().replace(/\.$/, "").split(".");
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1)!)) return undefined;
  return labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
    ? labels.join(".")
    : undefined;
}
