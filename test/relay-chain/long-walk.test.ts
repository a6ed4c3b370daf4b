import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { ownClients, ownWalk } from "@pdiem/relayer/cli/own-walk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sized } from "../e2e/support/soak.js";
import { configFor, POLKADOT, type Served, serve } from "./served.js";

const SETS = sized({ quick: 70, full: 300 });
const AUTHORITIES = sized({ quick: 10, full: POLKADOT.authorities });
/** The walk is kept after each page. */
const PAGE = 64;

let folder: string;
let diem: RunningDiem;
let served: Served;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pdiem-long-walk-"));
  diem = await startDiem({ blockInterval: "manual" });
  const { paraId } = exampleConfig.parachain;
  served = await serve({ sets: SETS, authorities: AUTHORITIES, blocks: POLKADOT.blocks, paraId });
});
afterAll(async () => {
  served.node.close();
  await diem.close();
  rmSync(folder, { recursive: true });
});

it(`a guardian's walk over ${SETS} sets says how far it is, and one that failed is gone on with`, async () => {
  const { chain, node } = served;
  const waypoint = parseWaypoint(diem.waypoint);
  const bridge = { ...exampleConfig, diem: { ...exampleConfig.diem, chainId: diem.chainId, waypoint } };
  const config = configFor(served, bridge, { folder, diem: diem.url });
  const told: string[] = [];
  const output = { out: () => undefined, err: (text: string) => told.push(text) };
  const walk = () => ownWalk(config, ownClients(config), {}, output);

  const first = chain.root.setId;
  node.failAbove(chain.root.finalized.number + (PAGE + 2) * POLKADOT.blocks);
  await expect(walk()).rejects.toMatchObject({ code: "rpc/refused" });
  node.failAbove(Number.POSITIVE_INFINITY);
  const { lightClients, relay } = await walk();
  expect(told).toContainEqual(expect.stringContaining(`authority set ${first + BigInt(PAGE)}, as kept in`));
  expect(lightClients.relay.setId).toBe(chain.setId);
  expect(relay.map(({ number }) => number)).toEqual(Array.from({ length: SETS + 1 }, (_, i) => first + BigInt(i)));
  expect(relay.at(-1)?.leftAt).toBeUndefined();
  const progress = told.filter((line) => line.startsWith("relay chain: "));
  for (const line of progress)
    expect(line).toMatch(/^relay chain: [0-9]+ of [0-9]+ authority sets, at set [0-9]+, block/);
});
