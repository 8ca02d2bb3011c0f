import { codeOf, messageOf } from "../errors.ts";
import { ProxyRefusal } from "./proxy.ts";

const UNKNOWN_AUTHORITY =
  "its certificate is by an authority that is not known here: name the authority's file in NODE_EXTRA_CA_CERTS";
const UNREACHABLE = "is this machine online, and no firewall on the way?";
const NO_TLS = "what answers does not speak TLS: is the URL one of ws:, not wss:?";
const NO_HTTP = "what answers does not speak HTTP: is the port right?";

/** Our own code for a name that others told of. */
export const NOT_PUBLIC = "ENOTPUBLIC";

/** By OpenSSL's, Node's and the system's codes. */
const REASONS: Record<string, string> = {
  CERT_HAS_EXPIRED: "its certificate has expired: whoever runs it has to renew it",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: is this machine's clock right?",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its certificate is for another name: is the URL right, or does something on the way stand in for it?",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ECONNREFUSED: "nothing takes connections there (ECONNREFUSED): does it run?",
  [NOT_PUBLIC]: "others told of it, and its name stands for an address that is not a public one",
  ENOTFOUND: "the name has no address (ENOTFOUND)",
  EAI_AGAIN: "no resolver answers (EAI_AGAIN): is this machine online?",
  ETIMEDOUT: `nothing answers there (ETIMEDOUT): ${UNREACHABLE}`,
  EHOSTUNREACH: `no way leads there (EHOSTUNREACH): ${UNREACHABLE}`,
  ENETUNREACH: `no way leads there (ENETUNREACH): ${UNREACHABLE}`,
  ECONNRESET: "it hung up before an answer: too many may be connected, or a firewall forbids it",
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  HPE_HEADER_OVERFLOW: "its answer is longer than any answer to this: is the URL right?",
};

/** By HTTP's status. */
const ANSWERS: Record<string, string> = {
  200: "there is a page, and no WebSocket: is the path right?",
  401: "it wants a name and a password; a node does not: is the URL right?",
  403: "a proxy or a firewall may forbid it",
  404: "there are no WebSockets at this path; ask for a newer ticket",
  407: "the proxy wants a name and a password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT",
  426: "something on the way takes WebSockets out of requests: the reverse proxy has to pass `Upgrade` on",
  502: "a reverse proxy answers, and the node behind it does not",
  503: "it has too many connections, or the node behind a reverse proxy does not answer",
  504: "a reverse proxy answers, and the node behind it does not",
};
const REDIRECTION = "it is somewhere else now; ask for a newer ticket";

/** Why there is no WebSocket, in words where the system's are for programmers. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? "";
  if (REASONS[code] !== undefined) return REASONS[code];
  if (code.startsWith("HPE_")) return NO_HTTP;
  if (code.startsWith("ERR_SSL_")) return `${NO_TLS} (${code})`;
  const status = statusOf(error);
  if (status !== undefined) {
    const meaning = ANSWERS[status] ?? (status.startsWith("3") ? REDIRECTION : undefined);
    return `answered with HTTP ${status}${meaning === undefined ? "" : `: ${meaning}`}`;
  }
  const text = messageOf(error);
  return /Sec-WebSocket|Upgrade header|subprotocol/i.test(text)
    ? "what answers takes no WebSockets: is the URL right?"
    : text;
}

function statusOf(error: unknown): string | undefined {
  if (error instanceof ProxyRefusal) return String(error.status);
  return /^Unexpected server response: ([0-9]+)$/.exec(messageOf(error))?.[1];
}
