import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { devAccount, devEndowments } from "./asset-hub/dev-accounts.js";
import { connectApi } from "./asset-hub/operator.js";
import { fetchGenesisHead, followParachain } from "./relay/follow-parachain.js";
import { startRelay } from "./relay/relay.js";
import { type SubstrateChains, startSubstrate } from "./substrate-chains.js";
import { eventually } from "./testing/rpc.js";

let chains: SubstrateChains;

beforeAll(async () => {
  chains = await startSubstrate({ assetHub: { endowed: devEndowments(), cadence: { busyInterval: 100 } } });
});
afterAll(() => chains.close());

describe("Asset Hub under its relay chain", () => {
  it("finalizes what the relay chain finalized, extrinsics within seconds", async () => {
    const { assetHub, relay } = chains;
    const api = await connectApi(assetHub.wsUrl);
    const statuses: string[] = [];
    const transfer = api.tx.balances?.transfer?.({ Id: new Uint8Array(32).fill(1) }, 10n ** 12n);
    if (transfer === undefined) throw new Error("expected the runtime to have balances.transfer");
    const signed = await transfer.signAsync(devAccount("//Alice"));
    // As the node tells them: the library's own way leaves one out that another follows at once.
    await new Promise<void>((resolve, reject) => {
      api.rpc.author
        .submitAndWatchExtrinsic(signed, (status) => {
          statuses.push(status.type);
          if (status.isFinalized) resolve();
        })
        .catch(reject);
    });
    expect(statuses).toEqual(["Ready", "InBlock", "Finalized"]);
    const shown = relay.parachainHead(relay.finalized());
    expect(toHex(shown)).toContain(toHex(assetHub.finalized().header.stateRoot));
    await api.disconnect();
  });

  it("can be finalized by a relay chain in another process, over JSON-RPC", async () => {
    const { assetHub } = chains;
    const relay = await startRelay({ paraId: assetHub.paraId, parachainGenesis: await fetchGenesisHead(assetHub.url) });
    const stop = followParachain(assetHub.url, relay.includeParachainHead);
    const head = (): string => toHex(relay.parachainHead(relay.finalized()));
    await eventually(() => (head() === toHex(assetHub.headData()) ? true : undefined));
    expect(assetHub.head().header.number).toBeGreaterThan(0);
    stop();
    await relay.close();
  });
});
