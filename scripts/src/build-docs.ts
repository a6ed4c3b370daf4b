// Builds the documentation's site into docs/build. Argument: where its repository can be read.
import { fileURLToPath } from "node:url";
import { buildSite } from "./site/build-site.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const target = fileURLToPath(new URL("../../docs/build", import.meta.url));
const [address = "../../"] = process.argv.slice(2);

const files = await buildSite({ repository, target, address: address.endsWith("/") ? address : `${address}/` });
process.stdout.write(`docs/build: ${files.length} files; open docs/build/index.html, or serve the folder\n`);
