import { readdirSync, readFileSync } from "node:fs";
import { basename, posix } from "node:path";

/** Path of a source file, from the root of the project, and its text. */
export type Sources = ReadonlyMap<string, string>;

/** Each may import those before it and itself. A file is in the longest one that its path begins with. */
const ROOMS = [
  "wire/",
  "candidates/",
  "nat/",
  "node/",
  "node/host/",
  "node/index.ts",
  "node/cli/",
  "bench/",
  "test/",
];
const MACHINE = ["node/host/", "node/index.ts", "node/cli/", "bench/", "test/"];

/** Who may import a package: one file or folder, so that it can be exchanged there. Tests may import what they like. */
const IMPORTERS: Record<string, readonly string[]> = {
  "protobufjs/minimal.js": ["wire/decode.ts", "wire/encode.ts"],
  "@noble/": ["wire/signature.ts"],
  "node:crypto": ["node/host/native-crypto.ts", "node/host/random.ts"],
  "node:dgram": ["node/host/udp.ts", "bench/lab/", "bench/peers/"],
  "node:": MACHINE,
  lmdb: ["node/host/lmdb-store.ts"],
  pino: ["node/host/log.ts"],
  commander: ["node/cli/", "bench/main.ts"],
};

/** What a pure file does not name: the clock, chance, the machine, what happens later, and what differs between machines. */
const IMPURE = new RegExp(
  String.raw`(?<![.#\w])(?:Date|performance|Math\.random|crypto\.(?:subtle|random\w+|getRandomValues)|process|console|fetch` +
    String.raw`|globalThis|require|import\.meta|Worker|WeakRef|FinalizationRegistry|Promise|async|await|setTimeout|setInterval` +
    String.raw`|setImmediate|queueMicrotask|Intl)\b|\.(?:then|localeCompare|toLocale\w+)\b`,
  "g",
);
const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
/** Of values and of types, at the head of a file or within it. */
const IMPORT =
  /^(?:import|export)\b[^;"]*\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

/** All TypeScript of the project but what is generated. */
export function projectSources(): Sources {
  const files = ROOMS.filter((room) => basename(room) === room.slice(0, -1)).flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" }).map((path) => posix.join(room, path)),
  );
  const isSource = (path: string): boolean =>
    /(?<!\.d)\.ts$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path);
  return new Map(files.filter(isSource).map((path) => [path, readFileSync(path, "utf8")]));
}

/** One line for each arrow that goes up or in a circle, each package in the wrong place, each impure word. */
export function violations(sources: Sources): string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  const wrong = [...imports].flatMap(([path, targets]) =>
    targets.filter((target) => !mayImport(path, target)).map((target) => `${path} -> ${target}`),
  );
  const impure = [...sources].flatMap(([path, text]) => impureWords(path, text));
  return [...wrong, ...impure, ...circles(imports)];
}

/** Paths from the root, or names of packages. */
function importsOf(path: string, text: string): string[] {
  const code = text.replaceAll(COMMENT_OR_TEXT, (part) => (part.startsWith("/") ? "" : part));
  return [...code.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? match[3]!)
    .map((name) => (name.startsWith(".") ? posix.join(posix.dirname(path), name) : name));
}

function roomOf(path: string): number {
  return ROOMS.reduce((room, prefix, index) => {
    const isIn = path.startsWith(prefix) && prefix.length > (ROOMS[room]?.length ?? 0);
    return isIn ? index : room;
  }, -1);
}

function mayImport(path: string, target: string): boolean {
  if (roomOf(target) >= 0) return roomOf(target) <= roomOf(path);
  if (path.startsWith("test/")) return true;
  const name = Object.keys(IMPORTERS).find((prefix) => target.startsWith(prefix));
  return name !== undefined && IMPORTERS[name]!.some((place) => path.startsWith(place));
}

function impureWords(path: string, text: string): string[] {
  if (MACHINE.some((place) => path.startsWith(place))) return [];
  const code = text.replaceAll(COMMENT_OR_TEXT, (part) => (part.startsWith("`") ? part : ""));
  return [...code.matchAll(IMPURE)].map(([word]) => `${path} names ${word}`);
}

/** Each circle once, from wherever it was entered. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    if (way.includes(path) || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}
