/**
 * Relay chains of real size. There are few sets here; `npm run soak` has as many as a bridge may be
 * behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { encode } from "@pdiem/light-client/codec/scale";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import { proveHead } from "@pdiem/relayer/chains/parachain/proven-state";
import type { EnclaveClients } from "@pdiem/relayer/cli/handover/ends";
import { createClients } from "@pdiem/relayer/clients";
import { enclaveAt } from "@pdiem/relayer/enclave-door";
import type { Clients } from "@pdiem/relayer/sync/clients";
import { syncEnclaveRelay } from "@pdiem/relayer/sync/enclave/enclave-sync";
import { describeCatchUp } from "@pdiem/relayer/sync/light-clients/catch-up";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LONG_MS, sized } from "../e2e/support/soak.js";
import { provableConfig } from "../enclave/proofs.js";
import { createLongChain, type LongChainOptions } from "./long-chain.js";
import { configFor, POLKADOT, type Served, serve } from "./served.js";

const SETS = sized({ quick: 3, full: 30 });
const SMALL_SETS = 30;
const SMALL = { authorities: 20, blocks: 14_400 };
const LONGEST = { authorities: sized({ quick: 20, full: POLKADOT.authorities }), blocks: 40_000 };

let folder: string;
let machine: Machine;
const served: Served[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pdiem-real-size-"));
  machine = await createMachine();
});
afterEach(async () => {
  for (const { node } of served.splice(0)) node.close();
  await machine.clear();
  rmSync(folder, { recursive: true });
});

/** A relayer and an enclave of a bridge that begins before all those sets. */
interface Behind extends Served {
  readonly clients: EnclaveClients;
  readonly told: readonly string[];
}

const startBehind = async (options: LongChainOptions, bridge: BridgeConfig = provableConfig): Promise<Behind> => {
  const one = await serve({ ...options, paraId: bridge.parachain.paraId });
  served.push(one);
  const { url } = await machine.start();
  const config = configFor(one, bridge, { folder, enclave: url });
  const clients = { ...createClients(config), enclave: enclaveAt(url, config) };
  const told: string[] = [];
  clients.catchUp.listen((way) => told.push(describeCatchUp(way)));
  return { ...one, clients, told };
};

const follow = ({ relay, lightClients, config }: Clients) =>
  proveHead(relay, lightClients.get().relay, config.parachain.paraId);

const enclaveSet = async ({ enclave }: EnclaveClients): Promise<bigint | undefined> => {
  const { role } = await enclave.status();
  return role.type === "holder" ? role.value.lightClients.relay.setId : undefined;
};

/** Bytes that a node may make for the first set: what fills the buffers on the way. */
const READ_A_SET = 8_000_000;

it("the node makes headers as the codec writes them", () => {
  const { root, headerAt, encodedAt } = createLongChain({ ...SMALL, blocks: 5, sets: 2, delay: 1 });
  for (let number = root.finalized.number + 1; number < root.finalized.number + 14; number++)
    expect(encodedAt(number)).toEqual(encode(header, headerAt(number)));
});

describe("a relayer and an enclave", () => {
  it(
    `get over ${SETS} sets of 600 authorities and 14,400 blocks each`,
    async () => {
      const { chain, node, clients } = await startBehind({ ...POLKADOT, sets: SETS });
      const head = await follow(clients);
      expect(head.state.setId).toBe(chain.setId);
      expect(head.relay.hash).toEqual(chain.head.hash);
      expect(head.para.hash).toEqual(chain.para.hash);
      // Of equal length, only the first is asked for from its begin.
      expect(node.sent()).toBeLessThan(READ_A_SET + 400_000 * SETS);
      await syncEnclaveRelay(clients);
      expect(await enclaveSet(clients)).toBe(chain.setId);
    },
    LONG_MS,
  );

  it(`get over ${SMALL_SETS} sets in pieces, and say how many of how many they have passed`, async () => {
    const { chain, clients, told } = await startBehind({ ...SMALL, sets: SMALL_SETS });
    await follow(clients);
    await syncEnclaveRelay(clients);
    expect(await enclaveSet(clients)).toBe(chain.setId);
    const [all, at] = [`of ${SMALL_SETS} sets, at set`, chain.setId];
    expect(told[0]).toBe(`this process's light client catches up with the relay chain: 1 ${all} 8`);
    // A slow machine tells more in between.
    for (const line of [
      `this process's light client catches up with the relay chain: ${SMALL_SETS} ${all} ${at}`,
      `the enclave's light client catches up with the relay chain: 16 ${all} 23`,
      `the enclave's light client catches up with the relay chain: ${SMALL_SETS} ${all} ${at}`,
    ])
      expect(told).toContain(line);
    expect(clients.catchUp.now()).toEqual([]);
  });

  it("get over a set of 40,000 blocks, whose headers no node gives at once", async () => {
    const { chain, node, clients } = await startBehind({ ...LONGEST, sets: 1 });
    await follow(clients);
    await syncEnclaveRelay(clients);
    expect(await enclaveSet(clients)).toBe(chain.setId);
    expect(node.calls.get("grandpa_proveFinality")).toBeLessThan(60);
  });

  it("get over sets of any lengths one after another", async () => {
    const lengths = [14_400, 2_390, 7_164, 1, 7_170, 2_400, 2, 21_600, 70];
    const options = { ...SMALL, sets: lengths.length, blocks: (place: number) => lengths[place] ?? 1 };
    const { chain, clients } = await startBehind(options);
    const { state } = await follow(clients);
    expect(state).toMatchObject({ setId: chain.setId, finalized: { hash: chain.head.hash } });
    await syncEnclaveRelay(clients);
    expect(await enclaveSet(clients)).toBe(chain.setId);
  });

  it("take changes that come in force some blocks after they are announced", async () => {
    const { chain, clients } = await startBehind({ ...SMALL, sets: 5, delay: 3 });
    expect((await follow(clients)).state.setId).toBe(chain.setId);
    await syncEnclaveRelay(clients);
    expect(await enclaveSet(clients)).toBe(chain.setId);
  });

  it("need no node that finds headers by their hashes", async () => {
    const { chain, node, clients } = await startBehind({ ...SMALL, sets: 5 });
    node.forgetHeaders();
    expect((await follow(clients)).state.setId).toBe(chain.setId);
    await syncEnclaveRelay(clients);
    expect(await enclaveSet(clients)).toBe(chain.setId);
  });

  it("go on from where a node failed them", async () => {
    const { chain, node, clients } = await startBehind({ ...SMALL, sets: SMALL_SETS });
    const half = chain.root.finalized.number + 15 * SMALL.blocks;
    node.failAbove(half);
    await expect(follow(clients)).rejects.toMatchObject({ code: "rpc/refused" });
    expect(clients.lightClients.get().relay.finalized.number).toBe(half);
    expect(clients.catchUp.now()).toMatchObject([{ owner: "relayer", from: 7n, setId: 22n, latest: chain.setId }]);
    node.failAbove(Number.POSITIVE_INFINITY);
    const before = node.calls.get("chain_getHeader") ?? 0;
    expect((await follow(clients)).state.setId).toBe(chain.setId);
    expect((node.calls.get("chain_getHeader") ?? 0) - before).toBeLessThan(SMALL_SETS - 10);
  });
});
