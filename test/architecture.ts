import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** Path of a source file, from the root of the project, and its text. */
export type Sources = ReadonlyMap<string, string>;

const FOLDERS = ["wire", "candidates", "nat", "node", "bench", "test"];
/** Each may import itself and those before it. A file is in the longest one that its path begins with. */
const ROOMS = [
  "wire/",
  "candidates/",
  "nat/",
  "node/sets/",
  "node/store/",
  "node/core/",
  "node/net/",
  "node/survey/",
  "node/bundles/",
  "node/sync/",
  "node/traversal/",
  "node/walk/",
  "node/engine/",
  "node/record/",
  "node/host/",
  "node/host/files/",
  "node/host/verify/",
  "node/host/store/",
  "node/host/readers/",
  "node/host/exports/",
  "node/host/net/",
  "node/host/portmap/",
  "node/host/home/",
  "node/host/record/",
  "node/host/runtime/",
  "node/host/status/",
  "node/host/node/",
  "node/host/metrics/",
  "node/testing/",
  "node/index.ts",
  "node/host/control/",
  "node/host/doctor/",
  "node/cli/",
  "bench/",
  "test/",
];
/** Not pure: these may ask the machine. */
const MACHINE = ["node/host/", "node/index.ts", "node/cli/", "bench/", "test/"];

/**
 * Who may import a package (the first that its name begins with): one file or folder, so that it can be exchanged
 * there. A package that is not listed is refused. Tests may import any.
 */
const IMPORTERS: Record<string, readonly string[]> = {
  "protobufjs/minimal.js": ["wire/decode.ts", "wire/encode.ts"],
  "protobufjs/light.js": ["bench/mvds/payload.ts"],
  "@noble/": ["wire/signature.ts", "wire/reference-crypto.ts"],
  "node:crypto": ["node/host/verify/native-crypto.ts"],
  "node:dgram": ["node/host/net/", "bench/lab/", "bench/peers/"],
  "node:": MACHINE,
  lmdb: ["node/host/store/lmdb-store.ts"],
  pino: ["node/host/log.ts"],
  "@bomb.sh/tab": ["node/cli/commands/completion.ts"],
  ws: ["node/host/carriers/"],
  "prom-client": ["node/host/metrics/registry.ts"],
  commander: ["node/cli/", "bench/main.ts"],
};

/** What a pure file does not name. */
const IMPURE_WORDS = [
  "Date|performance|setTimeout|setInterval|setImmediate",
  "Promise|async|await|queueMicrotask",
  String.raw`Math\.random|crypto\.(?:subtle|random\w+|getRandomValues)`,
  String.raw`process|console|fetch|require|import\.meta|globalThis|Worker`,
  // What only Node has: the core runs in browsers, too.
  "Buffer|NodeJS",
  // They differ from machine to machine, and from run to run.
  "Intl|WeakRef|FinalizationRegistry",
].join("|");
const IMPURE_METHODS = String.raw`then|localeCompare|toLocale\w+`;
const IMPURE = new RegExp(`(?<![.#\\w])(?:${IMPURE_WORDS})\\b|\\.(?:${IMPURE_METHODS})\\b`, "g");
const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
/** Of values and of types, at the head of a file or within it. */
const IMPORT =
  /^(?:import|export)\b[^;"]*\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

/** All TypeScript of the project but what is generated. */
export function projectSources(): Sources {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
      posix.join(folder, path),
    ),
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
