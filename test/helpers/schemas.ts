import {
  DEFAULT_CONFIG,
  LiteralType,
  SchemaGenerator,
  UnionType,
  createFormatter,
  createParser,
  createProgram,
} from "ts-json-schema-generator";
import type { CompletedConfig, Definition, SubNodeParser } from "ts-json-schema-generator";

export const SCHEMA_FOLDER = "docs/schemas";

const CONFIG: CompletedConfig = {
  ...DEFAULT_CONFIG,
  path: "node/cli/printed.ts",
  tsconfig: "tsconfig.json",
  type: "Printed",
  // `npm run check` has done it, with another version of the compiler.
  skipTypeCheck: true,
};

type Program = ReturnType<typeof createProgram>;
type Node = Parameters<SubNodeParser["supportsNode"]>[0];

export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** A schema for each command that prints JSON, by its name, and `error`: made from the types of `Printed`. */
export function schemas(): Map<string, object> {
  const program = createProgram(CONFIG);
  const parser = createParser(program, CONFIG, (chain) => chain.addNodeParser(new Names(program)));
  const generator = new SchemaGenerator(program, parser, createFormatter(CONFIG), CONFIG);
  const { $schema, definitions = {} } = generator.createSchema("Printed");
  const { properties = {} } = definitions["Printed"] as Definition;
  return new Map(
    Object.entries(properties).map(([name, schema]) => {
      const used = usedBy(schema, definitions);
      const own = Object.entries(definitions).filter(([definition]) => used.has(definition));
      return [name, { $schema, ...(schema as Definition), definitions: Object.fromEntries(own) }];
    }),
  );
}

/** Names that the source computes, such as those of counters: the generator takes only what is written. */
class Names implements SubNodeParser {
  readonly #checker: ReturnType<Program["getTypeChecker"]>;

  constructor(program: Program) {
    this.#checker = program.getTypeChecker();
  }

  supportsNode(node: Node): boolean {
    return ("typeName" in node || "objectType" in node) && this.#namesOf(node) !== undefined;
  }

  createType(node: Node): UnionType {
    return new UnionType(this.#namesOf(node)!.map((name) => new LiteralType(name)));
  }

  #namesOf(node: Node): string[] | undefined {
    const type = this.#checker.getTypeAtLocation(node);
    if (!type.isUnion()) return undefined;
    const names = type.types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
    return names.length === type.types.length ? names.sort() : undefined;
  }
}

/** The names of all definitions that `schema` refers to, and those that they refer to. */
function usedBy(
  schema: unknown,
  definitions: Record<string, unknown>,
  used = new Set<string>(),
): Set<string> {
  for (const [, encoded] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    const name = decodeURIComponent(encoded!);
    if (used.has(name)) continue;
    used.add(name);
    usedBy(definitions[name], definitions, used);
  }
  return used;
}
