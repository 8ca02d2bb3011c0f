#!/usr/bin/env node
import { execute } from "./execute.ts";
import { quietBrokenPipes } from "./output.ts";

quietBrokenPipes();
process.exitCode = await execute(process.argv.slice(2));
