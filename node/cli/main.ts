#!/usr/bin/env node
import { execute } from "./execute.ts";
import { quietBrokenPipes, written } from "./output.ts";

/** A moment for what ends by itself. */
const LINGER_MS = 250;

quietBrokenPipes();
process.exitCode = await execute(process.argv.slice(2));
await written();
// All is closed, but a request to a router that does not answer would keep the process for some seconds.
setTimeout(() => process.exit(), LINGER_MS).unref();
