import { utf8 } from "../../wire/bytes.ts";
import { EXIT, UserError } from "./errors.ts";

/** Room for a first and a family name in any script. */
export const MAX_NAME_BYTES = 64;

/**
 * What a name may not have: controls, what is not seen or turns the line around, line breaks, private and unassigned
 * characters; blanks but single ones inside; more marks on one letter than any language has.
 */
const REFUSED =
  /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|[\u034f]|[\ufe00-\ufe0f]|^\s|\s$|\s\s|[^\S ]|\p{M}{4}|^\p{M}/u;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The name that a bundle gives its author; undefined where it is none that can be shown. */
export function readName(payload: Uint8Array): string | undefined {
  if (payload.length === 0 || payload.length > MAX_NAME_BYTES) return undefined;
  try {
    const name = strictUtf8.decode(payload).normalize("NFC");
    return REFUSED.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}

/** The payload that gives its author this name; none for an empty text. Throws a UserError. */
export function nameBytes(text: string): Uint8Array {
  const bytes = utf8(text.normalize("NFC"));
  if (text === "" || readName(bytes) !== undefined) return bytes;
  throw new UserError(
    "nobody could be shown that name",
    `It must have up to ${MAX_NAME_BYTES} bytes on one line, without control and invisible characters.`,
    EXIT.usage,
  );
}

/**
 * Letters of other alphabets, and figures, that look like small Latin letters: the most usual of Unicode's confusables
 * (UTS 39). What it lacks is caught where a name mixes alphabets.
 */
const LOOKS_LIKE = new Map(
  Object.entries({
    a: "аα",
    b: "ьвβ",
    c: "сϲ",
    d: "ԁ",
    e: "еε",
    g: "ɡ",
    h: "һн",
    i: "іι1lӏ|!",
    j: "јϳ",
    k: "кκ",
    m: "м",
    n: "пη",
    o: "оοσ0",
    p: "рρ",
    q: "ԛ",
    r: "г",
    s: "ѕ5",
    t: "тτ",
    u: "υцս",
    v: "ѵν",
    w: "ԝшω",
    x: "хχ",
    y: "уγү",
    z: "ᴢ2",
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** Names that people take for one another have the same: without case, marks, blanks, dashes and dots. */
export function likeness(name: string): string {
  const letters = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\p{Zs}\p{P}\p{S}]/gu, (mark) => (LOOKS_LIKE.has(mark) ? mark : ""));
  const latin = [...letters].map((letter) => LOOKS_LIKE.get(letter) ?? letter).join("");
  return latin.replaceAll("rn", "m").replaceAll("vv", "w");
}

const ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
];

/** Stands between a name and the beginning of its author's key. */
export const BESIDE = "~";

/** Whether a name alone may deceive, whoever else there is: it looks like a key, or mixes alphabets that look alike. */
export function isDoubtful(name: string): boolean {
  const alphabets = ALPHABETS.filter((alphabet) => alphabet.test(name));
  return alphabets.length > 1 || name.includes(BESIDE) || looksLikeKey(name);
}

/** Whether what names an author is the beginning of its key. */
export function looksLikeKey(text: string): boolean {
  return /^[0-9a-f]{6,64}$/i.test(text);
}
