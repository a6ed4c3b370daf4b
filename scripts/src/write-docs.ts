/** `npm run docs:configuration`: writes into the documents what is made from the sources. */
import { readFileSync, writeFileSync } from "node:fs";
import { withTables } from "@pdiem/relayer/cli/init/configuration-page";

const PAGE = new URL("../../docs/configuration.md", import.meta.url);

writeFileSync(PAGE, withTables(readFileSync(PAGE, "utf8")));
