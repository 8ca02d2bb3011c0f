import { lookup } from "node:dns/promises";
import { Address } from "../../../wire/address.ts";
import { type HostPort, parseHostPort } from "../../../wire/place.ts";
import { EXIT, UserError, codeOf } from "../errors.ts";

/** Where to listen: without a host on all interfaces, with port 0 on any port. */
export interface Listen {
  host?: string;
  port: number;
}

/** Addresses taken of one name; more would only let a resolver decide whom we ask. */
export const MAX_ADDRESSES_PER_NAME = 16;

/** Reads `H:P`, `[v6]:P`, `:P` or `P`; port 0 means any. Throws a UserError (exit code 2). */
export function parseListen(text: string): Listen {
  const match = /^(?:(.*):)?([0-9]{1,5})$/s.exec(text);
  const [, host = "", digits = ""] = match ?? [];
  const port = Number(digits);
  if (match !== null && port < 65_536) {
    if (host === "" || host === "*") return { port };
    // Port 0 names no place to talk to, only one to listen on.
    const place = text.includes(":")
      ? parseHostPort(`${host}:${port === 0 ? 1 : port}`)
      : undefined;
    if (place !== undefined) return { host: place.host, port };
  }
  throw new UserError(
    `cannot listen on "${printable(text)}"`,
    "Write host:port, [IPv6]:port or :port, for example --listen 0.0.0.0:6421.",
    EXIT.usage,
  );
}

/** Reads `host:port` or `[v6]:port`. Throws a UserError (exit code 2). */
export function parsePlace(text: string): HostPort {
  const place = parseHostPort(text);
  if (place !== undefined) return place;
  throw new UserError(
    `"${printable(text)}" is not host:port`,
    "Write for example tracker.example:6421 or [2001:db8::1]:6421.",
    EXIT.usage,
  );
}

/** The addresses of places: literals at once, names by the system's resolver. Failures are reported, not thrown. */
export async function resolvePlaces(
  places: readonly HostPort[],
  onFailure: (host: string, code: string) => void,
): Promise<Address[]> {
  const resolved = await Promise.all(places.map((place) => resolvePlace(place, onFailure)));
  const unique = new Map(resolved.flat().map((address) => [address.key, address]));
  return [...unique.values()];
}

async function resolvePlace(
  { host, port }: HostPort,
  onFailure: (host: string, code: string) => void,
): Promise<Address[]> {
  const literal = Address.of(host, port);
  if (literal !== undefined) return [literal];
  try {
    const ips = await lookUp(host);
    return ips.flatMap((ip) => Address.of(ip, port) ?? []);
  } catch (error) {
    onFailure(host, codeOf(error) ?? "unknown");
    return [];
  }
}

/**
 * The IPs of a name, by the system's resolver, which knows also of files and of the local network. Rejects with its
 * error.
 */
export async function lookUp(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.slice(0, MAX_ADDRESSES_PER_NAME).map(({ address }) => address);
}

/** Whether a place must be resolved, and may hence resolve differently later. */
export function isName({ host, port }: HostPort): boolean {
  return Address.of(host, port) === undefined;
}

function printable(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
