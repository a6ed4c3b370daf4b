/** One transfer each way, by one person with an account on both chains. */
import { randomBytes } from "node:crypto";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { toHex } from "@pdiem/light-client/bytes";
import { encodeAddress } from "@polkadot/util-crypto";
import { native } from "./coins.js";
import { demonstrateDeposit } from "./demo-deposit.js";
import { demonstrateWithdrawal } from "./demo-withdrawal.js";
import { routeOf } from "./route.js";
import type { Terminal } from "./terminal.js";

/** The parachain's own token, 12 decimals: the existential deposit, and for fees. */
const NATIVE = 1_000_000_000_000n;

/** @returns true if both transfers arrived */
export const demonstrate = async (bridge: LocalBridge, terminal: Terminal): Promise<boolean> => {
  const { assetHub, operator } = bridge.chains;
  const route = routeOf(bridge, "XUS");
  const holder = await connectOperator({ url: assetHub.wsUrl, uri: `0x${toHex(randomBytes(32))}` });
  try {
    terminal.line();
    terminal.line(`${terminal.bold("A new account")} on Asset Hub: ${encodeAddress(holder.account, 2)}`);
    terminal.begin("giving it the existential deposit");
    await operator.fundAccount(holder.account, NATIVE);
    terminal.done("funded", `${native(NATIVE)}, first of all: pXUS isn't sufficient, so whoever is to hold it`);
    terminal.more(
      `needs the existential deposit, ${native(operator.existentialDeposit)}. A deposit without it goes back`,
    );
    const deposited = await demonstrateDeposit(bridge, route, holder.account, terminal);
    return deposited && (await demonstrateWithdrawal(bridge, route, holder, terminal));
  } finally {
    await holder.close();
  }
};
