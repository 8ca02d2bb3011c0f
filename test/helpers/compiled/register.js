import { register } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = decodeURIComponent(new URL(import.meta.url).search.slice(1));
register("./hooks.js", import.meta.url, { data: { root, folder } });
